import { type Item, TestInstance } from './marketo-client';

const marketo = new TestInstance();
let nextPageToken = '';

beforeAll(() => marketo.start());
beforeEach(async () => {
  await marketo.fresh();
  nextPageToken = await marketo.tokenNow();
});
afterAll(() => marketo.stop());

const feed = (activityTypeIds: string, more = {}) =>
  marketo.get('/rest/v1/activities.json', { nextPageToken, activityTypeIds, ...more });
const changes = (fields = 'city') => marketo.get('/rest/v1/activities/leadchanges.json', { nextPageToken, fields });
const names = (item: Item | undefined) => ((item?.attributes ?? []) as { name: string }[]).map(({ name }) => name);

describe('undocumented points of the activity feed, each a switch', () => {
  it.each([
    ['sometimes', 59],
    ['present', 60],
    ['absent', 0],
  ])('activityId: %s', async (activityId, numbered) => {
    await marketo.settings({ activityId });
    await marketo.create(...[...Array(60).keys()].map((n) => ({ email: `p${n}@x.example` })));
    const { result = [] } = await feed('12');
    expect(result.filter(({ id }) => id !== undefined)).toHaveLength(numbered);
    expect(new Set(result.map(({ marketoGUID }) => marketoGUID)).size).toBe(60);
  });

  it.each([
    ['documented', ['Reason', 'Source', 'Lead ID']],
    ['full', ['Reason', 'Source', 'Lead ID', 'API Method Name', 'Modifying User', 'Request Id']],
    ['minimal', []],
  ])('changeAttributes: %s', async (changeAttributes, expected) => {
    await marketo.settings({ changeAttributes });
    await marketo.create({ email: 'a@x.example' });
    await marketo.sync({}, { email: 'a@x.example', city: 'Graz' });
    const { result = [] } = await changes();
    expect(names(result.find(({ activityTypeId }) => activityTypeId === 13))).toEqual(expected);
  });

  it('sameValueActivity: whether an identical value is logged', async () => {
    await marketo.create({ email: 'a@x.example', city: 'Graz' });
    const write = () => marketo.sync({}, { email: 'a@x.example', city: 'Graz' });
    await write();
    expect((await feed('13')).result).toBeUndefined();
    await marketo.settings({ sameValueActivity: true });
    await write();
    expect((await feed('13')).result?.map((one) => one.primaryAttributeValue)).toEqual(['Email Address', 'City']);
  });

  it.each([
    [true, 1],
    [false, 0],
  ])('mergeLosersInDeleted: %s', async (mergeLosersInDeleted, deleted) => {
    await marketo.settings({ mergeLosersInDeleted });
    const [winner, loser] = await marketo.create({ email: 'a@x.example' }, { email: 'b@x.example', city: 'Graz' });
    await marketo.post(`/rest/v1/leads/${winner}/merge.json?leadId=${loser}`, {});
    const { result: gone = [] } = await marketo.get('/rest/v1/activities/deletedleads.json', { nextPageToken });
    expect(gone).toHaveLength(deleted);
    expect((await feed('32')).result).toHaveLength(1);
  });

  it.each([
    [false, []],
    [true, [{ activityTypeId: 13, fields: [{ name: 'city', newValue: 'Graz' }] }]],
  ])('mergeLogsChanges: %s', async (mergeLogsChanges, expected) => {
    await marketo.settings({ mergeLogsChanges });
    const [winner, loser] = await marketo.create({ email: 'a@x.example' }, { email: 'b@x.example', city: 'Graz' });
    await marketo.post(`/rest/v1/leads/${winner}/merge.json?leadId=${loser}`, {});
    const { result = [] } = await changes();
    expect(result.filter(({ activityTypeId }) => activityTypeId === 13)).toMatchObject(expected);
  });

  it.each([
    ['changeScore', [22]],
    ['changeDataValue', [13]],
    ['both', [22, 13]],
  ])('scoreActivity: %s', async (scoreActivity, types) => {
    await marketo.settings({ scoreActivity });
    const { ids } = await marketo.control('seed', { leads: [{ email: 'a@x.example', leadScore: 5 }] });
    await marketo.control('edit', { operations: [{ op: 'update', id: ids[0], values: { leadScore: 15 } }] });
    expect((await feed('13,22')).result?.map(({ activityTypeId }) => activityTypeId)).toEqual(types);
  });

  it.each(['List import', 'Web service API'])('importSource: %s', async (importSource) => {
    await marketo.settings({ importSource, bulkLatencyMs: 0 });
    const body = new FormData();
    body.append('file', new Blob(['email\na@x.example\n'], { type: 'text/csv' }), 'leads.csv');
    await marketo.fetch('/bulk/v1/leads.json?format=csv&lookupField=email', { method: 'POST', body });
    await new Promise((resolve) => setTimeout(resolve, 20));
    for (let step = 0; step < 3; step += 1) await marketo.control('jobs/step', {});
    expect((await feed('12')).result?.[0]?.attributes).toContainEqual({ name: 'Source Type', value: importSource });
  });

  it('activityDelayMs: nothing is visible before it is due, and dates stay', async () => {
    await marketo.settings({ activityDelayMs: [5000, 5000] });
    await marketo.create({ email: 'a@x.example' });
    const page = await feed('12');
    expect([page.result, page.moreResult]).toEqual([undefined, false]);
    const at = marketo.clock.now();
    marketo.clock.advance(5001);
    const [item] = (await feed('12')).result ?? [];
    expect(Math.abs(Date.parse(String(item?.activityDate)) - at)).toBeLessThan(2000);
  });

  it('activityTokenLifetime: for ever, or seven days', async () => {
    await marketo.settings({ tokenLifetimeSeconds: 100 * 86_400 });
    marketo.clock.advance(8 * 86_400_000);
    await marketo.signIn();
    expect((await feed('12')).success).toBe(true);
    await marketo.settings({ activityTokenLifetime: 'sevenDays' });
    expect((await feed('12')).errors?.[0]?.code).toBe('1003');
    const again = await marketo.tokenNow();
    expect(
      (await marketo.get('/rest/v1/activities.json', { nextPageToken: again, activityTypeIds: '12' })).success,
    ).toBe(true);
  });

  it('emptyPages: now and then more to come behind an empty page or one without result', async () => {
    await marketo.create(...[...Array(300).keys()].map((n) => ({ email: `p${n}@x.example` })));
    const seen = async () => {
      const pages = { empty: 0, absent: 0, rows: 0 };
      for (let call = 0; call < 400; call += 1) {
        const { result, moreResult } = await feed('12', { batchSize: '1' });
        if (result === undefined) pages.absent += 1;
        else if (result.length === 0) pages.empty += 1;
        else pages.rows += 1;
        expect(moreResult).toBe(true);
      }
      return pages;
    };
    expect(await seen()).toEqual({ empty: 0, absent: 0, rows: 400 });
    await marketo.settings({ emptyPages: true });
    const { empty, absent } = await seen();
    expect(empty).toBeGreaterThan(0);
    expect(absent).toBeGreaterThan(0);
  });

  it('listIdOver10000: refused, or allowed', async () => {
    const leads = [...Array(10_001).keys()].map((n) => ({ email: `p${n}@x.example` }));
    const { ids } = (await marketo.control('seed', { leads })) as { ids: number[] };
    for (let from = 0; from < ids.length; from += 300) {
      await marketo.post('/rest/v1/lists/1001/leads.json', {
        input: ids.slice(from, from + 300).map((id) => ({ id })),
      });
    }
    expect((await feed('12', { listId: '1001' })).errors?.[0]?.code).toBe('1003');
    await marketo.settings({ listIdOver10000: 'allowed' });
    expect((await feed('12', { listId: '1001' })).success).toBe(true);
  });
});
