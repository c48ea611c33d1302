import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MARKETO_SWITCHES } from '../../simulators/marketo/switches';
import { TestInstance } from './marketo-client';

const marketo = new TestInstance();
const SCHEMA = '/rest/v1/customobjects/schema';

beforeAll(() => marketo.start());
beforeEach(() => marketo.fresh());
afterAll(() => marketo.stop());

/** A company, a lead of it, an opportunity, and the lead's role in it. */
async function organisation(): Promise<number> {
  await marketo.post('/rest/v1/companies.json', { input: [{ externalCompanyId: 'c1', company: 'Contoso' }] });
  const [id] = await marketo.create({ email: 'a@x.example', externalCompanyId: 'c1' });
  await marketo.post('/rest/v1/opportunities.json', { input: [{ externalOpportunityId: 'o1', name: 'Deal' }] });
  const role = { externalOpportunityId: 'o1', leadId: id, role: 'Owner' };
  await marketo.post('/rest/v1/opportunities/roles.json', { input: [role] });
  return id as number;
}

/** A custom object type of cars, each linked to a lead by its id. */
async function carType(): Promise<void> {
  await marketo.post(`${SCHEMA}.json`, { apiName: 'car', displayName: 'Car' });
  await marketo.post(`${SCHEMA}/car/addField.json`, {
    input: [
      { name: 'vin', displayName: 'Vin', dataType: 'string', isDedupeField: true },
      { name: 'leadId', displayName: 'Lead', dataType: 'link', relatedTo: { name: 'lead', field: 'Id' } },
    ],
  });
  await marketo.post(`${SCHEMA}/car/approve.json`);
}

const roles = async () =>
  ((await marketo.control('records/roles')) as { leadId: number }[]).map(({ leadId }) => leadId);

describe('undocumented points of companies and other objects, each a switch', () => {
  it.each([
    ['refuse', 'skipped', 'c1'],
    ['unlink', 'deleted', null],
    ['dangle', 'deleted', 'c1'],
  ])('deleteCompanyWithLeads: %s', async (deleteCompanyWithLeads, status, link) => {
    const id = await organisation();
    await marketo.settings({ deleteCompanyWithLeads });
    const { result } = await marketo.post('/rest/v1/companies/delete.json', { input: [{ externalCompanyId: 'c1' }] });
    expect(result?.[0]?.status).toBe(status);
    expect(await marketo.read(id, 'externalCompanyId')).toEqual({ externalCompanyId: link });
  });

  it.each([
    [true, 1],
    [false, 0],
  ])('companyFanOut: %s', async (companyFanOut, logged) => {
    await organisation();
    await marketo.settings({ companyFanOut });
    const nextPageToken = await marketo.tokenNow();
    await marketo.post('/rest/v1/companies.json', { input: [{ externalCompanyId: 'c1', industry: 'Steel' }] });
    const { result = [] } = await marketo.get('/rest/v1/activities.json', { nextPageToken, activityTypeIds: '13' });
    expect(result).toHaveLength(logged);
  });

  it('deleteRemovesRoles: with their lead and with their opportunity, or not', async () => {
    const id = await organisation();
    await marketo.settings({ deleteRemovesRoles: false });
    await marketo.post('/rest/v1/leads/delete.json', { input: [{ id }] });
    await marketo.post('/rest/v1/opportunities/delete.json', { input: [{ externalOpportunityId: 'o1' }] });
    expect(await roles()).toEqual([id]);
    await marketo.fresh();
    const again = await organisation();
    await marketo.post('/rest/v1/leads/delete.json', { input: [{ id: again }] });
    expect(await roles()).toEqual([]);
  });

  it.each([
    [true, 'moved'],
    [false, 'lost'],
  ])('mergeMovesRoles: %s', async (mergeMovesRoles, fate) => {
    const loser = await organisation();
    await marketo.settings({ mergeMovesRoles });
    const [winner] = await marketo.create({ email: 'b@x.example' });
    await marketo.post(`/rest/v1/leads/${winner}/merge.json?leadId=${loser}`, {});
    expect(await roles()).toEqual(fate === 'moved' ? [winner] : []);
  });

  it.each([true, false])('mergeMovesCustomObjects: %s', async (mergeMovesCustomObjects) => {
    await marketo.settings({ mergeMovesCustomObjects });
    await carType();
    const [winner, loser] = await marketo.create({ email: 'a@x.example' }, { email: 'b@x.example' });
    await marketo.post('/rest/v1/customobjects/car_c.json', { input: [{ vin: 'v1', leadId: loser }] });
    await marketo.post(`/rest/v1/leads/${winner}/merge.json?leadId=${loser}`, {});
    const [car] = (await marketo.control('records/customobjects/car_c')) as { leadId: number }[];
    expect(car?.leadId).toBe(mergeMovesCustomObjects ? winner : loser);
  });

  it('missingDedupeField and createOnlyHit', async () => {
    await organisation();
    const code = async (path: string, body: object) =>
      (await marketo.post(path, body)).result?.[0]?.reasons?.map((one) => one.code);
    const nameless = { input: [{ company: 'Contoso' }] };
    const existing = { action: 'createOnly', input: [{ externalCompanyId: 'c1' }] };
    expect(await code('/rest/v1/companies.json', nameless)).toEqual(['1002']);
    expect(await code('/rest/v1/companies/delete.json', { input: [{ company: 'Contoso' }] })).toEqual(['1002']);
    expect(await code('/rest/v1/companies.json', existing)).toEqual(['1017']);
    await marketo.settings({ missingDedupeField: '1003', createOnlyHit: '1005' });
    expect(await code('/rest/v1/companies.json', nameless)).toEqual(['1003']);
    expect(await code('/rest/v1/companies/delete.json', { input: [{ company: 'Contoso' }] })).toEqual(['1003']);
    expect(await code('/rest/v1/companies.json', existing)).toEqual(['1005']);
  });

  it('nativeSyncMode: with the built-in sync on, reads still work, or nothing does', async () => {
    await organisation();
    await marketo.settings({ nativeSync: true });
    const read = () => marketo.get('/rest/v1/companies.json', { filterType: 'company', filterValues: 'Contoso' });
    const write = () => marketo.post('/rest/v1/companies.json', { input: [{ externalCompanyId: 'c2' }] });
    expect((await read()).result).toHaveLength(1);
    expect((await write()).result?.[0]?.reasons?.[0]?.code).toBe('1018');
    await marketo.settings({ nativeSyncMode: 'disabled' });
    expect((await read()).errors?.[0]?.code).toBe('1018');
    expect((await write()).errors?.[0]?.code).toBe('1018');
    expect((await marketo.get('/rest/v1/salespersons/describe.json')).errors?.[0]?.code).toBe('1018');
  });

  it('customObjectSchema and customObjectRelationshipKey', async () => {
    await carType();
    const keys = async () => {
      const { result } = await marketo.get('/rest/v1/customobjects/car_c/describe.json');
      const [relationship] = (result?.[0]?.relationships ?? []) as object[];
      return Object.keys(relationship ?? {});
    };
    expect(await keys()).toEqual(['field', 'type', 'relatedTo']);
    await marketo.settings({ customObjectRelationshipKey: 'object', customObjectSchema: false });
    expect(await keys()).toEqual(['field', 'type', 'object']);
    expect((await marketo.get(`${SCHEMA}.json`)).errors?.[0]?.code).toBe('616');
  });

  it('accessTokenQuery: refused, or accepted', async () => {
    const path = `/rest/v1/leads/partitions.json?access_token=${marketo.token}`;
    marketo.token = '';
    expect((await marketo.get(path)).errors?.[0]?.code).toBe('603');
    await marketo.settings({ accessTokenQuery: 'accepted' });
    expect((await marketo.get(path)).success).toBe(true);
  });

  it.each([
    ['allButStarred', 1],
    ['all', 2],
  ])('quotaCounts: %s', async (quotaCounts, total) => {
    await marketo.settings({ quotaCounts });
    await marketo.control('faults', { kind: 'error', code: '604', times: 1 });
    await marketo.get('/rest/v1/leads/partitions.json');
    const { result } = await marketo.get('/rest/v1/stats/usage.json');
    expect(result?.[0]?.total).toBe(total);
  });
});

describe('the table of switches', () => {
  it('is given by the control address, and every switch takes its choices and nothing else', async () => {
    expect(await marketo.control('switches')).toEqual(JSON.parse(JSON.stringify(MARKETO_SWITCHES)));
    marketo.simulator.reset();
    const fresh = await marketo.control('settings');
    for (const [name, { choices }] of Object.entries(MARKETO_SWITCHES)) {
      expect(fresh[name]).toEqual(choices[0]);
      for (const choice of choices) {
        expect((await marketo.control('settings', { [name]: choice }))[name]).toEqual(choice);
      }
      const refused = await marketo.control('settings', { [name]: 'nonsense' });
      expect(refused.message ?? refused.error).toContain(`${name} cannot be "nonsense"`);
    }
  });

  it('refuses an unknown setting by naming the known ones, and changes nothing', async () => {
    const refused = await marketo.control('settings', { twinRace: false, twinRaces: true });
    expect(JSON.stringify(refused)).toContain('unknown marketo setting twinRaces; use ');
    expect((await marketo.control('settings')).twinRace).toBe(true);
  });

  it('has a test of every switch', () => {
    const tests = readdirSync(__dirname).filter((file) =>
      /^marketo-(switches|bulk|simulator|recorded).*\.test\.ts$/.test(file),
    );
    const text = tests.map((file) => readFileSync(join(__dirname, file), 'utf8')).join('\n');
    const untested = Object.keys(MARKETO_SWITCHES).filter((name) => !new RegExp(`\\b${name}\\b`).test(text));
    expect(untested).toEqual([]);
  });
});
