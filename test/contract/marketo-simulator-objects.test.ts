import { type Item, TestInstance } from './marketo-client';

const marketo = new TestInstance();

beforeAll(() => marketo.start());
beforeEach(() => marketo.fresh());
afterAll(() => marketo.stop());

const codes = (item: Item | undefined) => item?.reasons?.map(({ code }) => code);

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
