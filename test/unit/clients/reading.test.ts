import { fakeDynamics, ID, thrown } from './dynamics-systems';
import { json } from './local-server';
import { fakeMarketo, ok } from './marketo-systems';

/** What an error in our own reading would be like: of this answer nobody expected it. */
function mockReading<T extends (...given: never[]) => unknown>(read: T): T {
  return ((...given) => {
    if (process.env.READING_FAILS === '1') throw new TypeError('Cannot convert object to primitive value');
    return read(...given);
  }) as T;
}
jest.mock('../../../clients/marketo/envelope', () => {
  const actual = jest.requireActual('../../../clients/marketo/envelope');
  return { ...actual, readEnvelope: mockReading(actual.readEnvelope) };
});
jest.mock('../../../clients/marketo/sync-results', () => {
  const actual = jest.requireActual('../../../clients/marketo/sync-results');
  return { ...actual, syncResults: mockReading(actual.syncResults) };
});
jest.mock('../../../clients/marketo/fields', () => {
  const actual = jest.requireActual('../../../clients/marketo/fields');
  return { ...actual, fieldsOf: mockReading(actual.fieldsOf) };
});
jest.mock('../../../clients/dynamics/rows', () => {
  const actual = jest.requireActual('../../../clients/dynamics/rows');
  return { ...actual, pageOf: mockReading(actual.pageOf) };
});
jest.mock('../../../clients/dynamics/classify', () => {
  const actual = jest.requireActual('../../../clients/dynamics/classify');
  return { ...actual, refusalOf: mockReading(actual.refusalOf), answerError: mockReading(actual.answerError) };
});

let fake: { close(): Promise<void> };
afterEach(() => fake.close());
beforeEach(() => {
  process.env.READING_FAILS = '1';
});
afterAll(() => {
  delete process.env.READING_FAILS;
});

test.each([
  ['an envelope', 200, 'leads.read'],
  ['fields', 200, 'leads.describe'],
])('Marketo: an error while %s is read is transient, and never a record’s', async (_name, status, operation) => {
  const marketo = await fakeMarketo((_q, r) => json(r, ok({ result: [{ id: 1 }] }), status));
  fake = marketo;
  const call = operation === 'leads.read' ? marketo.client.leadsBy('id', [1], ['id']) : marketo.client.describeLeads();
  expect(await thrown(call)).toMatchObject({ name: 'ApiError', kind: 'transient', operation, code: 'UNREADABLE' });
});

test('Marketo: an error while the result of a write is read leaves its outcome in doubt', async () => {
  const marketo = await fakeMarketo((_q, r) => json(r, ok({ result: [{ id: 1, status: 'updated' }] })));
  fake = marketo;
  const call = marketo.client.syncLeads({ action: 'updateOnly', lookupField: 'id', input: [{ id: 1 }] });
  expect(await thrown(call)).toMatchObject({ name: 'ApiError', kind: 'ambiguous', code: 'UNREADABLE' });
});

test('Marketo: what is thrown before a write is sent is passed on as it is', async () => {
  process.env.READING_FAILS = '0';
  const marketo = await fakeMarketo((_q, r) => json(r, ok({ result: [{ id: 1, status: 'updated' }] })));
  fake = marketo;
  const own = new RangeError('of the caller');
  const call = marketo.client.syncLeads({ action: 'updateOnly', lookupField: 'id', input: [{ id: 1 }] }, async () => {
    throw own;
  });
  expect(await thrown(call)).toBe(own);
  const circular: Record<string, unknown> = {};
  circular.self = circular;
  const sync = marketo.client.syncLeads({ action: 'updateOnly', lookupField: 'id', input: [circular] });
  expect(await thrown(sync)).toBeInstanceOf(TypeError);
});

test('Dynamics: an error while a page, a refusal, or a part of a batch is read is transient', async () => {
  const part = '--b\r\nContent-Type: application/http\r\n\r\nHTTP/1.1 400 Bad Request\r\n\r\n{}\r\n--b--\r\n';
  const dynamics = await fakeDynamics((request, response) => {
    if (request.method === 'POST') response.writeHead(200, { 'Content-Type': 'multipart/mixed; boundary=b' }).end(part);
    else json(response, { value: [] }, request.url.includes('accounts') ? 400 : 200);
  });
  fake = dynamics;
  const rows = (set: string) => dynamics.client.readByIds(set, 'contactid', [ID], ['contactid']);
  const unreadable = { name: 'ApiError', api: 'dynamics', kind: 'transient', code: 'UNREADABLE' };
  expect(await thrown(rows('contacts'))).toMatchObject(unreadable);
  expect(await thrown(rows('accounts'))).toMatchObject({ ...unreadable, operation: 'accounts.read-by-ids' });
  const patched = dynamics.client.patch([{ set: 'contacts', id: ID, values: { a: 1 } }], 'suppress');
  expect(await thrown(patched)).toMatchObject({ ...unreadable, operation: 'rows.patch' });
});

test('Dynamics: an id that is none is still refused by our own client', async () => {
  const dynamics = await fakeDynamics((_request, response) => json(response, { value: [] }));
  fake = dynamics;
  const found = await thrown(dynamics.client.readByIds('contacts', 'contactid', ['{no guid}'], ['contactid']));
  expect(found).toMatchObject({ kind: 'bug', about: 'an id is not a GUID' });
  expect([found.status, found.code]).toEqual([undefined, undefined]);
});
