import { count } from '../../clients/dynamics/count';
import { createRows } from '../../clients/dynamics/create-rows';
import { duplicates } from '../../clients/dynamics/duplicates';
import { follow } from '../../clients/dynamics/follow';
import { settingsOf as dynamicsSettings } from '../../clients/dynamics/options';
import { organisation } from '../../clients/dynamics/organisation';
import { patch } from '../../clients/dynamics/patch';
import { readByIds } from '../../clients/dynamics/read-by-ids';
import { readPage } from '../../clients/dynamics/read-page';
import { table } from '../../clients/dynamics/table';
import { createTransport as dynamicsTransport } from '../../clients/dynamics/transport';
import { ApiError } from '../../clients/errors';
import { unlimited } from '../../clients/governor';
import type { Http } from '../../clients/http';
import { activities, leadChanges } from '../../clients/marketo/activities';
import { createCustomObject } from '../../clients/marketo/create-custom-object';
import { createLeadFields } from '../../clients/marketo/create-lead-fields';
import { deleteLeads } from '../../clients/marketo/delete-leads';
import { describeLeads } from '../../clients/marketo/describe-leads';
import { leadsBy } from '../../clients/marketo/leads-by';
import { listMembers } from '../../clients/marketo/list-members';
import { mergeLeads } from '../../clients/marketo/merge-leads';
import { settingsOf as marketoSettings } from '../../clients/marketo/options';
import { pagingToken } from '../../clients/marketo/paging-token';
import { queryObjects } from '../../clients/marketo/query-objects';
import { syncLeads } from '../../clients/marketo/sync-leads';
import { createTransport as marketoTransport } from '../../clients/marketo/transport';
import { usage } from '../../clients/marketo/usage';
import { syncObjects } from '../../clients/marketo/write-objects';

/** What may stand where a text, a number, a list or an object belongs. The first is what `String` and `Number` throw at. */
const STRANGE: readonly unknown[] = [{ toString: 1, valueOf: 1 }, null, [[{ a: 1 }]], [], {}, 1e308, -1, '', 'x', true];

/** Paths to every value of a document, however deep. */
function paths(value: unknown, path: readonly string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [[...path]];
  const inner = Object.entries(value).flatMap(([key, one]) => paths(one, [...path, key]));
  return path.length === 0 ? inner : [[...path], ...inner];
}

/** The document with another value at one place. */
function changed(document: unknown, [key = '', ...rest]: readonly string[], value: unknown): unknown {
  const copy: Record<string, unknown> = { ...(document as Record<string, unknown>) };
  copy[key] = rest.length === 0 ? value : changed(copy[key], rest, value);
  return Array.isArray(document) ? Object.values(copy) : copy;
}

const strange = (answer: unknown): { where: string; body: string }[] =>
  paths(answer).flatMap((path) =>
    STRANGE.map((value) => ({
      where: `${path.join('.')} = ${JSON.stringify(value)}`,
      body: JSON.stringify(changed(answer, path, value)),
    })),
  );

/** Every change of the answer at which the call throws what is no ApiError. */
async function others(answer: unknown, call: (body: string) => Promise<unknown>): Promise<string[]> {
  const found: string[] = [];
  for (const { where, body } of strange(answer))
    await call(body).catch((error: unknown) => {
      if (!(error instanceof ApiError)) found.push(`${where}: ${error}`);
    });
  return found;
}

const ID = '49b0be2e-d01c-ed11-b83e-000d3a572421';
const ok = (more: object): object => ({ requestId: '1#2', success: true, ...more });
const TOKEN = { access_token: 'a', token_type: 'bearer', expires_in: 3599, scope: 'x' };

describe('whatever stands where in an answer of Marketo, the client gives a result or throws an ApiError', () => {
  const settings = marketoSettings({
    url: 'http://127.0.0.1:1',
    clientId: 'a',
    clientSecret: 'b',
    governor: unlimited,
  });
  const transport = (rest: string, token: string = JSON.stringify(TOKEN), status = 200) => {
    const http: Http = {
      send: async ({ url }) =>
        url.includes('/identity/') ? { status, headers: {}, body: token } : { status: 200, headers: {}, body: rest },
    };
    return marketoTransport({ ...settings, http });
  };
  const activity = {
    id: 1,
    marketoGUID: 'g',
    leadId: 7,
    activityDate: '2026-01-01T00:00:00Z',
    activityTypeId: 13,
    primaryAttributeValue: 'a',
    fields: [{ id: 1, name: 'email', newValue: 'b', oldValue: 'c' }],
    attributes: [{ name: 'Source', value: 'v' }],
  };
  const feed = ok({ result: [activity], nextPageToken: 't', moreResult: false });
  const field = { name: 'n', displayName: 'd', dataType: 'string', length: 1, updateable: true, crmManaged: false };
  const written = ok({ result: [{ id: 1, marketoGUID: 'g', status: 'updated', seq: 0 }] });
  const skipped = ok({ result: [{ status: 'skipped', reasons: [{ code: '1007', message: "field 'email'" }] }] });
  const refusal = { success: false, errors: [{ code: '606', message: 'm' }] };
  const type = { apiName: 'car', displayName: 'd', pluralName: 'p', fields: [{ ...field, name: 'other' }] };
  const sync = (body: string) =>
    syncLeads(transport(body), { action: 'updateOnly', lookupField: 'id', input: [{ id: 1, email: 'a' }] });

  test.each<[string, object, (body: string) => Promise<unknown>]>([
    ['lead changes', feed, (body) => leadChanges(transport(body), 't', ['email'])],
    ['activities', feed, (body) => activities(transport(body), 't', [37])],
    [
      'people',
      ok({ result: [{ id: 1, email: 'a', seq: 0 }], nextPageToken: '' }),
      (body) => leadsBy(transport(body), 'id', [1], ['id']),
    ],
    [
      'records',
      ok({ result: [{ marketoGUID: '1', seq: 0 }] }),
      (body) => queryObjects(transport(body), 'companies', 'x', ['a'], ['x']),
    ],
    ['members', ok({ result: [{ id: 1 }], nextPageToken: 't' }), (body) => listMembers(transport(body), 1)],
    ['people written', written, sync],
    ['people skipped', skipped, sync],
    ['people deleted', written, (body) => deleteLeads(transport(body), [1])],
    ['people merged', ok({}), (body) => mergeLeads(transport(body), 1, [2])],
    [
      'records written',
      written,
      (body) => syncObjects(transport(body), 'companies', 'updateOnly', [{ externalCompanyId: 'x' }]),
    ],
    ['records skipped', skipped, (body) => syncObjects(transport(body), 'companies', 'updateOnly', [{ email: 'x' }])],
    ['fields made', skipped, (body) => createLeadFields(transport(body), [field])],
    ['fields', ok({ result: [{ fields: [field] }] }), (body) => describeLeads(transport(body))],
    [
      'types',
      ok({
        result: [
          {
            apiName: 'car',
            name: 'car',
            state: 'draft',
            status: 'skipped',
            reasons: [{ code: '1', message: 'm' }],
            fields: [field],
          },
        ],
      }),
      (body) => createCustomObject(transport(body), type),
    ],
    ['a token of a feed', ok({ nextPageToken: 't' }), (body) => pagingToken(transport(body), new Date())],
    [
      'the usage',
      ok({ result: [{ date: 'x', total: 1, users: [{ userId: 'x', count: 1 }] }] }),
      (body) => usage(transport(body)),
    ],
    ['a refusal of a read', refusal, (body) => usage(transport(body))],
    ['a refusal of a write', refusal, sync],
    ['a token', TOKEN, (body) => usage(transport('{"success":true}', body))],
    ['no token', { error: 'invalid_client', error_description: 'd' }, (body) => usage(transport('{}', body, 401))],
  ])('%s', async (_name, answer, call) => {
    expect(await others(answer, call)).toEqual([]);
  });
});

describe('whatever stands where in an answer of Dynamics, the client gives a result or throws an ApiError', () => {
  const settings = dynamicsSettings({
    url: 'http://127.0.0.1:1',
    tenantId: '72f988bf-0000-4000-8000-00000000d365',
    clientId: '5a1d0f7e-0000-4000-8000-0000000000d1',
    authority: 'http://127.0.0.1:2',
    credential: { clientSecret: 's' },
    governor: unlimited,
  });
  const tokens = { ...TOKEN, token_type: 'Bearer', ext_expires_in: 3599 };
  const transport = (
    body: string,
    status = 200,
    contentType = 'application/json',
    token = JSON.stringify(tokens),
    tokenStatus = 200,
  ) => {
    const http: Http = {
      send: async ({ url }) =>
        url.startsWith('http://127.0.0.1:2')
          ? { status: tokenStatus, headers: {}, body: token }
          : { status, headers: { 'content-type': contentType }, body },
    };
    return dynamicsTransport({ ...settings, http });
  };
  const part = (body: string, status: number) =>
    transport(
      `--b\r\nContent-Type: application/http\r\n\r\nHTTP/1.1 ${status} X\r\nETag: W/"7"\r\n\r\n${body}\r\n--b--\r\n`,
      200,
      'multipart/mixed; boundary=b',
    );
  const row = { contactid: ID, versionnumber: 7, '_ownerid_value@Microsoft.Dynamics.CRM.lookuplogicalname': 'team' };
  const page = {
    value: [row, { '@odata.context': 'x/$deletedEntity', id: ID, reason: 'deleted' }],
    '@odata.nextLink': 'n',
    '@odata.deltaLink': 'd',
  };
  const definition = {
    LogicalName: 'contact',
    EntitySetName: 'contacts',
    PrimaryIdAttribute: 'contactid',
    ChangeTrackingEnabled: { Value: true },
    Attributes: [
      {
        LogicalName: 'a',
        AttributeType: 'Lookup',
        AttributeTypeName: { Value: 'LookupType' },
        IsValidForRead: true,
        IsValidForUpdate: true,
        AttributeOf: null,
      },
    ],
  };
  const label = { LocalizedLabels: [{ Label: 'l', LanguageCode: 1033 }], UserLocalizedLabel: { Label: 'l' } };
  const detail = {
    LogicalName: 'a',
    MaxLength: 1,
    DateTimeBehavior: { Value: 'DateOnly' },
    Targets: ['contact'],
    OptionSet: { Options: [{ Value: 1, Label: label }], TrueOption: { Value: 1, Label: label } },
    languagecode: 1033,
  };
  const facts = {
    OrganizationId: ID,
    UserId: ID,
    Detail: { UniqueName: 'x' },
    value: [{ createdon: 'c', expirechangetrackingindays: 7 }],
  };
  const refusal = { error: { code: '0x80040265', message: "'a' prvWriteContact" } };
  const values = { 'ownerid@odata.bind': `/teams(${ID})` };

  test.each<[string, object, (body: string) => Promise<unknown>]>([
    ['a page', page, (body) => readPage(transport(body), { set: 'contacts', select: ['contactid'], pageSize: 10 })],
    ['a page behind a link', page, (body) => follow(transport(body), 'http://127.0.0.1:1/api/x', 10, true)],
    ['rows by id', page, (body) => readByIds(transport(body), 'contacts', 'contactid', [ID], ['contactid'])],
    ['duplicates', page, (body) => duplicates(transport(body), 'lead', { a: 1 }, 'contact')],
    ['the organisation', facts, (body) => organisation(transport(body))],
    ['a table', { ...definition, value: [detail] }, (body) => table(transport(body), 'contact')],
    ['a table in a list', { value: [{ ...definition, ...detail }] }, (body) => table(transport(body), 'contact')],
    [
      'a row written',
      row,
      (body) => patch(part(body, 200), [{ set: 'contacts', id: ID, values, version: 1 }], 'check'),
    ],
    ['a row made', row, (body) => createRows(part(body, 201), [{ set: 'contacts', id: ID, values }], 'check')],
    [
      'a row refused',
      refusal,
      (body) => patch(part(body, 400), [{ set: 'contacts', id: ID, values, version: 1 }], 'check'),
    ],
    ['a row not made', refusal, (body) => createRows(part(body, 403), [{ set: 'contacts', id: ID, values }], 'check')],
    ['a refusal', refusal, (body) => readByIds(transport(body, 403), 'contacts', 'contactid', [ID], ['contactid'])],
    ['a token', tokens, (body) => organisation(transport('{}', 200, 'application/json', body))],
    [
      'no token',
      {
        error: 'invalid_client',
        error_description: 'd',
        error_codes: [7000215],
        suberror: 's',
        claims: 'c',
        trace_id: 't',
        timestamp: 'u',
        correlation_id: 'v',
      },
      (body) => organisation(transport('{}', 200, 'application/json', body, 401)),
    ],
    [
      'too many tokens',
      { error: 'x', error_codes: [1] },
      (body) => organisation(transport('{}', 200, 'application/json', body, 429)),
    ],
  ])('%s', async (_name, answer, call) => {
    expect(await others(answer, call)).toEqual([]);
  });

  test('a count', async () => {
    const snapshot = {
      EntityRecordCountCollection: { Count: 1, Keys: ['contact'], Values: [6_000] },
      value: [{ LogicalName: 'contact' }],
    };
    const call = (body: string) => {
      const { send: _, ...rest } = transport(body);
      return count({ ...rest, send: async () => ({ status: 200, headers: {}, body: '5000' }) }, 'contacts');
    };
    expect(await others(snapshot, call)).toEqual([]);
  });
});
