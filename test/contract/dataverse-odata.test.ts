import { type Harness, harness, type Item } from './dataverse-harness';
import { ID, SEED } from './dataverse-people';

describe('OData of the Dataverse simulator', () => {
  let sim: Harness;
  const one = async (path: string): Promise<Item> => (await sim.get(path)).body;
  const codeOf = async (path: string): Promise<[number, string]> => {
    const { status, body } = await sim.get(path);
    return [status, body.error.code];
  };

  beforeAll(async () => {
    sim = await harness({ data: null });
    await sim.control('POST', 'dynamics/seed', SEED);
  });
  afterAll(() => sim.simulators.close());

  const fn = (name: string, rest: string): string => `Microsoft.Dynamics.CRM.${name}(${rest})`;

  it.each([
    ["primarycontactid/lastname eq 'lee'", ['Alpha']],
    ['primarycontactid eq null', ['Beta 50%', 'Gamma']],
    [`primarycontactid/contactid eq ${ID.ann}`, ['Alpha']],
    ["contact_customer_accounts/any(c:c/firstname eq 'Bob' and c/numberofchildren eq 0)", ['Alpha']],
    ['contact_customer_accounts/any()', ['Alpha']],
    ['not contact_customer_accounts/any()', ['Beta 50%', 'Gamma']],
    ["contact_customer_accounts/all(c:c/lastname eq 'Lee')", ['Alpha', 'Beta 50%', 'Gamma']], // of none, all
    ["account_parent_account/any(a:a/account_parent_account/any(b:b/name eq 'Gamma'))", ['Alpha']],
    ["contact_customer_accounts/any(c:c/originatingleadid eq null and startswith(c/emailaddress1,'ann'))", ['Alpha']],
    ['50 lt revenue', ['Alpha']],
    ['revenue gt numberofemployees', []],
    ['createdon le modifiedon', ['Alpha', 'Beta 50%', 'Gamma']],
    ["contains(name,'50[%]')", ['Beta 50%']],
    ["startswith(name,'_a')", ['Gamma']],
    [fn('NotIn', `PropertyName='name',PropertyValues=["alpha","gamma"]`), ['Beta 50%']],
    [fn('Between', `PropertyName='revenue',PropertyValues=["10","50"]`), ['Beta 50%', 'Gamma']],
    [fn('NotBetween', `PropertyName='revenue',PropertyValues=["10","50"]`), ['Alpha']],
    [fn('ContainValues', `PropertyName='industrycode',PropertyValues=["1"]`), ['Gamma']],
    [fn('LastXDays', `PropertyName='createdon',PropertyValue=3`), []],
    [fn('OlderThanXYears', `PropertyName='createdon',PropertyValue=1`), ['Alpha', 'Beta 50%', 'Gamma']],
    [fn('On', `PropertyName='createdon',PropertyValue='2024-01-02'`), ['Alpha', 'Beta 50%', 'Gamma']],
    [fn('OnOrAfter', `PropertyName='createdon',PropertyValue='2024-01-03'`), []],
    [fn('Under', `PropertyName='accountid',PropertyValue='${ID.alpha}'`), ['Beta 50%', 'Gamma']],
    [fn('AboveOrEqual', `PropertyName='accountid',PropertyValue='${ID.beta}'`), ['Alpha', 'Beta 50%']],
    [fn('EqualUserId', `PropertyName='createdby'`), ['Alpha', 'Beta 50%', 'Gamma']],
  ])('filters accounts by %s', async (filter, expected) => {
    const { value } = await one(`accounts?$select=name&$filter=${encodeURIComponent(filter)}`);
    expect(value.map((row) => row.name)).toEqual(expected);
  });

  it('puts the values of aliases in their place, and null where there is none', async () => {
    const aliased =
      "accounts?$select=name&$filter=name eq @n or accountnumber eq @m&$orderby=@o desc&@n='alpha'&@o=name";
    expect((await one(aliased)).value.map((row) => row.name)).toEqual(['Gamma', 'Alpha']);
  });

  it.each([
    ["accounts?$filter=revenue eq 'many'", "Found operand types 'Edm.Int32' and 'Edm.String'"],
    ['accounts?$filter=name eq 5', "Found operand types 'Edm.String' and 'Edm.Int32'"],
    [`accounts?$filter=primarycontactid eq ${ID.ann}`, 'incompatible types'],
    ['accounts?$filter=primarycontactid/shoesize eq 1', "'shoesize' on type 'Microsoft.Dynamics.CRM.contact'"],
    ['accounts?$filter=people/any(p:p/name eq 1)', "'people' on type 'Microsoft.Dynamics.CRM.account'"],
    ["accounts?$filter=contact_customer_accounts/any(c:name eq 'x')", "does not begin with 'c/'"],
    ["accounts?$filter=Microsoft.Dynamics.CRM.Rhymes(PropertyName='name')", 'unknown function'],
    ['accounts?$select=primarycontactid', "Could not find a property named 'primarycontactid'"],
    ['accounts?$expand=ownerid($select=shoesize)', "'shoesize' on type 'Microsoft.Dynamics.CRM.principal'"],
    [`accounts(${ID.alpha})?$top=1`, 'only on collections'],
    ['accounts?$select=owneridname', "Could not find a property named 'owneridname'"],
    ['accounts?$Select=name', "'$Select' is not supported"],
    ['accounts?depth=2', "'depth' is not supported"],
    ['accounts?$skip=2', "'$skip' is not supported"],
    ['accounts?$expand=contact_customer_accounts/$ref', 'only supported on lookup type'],
    ['accounts?$expand=primarycontactid($top=1)', 'Only $select and $filter clause can be provided'],
    [
      'accounts?$expand=primarycontactid($expand=contact_customer_contacts($orderby=lastname))',
      'Only $select and $filter',
    ],
    ['accounts?$expand=primarycontactid($filter=name eq @p)&@p=1', 'Parameter aliases are not supported'],
    [`accounts?$expand=${Array(16).fill('primarycontactid').join(',')}`, 'more than 15'],
  ])('refuses %s', async (path, message) => {
    const { status, body } = await sim.get(path.replaceAll(' ', '%20'));
    expect([status, body.error.code]).toEqual([400, '0x80060888']);
    expect(body.error.message).toContain(message);
  });

  it('says where to find the children of an expanded row, and pages them where they expand too', async () => {
    const collection = 'contact_customer_accounts';
    const flat = await one(
      `accounts(${ID.alpha})?$select=name&$expand=${collection}($select=firstname;$filter=numberofchildren gt 0)`,
    );
    expect(flat[collection]).toMatchObject([{ firstname: 'Ann' }]);
    const link = String(flat[`${collection}@odata.nextLink`]);
    expect(link).toBe(
      `${sim.api}/accounts(${ID.alpha})/${collection}?$select=firstname&$filter=numberofchildren%20gt%200`,
    );
    expect((await one(link)).value).toMatchObject([{ firstname: 'Ann' }]);
    const nested = `accounts?$select=name&$expand=${collection}($select=firstname;$expand=createdby($select=fullname))`;
    const paged = (await sim.get(nested, { prefer: 'odata.maxpagesize=1' })).body.value[0]!;
    expect(paged[collection]).toMatchObject([{ firstname: 'Ann', createdby: { fullname: 'Marketo Synchronisation' } }]);
    const next = await sim.get(String(paged[`${collection}@odata.nextLink`]), { prefer: 'odata.maxpagesize=1' });
    expect(next.body.value).toMatchObject([{ firstname: 'Bob' }]);
    expect(next.body['@odata.nextLink']).toBeUndefined();
  });

  it('expands owners of either kind, addresses, and null where there is nothing', async () => {
    const alpha = await one(
      `accounts(${ID.alpha})?$select=name&$expand=ownerid($select=fullname),parentaccountid,primarycontactid/$ref`,
    );
    expect(alpha.ownerid).toMatchObject({ ownerid: ID.seller, fullname: 'Sue Seller' });
    expect(alpha.parentaccountid).toBeNull();
    expect(alpha.primarycontactid).toEqual({ '@odata.id': `${sim.api}/contacts(${ID.ann})` });
    const team = await one(`teams(${ID.team})?$select=name&$expand=teammembership_association($select=lastname)`);
    expect(team.teammembership_association).toMatchObject([{ lastname: 'Seller', ownerid: ID.seller }]);
  });

  it('gives a column, its bare value, or 204 where it is empty', async () => {
    const name = await one(`accounts(${ID.alpha})/name`);
    expect(name).toEqual({ '@odata.context': `${sim.api}/$metadata#accounts(${ID.alpha})/name`, value: 'Alpha' });
    expect(await sim.get(`accounts(${ID.alpha})/revenue/$value`)).toMatchObject({ status: 200, text: '100' });
    expect((await sim.get(`accounts(${ID.gamma})/accountnumber`)).status).toBe(204);
    expect((await sim.get(`accounts(${ID.gamma})/primarycontactid`)).status).toBe(204);
    expect(await codeOf(`accounts(${ID.alpha})/shoesize`)).toEqual([404, '0x8006088a']);
  });

  it('walks along lookups and collections', async () => {
    const path = `contacts(${ID.cid})/parentcustomerid_contact/parentcustomerid_account`;
    expect((await one(`${path}/name`)).value).toBe('Alpha');
    expect((await one(`${path}/$ref`))['@odata.id']).toBe(`${sim.api}/accounts(${ID.alpha})`);
    expect((await sim.get(`${path}/contact_customer_accounts/$count`)).text).toBe('2');
    const references = await one(`${path}/contact_customer_accounts/$ref`);
    expect(references.value).toEqual([ID.ann, ID.bob].map((id) => ({ '@odata.id': `${sim.api}/contacts(${id})` })));
    expect((await one(`${path}/contact_customer_accounts(${ID.bob})/fullname`)).value).toBe('Bob Lee');
    expect(await codeOf(`${path}/contact_customer_accounts(${ID.cid})`)).toEqual([404, '0x80040217']);
    const { rows, count } = await sim.pages(`${path}/contact_customer_accounts?$select=firstname`, {
      prefer: 'odata.maxpagesize=1',
    });
    expect([rows.length, count]).toEqual([2, 2]);
  });

  it('takes a cookie only at the address it was given for', async () => {
    const first = await sim.get('accounts?$select=name', { prefer: 'odata.maxpagesize=1' });
    const link = String(first.body['@odata.nextLink']);
    expect((await sim.get(link)).status).toBe(200);
    expect(await codeOf(link.replace('/accounts?$select=name', '/contacts?$select=lastname'))).toEqual([
      400,
      '0x80060888',
    ]);
  });

  it('shows the count where it is asked for, and by annotation', async () => {
    const asked = { prefer: 'odata.include-annotations="*"' };
    const counted = (await sim.get('contacts?$select=lastname&$count=true', asked)).body;
    expect(counted['@odata.count']).toBe(3);
    expect(counted['@Microsoft.Dynamics.CRM.totalrecordcount']).toBe(3);
    expect(counted['@Microsoft.Dynamics.CRM.totalrecordcountlimitexceeded']).toBe(false);
    const uncounted = (await sim.get('contacts?$select=lastname', asked)).body;
    expect(uncounted['@Microsoft.Dynamics.CRM.totalrecordcount']).toBe(-1);
  });

  it('tells when the schema changed, by annotation', async () => {
    const asked = { prefer: 'odata.include-annotations="Microsoft.Dynamics.CRM.globalmetadataversion"' };
    const version = async (): Promise<unknown> =>
      (await sim.get('teams?$select=name', asked)).body['@Microsoft.Dynamics.CRM.globalmetadataversion'];
    const before = await version();
    expect(await version()).toBe(before);
    await sim.control('POST', 'dynamics/schema', { table: 'team', do: 'addColumn', column: 'new_code:s20' });
    expect(await version()).not.toBe(before);
  });

  it('takes an address of 30,000 letters and refuses a longer one than is documented', async () => {
    const filter = (ids: number): string => {
      const values = Array.from({ length: ids }, () => `"${ID.beta}"`).join(',');
      return `accounts?$select=name&$filter=Microsoft.Dynamics.CRM.In(PropertyName='accountid',PropertyValues=[${values}])`;
    };
    expect((await one(filter(700))).value).toMatchObject([{ name: 'Beta 50%' }]);
    expect((await sim.get(filter(860))).status).toBe(414);
  });

  it('wraps a single table, withholds the cookie of FetchXML and counts all rows where the switches say so', async () => {
    await sim.control('POST', 'dynamics/generate', { table: 'lead', count: 5001, seed: 1 });
    const fetchXml = '<fetch count="1"><entity name="contact"><attribute name="lastname" /></entity></fetch>';
    const path = `contacts?fetchXml=${encodeURIComponent(fetchXml)}`;
    const cookie = '@Microsoft.Dynamics.CRM.fetchxmlpagingcookie';
    expect((await one(path))[cookie]).toContain('pagenumber="2"');
    expect((await sim.get('leads/$count')).text).toBe('5000');
    expect((await one("EntityDefinitions(LogicalName='team')")).LogicalName).toBe('team');
    await sim.control('POST', 'dynamics/settings', {
      fetchCookieNeedsPrefer: true,
      countSegmentCapped: false,
      singleMetadataWrapped: true,
    });
    expect((await one(path))[cookie]).toBeUndefined();
    const asked = { prefer: 'odata.include-annotations="*"' };
    expect((await sim.get(path, asked)).body[cookie]).toContain('pagenumber="2"');
    expect((await sim.get('leads/$count')).text).toBe('5001');
    expect((await one('leads?$select=leadid&$top=1&$count=true'))['@odata.count']).toBe(5000);
    expect((await one("EntityDefinitions(LogicalName='team')")).value).toMatchObject([{ LogicalName: 'team' }]);
  });

  it('aggregates what a filter leaves, also by a path', async () => {
    const byOwner =
      'accounts?$apply=filter(revenue gt 10)/groupby((primarycontactid/lastname),aggregate(revenue with max as most))';
    expect((await one(byOwner)).value).toEqual([
      { primarycontactid: { lastname: 'Lee' }, most: 100 },
      { primarycontactid: { lastname: null }, most: 50 },
    ]);
    expect((await one('contacts?$apply=aggregate(lastname with countdistinct as names)')).value).toEqual([
      { names: 2 },
    ]);
    expect(await codeOf('contacts?$apply=topcount(2,revenue)')).toEqual([400, '0x80060888']);
  });
});
