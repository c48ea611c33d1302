import { createDynamicsClient } from '../../../clients/dynamics';
import { unlimited } from '../../../clients/governor';
import { type FakeDynamics, fakeDynamics, ID, OTHER_ID, thrown } from './dynamics-systems';
import { type Answer, cut, html, json, reset } from './local-server';

let fake: FakeDynamics;
afterEach(() => fake?.close());

const request = { set: 'contacts', select: ['firstname', '_ownerid_value', 'versionnumber'], pageSize: 4_800 };
const readWith = async (answer: Answer) => {
  fake = await fakeDynamics(answer, undefined, { timeoutMs: 1_000 });
  return fake.client.readPage(request);
};
const error = (status: number, code: string, message: string, headers = {}): Answer => {
  return (_request, response) => json(response, { error: { code, message } }, status, headers);
};

test('a tracked page: columns without annotations, types of lookups, deletions, the deltaLink', async () => {
  fake = await fakeDynamics((_request, response) =>
    json(response, {
      '@odata.context': 'c',
      '@odata.deltaLink': 'D',
      value: [
        {
          '@odata.etag': 'W/"7"',
          contactid: ID,
          firstname: null,
          versionnumber: 7,
          _ownerid_value: OTHER_ID,
          '_ownerid_value@Microsoft.Dynamics.CRM.lookuplogicalname': 'team',
        },
        { '@odata.context': 'x/$metadata#contacts/$deletedEntity', id: OTHER_ID.toUpperCase(), reason: 'deleted' },
      ],
    }),
  );
  await expect(fake.client.readPage({ ...request, track: true })).resolves.toEqual({
    rows: [{ contactid: ID, firstname: null, versionnumber: 7, _ownerid_value: OTHER_ID, _ownerid_type: 'team' }],
    deleted: [OTHER_ID],
    deltaLink: 'D',
  });
  const [seen] = fake.dataverse.seen;
  expect(seen?.url).toBe('/api/data/v9.2/contacts?$select=firstname,_ownerid_value,versionnumber');
  expect(seen?.headers).toMatchObject({
    prefer:
      'odata.track-changes,odata.maxpagesize=4800,' +
      'odata.include-annotations="Microsoft.Dynamics.CRM.lookuplogicalname"',
    accept: 'application/json',
    'odata-version': '4.0',
    'odata-maxversion': '4.0',
    'if-none-match': 'null',
  });
});

test('a nextLink is used byte for byte, with the page size and no tracking', async () => {
  fake = await fakeDynamics((_request, response) => json(response, { value: [] }));
  const path =
    '/api/data/v9.2/contacts?$select=a&$skiptoken=%3Ccookie%20pagenumber=%222%22%20pagingcookie=%22%253c%2521%22/%3E';
  await fake.client.follow(`${fake.dataverse.url}${path}`, 4_800);
  expect(fake.dataverse.seen[0]?.url).toBe(path);
  expect(fake.dataverse.seen[0]?.headers.prefer).toMatch(/^odata.maxpagesize=4800,odata.include/);
});

test.each([
  'https://evil.example/api/data/v9.2/contacts',
  'http://127.0.0.1:9/api/data/v9.2/contacts',
  'http://user@127.0.0.1/',
  '/api/data/v9.2/contacts',
])('a link of another origin is refused before a token is shown: %s', async (link) => {
  fake = await fakeDynamics((_request, response) => json(response, { value: [] }));
  expect(await thrown(fake.client.follow(link, 10))).toMatchObject({ kind: 'bug', code: 'FOREIGN_LINK' });
  expect(fake.dataverse.seen).toHaveLength(0);
});

test('a redirect is not followed', async () => {
  const found = await thrown(
    readWith((_request, response) => json(response, '', 302, { Location: 'https://evil.example/' })),
  );
  expect(found).toMatchObject({ kind: 'configuration', status: 302, about: 'contacts' });
});

test.each<[string, Answer, object]>([
  ['HTML with 200', (_q, r) => html(r, 200), { kind: 'transient', status: 200, code: 'NOT_JSON' }],
  ['HTML with 503', (_q, r) => html(r, 503), { kind: 'transient', status: 503 }],
  ['an empty body', (_q, r) => json(r, ''), { kind: 'transient', code: 'EMPTY_BODY' }],
  ['JSON that is no page', (_q, r) => json(r, { hello: 1 }), { kind: 'transient', code: 'NO_VALUE' }],
  ['a body cut off', (_q, r) => cut(r, '{"value":[{"contactid":"1"},{"contactid":"2"}]}'), { kind: 'transient' }],
  ['half a document', (_q, r) => json(r, '{"value":[{"contact'), { kind: 'transient', code: 'NOT_JSON' }],
  ['a reset', (_q, r) => reset(r), { kind: 'transient', code: 'ECONNRESET' }],
  ['no answer', () => undefined, { kind: 'transient', code: 'TIMEOUT' }],
  [
    'a limit',
    error(429, '0x80072322', 'Number of requests', { 'Retry-After': '17' }),
    { kind: 'rate-limited', code: '0x80072322', retryAfterMs: 17_000 },
  ],
  ['a busy database', error(500, '-2147204784', 'Generic SQL error'), { kind: 'transient', code: '0x80044150' }],
  ['a missing user', error(403, '0x80072560', 'not a member'), { kind: 'authority', about: /no application user/ }],
  [
    'a missing privilege',
    error(403, '0x80048306', 'Principal user (Id=1) is missing prvReadContact privilege'),
    { kind: 'authority', about: 'prvReadContact, contacts' },
  ],
  [
    'an unknown column',
    error(400, '0x80060888', "Could not find a property named 'firstname' on type 'contact'."),
    { kind: 'configuration', code: '0x80060888', about: 'firstname' },
  ],
  [
    'an unknown table',
    error(404, '0x8006088A', "Resource not found for the segment 'contacts'."),
    { kind: 'configuration', code: '0x8006088a', about: 'contacts' },
  ],
])('%s is classified', async (_name, answer, facts) => {
  const found = await thrown(readWith(answer));
  expect(found).toMatchObject({ api: 'dynamics', operation: 'contacts.read' });
  for (const [key, value] of Object.entries(facts))
    if (value instanceof RegExp) expect(found[key as 'about']).toMatch(value);
    else expect(found).toMatchObject({ [key]: value });
  expect(found.message).not.toMatch(/Ann|token-1|127\.0\.0\.1/);
  expect(fake.dataverse.seen).toHaveLength(1);
  expect(fake.governor).toMatchObject({ taken: 1, open: 0 });
});

test.each([
  ['by its code', '0x80044352', 'no matter'],
  ['by its text', '', 'Version stamp associated with the client has expired. Please perform a full sync.'],
  ['as any other refusal of the link', '0x80060888', 'what is that'],
])('a delta link that is not taken is an expired token, %s', async (_name, code, message) => {
  fake = await fakeDynamics(error(400, code, message));
  const link = `${fake.dataverse.url}/api/data/v9.2/contacts?$deltatoken=919042%2108`;
  expect(await thrown(fake.client.follow(link, 10))).toMatchObject({ kind: 'expired-token', status: 400 });
});

test('rows by id are asked for 300 at a time, without repeats, the missing left out', async () => {
  fake = await fakeDynamics((_request, response) => json(response, { value: [{ contactid: ID }] }));
  const ids = Array.from({ length: 700 }, (_, i) => `49b0be2e-d01c-ed11-b83e-${String(i % 650).padStart(12, '0')}`);
  const rows = await fake.client.readByIds('contacts', 'contactid', ids, ['contactid']);
  expect(rows).toHaveLength(3);
  const asked = fake.dataverse.seen.map(({ url }) => decodeURIComponent(url).match(/b83e-/g)?.length);
  expect(asked.sort()).toEqual([300, 300, 50]);
  expect(decodeURIComponent(fake.dataverse.seen[0]!.url)).toContain(
    "$filter=Microsoft.Dynamics.CRM.In(PropertyName='contactid',PropertyValues=[\"49b0be2e-",
  );
});

test('an id that is none never gets into an address', async () => {
  fake = await fakeDynamics((_request, response) => json(response, { value: [] }));
  const found = await thrown(fake.client.readByIds('contacts', 'contactid', ["x' or 1 eq 1"], ['contactid']));
  expect(found.kind).toBe('bug');
  expect(fake.dataverse.seen).toHaveLength(0);
});

test('a count is read past the byte order mark', async () => {
  fake = await fakeDynamics((_request, response) => response.end('\uFEFF1234'));
  await expect(fake.client.count('contacts')).resolves.toBe(1234);
});

test('a count at the cap is looked up in the snapshot', async () => {
  fake = await fakeDynamics((request, response) => {
    if (request.url.endsWith('/$count')) return response.end('5000');
    if (request.url.includes('EntityDefinitions')) return json(response, { value: [{ LogicalName: 'contact' }] });
    return json(response, { EntityRecordCountCollection: { Count: 1, Keys: ['contact'], Values: [81234] } });
  });
  await expect(fake.client.count('contacts')).resolves.toBe(81_234);
});

test.each([
  ['DYNAMICS_URL', { url: 'http://contoso.crm.dynamics.com' }],
  ['DYNAMICS_URL', { url: 'contoso' }],
  ['DYNAMICS_AUTHORITY', { authority: 'http://login.example.com' }],
])('an address without TLS outside this machine, or none, is refused: %s %o', (setting, wrong) => {
  const good = { url: 'https://contoso.crm.dynamics.com', authority: 'https://login.microsoftonline.com' };
  const create = () =>
    createDynamicsClient({
      ...good,
      tenantId: 't',
      clientId: 'c',
      credential: { clientSecret: 's' },
      governor: unlimited,
      ...wrong,
    });
  expect(create).toThrow(expect.objectContaining({ kind: 'configuration', about: expect.stringContaining(setting) }));
});
