import { type Item, TestInstance } from './marketo-client';

const marketo = new TestInstance();

beforeAll(() => marketo.start());
beforeEach(() => marketo.fresh());
afterAll(() => marketo.stop());

describe('activities', () => {
  const changes = (nextPageToken: string, fields = 'firstName,lastName') =>
    marketo.get('/rest/v1/activities/leadchanges.json', { nextPageToken, fields });

  it('logs 12 for a new lead and 13 for each changed field, limited to the fields asked for', async () => {
    const token = await marketo.tokenNow();
    const [leadId] = await marketo.create({ email: 'one@x.example', firstName: 'Ann' });
    await marketo.sync({}, { email: 'one@x.example', firstName: 'Anna', city: 'Graz' });
    const { result, moreResult } = await changes(token);
    expect(moreResult).toBe(false);
    expect(result).toMatchObject([
      { leadId, activityTypeId: 12, fields: [] },
      {
        leadId,
        activityTypeId: 13,
        fields: [{ id: 53, name: 'firstName', newValue: 'Anna', oldValue: 'Ann' }],
        attributes: expect.arrayContaining([{ name: 'Source', value: 'Web service API' }]),
      },
    ]);
  });

  it('logs nothing for an identical value, unless set to', async () => {
    const token = await marketo.tokenNow();
    await marketo.create({ email: 'one@x.example', firstName: 'Ann' });
    await marketo.sync({}, { email: 'one@x.example', firstName: 'Ann' });
    expect((await changes(token)).result).toHaveLength(1);
    await marketo.settings({ sameValueActivity: true });
    await marketo.sync({}, { email: 'one@x.example', firstName: 'Ann' });
    expect((await changes(token)).result).toHaveLength(2);
  });

  it('shows every late commit to the holder of a token, each once', async () => {
    await marketo.settings({ activityDelayMs: [0, 60_000], emptyPages: true });
    let nextPageToken = await marketo.tokenNow();
    const seen: Item[] = [];
    for (let round = 0; round < 20; round += 1) {
      await marketo.create(...[...Array(20).keys()].map((n) => ({ email: `p${round}-${n}@x.example` })));
      marketo.clock.advance(5000);
      for (;;) {
        const page = await changes(nextPageToken);
        seen.push(...(page.result ?? []));
        nextPageToken = page.nextPageToken as string;
        if (!page.moreResult) break;
      }
    }
    marketo.clock.advance(60_000);
    const last = await marketo.settings({ emptyPages: false }).then(() => changes(nextPageToken));
    seen.push(...(last.result ?? []));
    expect(new Set(seen.map((one) => one.marketoGUID)).size).toBe(400);
    expect(seen).toHaveLength(400);
    const dates = seen.map((one) => String(one.activityDate));
    expect(dates).not.toEqual([...dates].sort());
  });

  it("shows a marketer's edits with their source, and scores as type 22 as well", async () => {
    const nextPageToken = await marketo.tokenNow();
    const { ids } = await marketo.control('seed', { leads: [{ email: 'one@x.example', leadScore: 5 }] });
    const operations = [{ op: 'update', id: ids[0], values: { leadScore: 15, firstName: 'Ann' } }];
    await marketo.control('edit', { source: 'Web form fillout', campaignId: 7, operations });
    const feed = await changes(nextPageToken, 'firstName,leadScore');
    expect(feed.result).toMatchObject([
      { activityTypeId: 13, campaignId: 7, fields: [{ newValue: '15' }] },
      { activityTypeId: 13, campaignId: 7, fields: [{ newValue: 'Ann' }] },
    ]);
    const scores = await marketo.get('/rest/v1/activities.json', { nextPageToken, activityTypeIds: '22' });
    expect(scores.result?.[0]).toMatchObject({
      primaryAttributeValue: 'Person Score',
      attributes: expect.arrayContaining([
        { name: 'Change Value', value: '+10' },
        { name: 'New Value', value: '15' },
      ]),
    });
  });

  it('merges: empty values are filled, 32 names the losers, 37 follows, and roles move', async () => {
    const nextPageToken = await marketo.tokenNow();
    const [winner, loser] = await marketo.create({ email: 'a@x.example' }, { email: 'b@x.example', city: 'Graz' });
    await marketo.post('/rest/v1/opportunities.json', { input: [{ externalOpportunityId: 'o1', name: 'Deal' }] });
    const role = { externalOpportunityId: 'o1', leadId: loser, role: 'Owner' };
    await marketo.post('/rest/v1/opportunities/roles.json', { input: [role] });
    const merged = await marketo.post(`/rest/v1/leads/${winner}/merge.json?leadIds=${loser}`, {});
    expect(Object.keys(merged)).toEqual(['requestId', 'success']);
    expect(await marketo.read(winner as number, 'email', 'city')).toEqual({ email: 'a@x.example', city: 'Graz' });
    const merges = await marketo.get('/rest/v1/activities.json', { nextPageToken, activityTypeIds: '32' });
    expect(merges.result).toMatchObject([
      { leadId: winner, attributes: expect.arrayContaining([{ name: 'Merge IDs', value: [loser] }]) },
    ]);
    const deleted = await marketo.get('/rest/v1/activities/deletedleads.json', { nextPageToken });
    expect(deleted.result?.map((one) => one.leadId)).toEqual([loser]);
    const roles = await marketo.get('/rest/v1/opportunities/roles.json', {
      filterType: 'leadId',
      filterValues: String(winner),
      fields: 'role',
    });
    expect(roles.result).toEqual([{ seq: 0, role: 'Owner' }]);
  });

  it('forgets deletions after 14 days', async () => {
    await marketo.settings({ tokenLifetimeSeconds: 10_000_000 });
    const nextPageToken = await marketo.tokenNow();
    const [id] = await marketo.create({ email: 'a@x.example' });
    await marketo.post('/rest/v1/leads/delete.json', { input: [{ id }] });
    const deleted = () => marketo.get('/rest/v1/activities/deletedleads.json', { nextPageToken });
    expect((await deleted()).result).toHaveLength(1);
    marketo.clock.advance(15 * 86_400_000);
    await marketo.signIn();
    expect((await deleted()).result).toBeUndefined();
  });
});
