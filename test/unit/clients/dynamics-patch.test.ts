import type { ServerResponse } from 'node:http';
import type { PatchOutcome, RowPatch } from '../../../clients/dynamics';
import { type FakeDynamics, fakeDynamics, ID, OTHER_ID, thrown } from './dynamics-systems';
import { html, json } from './local-server';

let fake: FakeDynamics;
afterEach(() => fake.close());

interface Part {
  status: number;
  headers?: string[];
  body?: unknown;
}

const refused = (status: number, code: string, message: string, headers: string[] = []): Part => ({
  status,
  headers: ['REQ_ID: 1', ...headers],
  body: { error: { code, message } },
});

function multipart(response: ServerResponse, parts: Part[], close = true): void {
  const lines = parts.flatMap(({ status, headers = [], body }) => [
    '--batchresponse_1',
    'Content-Type: application/http',
    'Content-Transfer-Encoding: binary',
    '',
    `HTTP/1.1 ${status} Whatever`,
    ...(body === undefined ? [] : ['Content-Type: application/json; odata.metadata=minimal']),
    'OData-Version: 4.0',
    ...headers,
    '',
    body === undefined ? '' : JSON.stringify(body),
  ]);
  response.writeHead(200, { 'Content-Type': 'multipart/mixed; boundary=batchresponse_1' });
  response.end([...lines, ...(close ? ['--batchresponse_1--'] : []), ''].join('\r\n'));
}

const row = (values: Record<string, unknown> = { firstname: 'Ann' }): RowPatch => ({
  set: 'contacts',
  id: ID,
  version: 7,
  values,
});
const answering = async (parts: Part[], close = true) => {
  fake = await fakeDynamics((_request, response) => multipart(response, parts, close));
};
const outcome = async (part: Part, values?: Record<string, unknown>): Promise<PatchOutcome | undefined> => {
  await answering([part, { status: 204 }]);
  return (await fake.client.patch([row(values), row()], 'suppress'))[0];
};

test('one request, a part a row, each with its own precondition', async () => {
  await answering([{ status: 200, body: { '@odata.etag': 'W/"8"', versionnumber: 8 } }, { status: 204 }]);
  await expect(
    fake.client.patch(
      [row({ lastname: 'Müller' }), { set: 'leads', id: OTHER_ID, values: { subject: null } }],
      'suppress',
    ),
  ).resolves.toEqual([{ status: 'updated', version: 8 }, { status: 'updated' }]);
  const [seen] = fake.dataverse.seen;
  expect(seen).toMatchObject({ method: 'POST', url: '/api/data/v9.2/$batch' });
  expect(seen?.headers.prefer).toBe('odata.continue-on-error');
  const boundary = /boundary="([^"]+)"/.exec(seen?.headers['content-type'] ?? '')?.[1];
  expect(seen?.body.replaceAll(boundary ?? '', 'B')).toBe(
    [
      '--B',
      'Content-Type: application/http',
      'Content-Transfer-Encoding: binary',
      '',
      `PATCH /api/data/v9.2/contacts(${ID})?$select=versionnumber,lastname HTTP/1.1`,
      'Content-Type: application/json; charset=utf-8',
      'Content-Length: 22',
      'Accept: application/json',
      'Prefer: return=representation',
      'MSCRM.SuppressDuplicateDetection: true',
      'If-Match: W/"7"',
      '',
      '{"lastname":"Müller"}',
      '--B',
      'Content-Type: application/http',
      'Content-Transfer-Encoding: binary',
      '',
      `PATCH /api/data/v9.2/leads(${OTHER_ID})?$select=versionnumber,subject HTTP/1.1`,
      'Content-Type: application/json; charset=utf-8',
      'Content-Length: 16',
      'Accept: application/json',
      'Prefer: return=representation',
      'MSCRM.SuppressDuplicateDetection: true',
      'If-Match: *',
      '',
      '{"subject":null}',
      '--B--',
      '',
    ].join('\r\n'),
  );
});

test('what the row holds of what was sent comes with the answer', async () => {
  const body = { versionnumber: 8, lastname: 'Mül', contactid: ID, jobtitle: 'not sent' };
  await expect(
    outcome({ status: 200, body }, { lastname: 'Müller', 'ownerid@odata.bind': `/teams(${OTHER_ID})` }),
  ).resolves.toEqual({ status: 'updated', version: 8, held: { lastname: 'Mül' } });
  expect(fake.dataverse.seen[0]?.body).toContain('?$select=versionnumber,lastname HTTP/1.1');
});

test('the version comes from the ETag where there is no representation', async () => {
  await expect(outcome({ status: 204, headers: ['ETag: W/"470867"'] })).resolves.toEqual({
    status: 'updated',
    version: 470_867,
  });
});

test.each<[string, Part, PatchOutcome]>([
  ['another version', refused(412, '0x80060882', "The version doesn't match"), { status: 'conflict' }],
  ['another version, without a code', refused(412, '', "doesn't match"), { status: 'conflict' }],
  [
    'a key that another row has',
    refused(412, '0x80060892', 'Entity Key violated'),
    { status: 'refused', code: '0x80060892' },
  ],
  ['a row that is gone', refused(404, '0x80040217', `contact With Id = ${ID} Does Not Exist`), { status: 'gone' }],
  [
    'a text too long',
    refused(400, '0x80044331', "The length of the 'subject' attribute of the 'lead' entity exceeded"),
    { status: 'refused', code: '0x80044331', column: 'subject' },
  ],
  [
    'an owner that does not exist',
    refused(404, '0x80040217', `systemuser With Id = ${OTHER_ID} Does Not Exist`),
    { status: 'refused', code: '0x80040217', column: 'ownerid' },
  ],
  ['one row without a privilege', refused(403, '0x80040220', 'no'), { status: 'refused', code: '0x80040220' }],
])('%s', async (_name, part, expected) => {
  const values = { subject: 'x', 'ownerid@odata.bind': `/systemusers(${OTHER_ID})` };
  await expect(outcome(part, values)).resolves.toEqual(expected);
});

test('every row without a privilege is a matter of authority', async () => {
  const without = refused(403, '0x80048306', 'Principal user is missing prvWriteContact privilege');
  await answering([without, without]);
  expect(await thrown(fake.client.patch([row(), row()], 'suppress'))).toMatchObject({
    kind: 'authority',
    code: '0x80048306',
    about: 'prvWriteContact',
  });
});

test('a limit met by one part is that row’s alone, with its Retry-After; the others’ outcomes are told', async () => {
  await answering([{ status: 204 }, refused(429, '0x80072326', 'concurrent', ['Retry-After: 5'])]);
  await expect(fake.client.patch([row(), row()], 'suppress')).resolves.toEqual([
    { status: 'updated' },
    { status: 'failed', error: expect.objectContaining({ kind: 'rate-limited', retryAfterMs: 5_000 }) },
  ]);
});

test.each([
  ['without a privilege', refused(403, '0x80040220', 'no'), { kind: 'authority', status: 403, code: '0x80040220' }],
  ['at a limit', refused(429, '0x80072326', 'concurrent'), { kind: 'rate-limited', status: 429, code: '0x80072326' }],
])(
  'of one row alone %s nobody knows whether it is the row’s or everybody’s: it fails by itself',
  async (_name, part, error) => {
    await answering([part]);
    await expect(fake.client.patch([row()], 'suppress')).resolves.toEqual([
      { status: 'failed', error: expect.objectContaining(error) },
    ]);
  },
);

test('of one row alone, a privilege that is named is one that the role lacks for the table', async () => {
  await answering([refused(403, '0x80048306', 'Principal user is missing prvWriteContact privilege')]);
  expect(await thrown(fake.client.patch([row()], 'suppress'))).toMatchObject({
    kind: 'authority',
    about: expect.stringContaining('prvWriteContact'),
  });
});

// The connection's own limit is the answer's to the whole batch: of parts nobody knows whose it is, however many they are.
test.each([2, 25, 100])('a limit met by each of %d parts is told of each, with its Retry-After', async (parts) => {
  await answering(Array.from({ length: parts }, () => refused(429, '0x80072326', 'concurrent', ['Retry-After: 5'])));
  const patches = Array.from({ length: parts }, () => row());
  const failed = { status: 'failed', error: expect.objectContaining({ kind: 'rate-limited', retryAfterMs: 5_000 }) };
  await expect(fake.client.patch(patches, 'suppress')).resolves.toEqual(patches.map(() => failed));
});

test('a batch that is limited as a whole is the connection’s', async () => {
  fake = await fakeDynamics((_request, response) => json(response, {}, 429, { 'Retry-After': '5' }));
  expect(await thrown(fake.client.patch([row()], 'suppress'))).toMatchObject({
    kind: 'rate-limited',
    retryAfterMs: 5_000,
  });
});

test.each([2, 25])('%d rows that are not shared with the user, and no others, fail each by itself', async (parts) => {
  const unshared = refused(403, '0x80040220', 'The user does not have AccessRights WriteAccess for record 42');
  await answering(Array.from({ length: parts }, () => unshared));
  const patches = Array.from({ length: parts }, () => row());
  const failed = { status: 'failed', error: expect.objectContaining({ kind: 'authority', code: '0x80040220' }) };
  await expect(fake.client.patch(patches, 'suppress')).resolves.toEqual(patches.map(() => failed));
});

test('a privilege that is named for one of two rows alone stops no other', async () => {
  const named = refused(403, '0x80048306', 'Principal user is missing prvWriteContact privilege');
  await answering([named, refused(403, '0x80040220', 'no AccessRights for record 42')]);
  const failed = { status: 'failed', error: expect.objectContaining({ kind: 'authority' }) };
  await expect(fake.client.patch([row(), row()], 'suppress')).resolves.toEqual([failed, failed]);
});

test('a row at which the server fails is told as failed, beside the outcomes of the others', async () => {
  await answering([refused(500, '0x8004418d', 'unexpected'), { status: 204 }]);
  await expect(fake.client.patch([row(), row()], 'suppress')).resolves.toEqual([
    { status: 'failed', error: expect.objectContaining({ kind: 'transient', status: 500, code: '0x8004418d' }) },
    { status: 'updated' },
  ]);
});

test.each([100, 102, 199, 302, 304])(
  'a part with %d is no outcome: what came of its row is not known',
  async (status) => {
    await answering([{ status }, { status: 204 }]);
    await expect(fake.client.patch([row(), row()], 'suppress')).resolves.toEqual([
      { status: 'failed', error: expect.objectContaining({ kind: 'transient', status }) },
      { status: 'updated' },
    ]);
    await fake.close();
    await answering([{ status }]);
    const [made] = await fake.client.create([{ set: 'contacts', id: ID, values: { subject: 'x' } }], 'suppress');
    expect(made).toMatchObject({ status: 'failed', error: { kind: 'transient', status } });
  },
);

test.each([
  ['cut off', false, 2, 'CUT_BATCH'],
  ['of another length', true, 1, 'BATCH_COUNT'],
])('an answer %s is transient', async (_name, close, parts, code) => {
  await answering(
    Array.from({ length: parts }, () => ({ status: 204 })),
    close,
  );
  expect(await thrown(fake.client.patch([row(), row()], 'suppress'))).toMatchObject({ kind: 'transient', code });
});

test('HTML, or JSON, in place of parts is transient', async () => {
  fake = await fakeDynamics((_request, response, count) => (count === 1 ? html(response, 200) : json(response, {})));
  for (const _ of [1, 2])
    expect(await thrown(fake.client.patch([row()], 'suppress'))).toMatchObject({ kind: 'transient', code: 'NO_BATCH' });
});

test('nothing to send sends nothing; too much is a bug', async () => {
  await answering([]);
  await expect(fake.client.patch([], 'suppress')).resolves.toEqual([]);
  expect(
    (
      await thrown(
        fake.client.patch(
          Array.from({ length: 101 }, () => row()),
          'suppress',
        ),
      )
    ).kind,
  ).toBe('bug');
  expect(fake.dataverse.seen).toHaveLength(0);
});
