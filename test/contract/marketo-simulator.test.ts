import { type Answer, type Item, TestInstance } from './marketo-client';

const marketo = new TestInstance();

beforeAll(() => marketo.start());
beforeEach(() => marketo.fresh());
afterAll(() => marketo.stop());

const codes = (item: Item | undefined) => item?.reasons?.map(({ code }) => code);
const createField = (name: string, dataType = 'string') =>
  marketo.post('/rest/v1/leads/schema/fields.json', { input: [{ name, displayName: name, dataType }] });

describe('identity', () => {
  it('hands back the same token with fewer seconds until it has expired', async () => {
    const first = await marketo.signIn();
    const token = marketo.token;
    marketo.clock.advance(100_000);
    const second = await marketo.signIn();
    expect(marketo.token).toBe(token);
    expect(first.expires_in - second.expires_in).toBeGreaterThanOrEqual(100);
    marketo.clock.advance(3_600_000);
    await marketo.signIn();
    expect(marketo.token).not.toBe(token);
  });

  it('refuses wrong credentials with HTTP 401 and an OAuth body', async () => {
    const query = 'grant_type=client_credentials&client_id=simulated-marketo-client&client_secret=wrong';
    const answer = await fetch(`${marketo.url}/identity/oauth/token?${query}`, { method: 'POST' });
    expect(answer.status).toBe(401);
    expect(await answer.json()).toEqual({ error: 'invalid_client', error_description: 'Bad client credentials' });
  });

  it('answers 602 at the first use of an expired token and 601 from then on', async () => {
    marketo.clock.advance(3_601_000);
    expect((await marketo.get('/rest/v1/leads/partitions.json')).errors?.[0]?.code).toBe('602');
    expect((await marketo.get('/rest/v1/leads/partitions.json')).errors?.[0]?.code).toBe('601');
  });

  it('refuses a token in the query and a call without one with 603', async () => {
    const path = `/rest/v1/leads/partitions.json?access_token=${marketo.token}`;
    expect((await marketo.get(path)).errors).toEqual([{ code: '603', message: 'Access denied' }]);
    marketo.token = '';
    expect((await marketo.get('/rest/v1/leads/partitions.json')).errors?.[0]?.code).toBe('603');
  });
});

describe('envelope', () => {
  it('answers an unknown path with 610 and empty warnings, by HTTP 200', async () => {
    const answer = await marketo.fetch('/rest/v1/nothing.json');
    expect(answer.status).toBe(200);
    const body = (await answer.json()) as Answer;
    expect(body).toMatchObject({ success: false, warnings: [], errors: [{ code: '610' }] });
    expect(body.requestId).toMatch(/^[0-9a-f]{4,5}#[0-9a-f]{11}$/);
  });

  it('answers 605 for another method, 609 for broken JSON and 612 for another content type', async () => {
    const post = (path: string, body: string, type: string) =>
      marketo
        .fetch(path, { method: 'POST', body, headers: { 'content-type': type } })
        .then((one) => one.json() as Promise<Answer>);
    expect((await marketo.post('/rest/v1/leads/describe.json', {})).errors?.[0]?.code).toBe('605');
    expect((await post('/rest/v1/leads.json', '{', 'application/json')).errors?.[0]?.code).toBe('609');
    expect((await post('/rest/v1/leads.json', '<a/>', 'text/xml')).errors?.[0]?.code).toBe('612');
  });

  it('refuses an address over 8 KB with 414 and a body over 1 MB with 413', async () => {
    expect((await marketo.fetch(`/rest/v1/leads.json?filterValues=${'x'.repeat(8200)}`)).status).toBe(414);
    const body = JSON.stringify({ input: [{ email: 'a@x.example', mktoPersonNotes: 'x'.repeat(1_100_000) }] });
    const headers = { 'content-type': 'application/json' };
    expect((await marketo.fetch('/rest/v1/leads.json', { method: 'POST', body, headers })).status).toBe(413);
  });

  it('takes a long GET as a form by _method=GET', async () => {
    const ids = await marketo.create({ email: 'a+b@x.example' });
    const body = new URLSearchParams({ filterType: 'email', filterValues: 'A+B@x.example', fields: 'id' });
    const answer = await marketo.fetch('/rest/v1/leads.json?_method=GET', { method: 'POST', body });
    expect(((await answer.json()) as Answer).result).toEqual([{ id: ids[0] }]);
    const calls = await marketo.control('calls');
    expect(calls.byEndpoint['GET /rest/v1/leads.json']).toEqual({ count: 1, ok: 1, failed: 0 });
    expect(calls.writes).toBe(1);
  });

  it('answers 603 when the permission is missing', async () => {
    await marketo.settings({ permissions: ['Read-Only Lead'] });
    expect((await marketo.get('/rest/v1/leads/describe.json')).success).toBe(true);
    expect((await marketo.post('/rest/v1/leads.json', { input: [{}] })).errors?.[0]?.code).toBe('603');
  });
});

describe('limits', () => {
  it('refuses the call over the rate with 606 until the window has slid on', async () => {
    await marketo.settings({ limits: { enabled: true, calls: 2, windowMs: 20_000 } });
    const call = () => marketo.get('/rest/v1/leads/partitions.json');
    expect((await call()).success).toBe(true);
    expect((await call()).success).toBe(true);
    expect((await call()).errors).toEqual([{ code: '606', message: "Max rate limit '2' exceeded with in '20' secs" }]);
    marketo.clock.advance(20_000);
    expect((await call()).success).toBe(true);
  });

  it('refuses the call over the concurrency with 615', async () => {
    await marketo.settings({ limits: { enabled: true, concurrent: 2 }, readLatencyMs: 100 });
    const answers = await Promise.all([1, 2, 3].map(() => marketo.get('/rest/v1/leads/partitions.json')));
    expect(answers.map((answer) => answer.errors?.[0]?.code).sort()).toEqual(['615', undefined, undefined]);
    expect((await marketo.get('/rest/v1/leads/partitions.json')).success).toBe(true);
  });

  it('refuses the call over the daily quota with 607 until midnight US Central', async () => {
    await marketo.settings({ limits: { enabled: true, daily: 1 }, tokenLifetimeSeconds: 1_000_000 });
    expect((await marketo.get('/rest/v1/leads/partitions.json')).success).toBe(true);
    expect((await marketo.get('/rest/v1/leads/partitions.json')).errors?.[0]?.code).toBe('607');
    marketo.clock.advance(24 * 3_600_000);
    await marketo.signIn();
    const usage = await marketo.get('/rest/v1/stats/usage.json');
    expect(usage.result?.[0]).toMatchObject({ total: 1 });
  });
});

describe('lead fields', () => {
  it('describes type, length and REST name, and shows an entry without rest', async () => {
    const { result } = await marketo.get('/rest/v1/leads/describe.json');
    expect(result?.find((one) => one.id === 56)).toEqual({
      id: 56,
      displayName: 'Email Address',
      dataType: 'email',
      length: 255,
      rest: { name: 'email', readOnly: false },
    });
    expect(result?.some((one) => one.rest === undefined)).toBe(true);
  });

  it('makes a created field searchable and lists it as created by API', async () => {
    expect((await createField('microsoftId')).result).toEqual([{ name: 'microsoftId', status: 'created' }]);
    const { result } = await marketo.get('/rest/v1/leads/describe2.json');
    expect(result?.[0]?.searchableFields).toContainEqual(['microsoftId']);
    const one = await marketo.get('/rest/v1/leads/schema/fields/microsoftId.json');
    expect(one.result).toEqual([
      {
        displayName: 'microsoftId',
        name: 'microsoftId',
        description: null,
        dataType: 'string',
        length: 255,
        isHidden: false,
        isHtmlEncodingInEmail: true,
        isSensitive: false,
        isCustom: true,
        isApiCreated: true,
      },
    ]);
  });

  it('creates no text area, no second field of a name and no more than 100', async () => {
    expect((await createField('notes', 'text')).errors?.[0]?.code).toBe('1003');
    expect((await createField('email')).errors?.[0]?.code).toBe('1017');
    const input = [...Array(101).keys()].map((n) => ({ name: `f${n}`, displayName: `F ${n}`, dataType: 'string' }));
    expect((await marketo.post('/rest/v1/leads/schema/fields.json', { input })).errors?.[0]?.code).toBe('1003');
  });
});

describe('sync leads', () => {
  it('creates, updates and skips in input order, with no id on what it skips', async () => {
    const [id] = await marketo.create({ email: 'one@x.example' });
    const answer = await marketo.post('/rest/v1/leads.json', {
      input: [{ email: 'ONE@x.example', firstName: 'Ann' }, { email: 'no' }, { email: 'two@x.example' }],
    });
    expect(answer.result).toEqual([
      { id, status: 'updated' },
      { status: 'skipped', reasons: [{ code: '1003', message: "Invalid value for field 'email' and value 'no'" }] },
      { id: expect.any(Number), status: 'created' },
    ]);
  });

  it.each([
    ['email', 'jürgen@x.example'],
    ['email', 'someone@localhost'],
    ['email', 'a b@x.example'],
    ['firstName', 'x'.repeat(256)],
    ['sicCode', 'x'.repeat(41)],
    ['numberOfEmployees', '14.1'],
    ['dateOfBirth', '2024-02-30'],
    ['unsubscribed', 'perhaps'],
    ['annualRevenue', 'a lot'],
  ])('refuses field %s with the value %s by 1003 that names both', async (field, value) => {
    await createField('key');
    const item = await marketo.sync({ lookupField: 'key' }, { key: 'k', [field]: value });
    const reasons = [
      {
        code: '1003',
        message: `Invalid value for field '${field}' and value '${value.slice(0, 200)}${value.length > 200 ? '...' : ''}'`,
      },
    ];
    expect(item).toEqual({ status: 'skipped', reasons });
  });

  it('knows 1004, 1005, 1006, 1007 and a missing key 1002 by record', async () => {
    await marketo.create({ email: 'one@x.example' }, { email: 'two@x.example' }, { email: 'two@x.example' });
    expect(codes(await marketo.sync({ action: 'updateOnly' }, { email: 'three@x.example' }))).toEqual(['1004']);
    expect(codes(await marketo.sync({ action: 'createOnly' }, { email: 'one@x.example' }))).toEqual(['1005']);
    expect(codes(await marketo.sync({}, { email: 'one@x.example', nonsense: 1 }))).toEqual(['1006']);
    expect(codes(await marketo.sync({}, { email: 'two@x.example' }))).toEqual(['1007']);
    expect(codes(await marketo.sync({}, { firstName: 'Ann' }))).toEqual(['1002']);
  });

  it('refuses a bad lookupField and empty or over-long input as a whole', async () => {
    const post = (body: object) => marketo.post('/rest/v1/leads.json', body);
    const input = [{ email: 'a@x.example' }];
    expect((await post({ lookupField: 'dynamicsId', input })).errors).toEqual([
      { code: '1006', message: "Lookup field 'dynamicsId' not found" },
    ]);
    expect((await post({ lookupField: 'lastName', input })).errors?.[0]?.code).toBe('1011');
    expect((await post({ input: [] })).errors).toEqual([{ code: '1003', message: 'Leads not specified' }]);
    expect((await post({ input: Array(301).fill(input[0]) })).errors?.[0]?.code).toBe('1003');
    expect((await post({ lookupField: 'id', action: 'createOnly', input: [{ id: 1 }] })).errors?.[0]?.code).toBe(
      '1003',
    );
  });

  it('updates by id, clears with null, and reads nulls and unset booleans explicitly', async () => {
    const [id] = await marketo.create({
      email: 'one@x.example',
      lastName: 'Lee',
      emailSuspendedAt: '2020-08-30T05:49:48.000Z',
    });
    const update = { action: 'updateOnly', lookupField: 'id' };
    expect(await marketo.sync(update, { id, email: 'uno@x.example', lastName: null })).toEqual({
      id,
      status: 'updated',
    });
    const fields = ['email', 'lastName', 'unsubscribed', 'emailSuspendedAt'];
    expect(await marketo.read(id as number, ...fields)).toEqual({
      email: 'uno@x.example',
      lastName: null,
      unsubscribed: false,
      emailSuspendedAt: '2020-08-30T05:49:48Z',
    });
  });

  it('makes twins of one new key when two calls overlap, and one person when the race is off', async () => {
    await createField('key');
    await marketo.settings({ writeLatencyMs: 50 });
    const sync = (key: string) => marketo.sync({ lookupField: 'key' }, { key });
    const overlapping = await Promise.all([sync('a'), sync('a')]);
    expect(overlapping.map(({ status }) => status)).toEqual(['created', 'created']);
    expect(codes(await sync('a'))).toEqual(['1007']);
    await marketo.settings({ twinRace: false });
    const ordered = await Promise.all([sync('b'), sync('b')]);
    expect(ordered.map(({ status }) => status).sort()).toEqual(['created', 'updated']);
  });

  it('puts new people into the named partition and refuses an unknown one', async () => {
    const created = await marketo.sync({ partitionName: 'Europe' }, { email: 'a@x.example' });
    expect(await marketo.read(created.id as number, 'leadPartitionId')).toEqual({ leadPartitionId: 2 });
    expect(codes(await marketo.sync({ partitionName: 'Mars' }, { email: 'b@x.example' }))).toEqual(['1008']);
    expect(codes(await marketo.sync({ partitionName: 'Default' }, { email: 'a@x.example' }))).toEqual(['1010']);
  });
});

describe('leads and companies', () => {
  const companies = '/rest/v1/companies.json';
  const link = { email: 'one@x.example', externalCompanyId: 'acc-1' };

  it('shows the values of the linked company, and refuses them on the lead with 1021', async () => {
    await marketo.post(companies, { input: [{ externalCompanyId: 'acc-1', company: 'Contoso', industry: 'Toys' }] });
    const [id] = await marketo.create(link);
    expect(await marketo.read(id as number, 'company', 'industry')).toEqual({ company: 'Contoso', industry: 'Toys' });
    expect(codes(await marketo.sync({}, { email: link.email, company: 'Other' }))).toEqual(['1021']);
  });

  it('never links to an unknown company or owner, and never detaches', async () => {
    expect((await marketo.sync({}, link)).reasons).toEqual([
      { code: '1003', message: "Invalid value for field 'externalCompanyId' and value 'acc-1'" },
    ]);
    expect(codes(await marketo.sync({}, { email: 'a@x.example', externalSalesPersonId: 'u' }))).toEqual(['1003']);
    await marketo.post(companies, { input: [{ externalCompanyId: 'acc-1' }] });
    await marketo.create(link);
    expect(codes(await marketo.sync({}, { email: link.email, externalCompanyId: null }))).toEqual(['1003']);
  });

  it('logs a changed company on each of its leads, and keeps it while it has any (1022)', async () => {
    await marketo.post(companies, { input: [{ externalCompanyId: 'acc-1', company: 'Contoso' }] });
    const [leadId] = await marketo.create(link);
    const nextPageToken = await marketo.tokenNow();
    await marketo.post(companies, { input: [{ externalCompanyId: 'acc-1', company: 'Contoso Ltd' }] });
    const { result } = await marketo.get('/rest/v1/activities/leadchanges.json', { nextPageToken, fields: 'company' });
    expect(result?.filter((one) => one.activityTypeId === 13)).toMatchObject([
      { leadId, fields: [{ id: 4, name: 'company', newValue: 'Contoso Ltd', oldValue: 'Contoso' }] },
    ]);
    const removal = await marketo.post('/rest/v1/companies/delete.json', { input: [{ externalCompanyId: 'acc-1' }] });
    expect(codes(removal.result?.[0])).toEqual(['1022']);
  });
});

describe('reading leads', () => {
  it('filters by custom fields and refuses others with 1011', async () => {
    await createField('key');
    await createField('amountX', 'float');
    const [id] = await marketo.create({ email: 'one@x.example', key: 'K1' });
    const read = (filterType: string, filterValues: string) =>
      marketo.get('/rest/v1/leads.json', { filterType, filterValues, fields: 'id,key' });
    expect((await read('key', 'K1,K2')).result).toEqual([{ id, key: 'K1' }]);
    expect((await read('amountX', '1')).errors?.[0]?.code).toBe('1011');
    expect((await read('externalCompanyId', 'x')).errors?.[0]?.code).toBe('1011');
    expect((await read('email', 'nobody@x.example')).result).toEqual([]);
  });

  it('pages by token, and refuses more than 1,000 matches', async () => {
    const people = (count: number) => Array(count).fill({ email: 'same@x.example' });
    for (let n = 0; n < 4; n += 1) await marketo.create(...people(250));
    const query = { filterType: 'email', filterValues: 'same@x.example', fields: 'id' };
    const first = await marketo.get('/rest/v1/leads.json', query);
    expect(first).toMatchObject({ moreResult: true, nextPageToken: expect.stringMatching(/=$/) });
    expect(first.result).toHaveLength(300);
    const second = await marketo.get('/rest/v1/leads.json', { ...query, nextPageToken: first.nextPageToken as string });
    expect(second.result?.[0]?.id).toBe((first.result?.[299]?.id as number) + 1);
    await marketo.create({ email: 'same@x.example' });
    expect((await marketo.get('/rest/v1/leads.json', query)).errors).toEqual([
      { code: '1003', message: 'Too many results match the filter' },
    ]);
  });
});

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

  it("shows a marketer's edits with their source, and scores as type 22 only", async () => {
    const nextPageToken = await marketo.tokenNow();
    const { ids } = await marketo.control('seed', { leads: [{ email: 'one@x.example', leadScore: 5 }] });
    const operations = [{ op: 'update', id: ids[0], values: { leadScore: 15, firstName: 'Ann' } }];
    await marketo.control('edit', { source: 'Web form fillout', campaignId: 7, operations });
    const feed = await changes(nextPageToken, 'firstName,leadScore');
    expect(feed.result).toMatchObject([{ activityTypeId: 13, campaignId: 7, fields: [{ newValue: 'Ann' }] }]);
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
    expect((await deleted()).result).toHaveLength(0);
  });
});

describe('other objects', () => {
  const companies = '/rest/v1/companies.json';

  it('answers with seq, and knows 1013, 1017, 1036 and the id rule', async () => {
    const input = [{ externalCompanyId: 'a', company: 'A' }, { externalCompanyId: 'a' }];
    const first = await marketo.post(companies, { input });
    expect(first.result).toEqual([
      { seq: 0, id: 1, status: 'created' },
      { seq: 1, status: 'skipped', reasons: [{ code: '1036', message: 'Duplicate object found in input' }] },
    ]);
    const again = await marketo.post(companies, { action: 'createOnly', input: [{ externalCompanyId: 'a' }] });
    expect(codes(again.result?.[0])).toEqual(['1017']);
    const missing = await marketo.post(companies, { action: 'updateOnly', input: [{ externalCompanyId: 'b' }] });
    expect(missing.result?.[0]?.reasons).toEqual([{ code: '1013', message: 'Record not found' }]);
    const withId = await marketo.post('/rest/v1/opportunities.json', {
      input: [{ marketoGUID: 'x', externalOpportunityId: 'o', name: 'O' }],
    });
    expect(withId.result?.[0]?.reasons?.[0]?.message).toBe(
      "Field 'marketoGUID' is not allowed when dedupeBy is 'dedupeFields'",
    );
  });

  it('stores an empty text as null and reads default fields', async () => {
    await marketo.post(companies, { input: [{ externalCompanyId: 'a', company: 'A', industry: 'X' }] });
    await marketo.post(companies, { input: [{ externalCompanyId: 'a', industry: '' }] });
    const query = { filterType: 'dedupeFields', filterValues: 'a' };
    expect((await marketo.get(companies, { ...query, fields: 'industry' })).result).toEqual([
      { seq: 0, industry: null },
    ]);
    const [item] = (await marketo.get(companies, query)).result ?? [];
    expect(Object.keys(item ?? {})).toEqual(['seq', 'id', 'externalCompanyId', 'createdAt', 'updatedAt']);
  });

  it('wants the owner of an opportunity (718), and lead and opportunity of a role (1004, 1013)', async () => {
    const opportunity = { externalOpportunityId: 'o1', name: 'Deal', externalSalesPersonId: 'u1' };
    const refused = await marketo.post('/rest/v1/opportunities.json', { input: [opportunity] });
    expect(codes(refused.result?.[0])).toEqual(['718']);
    const role = { externalOpportunityId: 'o1', leadId: 99, role: 'Owner' };
    const roles = await marketo.post('/rest/v1/opportunities/roles.json', { input: [role] });
    expect(codes(roles.result?.[0])).toEqual(['1004', '1013']);
  });

  it('finds roles by their compound key in a tunnelled JSON body', async () => {
    const [leadId] = await marketo.create({ email: 'a@x.example' });
    await marketo.post('/rest/v1/opportunities.json', { input: [{ externalOpportunityId: 'o1', name: 'Deal' }] });
    const role = { externalOpportunityId: 'o1', leadId, role: 'Owner' };
    const created = await marketo.post('/rest/v1/opportunities/roles.json', { input: [role] });
    const answer = await marketo.post('/rest/v1/opportunities/roles.json?_method=GET', {
      filterType: 'dedupeFields',
      fields: ['marketoGuid', 'leadId'],
      input: [role],
    });
    expect(answer.result).toEqual([{ seq: 0, marketoGUID: created.result?.[0]?.marketoGUID, leadId }]);
  });

  it('keeps a sales person who owns a lead (1022)', async () => {
    await marketo.post('/rest/v1/salespersons.json', {
      input: [{ externalSalesPersonId: 'u1', email: 'u@x.example' }],
    });
    const [id] = await marketo.create({ email: 'a@x.example', externalSalesPersonId: 'u1' });
    const remove = () =>
      marketo.post('/rest/v1/salespersons/delete.json', { input: [{ externalSalesPersonId: 'u1' }] });
    expect(codes((await remove()).result?.[0])).toEqual(['1022']);
    await marketo.sync({ action: 'updateOnly', lookupField: 'id' }, { id, externalSalesPersonId: null });
    expect((await remove()).result).toEqual([{ seq: 0, id: 1, status: 'deleted' }]);
    expect(codes((await remove()).result?.[0])).toEqual(['1013']);
  });

  it('refuses writes with 1018 under the built-in CRM sync, and says crmManaged', async () => {
    await marketo.settings({ nativeSync: true });
    const refused = await marketo.post(companies, { input: [{ externalCompanyId: 'a' }] });
    expect(codes(refused.result?.[0])).toEqual(['1018']);
    const [description] = (await marketo.get('/rest/v1/companies/describe.json')).result ?? [];
    expect(description?.fields).toContainEqual(expect.objectContaining({ name: 'company', crmManaged: true }));
  });
});

describe('custom objects', () => {
  const schema = '/rest/v1/customobjects/schema';

  async function createType(): Promise<void> {
    await marketo.post(`${schema}.json`, { action: 'createOnly', displayName: 'Order Line', apiName: 'orderLine' });
    await marketo.post(`${schema}/orderLine/addField.json`, {
      input: [
        { name: 'dynId', displayName: 'Dyn Id', dataType: 'string', isDedupeField: true },
        { name: 'leadId', displayName: 'Lead', dataType: 'link', relatedTo: { name: 'lead', field: 'Id' } },
        { name: 'quantity', displayName: 'Quantity', dataType: 'integer' },
      ],
    });
  }

  it('has records only once its type is approved, under a name that ends in _c', async () => {
    await createType();
    const [leadId] = await marketo.create({ email: 'a@x.example' });
    const record = { dynId: 'd1', leadId, quantity: 3 };
    const path = '/rest/v1/customobjects/orderLine_c.json';
    expect((await marketo.post(path, { input: [record] })).errors?.[0]?.code).toBe('1013');
    expect((await marketo.post(`${schema}/orderLine/approve.json`)).result).toEqual([]);
    expect((await marketo.get('/rest/v1/customobjects.json')).result).toMatchObject([
      { name: 'orderLine_c', dedupeFields: ['dynId'], idField: 'marketoGUID' },
    ]);
    const created = await marketo.post(path, { input: [record] });
    const marketoGUID = created.result?.[0]?.marketoGUID;
    expect(created.result).toEqual([{ seq: 0, marketoGUID, status: 'created' }]);
    const query = { filterType: 'leadId', filterValues: String(leadId), fields: 'marketoGUID,quantity' };
    expect((await marketo.get(path, query)).result).toEqual([{ seq: 0, marketoGUID, quantity: 3 }]);
    const unlinked = await marketo.post(path, { input: [{ dynId: 'd2', leadId: 99 }] });
    expect(unlinked.result?.[0]?.reasons).toEqual([{ code: '1004', message: 'Lead not found' }]);
    const updated = await marketo.post(path, {
      action: 'updateOnly',
      dedupeBy: 'idField',
      input: [{ marketoGUID, quantity: null }],
    });
    expect(updated.result?.[0]?.status).toBe('updated');
  });

  it('answers 616 on the schema API without the entitlement', async () => {
    await marketo.settings({ customObjectSchema: false });
    expect((await marketo.get(`${schema}.json`)).errors?.[0]?.code).toBe('616');
  });
});

describe('faults', () => {
  const record = { email: 'one@x.example' };

  it('answers 604 without the write, or with it when told to commit', async () => {
    await marketo.control('faults', { kind: 'error', code: '604', times: 1, endpoint: 'POST /rest/v1/leads.json' });
    const fault = await marketo.post('/rest/v1/leads.json', { input: [record] });
    expect(fault.errors).toEqual([{ code: '604', message: 'Request time-out' }]);
    expect(await marketo.control('records/leads')).toHaveLength(0);
    await marketo.control('faults', { kind: 'error', code: '604', times: 1, commit: true });
    expect((await marketo.post('/rest/v1/leads.json', { input: [record] })).errors?.[0]?.code).toBe('604');
    expect(await marketo.control('records/leads')).toHaveLength(1);
  });

  it('writes and then cuts the connection on reset-after', async () => {
    await marketo.control('faults', { kind: 'reset-after', times: 1 });
    await expect(marketo.post('/rest/v1/leads.json', { input: [record] })).rejects.toThrow();
    expect(await marketo.control('records/leads')).toMatchObject([{ email: 'one@x.example' }]);
  });
});

describe('static lists', () => {
  it('adds, shows and removes members', async () => {
    const [id] = await marketo.create({ email: 'a@x.example' });
    const leads = '/rest/v1/lists/1001/leads.json';
    expect((await marketo.post(leads, { input: [{ id }] })).result).toEqual([{ id, status: 'added' }]);
    expect((await marketo.get(leads, { fields: 'email' })).result).toEqual([{ email: 'a@x.example' }]);
    const removed = (await (await marketo.fetch(`${leads}?id=${id}`, { method: 'DELETE' })).json()) as Answer;
    expect(removed.result).toEqual([{ id, status: 'removed' }]);
    const asked = await marketo.get('/rest/v1/lists/1001/leads/ismember.json', { id: String(id) });
    expect(asked.result).toEqual([{ id, status: 'notmemberof' }]);
  });
});
