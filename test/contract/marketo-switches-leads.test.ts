import { TestInstance } from './marketo-client';

const marketo = new TestInstance();

beforeAll(() => marketo.start());
beforeEach(() => marketo.fresh());
afterAll(() => marketo.stop());

const codes = (item: { reasons?: { code: string }[] }) => item.reasons?.map(({ code }) => code);

/** Two companies, one with a lead. */
async function linkedLead(): Promise<number> {
  const companies = ['c1', 'c2'].map((key) => ({
    externalCompanyId: key,
    company: `Company ${key}`,
    industry: 'Steel',
  }));
  await marketo.post('/rest/v1/companies.json', { input: companies });
  const [id] = await marketo.create({ email: 'a@x.example', externalCompanyId: 'c1' });
  return id as number;
}

const byId = { action: 'updateOnly', lookupField: 'id' };

describe('undocumented points of writing leads, each a switch', () => {
  it.each([
    ['externalCompanyIdLength', 'externalCompanyId', 50, 100],
    ['externalSalesPersonIdLength', 'externalSalesPersonId', 50, 255],
  ])('%s', async (name, field, short, long) => {
    const length = async () => {
      const { result = [] } = await marketo.get('/rest/v1/leads/describe2.json');
      const fields = (result[0]?.fields ?? []) as { name: string; length: number }[];
      return fields.find((one) => one.name === field)?.length;
    };
    expect(await length()).toBe(short);
    await marketo.settings({ [name]: long });
    expect(await length()).toBe(long);
  });

  it('overLongString: refused, or cut to the length of its field', async () => {
    const long = { email: 'a@x.example', sicCode: '1'.repeat(41) };
    expect(codes(await marketo.sync({}, long))).toEqual(['1003']);
    await marketo.settings({ overLongString: 'truncate' });
    const { id } = await marketo.sync({}, long);
    expect(await marketo.read(id as number, 'sicCode')).toEqual({ sicCode: '1'.repeat(40) });
    await marketo.sync(byId, { id, mktoPersonNotes: `${'a'.repeat(29_999)}ä` });
    expect(await marketo.read(id as number, 'mktoPersonNotes')).toEqual({ mktoPersonNotes: 'a'.repeat(29_999) });
  });

  it('composesText: a decomposed text is stored as it was sent, or composed', async () => {
    const { id } = await marketo.sync({}, { email: 'a@x.example', firstName: 'Zoe\u0308' });
    expect(await marketo.read(id as number, 'firstName')).toEqual({ firstName: 'Zoe\u0308' });
    await marketo.settings({ composesText: true });
    await marketo.sync(byId, { id, lastName: 'Zoe\u0308' });
    expect(await marketo.read(id as number, 'lastName')).toEqual({ lastName: 'Zo\u00eb' });
  });

  it.each([
    ['keep', 'Chief \u{1f600} Buyer'],
    ['cut', 'Chief '],
    ['strip', 'Chief  Buyer'],
  ])('beyondBmp: %s', async (beyondBmp, title) => {
    await marketo.settings({ beyondBmp });
    const { id } = await marketo.sync({}, { email: 'a@x.example', title: 'Chief \u{1f600} Buyer' });
    expect(await marketo.read(id as number, 'title')).toEqual({ title });
  });

  it('a blocked field: what is there stays, though the answer is `updated`; what is empty is filled', async () => {
    const { id } = await marketo.sync({}, { email: 'a@x.example', title: 'Buyer' });
    await marketo.settings({ blockedFields: ['title', 'city'] });
    const answer = await marketo.sync(byId, { id, title: 'Head', city: 'Graz' });
    expect(answer.status).toBe('updated');
    expect(await marketo.read(id as number, 'title,city')).toEqual({ title: 'Buyer', city: 'Graz' });
  });

  it.each([
    ['central', '2026-11-22T16:00:00Z'],
    ['utc', '2026-11-22T10:00:00Z'],
  ])('offsetlessDatetime: %s', async (offsetlessDatetime, read) => {
    await marketo.settings({ offsetlessDatetime });
    const { id } = await marketo.sync({}, { email: 'a@x.example', mktoAcquisitionDate: '2026-11-22T10:00:00' });
    expect(await marketo.read(id as number, 'mktoAcquisitionDate')).toEqual({ mktoAcquisitionDate: read });
  });

  it('offsetlessDatetime: refused', async () => {
    await marketo.settings({ offsetlessDatetime: 'refuse' });
    const sent = { email: 'a@x.example', mktoAcquisitionDate: '2026-11-22T10:00:00' };
    expect(codes(await marketo.sync({}, sent))).toEqual(['1003']);
  });

  it.each(['1003', '1004', '1013'])('unknownExternalCompanyId: %s', async (unknownExternalCompanyId) => {
    await marketo.settings({ unknownExternalCompanyId });
    const item = await marketo.sync({}, { email: 'a@x.example', externalCompanyId: 'nobody' });
    expect(codes(item)).toEqual([unknownExternalCompanyId]);
  });

  it('nullExternalCompanyId: refused, or ignored while the rest is written; never obeyed', async () => {
    const id = await linkedLead();
    const leave = { id, externalCompanyId: null, city: 'Graz' };
    expect(codes(await marketo.sync(byId, leave))).toEqual(['1003']);
    await marketo.settings({ nullExternalCompanyId: 'ignore' });
    expect((await marketo.sync(byId, leave)).status).toBe('updated');
    expect(await marketo.read(id, 'externalCompanyId', 'city')).toEqual({ externalCompanyId: 'c1', city: 'Graz' });
  });

  it('companyFieldsOnLinkedLead: 1021, ignored, or changed for every lead of the company', async () => {
    const id = await linkedLead();
    const sent = { id, industry: 'Wood', city: 'Graz' };
    expect(codes(await marketo.sync(byId, sent))).toEqual(['1021']);
    await marketo.settings({ companyFieldsOnLinkedLead: 'ignore' });
    await marketo.sync(byId, sent);
    expect(await marketo.read(id, 'industry', 'city')).toEqual({ industry: 'Steel', city: 'Graz' });
    await marketo.settings({ companyFieldsOnLinkedLead: 'applyToCompany' });
    const [other] = await marketo.create({ email: 'b@x.example', externalCompanyId: 'c1' });
    await marketo.sync(byId, sent);
    expect(await marketo.read(other as number, 'industry')).toEqual({ industry: 'Wood' });
  });

  it('emailLookupCase and stringLookupCase', async () => {
    await marketo.post('/rest/v1/leads/schema/fields.json', {
      input: [{ displayName: 'Key', name: 'ownKey', dataType: 'string' }],
    });
    await marketo.create({ email: 'Ann@x.example', ownKey: 'Abc' });
    const found = async (filterType: string, filterValues: string) =>
      (await marketo.get('/rest/v1/leads.json', { filterType, filterValues })).result?.length;
    expect(await found('email', 'ANN@X.example')).toBe(1);
    expect(await found('ownKey', 'ABC')).toBe(0);
    await marketo.settings({ emailLookupCase: 'sensitive', stringLookupCase: 'insensitive' });
    expect(await found('email', 'ANN@X.example')).toBe(0);
    expect(await found('email', 'Ann@x.example')).toBe(1);
    expect(await found('ownKey', 'ABC')).toBe(1);
    expect((await marketo.sync({ lookupField: 'ownKey', action: 'createOnly' }, { ownKey: 'aBC' })).status).toBe(
      'skipped',
    );
  });

  it('stringLookupCase holds for companies too', async () => {
    await linkedLead();
    const sync = async (externalCompanyId: string) =>
      (await marketo.post('/rest/v1/companies.json', { input: [{ externalCompanyId }] })).result?.[0]?.status;
    await marketo.settings({ stringLookupCase: 'insensitive' });
    expect(await sync('C1')).toBe('updated');
    await marketo.settings({ stringLookupCase: 'sensitive' });
    expect(await sync('C2')).toBe('created');
  });

  it('hiddenField: answers as before, or 1006', async () => {
    const [id] = await marketo.create({ email: 'a@x.example', city: 'Graz' });
    const read = () =>
      marketo.get('/rest/v1/leads.json', { filterType: 'id', filterValues: String(id), fields: 'city' });
    await marketo.control('schema', { do: 'hide', object: 'leads', name: 'city' });
    expect((await read()).result).toMatchObject([{ city: 'Graz' }]);
    await marketo.control('schema', { do: 'show', object: 'leads', name: 'city' });
    await marketo.settings({ hiddenField: 'unknown' });
    await marketo.control('schema', { do: 'hide', object: 'leads', name: 'city' });
    expect((await read()).errors).toMatchObject([{ code: '1006' }]);
    // The schema outlives a fresh start.
    await marketo.control('schema', { do: 'show', object: 'leads', name: 'city' });
  });

  it('createOnlyEmailClash: a second person, or 1005', async () => {
    await marketo.settings({ externalPersonId: true });
    await marketo.create({ email: 'a@x.example' });
    const create = (key: string) =>
      marketo.sync(
        { action: 'createOnly', lookupField: 'externalPersonId' },
        { externalPersonId: key, email: 'a@x.example' },
      );
    expect((await create('one')).status).toBe('created');
    await marketo.settings({ createOnlyEmailClash: 'refuse' });
    expect(codes(await create('two'))).toEqual(['1005']);
  });

  it.each([
    ['update', ['created', 'updated'], 1],
    ['duplicate', ['created', 'created'], 2],
    ['refuse', ['created', 'skipped'], 1],
  ])('sameKeyInBatch: %s', async (sameKeyInBatch, statuses, people) => {
    await marketo.settings({ sameKeyInBatch });
    const input = [{ email: 'a@x.example' }, { email: 'A@x.example', city: 'Graz' }];
    const { result } = await marketo.post('/rest/v1/leads.json', { input });
    expect(result?.map(({ status }) => status)).toEqual(statuses);
    const found = await marketo.get('/rest/v1/leads.json', { filterType: 'email', filterValues: 'a@x.example' });
    expect(found.result).toHaveLength(people);
  });

  it('twinRace: two overlapping creates of one key make two people, or one', async () => {
    await marketo.settings({ writeLatencyMs: 30 });
    const race = async (email: string) => {
      await Promise.all([marketo.sync({}, { email }), marketo.sync({}, { email })]);
      return (await marketo.get('/rest/v1/leads.json', { filterType: 'email', filterValues: email })).result?.length;
    };
    expect(await race('a@x.example')).toBe(2);
    await marketo.settings({ twinRace: false });
    expect(await race('b@x.example')).toBe(1);
  });

  it('batchOver300', async () => {
    const input = [...Array(301).keys()].map((n) => ({ email: `p${n}@x.example` }));
    const refused = async () => (await marketo.post('/rest/v1/leads.json', { input })).errors?.[0]?.code;
    expect(await refused()).toBe('1003');
    await marketo.settings({ batchOver300: '611' });
    expect(await refused()).toBe('611');
  });

  it('deleteUnknownLead and getUnknownLead', async () => {
    const remove = async () =>
      codes((await marketo.post('/rest/v1/leads/delete.json', { input: [{ id: 9 }] })).result?.[0] ?? {});
    expect(await remove()).toEqual(['1004']);
    expect((await marketo.get('/rest/v1/lead/9.json')).errors?.[0]?.code).toBe('1004');
    await marketo.settings({ deleteUnknownLead: '1013', getUnknownLead: 'empty' });
    expect(await remove()).toEqual(['1013']);
    expect(await marketo.get('/rest/v1/lead/9.json')).toMatchObject({ success: true, result: [] });
  });

  it('newLeadReady: reads and lists may not know a new lead for two seconds, though a sync does', async () => {
    await marketo.settings({ newLeadReady: 'afterTwoSeconds' });
    const [id] = await marketo.create({ email: 'a@x.example' });
    const add = async () =>
      (await marketo.post('/rest/v1/lists/1001/leads.json', { input: [{ id }] })).result?.[0]?.status;
    expect(await marketo.read(id as number, 'email')).toEqual({});
    expect(await add()).toBe('skipped');
    expect((await marketo.sync({ action: 'createOnly' }, { email: 'a@x.example' })).status).toBe('skipped');
    marketo.clock.advance(2000);
    expect(await marketo.read(id as number, 'email')).toEqual({ email: 'a@x.example' });
    expect(await add()).toBe('added');
  });

  it('nullsInReads: explicit or absent, of leads and of other objects', async () => {
    const id = await linkedLead();
    const company = () =>
      marketo.get('/rest/v1/companies.json', { filterType: 'id', filterValues: '1', fields: 'website,industry' });
    expect(await marketo.read(id, 'email', 'city')).toEqual({ email: 'a@x.example', city: null });
    expect((await company()).result).toEqual([{ seq: 0, website: null, industry: 'Steel' }]);
    await marketo.settings({ nullsInReads: 'absent' });
    expect(await marketo.read(id, 'email', 'city')).toEqual({ email: 'a@x.example' });
    expect((await company()).result).toEqual([{ seq: 0, industry: 'Steel' }]);
  });

  it('externalPersonId: a field of some instances only, and a key there', async () => {
    const sync = () =>
      marketo.post('/rest/v1/leads.json', { lookupField: 'externalPersonId', input: [{ externalPersonId: 'p' }] });
    expect((await sync()).errors?.[0]?.code).toBe('1006');
    await marketo.settings({ externalPersonId: true });
    expect((await sync()).result).toMatchObject([{ status: 'created' }]);
    expect((await sync()).result).toMatchObject([{ status: 'updated' }]);
  });

  it('sameValueUpdatedAt: whether an identical value moves updatedAt', async () => {
    const [id] = await marketo.create({ email: 'a@x.example', city: 'Graz' });
    const updatedAt = async () => {
      marketo.clock.advance(5000);
      await marketo.sync(byId, { id, city: 'Graz' });
      return (await marketo.read(id as number, 'createdAt', 'updatedAt')) as { createdAt?: string; updatedAt?: string };
    };
    const still = await updatedAt();
    expect(still.updatedAt).toBe(still.createdAt);
    await marketo.settings({ sameValueUpdatedAt: true });
    const moved = await updatedAt();
    expect(moved.updatedAt).not.toBe(moved.createdAt);
  });

  it('requestTimeoutCommits: what a 604 has done, unless the fault itself says', async () => {
    const timedOut = async (email: string, more = {}) => {
      await marketo.control('faults', {
        kind: 'error',
        code: '604',
        times: 1,
        endpoint: 'POST /rest/v1/leads',
        ...more,
      });
      const answer = await marketo.post('/rest/v1/leads.json', { input: [{ email }] });
      expect(answer.errors?.[0]?.code).toBe('604');
      return (await marketo.get('/rest/v1/leads.json', { filterType: 'email', filterValues: email })).result?.length;
    };
    expect(await timedOut('a@x.example')).toBe(0);
    expect(await timedOut('b@x.example', { commit: true })).toBe(1);
    await marketo.settings({ requestTimeoutCommits: true });
    expect(await timedOut('c@x.example')).toBe(1);
    expect(await timedOut('d@x.example', { commit: false })).toBe(0);
  });
});
