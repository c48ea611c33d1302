import type { MarketoClient } from '../../clients/marketo';
import { thrown } from '../unit/clients/dynamics-systems';
import { type ClientSystems, startClientSystems } from './client-systems';

let marketo: MarketoClient;
let systems: ClientSystems;
beforeAll(async () => {
  systems = await startClientSystems();
  marketo = systems.marketoWith('simulated-marketo-secret');
});
afterAll(() => systems.simulators.close());
beforeEach(() => systems.reset());

const person = { microsoftId: 'a-1', email: 'ann@example.com', firstName: 'Ann' };
const withField = async (): Promise<void> => {
  const field = { name: 'microsoftId', displayName: 'Microsoft Id', dataType: 'string' };
  await expect(marketo.createLeadFields([field])).resolves.toEqual([expect.objectContaining({ status: 'created' })]);
};
const create = async (): Promise<number> => {
  const [result] = await marketo.syncLeads({ action: 'createOnly', lookupField: 'microsoftId', input: [person] });
  expect(result).toMatchObject({ status: 'created', id: expect.any(Number) });
  return result!.id as number;
};

test('wrong credentials are a matter of authority, a missing permission too', async () => {
  expect(await thrown(systems.marketoWith('wrong').describeLeads())).toMatchObject({ kind: 'authority', status: 401 });
  await systems.control('/_sim/marketo/settings', { permissions: ['Read-Only Lead'] });
  expect(await thrown(marketo.describeObject('companies'))).toMatchObject({ kind: 'authority', code: '603' });
});

test('a person is created, read, updated and deleted', async () => {
  await withField();
  expect((await marketo.describeLeads()).map(({ name }) => name)).toEqual(
    expect.arrayContaining(['email', 'microsoftId']),
  );
  const id = await create();
  const again = await marketo.syncLeads({ action: 'createOnly', lookupField: 'microsoftId', input: [person] });
  expect(again).toEqual([{ status: 'skipped', reasons: [{ code: '1005' }] }]);
  const update = { id, firstName: null, score: 'none' };
  await expect(
    marketo.syncLeads({ action: 'updateOnly', lookupField: 'id', input: [{ id, firstName: 'Anna' }, update] }),
  ).resolves.toEqual([
    { status: 'updated', id },
    { status: 'skipped', reasons: [expect.objectContaining({ code: '1006' })] },
  ]);
  await expect(marketo.leadsBy('microsoftId', ['a-1', 'b-2'], ['id', 'firstName'])).resolves.toEqual([
    { id, firstName: 'Anna' },
  ]);
  await expect(marketo.deleteLeads([id, id + 999])).resolves.toEqual([
    { status: 'deleted', id },
    { status: 'skipped', reasons: [{ code: '1004' }] },
  ]);
});

test('a change in Marketo is seen in the feed from a token of before', async () => {
  await withField();
  const id = await create();
  const token = await marketo.pagingToken(new Date(Date.now() - 60_000));
  await systems.control('/_sim/marketo/edit', { operations: [{ op: 'update', id, values: { firstName: 'Anna' } }] });
  const page = await marketo.leadChanges(token, ['firstName']);
  const changes = page.activities.filter(({ activityTypeId }) => activityTypeId === 13);
  expect(changes.at(-1)).toMatchObject({
    leadId: id,
    marketoGUID: expect.any(String),
    fields: [{ name: 'firstName', oldValue: 'Ann', newValue: 'Anna' }],
  });
  await expect(marketo.leadChanges(page.nextPageToken, ['firstName'])).resolves.toMatchObject({ activities: [] });
  await marketo.deleteLeads([id]);
  expect((await marketo.deletedLeads(page.nextPageToken)).activities).toMatchObject([
    { leadId: id, activityTypeId: 37 },
  ]);
  expect(await thrown(marketo.leadChanges('rubbish', ['firstName']))).toMatchObject({ kind: 'expired-token' });
});

test('companies are written and read by their key', async () => {
  const input = [{ externalCompanyId: 'acc-1', company: 'Contoso' }];
  await expect(marketo.syncObjects('companies', 'createOrUpdate', input)).resolves.toEqual([
    { status: 'created', id: expect.any(Number) },
  ]);
  const fields = ['externalCompanyId', 'company'];
  await expect(marketo.queryObjects('companies', 'externalCompanyId', ['acc-1', 'acc-2'], fields)).resolves.toEqual([
    expect.objectContaining(input[0]!),
  ]);
  await systems.control('/_sim/marketo/settings', { nativeSync: true });
  expect(await thrown(marketo.syncObjects('companies', 'createOrUpdate', input))).toMatchObject({
    kind: 'configuration',
    code: '1018',
  });
});

test('a custom object is created, approved and used; a second time it is only found', async () => {
  const type = {
    apiName: 'microsoftTeam',
    displayName: 'Team',
    pluralName: 'Teams',
    fields: [
      { name: 'teamId', displayName: 'Team Id', dataType: 'string', isDedupeField: true },
      { name: 'teamName', displayName: 'Team Name', dataType: 'string' },
    ],
  };
  const name = await marketo.createCustomObject(type);
  await expect(marketo.createCustomObject(type)).resolves.toBe(name);
  await expect(marketo.customObjects()).resolves.toEqual([name]);
  const path = `customobjects/${name}` as const;
  await expect(marketo.syncObjects(path, 'createOrUpdate', [{ teamId: 't-1', teamName: 'Blue' }])).resolves.toEqual([
    { status: 'created', id: expect.stringMatching(/^[0-9a-f-]{36}$/) },
  ]);
  await expect(marketo.queryObjects(path, 'teamId', ['t-1'], ['teamName'])).resolves.toEqual([
    expect.objectContaining({ teamName: 'Blue' }),
  ]);
  expect(await thrown(marketo.describeObject('customobjects/nothing_c'))).toMatchObject({ kind: 'configuration' });
});

test('without the entitlement for schemas there is 616', async () => {
  await systems.control('/_sim/marketo/settings', { customObjectSchema: false });
  const type = { apiName: 'microsoftTeam', displayName: 'Team', pluralName: 'Teams', fields: [] };
  expect(await thrown(marketo.createCustomObject(type))).toMatchObject({ kind: 'configuration', code: '616' });
});

test('a write whose answer was lost is ambiguous', async () => {
  await withField();
  await systems.control('/_sim/marketo/faults', {
    endpoint: 'POST /rest/v1/leads.json',
    kind: 'reset-after',
    times: 1,
  });
  const lost = marketo.syncLeads({ action: 'createOnly', lookupField: 'microsoftId', input: [person] });
  expect(await thrown(lost)).toMatchObject({ kind: 'ambiguous' });
  await expect(marketo.leadsBy('microsoftId', ['a-1'], ['id'])).resolves.toHaveLength(1);
});

test('the window of 100 calls in 20 s is told with a wait', async () => {
  const calls = await Promise.allSettled(Array.from({ length: 12 }, () => marketo.usage()));
  for (const call of calls)
    if (call.status === 'rejected')
      expect(call.reason).toMatchObject({ kind: 'rate-limited', retryAfterMs: expect.any(Number) });
});
