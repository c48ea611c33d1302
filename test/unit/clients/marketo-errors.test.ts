import { unlimited } from '../../../clients/governor';
import { createMarketoClient } from '../../../clients/marketo';
import { thrown } from './dynamics-systems';
import { type Answer, cut, html, json, reset } from './local-server';
import { type FakeMarketo, failed, fakeMarketo, ok } from './marketo-systems';

let fake: FakeMarketo;
afterEach(() => fake?.close());

const read = () => fake.client.leadsBy('id', [1], ['id']);
const write = () =>
  fake.client.syncLeads({
    action: 'createOnly',
    lookupField: 'microsoftId',
    input: [{ microsoftId: 'a', email: 'ann@x.com' }],
  });

describe('tokens', () => {
  test('the token goes in the header only, and one request serves calls at the same time', async () => {
    fake = await fakeMarketo((_q, r) => json(r, ok({ result: [] })));
    await Promise.all([read(), read(), read()]);
    expect(fake.server.seen.filter(({ url }) => url.startsWith('/identity'))).toHaveLength(1);
    expect(fake.rest()[0]?.headers.authorization).toBe('Bearer token-1');
    expect(fake.rest()[0]?.url).not.toContain('token-1');
  });

  test.each(['601', '602'])('%s is answered with a new token, once for all', async (code) => {
    fake = await fakeMarketo((q, r) =>
      json(
        r,
        q.headers.authorization === 'Bearer token-1' ? failed(code) : ok({ result: [{ id: 5, status: 'created' }] }),
      ),
    );
    await expect(Promise.all([write(), write()])).resolves.toEqual(Array(2).fill([{ status: 'created', id: 5 }]));
    expect(fake.server.seen.filter(({ url }) => url.startsWith('/identity'))).toHaveLength(2);
    expect(fake.governor).toMatchObject({ taken: 4, open: 0 });
  });

  test('a second 601 is a matter of authority; a second 602 passes by', async () => {
    fake = await fakeMarketo((_q, r, count) => json(r, failed(count < 3 ? '601' : '602')));
    expect(await thrown(read())).toMatchObject({ kind: 'authority', code: '601' });
    expect(await thrown(read())).toMatchObject({ kind: 'transient', code: '602' });
    expect(fake.rest()).toHaveLength(4);
  });

  test('wrong credentials name the settings and hold no secret', async () => {
    fake = await fakeMarketo(
      (_q, r) => json(r, ok()),
      {},
      (_q, r) => json(r, { error: 'invalid_client', error_description: 'Bad client credentials' }, 401),
    );
    const found = await thrown(read());
    expect(found).toMatchObject({ api: 'marketo', kind: 'authority', code: 'invalid_client', status: 401 });
    expect(found.about).toContain('MARKETO_CLIENT_SECRET');
    expect(JSON.stringify({ ...found, message: found.message, stack: found.stack })).not.toContain('sesame');
  });
});

test.each([
  ['606', 'rate-limited', 'rate-limited'],
  ['607', 'quota', 'quota'],
  ['615', 'rate-limited', 'rate-limited'],
  ['502', 'transient', 'ambiguous'],
  ['604', 'transient', 'ambiguous'],
  ['611', 'transient', 'ambiguous'],
  ['608', 'transient', 'transient'],
  ['614', 'transient', 'transient'],
  ['713', 'transient', 'transient'],
  ['719', 'transient', 'transient'],
  ['610', 'configuration', 'configuration'],
  ['616', 'configuration', 'configuration'],
  ['1018', 'configuration', 'configuration'],
  ['1003', 'refused', 'refused'],
  ['609', 'bug', 'bug'],
  ['698', 'transient', 'transient'],
  ['1999', 'refused', 'refused'],
])('code %s is %s for a read and %s for a write', async (code, ofRead, ofWrite) => {
  fake = await fakeMarketo((_q, r) => json(r, failed(code, 'Ann Example')));
  expect(await thrown(read())).toMatchObject({ kind: ofRead, code, operation: 'leads.read' });
  expect(await thrown(write())).toMatchObject({ kind: ofWrite, code, operation: 'leads.sync' });
  expect((await thrown(read())).message).not.toContain('Ann');
});

test.each<[string, Answer, string]>([
  ['HTML with 200', (_q, r) => html(r, 200), 'NOT_JSON'],
  ['HTML with 502', (_q, r) => html(r, 502), 'NOT_JSON'],
  ['an empty body', (_q, r) => json(r, ''), 'EMPTY_BODY'],
  ['a body cut off', (_q, r) => cut(r, JSON.stringify(ok({ result: [{ id: 1 }] }))), 'CUT_BODY'],
  ['half a document', (_q, r) => json(r, '{"requestId":"1#2","resu'), 'NOT_JSON'],
  ['a reset', (_q, r) => reset(r), 'ECONNRESET'],
  ['no answer in time', () => undefined, 'TIMEOUT'],
])('%s is transient for a read and ambiguous for a write', async (_name, answer, code) => {
  fake = await fakeMarketo(answer, { timeoutMs: 500 });
  expect(await thrown(read())).toMatchObject({ kind: 'transient', code });
  expect(await thrown(write())).toMatchObject({ kind: 'ambiguous', code });
  expect(fake.rest()).toHaveLength(2);
  expect(fake.governor.open).toBe(0);
});

test('a write that never left is transient', async () => {
  fake = await fakeMarketo((_q, r) => json(r, ok({ result: [{ id: 1, status: 'created' }] })));
  await write();
  await fake.close();
  // Until the kept connection has seen that its end is gone: a reset of that one would be in doubt.
  await new Promise((seen) => setTimeout(seen, 100));
  expect(await thrown(write())).toMatchObject({ kind: 'transient', code: 'ECONNREFUSED' });
});

test('the waits: seconds for the window, until midnight Central for the day', async () => {
  fake = await fakeMarketo((_q, r, count) => json(r, failed(count === 1 ? '606' : '607')));
  const window = await thrown(read());
  expect(window.retryAfterMs).toBeGreaterThanOrEqual(2_000);
  expect(window.retryAfterMs).toBeLessThanOrEqual(20_000);
  expect((await thrown(read())).retryAfterMs).toBeLessThanOrEqual(86_400_000);
});

test('a missing permission is named', async () => {
  fake = await fakeMarketo((_q, r) => json(r, failed('603', 'Access denied')));
  const found = await thrown(fake.client.syncObjects('companies', 'createOrUpdate', [{ externalCompanyId: 'a' }]));
  expect(found).toMatchObject({ kind: 'authority', code: '603' });
  expect(found.about).toContain('Read-Write Company');
});

test('a field of ours in the text of a whole refusal is named', async () => {
  fake = await fakeMarketo((_q, r) => json(r, failed('1006', "Lookup field 'microsoftId' not found")));
  expect(await thrown(write())).toMatchObject({ kind: 'configuration', code: '1006', about: 'microsoftId' });
});

test('addresses: TLS outside this machine; the munchkin id from the host or the setting', () => {
  const options = { clientId: 'c', clientSecret: 's', governor: unlimited };
  expect(() => createMarketoClient({ ...options, url: 'http://123-abc-456.mktorest.com' })).toThrow(/MARKETO_URL/);
  expect(createMarketoClient({ ...options, url: 'https://123-abc-456.mktorest.com' }).munchkinId()).toBe('123-ABC-456');
  const local = { ...options, url: 'http://127.0.0.1:4603' };
  expect(createMarketoClient({ ...local, munchkinId: '123-SIM-456' }).munchkinId()).toBe('123-SIM-456');
  expect(() => createMarketoClient(local).munchkinId()).toThrow(/MARKETO_MUNCHKIN_ID/);
});
