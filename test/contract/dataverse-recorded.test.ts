import { type Harness, harness, type Item } from './dataverse-harness';

/** What organisations were seen to answer; docs/simulators.md says of each behaviour whether it is recorded, documented or assumed. */

let sim: Harness;
const settings = (body: object): Promise<Item> => sim.control('POST', 'dynamics/settings', body);

beforeAll(async () => {
  sim = await harness({ data: null });
});
afterAll(() => sim.simulators.close());
beforeEach(() => sim.control('POST', 'reset'));

/** The row that a request with these values makes. */
async function made(set: string, values: object): Promise<Item> {
  const { headers } = await sim.call('POST', set, values);
  return (await sim.get(String(headers.get('odata-entityid')))).body;
}

describe('a row that is made with few columns', () => {
  const CONSENT = {
    donotemail: false,
    donotbulkemail: false,
    donotphone: false,
    donotfax: false,
    donotpostalmail: false,
    donotsendmm: false,
    followemail: true,
    preferredcontactmethodcode: 1,
  };

  it.each<[string, string, object]>([
    ['contacts', 'lastname', { ...CONSENT, leadsourcecode: 1, customertypecode: 1 }],
    ['leads', 'lastname', { ...CONSENT, leadsourcecode: null, leadqualitycode: 2 }],
    ['accounts', 'name', { ...CONSENT, customertypecode: null }],
  ])('of %s holds defaults in the others', async (set, column, expected) => {
    expect(await made(set, { [column]: 'Few' })).toMatchObject(expected);
  });

  it('holds what was sent, no default in its place', async () => {
    const sent = { lastname: 'All', donotphone: true, followemail: false, preferredcontactmethodcode: 3 };
    expect(await made('contacts', sent)).toMatchObject(sent);
  });

  it.each([
    ['null', null],
    ['default', 1],
  ])('and null for a column with a default holds, with nullOnCreate %s, %s', async (nullOnCreate, held) => {
    await settings({ nullOnCreate });
    const sent = { lastname: 'None', preferredcontactmethodcode: null };
    expect(await made('contacts', sent)).toMatchObject({ preferredcontactmethodcode: held });
  });

  it('holds nothing more with createDefaults none', async () => {
    await settings({ createDefaults: 'none' });
    expect(await made('contacts', { lastname: 'Few' })).toMatchObject({ donotphone: null, leadsourcecode: null });
  });

  it('holds the default that an administrator has given the column', async () => {
    const change = { table: 'contact', column: 'donotbulkemail', do: 'setDefault', default: true };
    await sim.control('POST', 'dynamics/schema', change);
    expect(await made('contacts', { lastname: 'Few' })).toMatchObject({ donotbulkemail: true });
  });

  it('has its defaults in the metadata', async () => {
    const typed = async (table: string, type: string, select: string) => {
      const path = `EntityDefinitions(LogicalName='${table}')/Attributes/Microsoft.Dynamics.CRM.${type}AttributeMetadata`;
      const { body } = await sim.get(`${path}?$select=LogicalName,${select}`);
      return Object.fromEntries(body.value.map((one) => [one.LogicalName, one[select]]));
    };
    expect(await typed('lead', 'Picklist', 'DefaultFormValue')).toMatchObject({
      leadqualitycode: 2,
      preferredcontactmethodcode: 1,
      leadsourcecode: -1,
    });
    expect(await typed('contact', 'Boolean', 'DefaultValue')).toMatchObject({ donotemail: false, followemail: true });
  });
});

describe('the deletion of an account', () => {
  const { account, parent, child, contact, below, deal, connection } = {
    account: '00000000-0000-4000-8000-0000000000a1',
    parent: '00000000-0000-4000-8000-0000000000a2',
    child: '00000000-0000-4000-8000-0000000000a3',
    contact: '00000000-0000-4000-8000-0000000000c1',
    below: '00000000-0000-4000-8000-0000000000c2',
    deal: '00000000-0000-4000-8000-0000000000d1',
    connection: '00000000-0000-4000-8000-0000000000cc',
  };
  const customer = (id: string, type: string, lookup = 'parentcustomerid') => ({
    [`_${lookup}_value`]: id,
    [`_${lookup}_type`]: type,
  });
  const status = async (path: string) => (await sim.get(path)).status;

  beforeEach(() =>
    sim.control('POST', 'dynamics/seed', {
      account: [
        { accountid: account, name: 'Gone', _primarycontactid_value: contact, _parentaccountid_value: parent },
        { accountid: parent, name: 'Above' },
        { accountid: child, name: 'Below', _parentaccountid_value: account, _primarycontactid_value: contact },
      ],
      contact: [
        { contactid: contact, lastname: 'Direct', ...customer(account, 'account') },
        { contactid: below, lastname: 'Indirect', ...customer(contact, 'contact') },
      ],
      opportunity: [{ opportunityid: deal, name: 'Deal', ...customer(account, 'account', 'customerid') }],
      connection: [
        {
          connectionid: connection,
          ...customer(parent, 'account', 'record1id'),
          ...customer(contact, 'contact', 'record2id'),
        },
      ],
    }),
  );

  it('takes its contacts, theirs, and its opportunities along; tracked reads tell of each', async () => {
    const { last } = await sim.pages('contacts?$select=lastname', { prefer: 'odata.track-changes' });
    await sim.call('DELETE', `accounts(${account})`);
    const gone = [`contacts(${contact})`, `contacts(${below})`, `opportunities(${deal})`, `connections(${connection})`];
    expect(await Promise.all(gone.map(status))).toEqual([404, 404, 404, 404]);
    const { body } = await sim.get(String(last['@odata.deltaLink']));
    expect(body.value.map(({ id, reason }) => [id, reason])).toEqual([
      [contact, 'deleted'],
      [below, 'deleted'],
    ]);
  });

  it('leaves other accounts, which lose what led to it and to its contacts', async () => {
    await sim.call('DELETE', `accounts(${account})`);
    expect((await sim.get(`accounts(${child})`)).body).toMatchObject({
      _parentaccountid_value: null,
      _primarycontactid_value: null,
    });
    expect(await status(`accounts(${parent})`)).toBe(200);
  });

  it.each([
    ['cascade', 'Cascade'],
    ['removeLink', 'RemoveLink'],
  ])('is in the metadata as it is with deleteOfAccount %s', async (deleteOfAccount, ofCustomers) => {
    await settings({ deleteOfAccount });
    const { body } = await sim.get(
      "EntityDefinitions(LogicalName='account')/OneToManyRelationships?$select=SchemaName,CascadeConfiguration",
    );
    const found = body.value.map(({ SchemaName, CascadeConfiguration }) => [
      SchemaName,
      (CascadeConfiguration as { Delete: string }).Delete,
    ]);
    expect(Object.fromEntries(found)).toMatchObject({
      contact_customer_accounts: ofCustomers,
      opportunity_customer_accounts: ofCustomers,
      account_parent_account: 'RemoveLink',
      connection_record1id_account: 'Cascade',
    });
  });
});

describe('metadata', () => {
  const TABLE = "EntityDefinitions(LogicalName='lead')";
  const empty = { LocalizedLabels: [], UserLocalizedLabel: null };

  it('of a table has some 110 properties', async () => {
    const { body } = await sim.get(TABLE);
    const names = Object.keys(body).filter((name) => !name.startsWith('@'));
    expect(names.length).toBeGreaterThanOrEqual(105);
    expect(names.length).toBeLessThanOrEqual(115);
  });

  it.each(['EntityDefinitions', `${TABLE}/Attributes`, 'RelationshipDefinitions'])(
    'refuses a filter by a property that it has not: %s',
    async (path) => {
      const { status, body } = await sim.get(`${path}?$filter=IsOfNoUse eq true`);
      expect([status, body.error.code]).toEqual([400, '0x80060888']);
    },
  );

  it('finds tables by a property that nothing here depends on', async () => {
    const filter = 'IsBPFEntity eq false and IsCustomizable/Value eq false and ChangeTrackingEnabled eq true';
    const { body } = await sim.get(`EntityDefinitions?$select=LogicalName&$filter=${filter}`);
    expect(body.value.map(({ LogicalName }) => LogicalName)).toEqual(expect.arrayContaining(['lead', 'businessunit']));
  });

  it('of relationships has what a kind has by itself, without a cast', async () => {
    const { body } = await sim.get("RelationshipDefinitions?$filter=SchemaName eq 'contact_customer_accounts'");
    expect(body.value).toEqual([
      expect.objectContaining({ ReferencingEntity: 'contact', ReferencingAttribute: 'parentcustomerid' }),
    ]);
  });

  it('keeps the type of what is selected from', async () => {
    const { body } = await sim.get(`${TABLE}/Attributes?$select=LogicalName&$filter=LogicalName eq 'subject'`);
    expect(body.value).toEqual([
      {
        '@odata.type': '#Microsoft.Dynamics.CRM.StringAttributeMetadata',
        LogicalName: 'subject',
        MetadataId: expect.any(String),
      },
    ]);
  });

  it('of options tells what states and status reasons have beside', async () => {
    const options = async (type: string, column: string) => {
      const path = `${TABLE}/Attributes/Microsoft.Dynamics.CRM.${type}AttributeMetadata`;
      const { body } = await sim.get(`${path}?$select=LogicalName&$expand=OptionSet`);
      const found = body.value.find(({ LogicalName }) => LogicalName === column);
      const { Options = [] } = (found?.OptionSet ?? {}) as { Options?: Item[] };
      return Options;
    };
    expect((await options('State', 'statecode'))[1]).toMatchObject({
      '@odata.type': '#Microsoft.Dynamics.CRM.StateOptionMetadata',
      Value: 1,
      DefaultStatus: 3,
      InvariantName: 'Qualified',
      Description: empty,
    });
    expect((await options('Status', 'statuscode'))[2]).toMatchObject({
      '@odata.type': '#Microsoft.Dynamics.CRM.StatusOptionMetadata',
      Value: 3,
      State: 1,
      TransitionData: null,
    });
    const [hot] = await options('Picklist', 'leadqualitycode');
    expect(hot).toMatchObject({ Value: 1, Description: empty });
    expect(hot).not.toHaveProperty('@odata.type');
  });
});
