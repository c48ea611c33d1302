import { MARKETO_CREDENTIALS } from '../../simulators/marketo/credentials';
import { TestInstance } from './marketo-client';
import { type NodeMarketo, nodeMarketo } from './node-marketo';

/** A client that others wrote, unmodified: what it sends and the simulator refuses is a defect of the simulator. */
const marketo = new TestInstance();
let client: NodeMarketo;

beforeAll(() => marketo.start());
beforeEach(async () => {
  jest.spyOn(console, 'log').mockImplementation(() => undefined); // it prints as it polls
  await marketo.fresh({ bulkLatencyMs: 0 });
  client = nodeMarketo(marketo.url, MARKETO_CREDENTIALS);
});
afterEach(() => jest.restoreAllMocks());
afterAll(() => marketo.stop());

const codesOf = async (answer: Promise<unknown>): Promise<string[]> => {
  const error = await answer.then(
    () => undefined,
    (reason: unknown) => reason as { errors?: { code: string }[] },
  );
  return (error?.errors ?? []).map(({ code }) => code);
};

describe('identity', () => {
  it('signs in, and is refused with wrong credentials', async () => {
    expect(await client.getOAuthToken()).toMatchObject({ access_token: marketo.token, token_type: 'bearer' });
    const stranger = nodeMarketo(marketo.url, { clientId: 'nobody', clientSecret: 'nothing' });
    await expect(stranger.lead.describe()).rejects.toThrow('Authentication (unauthorized)');
  });

  it('signs in again once its token has expired', async () => {
    await client.lead.partitions();
    marketo.clock.advance(3_601_000);
    expect((await client.lead.partitions()).success).toBe(true);
  });
});

describe('leads', () => {
  it('creates, updates and reads by id and by filter', async () => {
    const created = await client.lead.createOrUpdate([{ email: 'ada@x.example', firstName: 'Ada' }], {
      lookupField: 'email',
    });
    expect(created.result).toEqual([{ id: expect.any(Number), status: 'created' }]);
    const { id } = created.result[0];
    expect(
      (await client.lead.createOrUpdate([{ id, lastName: 'Love' }], { lookupField: 'id', action: 'updateOnly' }))
        .result,
    ).toEqual([{ id, status: 'updated' }]);
    expect((await client.lead.byId(id, { fields: ['firstName', 'lastName'] })).result).toEqual([
      expect.objectContaining({ firstName: 'Ada', lastName: 'Love' }),
    ]);
    expect((await client.lead.byId(id)).result).toEqual([expect.objectContaining({ id, email: 'ada@x.example' })]);
    const found = await client.lead.find('email', ['ada@x.example', 'ben@x.example'], { fields: ['id', 'lastName'] });
    expect(found.result).toEqual([{ id, lastName: 'Love' }]);
  });

  it('hears what is refused', async () => {
    expect(await codesOf(client.lead.find('shoeSize', ['44']))).toEqual(['1006']);
    expect(await codesOf(client.lead.byId(999999))).toEqual(['1004']);
    const wrong = await client.lead.createOrUpdate([{ email: 'ada@x.example', shoeSize: 44 }]);
    expect(wrong.result).toEqual([{ status: 'skipped', reasons: [{ code: '1006', message: expect.any(String) }] }]);
  });

  it('reads describe and partitions', async () => {
    expect((await client.lead.describe()).result).toEqual(
      expect.arrayContaining([expect.objectContaining({ displayName: 'Email Address' })]),
    );
    expect((await client.lead.partitions()).result[0]).toMatchObject({ id: 1, name: 'Default' });
  });

  it('pushes into a program, and associates a cookie', async () => {
    const pushed = await client.lead.push([{ email: 'ada@x.example' }], {
      programName: 'Webinar',
      lookupField: 'email',
    });
    expect(pushed.result).toEqual([{ id: expect.any(Number), status: 'created' }]);
    expect((await client.lead.associateLead(pushed.result[0].id, 'id:1&token:a')).success).toBe(true);
  });

  it('merges', async () => {
    const [winner, loser] = await marketo.create({ email: 'ada@x.example' }, { email: 'eva@x.example' });
    expect((await client.lead.mergeLead(winner, [loser], { mergeInCRM: false })).success).toBe(true);
    expect(await codesOf(client.lead.byId(loser))).toEqual(['1004']);
  });

  it('turns pages, and streams them', async () => {
    await marketo.create(...['a', 'b', 'c'].map((name) => ({ email: `${name}@x.example` })));
    const all = ['a@x.example', 'b@x.example', 'c@x.example'];
    const first = await client.lead.find('email', all, { batchSize: 2 });
    const second = await first.nextPage?.();
    expect([first, second].map((page) => page?.result.length)).toEqual([2, 1]);
    const streamed: unknown[] = [];
    for await (const lead of client.streamify('lead', 'find', ['email', all, { batchSize: 1 }]))
      streamed.push(lead.email);
    expect(streamed).toEqual(all);
  });
});

describe('activities', () => {
  it('reads types, activities and lead changes from a token on', async () => {
    const { nextPageToken } = await client.lead.getPageToken(new Date(marketo.clock.now() - 60_000).toISOString());
    const [id] = await marketo.create({ email: 'ada@x.example' });
    await marketo.sync({ action: 'updateOnly', lookupField: 'id' }, { id, firstName: 'Ada' });
    await marketo.post('/rest/v1/lists/1001/leads.json', { input: [{ id }] });
    const kinds = (page: { result?: { activityTypeId: number }[] }) => page.result?.map((one) => one.activityTypeId);
    expect((await client.activities.getActivityTypes()).result).toEqual(
      expect.arrayContaining([expect.objectContaining({ id: 13, name: 'Change Data Value' })]),
    );
    expect(kinds(await client.lead.getActivities([id], [12, 13], nextPageToken))).toEqual([12, 13]);
    expect(kinds(await client.lead.getActivitiesForList(1001, [13], nextPageToken))).toEqual([13]);
    const changes = await client.lead.getChanges(nextPageToken, { fields: ['firstName', 'lastName'] });
    expect(kinds(changes)).toEqual([12, 13]);
    const more = await changes.nextPage?.();
    expect([more?.result, more?.moreResult]).toEqual([undefined, false]); // as recorded, it has none
  });
});

describe('lists', () => {
  it('finds lists by id and name, with the method in the form', async () => {
    expect((await client.list.byId(1001)).result).toEqual([expect.objectContaining({ id: 1001, name: 'Newsletter' })]);
    expect((await client.list.find({ name: ['Trade fair'] })).result).toEqual([expect.objectContaining({ id: 1002 })]);
    expect((await client.list.find({})).result).toHaveLength(2);
    const calls = await marketo.control('calls');
    expect(calls.byEndpoint['GET /rest/v1/lists.json']).toMatchObject({ ok: 3 });
    expect(calls.writes).toBe(0);
  });

  it('adds, asks for, reads and removes members', async () => {
    const [ada, ben] = await marketo.create({ email: 'ada@x.example' }, { email: 'ben@x.example' });
    const added = await client.list.addLeadsToList(1001, [ada, { id: ben }]);
    expect(added.result.map((one: { status: string }) => one.status)).toEqual(['added', 'added']);
    expect((await client.list.isMember(1001, [ada])).result).toEqual([{ id: ada, status: 'memberof' }]);
    const page = await client.list.getLeads(1001, { batchSize: 1 });
    expect(page.result).toEqual([expect.objectContaining({ id: ada })]);
    expect((await page.nextPage?.())?.result).toEqual([expect.objectContaining({ id: ben })]);
    expect((await client.list.removeLeadsFromList(1001, [ada])).result).toEqual([{ id: ada, status: 'removed' }]);
    expect((await client.list.isMember(1001, [ada])).result).toEqual([{ id: ada, status: 'notmemberof' }]);
    const both = await client.list.isMember(1001, [ada, ben]);
    expect(both.result.map((one: { status: string }) => one.status)).toEqual(['notmemberof', 'memberof']);
    expect((await client.list.addEmailsToList(['cat@x.example'], 1001)).result).toEqual([
      { id: expect.any(Number), status: 'added' },
    ]);
  });

  it('hears that there is no such list', async () => {
    expect(await codesOf(client.list.getLeads(77))).toEqual(['1013']);
  });
});

describe('extracts', () => {
  it('creates, queues, awaits and reads one of leads, by its own path', async () => {
    const ids = await marketo.create({ email: 'ada@x.example' }, { email: 'ben@x.example' });
    await client.list.addLeadsToList(1001, ids);
    const status = await client.bulkLeadExtract.get(['id', 'email'], { staticListName: 'Newsletter' });
    expect(status.result[0]).toMatchObject({ status: 'Completed', numberOfRecords: 2 });
    expect(await client.bulkLeadExtract.file(status.result[0].exportId)).toBe(
      `id,email\n${ids[0]},ada@x.example\n${ids[1]},ben@x.example\n`,
    );
  });

  it('cancels one', async () => {
    await marketo.settings({ bulkLatencyMs: 60_000 });
    const { result } = await client.bulkLeadExtract.create(['email'], { staticListId: 1001 });
    const { exportId } = result[0];
    expect((await client.bulkLeadExtract.enqueue(exportId)).result[0].status).toBe('Queued');
    expect((await client.bulkLeadExtract.cancel(exportId)).result[0].status).toBe('Cancelled');
    expect((await client.bulkLeadExtract.status(exportId)).result[0].status).toBe('Cancelled');
    await expect(client.bulkLeadExtract.file(exportId)).rejects.toMatchObject({ code: 404 });
  });

  it('extracts activities of a range with milliseconds', async () => {
    const [id] = await marketo.create({ email: 'ada@x.example' });
    const now = marketo.clock.now();
    const createdAt = { startAt: new Date(now - 60_000).toISOString(), endAt: new Date(now + 60_000).toISOString() };
    const status = await client.bulkActivityExtract.get({ createdAt }, { fields: ['leadId', 'activityTypeId'] });
    expect(await client.bulkActivityExtract.file(status.result[0].exportId)).toBe(`leadId,activityTypeId\n${id},12\n`);
  });
});

describe('statistics', () => {
  it('reads usage and errors, of today and of seven days', async () => {
    await codesOf(client.lead.byId(999999));
    expect((await client.stats.usage()).result).toEqual([expect.objectContaining({ total: expect.any(Number) })]);
    expect((await client.stats.usageLast7Days()).result).toHaveLength(1);
    expect((await client.stats.errors()).result[0].errors).toEqual([{ errorCode: '1004', count: 1 }]);
    expect((await client.stats.errorsLast7Days()).result).toHaveLength(1);
  });
});
