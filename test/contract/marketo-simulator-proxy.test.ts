import { get } from 'node:http';
import { connect } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { TestInstance } from './marketo-client';

const marketo = new TestInstance();

beforeAll(() => marketo.start());
beforeEach(() => marketo.fresh());
afterAll(() => marketo.stop());

/** A GET as it came over the wire. */
function raw(path: string, encoding: string): Promise<{ encoding: string | undefined; body: Buffer }> {
  const headers = { authorization: `Bearer ${marketo.token}`, 'accept-encoding': encoding };
  return new Promise((resolve, reject) => {
    get(`${marketo.url}${path}`, { headers }, (answer) => {
      const parts: Buffer[] = [];
      answer.on('data', (part: Buffer) => parts.push(part));
      answer.on('end', () => resolve({ encoding: answer.headers['content-encoding'], body: Buffer.concat(parts) }));
    }).on('error', reject);
  });
}

/** First line of the answer to a request without Content-Length. */
function statusLine(request: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(marketo.url).port), '127.0.0.1');
    let text = '';
    socket.on('data', (part) => {
      text += part.toString();
    });
    socket.on('end', () => resolve(text.split('\r\n')[0] ?? ''));
    socket.on('error', reject);
    socket.write(`${request}\r\nHost: x\r\nAuthorization: Bearer ${marketo.token}\r\nConnection: close\r\n\r\n`);
  });
}

describe('what the front server does', () => {
  it('compresses an answer of 1 KB or more for who asks for it', async () => {
    const long = await raw('/rest/v1/leads/describe.json', 'gzip, deflate');
    expect(long.encoding).toBe('gzip');
    expect(JSON.parse(gunzipSync(long.body).toString()).success).toBe(true);
    expect((await raw('/rest/v1/leads/describe.json', 'identity')).encoding).toBeUndefined();
    expect((await raw('/rest/v1/leads/partitions.json', 'gzip')).encoding).toBeUndefined();
  });

  it('refuses a merge without Content-Length by HTTP 400, and takes an empty one', async () => {
    const [winner, loser] = await marketo.create({ email: 'a@x.example' }, { email: 'b@x.example' });
    const line = `POST /rest/v1/leads/${winner}/merge.json?leadId=${loser} HTTP/1.1`;
    expect(await statusLine(line)).toBe('HTTP/1.1 400 Bad Request');
    expect(await statusLine(`${line}\r\nContent-Length: 0`)).toBe('HTTP/1.1 200 OK');
    expect(await marketo.read(loser as number, 'email')).toEqual({});
  });
});

describe('asyncProcessing', () => {
  it('answers without results and does the work afterwards', async () => {
    await marketo.settings({ writeLatencyMs: 50 });
    const started = performance.now();
    const { result } = await marketo.post('/rest/v1/leads.json', {
      asyncProcessing: true,
      input: [{ email: 'a@x.example' }],
    });
    expect(result).toEqual([]);
    expect(performance.now() - started).toBeLessThan(50);
    await new Promise((resolve) => setTimeout(resolve, 100));
    const found = await marketo.get('/rest/v1/leads.json', { filterType: 'email', filterValues: 'a@x.example' });
    expect(found.result).toHaveLength(1);
  });
});

describe('what is visible of the last change', () => {
  it('is that of standard fields only: a custom field does not move updatedAt', async () => {
    await marketo.post('/rest/v1/leads/schema/fields.json', {
      input: [{ displayName: 'Own', name: 'own', dataType: 'string' }],
    });
    const [id] = await marketo.create({ email: 'a@x.example' });
    const moved = async (change: object) => {
      marketo.clock.advance(5000);
      const before = await marketo.read(id as number, 'updatedAt');
      await marketo.sync({ action: 'updateOnly', lookupField: 'id' }, { id, ...change });
      return (await marketo.read(id as number, 'updatedAt')).updatedAt !== before.updatedAt;
    };
    expect(await moved({ own: 'x' })).toBe(false);
    expect(await moved({ city: 'Graz' })).toBe(true);
  });
});
