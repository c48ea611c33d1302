import { DynamicsWebApi } from 'dynamics-web-api';
import { type Harness, harness } from './dataverse-harness';
import { ID, SEED } from './dataverse-people';

/** npm dynamics-web-api, unmodified: every read of its API is answered in a form that it can read. */

describe('reads of npm dynamics-web-api', () => {
  let sim: Harness;
  let api: DynamicsWebApi;
  const names = (rows: readonly { name: string }[]): string[] => rows.map(({ name }) => name);

  beforeAll(async () => {
    sim = await harness({ data: null });
    await sim.control('POST', 'dynamics/seed', SEED);
    await sim.control('POST', 'dynamics/schema', {
      table: 'account',
      do: 'addKey',
      name: 'account_number',
      columns: ['accountnumber'],
    });
    api = new DynamicsWebApi({
      serverUrl: `${sim.simulators.dataverse}/`,
      dataApi: { version: '9.2' },
      onTokenRefresh: async () => String((await sim.token()).body.access_token),
    });
  });
  afterAll(() => sim.simulators.close());

  it('retrieves a row by id, by alternate key, with its labels, and not again while it is unchanged', async () => {
    const byId = await api.retrieve({ collection: 'accounts', key: ID.alpha, select: ['name'] });
    expect(byId).toMatchObject({ name: 'Alpha', accountid: ID.alpha });
    const byKey = await api.retrieve({ collection: 'accounts', key: "accountnumber='A-2'", select: ['name'] });
    expect(byKey.name).toBe('Beta 50%');
    const labelled = await api.retrieve({
      collection: 'accounts',
      key: ID.alpha,
      select: ['industrycode', '_primarycontactid_value'],
      includeAnnotations: '*',
    });
    expect(labelled).toMatchObject({
      industrycode_Formatted: 'Consulting',
      _primarycontactid_value_Formatted: 'Ann Lee',
      _primarycontactid_value_LogicalName: 'contact',
      _primarycontactid_value_NavigationProperty: 'primarycontactid',
    });
    const unchanged = { collection: 'accounts', key: ID.alpha, ifnonematch: byId['@odata.etag'] };
    expect(await api.retrieve(unchanged)).toBeUndefined(); // how the library gives a 304
    await expect(api.retrieve({ collection: 'accounts', key: ID.nobody })).rejects.toMatchObject({
      status: 404,
      code: '0x80040217',
    });
  });

  it('retrieves what a row leads to: a lookup, its address, a collection', async () => {
    const of = { collection: 'accounts', key: ID.alpha };
    const contact = await api.retrieve({ ...of, navigationProperty: 'primarycontactid', select: ['fullname'] });
    expect(contact).toMatchObject({ fullname: 'Ann Lee', contactid: ID.ann });
    expect(await api.retrieve({ ...of, select: ['/primarycontactid', 'lastname'] })).toMatchObject({ lastname: 'Lee' });
    const reference = await api.retrieve({ ...of, select: ['primarycontactid/$ref'] });
    expect(reference).toMatchObject({ id: ID.ann, collection: 'contacts' });
    const many = await api.retrieve({ ...of, navigationProperty: 'contact_customer_accounts', select: ['firstname'] });
    expect(many.value.map((row: { firstname: string }) => row.firstname)).toEqual(['Ann', 'Bob']);
  });

  it('expands lookups and collections, and what those lead to', async () => {
    const account = await api.retrieve({
      collection: 'accounts',
      key: ID.alpha,
      select: ['name'],
      expand: [
        {
          property: 'primarycontactid',
          select: ['fullname'],
          expand: [{ property: 'createdby', select: ['fullname'] }],
        },
        { property: 'contact_customer_accounts', select: ['firstname'], orderBy: ['firstname desc'], top: 1 },
        { property: 'owninguser', select: ['fullname'] },
      ],
    });
    expect(account.primarycontactid).toMatchObject({
      fullname: 'Ann Lee',
      createdby: { fullname: 'Marketo Synchronisation' },
    });
    expect(account.contact_customer_accounts).toMatchObject([{ firstname: 'Bob', contactid: ID.bob }]);
    expect(account.owninguser).toMatchObject({ fullname: 'Sue Seller', ownerid: ID.seller });
  });

  it('retrieves a page after the other, by link or all at once', async () => {
    const request = { collection: 'accounts', select: ['name'], maxPageSize: 2 };
    const first = await api.retrieveMultiple({ ...request, count: true, orderBy: ['revenue desc'] });
    expect([names(first.value), first.oDataCount]).toEqual([['Alpha', 'Beta 50%'], 3]);
    const second = await api.retrieveMultiple(request, first.oDataNextLink);
    expect([names(second.value), second.oDataNextLink]).toEqual([['Gamma'], undefined]);
    expect(names((await api.retrieveAll(request)).value)).toEqual(['Alpha', 'Beta 50%', 'Gamma']);
    const top = await api.retrieveMultiple({
      collection: 'accounts',
      select: ['name'],
      top: 1,
      filter: 'revenue lt 60',
    });
    expect(names(top.value)).toEqual(['Beta 50%']);
  });

  it('sends an address that is too long as a batch', async () => {
    const values = Array.from({ length: 80 }, () => `"${ID.beta}"`).join(',');
    const filter = `Microsoft.Dynamics.CRM.In(PropertyName='accountid',PropertyValues=[${values}])`;
    const { value } = await api.retrieveMultiple({ collection: 'accounts', select: ['name'], filter });
    expect(names(value)).toEqual(['Beta 50%']);
  });

  it('counts', async () => {
    expect(await api.count({ collection: 'contacts' })).toBe(3);
    expect(await api.count({ collection: 'contacts', filter: "lastname eq 'lee'" })).toBe(2);
    expect(await api.countAll({ collection: 'contacts', select: ['contactid'] })).toBe(3);
  });

  it('groups and adds up', async () => {
    const { value } = await api.retrieveMultiple({
      collection: 'accounts',
      apply: 'groupby((industrycode),aggregate(revenue with sum as total,$count as rows))',
    });
    expect(value).toEqual([
      { industrycode: 7, total: 150, rows: 2 },
      { industrycode: 1, total: 10, rows: 1 },
    ]);
  });

  it('tracks changes over the delta link', async () => {
    const request = { collection: 'contacts', select: ['jobtitle'] };
    const first = await api.retrieveAll({ ...request, trackChanges: true, maxPageSize: 2 });
    expect(first.value).toHaveLength(3);
    const values = { jobtitle: 'Poet' };
    await sim.control('POST', 'dynamics/edit', {
      operations: [{ op: 'update', table: 'contact', id: ID.cid, values }],
    });
    const delta = await api.retrieveMultiple(request, first.oDataDeltaLink);
    expect(delta.value).toMatchObject([{ contactid: ID.cid, jobtitle: 'Poet' }]);
    expect((await api.retrieveMultiple(request, delta.oDataDeltaLink)).value).toEqual([]);
  });

  it('calls functions', async () => {
    const who = await api.callFunction('WhoAmI');
    expect(who.OrganizationId).toMatch(/^[0-9a-f-]{36}$/);
    const counts = await api.callFunction({
      name: 'RetrieveTotalRecordCount',
      parameters: { EntityNames: ['account', 'contact'] },
    });
    expect(counts.EntityRecordCountCollection).toMatchObject({ Keys: ['account', 'contact'], Values: [3, 3] });
    const organization = await api.callFunction({
      name: 'RetrieveCurrentOrganization',
      parameters: { AccessType: "Microsoft.Dynamics.CRM.EndpointAccessType'Default'" },
    });
    expect(organization.Detail.OrganizationId).toBe(who.OrganizationId);
  });

  it('reads within a batch', async () => {
    api.startBatch();
    void api.retrieve({ collection: 'accounts', key: ID.gamma, select: ['name'] });
    void api.retrieveMultiple({ collection: 'contacts', select: ['lastname'], filter: "contains(lastname,'r')" });
    void api.count({ collection: 'opportunities' });
    const [account, contacts, count] = await api.executeBatch();
    expect([account.name, contacts.value.length, count]).toEqual(['Gamma', 1, 2]);
  });
});
