import { type Item, TestInstance } from './marketo-client';

const marketo = new TestInstance();

beforeAll(() => marketo.start());
beforeEach(() => marketo.fresh());
afterAll(() => marketo.stop());

const codes = (item: Item | undefined) => item?.reasons?.map(({ code }) => code);
const createField = (name: string, dataType = 'string') =>
  marketo.post('/rest/v1/leads/schema/fields.json', { input: [{ name, displayName: name, dataType }] });

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
