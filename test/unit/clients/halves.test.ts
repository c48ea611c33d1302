import type { ServerResponse } from 'node:http';
import { BOUNDS } from '../../../clients/bounds';
import { type FakeDynamics, fakeDynamics, ID, OTHER_ID, thrown } from './dynamics-systems';
import { type Answer, json, type SeenRequest } from './local-server';
import { type FakeMarketo, failed, fakeMarketo, ok } from './marketo-systems';

/** Promises more than the bound, which is cheaper than to send it (bounds.test.ts sends it). */
function much(response: ServerResponse, bytes: number = BOUNDS.page + 1, status = 200): void {
  response.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': String(bytes) });
  response.write('{');
}

describe('a page of Dynamics that is over its bound', () => {
  let fake: FakeDynamics;
  afterEach(() => fake.close());

  const sizeOf = ({ headers }: SeenRequest) => Number(/maxpagesize=(\d+)/.exec(String(headers.prefer))?.[1]);
  const sizes = () => fake.dataverse.seen.map(sizeOf);
  /** Pages of more rows than this are too long. */
  const atMost =
    (rows: number): Answer =>
    (request, response) => {
      const nextLink = `${fake.dataverse.url}/api/data/v9.2/contacts?$skiptoken=${fake.dataverse.seen.length}`;
      const page = JSON.stringify({ value: [{ contactid: ID }], '@odata.nextLink': nextLink });
      if (sizeOf(request) > rows) much(response);
      else json(response, page);
    };
  const first = () => fake.client.readPage({ set: 'contacts', select: ['contactid'], pageSize: 4_800 });

  test('is asked for again with half the rows, and its read goes on with as many', async () => {
    fake = await fakeDynamics(atMost(1_000));
    const { rows, nextLink } = await first();
    expect(rows).toEqual([{ contactid: ID }]);
    expect(sizes()).toEqual([4_800, 2_400, 1_200, 600]);
    const next = await fake.client.follow(String(nextLink), 4_800);
    await fake.client.follow(String(next.nextLink), 4_800);
    // The same page once more, as after a crash.
    await fake.client.follow(String(next.nextLink), 4_800);
    expect(sizes().slice(4)).toEqual([600, 600, 600]);
    await first();
    expect(sizes()[7]).toBe(4_800);
  });

  test('behind a link too, and keeps its other preferences', async () => {
    fake = await fakeDynamics(atMost(30));
    await fake.client.follow(`${fake.dataverse.url}/api/data/v9.2/contacts?$deltatoken=1`, 100, true);
    expect(sizes()).toEqual([100, 50, 25]);
    expect(fake.dataverse.seen[2]?.headers.prefer).toContain('odata.track-changes');
  });

  test('and is one row: that row is too large', async () => {
    fake = await fakeDynamics(atMost(0));
    expect(await thrown(first())).toMatchObject({ kind: 'too-large', code: 'TOO_LARGE' });
    expect(sizes().slice(-3)).toEqual([3, 2, 1]);
    const link = `${fake.dataverse.url}/api/data/v9.2/contacts?$deltatoken=1`;
    expect(await thrown(fake.client.follow(link, 4, true))).toMatchObject({ kind: 'too-large' });
  });

  const ids = Array.from({ length: 300 }, (_, n) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`);
  const giants = [ids[7], ids[8], ids[250]].map(String);
  const byId: Answer = ({ url }, response) => {
    const asked = [...url.matchAll(/%22([0-9a-f-]{36})%22/g)].map(([, id]) => String(id));
    const page = JSON.stringify({ value: asked.map((contactid) => ({ contactid })) });
    if (asked.some((id) => giants.includes(id))) much(response);
    else json(response, page);
  };

  test('of rows by id: the others come, and the ids of those that are too large are told', async () => {
    fake = await fakeDynamics(byId);
    const found: string[] = [];
    const rows = await fake.client.readByIds('contacts', 'contactid', ids, ['contactid'], (id) => found.push(id));
    expect(found.sort()).toEqual(giants);
    expect(rows.map(({ contactid }) => contactid).sort()).toEqual(ids.filter((id) => !giants.includes(id)));
    expect(fake.dataverse.seen.length).toBeLessThan(2 * 3 * 9);
  });

  test('of rows by id, where nobody takes the ids: the call fails for the first of them', async () => {
    fake = await fakeDynamics(byId);
    const error = await thrown(fake.client.readByIds('contacts', 'contactid', ids, ['contactid']));
    expect(error).toMatchObject({ kind: 'too-large', key: giants[0] });
    expect(error.message).not.toContain(giants[0]);
  });

  test.each([
    ['an answer to a write', () => fake.client.patch([{ set: 'contacts', id: ID, values: { a: 1 } }], 'suppress')],
    ['metadata', () => fake.client.table('contact')],
    ['a count', () => fake.client.count('contacts')],
  ])('%s over its bound is a transient fault, and is not asked for again', async (_name, call) => {
    fake = await fakeDynamics((_request, response) => much(response, BOUNDS.metadata + 1));
    expect(await thrown(call())).toMatchObject({ kind: 'transient', code: 'TOO_LARGE' });
    expect(fake.dataverse.seen).toHaveLength(1);
  });

  test('an error over its bound is a transient fault, and no reason to ask for less', async () => {
    fake = await fakeDynamics((_request, response) => much(response, BOUNDS.page + 1, 400));
    expect(await thrown(first())).toMatchObject({ kind: 'transient', code: 'TOO_LARGE', status: 400 });
    expect(fake.dataverse.seen).toHaveLength(1);
  });

  test('a link that is gone for good has expired, however long that is told', async () => {
    fake = await fakeDynamics((_request, response) => much(response, BOUNDS.page + 1, 410));
    const link = `${fake.dataverse.url}/api/data/v9.2/contacts?$deltatoken=919042%2108`;
    expect(await thrown(fake.client.follow(link, 10, true))).toMatchObject({ kind: 'expired-token', status: 410 });
  });

  test('a token over its bound is a transient fault', async () => {
    fake = await fakeDynamics(atMost(1), (_request, response) => much(response, BOUNDS.token + 1));
    expect(await thrown(first())).toMatchObject({ api: 'entra', kind: 'transient', code: 'TOO_LARGE' });
  });

  test.each([
    ['JSON_TOO_DEEP', '['.repeat(100_000)],
    ['JSON_TOO_DEEP', `{"value":${'['.repeat(64)}1${']'.repeat(64)}}`],
    ['JSON_PROTO_KEY', `{"value":[{"contactid":"${OTHER_ID}","__proto__":{"versionnumber":9}}]}`],
    ['JSON_PROTO_KEY', `{"value":[{"\\u005f_proto__":{}}]}`],
  ])('%s: a transient fault, of a page, an error, a part of a batch and a token', async (code, body) => {
    const hostile: Answer = (_request, response, count) => json(response, body, count === 1 ? 200 : 400);
    fake = await fakeDynamics(hostile);
    expect(await thrown(first())).toMatchObject({ kind: 'transient', code });
    expect(await thrown(first())).toMatchObject({ kind: 'transient', code });
    await fake.close();
    fake = await fakeDynamics((_request, response) => {
      const part = `--b\r\nContent-Type: application/http\r\n\r\nHTTP/1.1 400 Bad Request\r\n\r\n${body}\r\n--b--\r\n`;
      response.writeHead(200, { 'Content-Type': 'multipart/mixed; boundary=b' }).end(part);
    });
    const patched = fake.client.patch([{ set: 'contacts', id: ID, values: { a: 1 } }], 'suppress');
    expect(await patched).toMatchObject([{ status: 'failed', error: { kind: 'transient', code } }]);
    await fake.close();
    fake = await fakeDynamics(hostile, (_request, response) => json(response, body, 400));
    expect(await thrown(first())).toMatchObject({ api: 'entra', kind: 'transient', code });
  });
});

describe('an answer of Marketo that is over its bound', () => {
  let fake: FakeMarketo;
  afterEach(() => fake.close());

  const query = ({ url, body }: SeenRequest) => new URLSearchParams(body === '' ? url.split('?')[1] : body);
  const values = (request: SeenRequest) => (query(request).get('filterValues') ?? '').split(',');
  const batch = (request: SeenRequest) => Number(query(request).get('batchSize'));
  const ids = Array.from({ length: 300 }, (_, n) => String(n + 1));

  test.each([
    ['persons', (told: (key: string) => void) => fake.client.leadsBy('id', ids, ['id'], told)],
    ['records', (told: (key: string) => void) => fake.client.queryObjects('opportunities', 'id', ids, ['id'], told)],
  ])('%s: asked for by halves; the values that are too large are told, the others come', async (_name, read) => {
    const giants = ['3', '299'];
    fake = await fakeMarketo((request, response) => {
      const page = JSON.stringify(ok({ result: values(request).map((id) => ({ id })) }));
      if (values(request).some((id) => giants.includes(id))) much(response);
      else json(response, page);
    });
    const told: string[] = [];
    const found = await read((key) => told.push(key));
    expect(told).toEqual(giants);
    expect(found.map(({ id }) => id)).toEqual(ids.filter((id) => !giants.includes(id)));
  });

  test('many records of one value come one at a time', async () => {
    fake = await fakeMarketo((request, response) => {
      const at = Number(query(request).get('nextPageToken') ?? 0);
      const more = at < 4 ? { nextPageToken: String(at + 1) } : {};
      const page = JSON.stringify(ok({ result: [{ id: at }], ...more }));
      if (batch(request) > 1) much(response);
      else json(response, page);
    });
    expect((await fake.client.leadsBy('email', ['a@b.cd'], ['id'])).map(({ id }) => id)).toEqual([0, 1, 2, 3, 4]);
  });

  test('where nobody takes the keys the call fails, and does not tell the key', async () => {
    fake = await fakeMarketo((_request, response) => much(response));
    const error = await thrown(fake.client.leadsBy('email', ['ann@example.com'], ['id']));
    expect(error).toMatchObject({ kind: 'too-large', key: 'ann@example.com' });
    expect(error.message).not.toContain('ann');
  });

  test('activities and members: with half of them from the same token, down to one', async () => {
    fake = await fakeMarketo((request, response) => {
      const page = JSON.stringify(ok({ result: [{ id: 1 }], nextPageToken: 'n', moreResult: true }));
      if (batch(request) > 40 || query(request).get('nextPageToken') === 'giant') much(response);
      else json(response, page);
    });
    expect(await fake.client.leadChanges('t', ['email'])).toMatchObject({ nextPageToken: 'n' });
    expect(await fake.client.listMembers(1, 't')).toMatchObject({ ids: [1] });
    expect(fake.rest().map(batch)).toEqual([300, 150, 75, 38, 300, 150, 75, 38]);
    expect(fake.rest().map((request) => query(request).get('nextPageToken'))).toEqual(Array(8).fill('t'));
    expect(await thrown(fake.client.activities('giant', [22]))).toMatchObject({ kind: 'too-large' });
  });

  test('a write’s result: its outcome is in doubt', async () => {
    fake = await fakeMarketo((_request, response) => much(response, BOUNDS.written + 1));
    const sync = fake.client.syncLeads({ action: 'updateOnly', lookupField: 'id', input: [{ id: 1 }] });
    expect(await thrown(sync)).toMatchObject({ kind: 'ambiguous', code: 'TOO_LARGE' });
    expect(fake.rest()).toHaveLength(1);
  });

  test.each([
    ['JSON_TOO_DEEP', '['.repeat(100_000)],
    ['JSON_PROTO_KEY', '{"success":true,"result":[{"id":1,"__proto__":{"email":"x"}}]}'],
  ])('%s: a transient fault of a read, a write in doubt, a transient fault of the token', async (code, body) => {
    let status = 200;
    fake = await fakeMarketo((_request, response) => json(response, body, status));
    const read = () => fake.client.leadsBy('id', [1], ['id']);
    const sync = () => fake.client.syncLeads({ action: 'updateOnly', lookupField: 'id', input: [{ id: 1 }] });
    for (status of [200, 400, 401]) {
      expect(await thrown(read())).toMatchObject({ kind: 'transient', code });
      expect(await thrown(sync())).toMatchObject({ kind: 'ambiguous', code });
    }
    await fake.close();
    fake = await fakeMarketo(
      (_request, response) => json(response, {}),
      {},
      (_request, response) => json(response, body, status),
    );
    expect(await thrown(read())).toMatchObject({ kind: 'transient', code });
  });

  test('codes and reasons of a hostile length are not kept', async () => {
    const long = 'x'.repeat(100_000);
    fake = await fakeMarketo((_request, response, count) =>
      json(
        response,
        count === 1
          ? failed(long, long)
          : ok({ result: [{ status: 'skipped', reasons: [{ code: long, message: long }] }] }),
      ),
    );
    const sync = () => fake.client.syncLeads({ action: 'updateOnly', lookupField: 'id', input: [{ id: 1 }] });
    expect((await thrown(sync())).message.length).toBeLessThan(1_000);
    expect(await sync()).toEqual([{ status: 'skipped', reasons: [{ code: '0' }] }]);
  });
});
