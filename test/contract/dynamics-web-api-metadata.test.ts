import { DynamicsWebApi } from 'dynamics-web-api';
import { type Harness, harness } from './dataverse-harness';
import { SEED } from './dataverse-people';

/** npm dynamics-web-api, unmodified: metadata. */

const CAST = 'Microsoft.Dynamics.CRM.';

describe('metadata read by npm dynamics-web-api', () => {
  let sim: Harness;
  let api: DynamicsWebApi;

  beforeAll(async () => {
    sim = await harness({ data: null });
    await sim.control('POST', 'dynamics/seed', {
      ...SEED,
      new_orderlines: [{ new_orderlineid: '00000000-0000-4000-8000-000000000091', new_name: 'One' }],
    });
    await sim.control('POST', 'dynamics/schema', {
      table: 'account',
      do: 'addKey',
      name: 'account_number',
      columns: ['accountnumber'],
    });
    const token = String((await sim.token()).body.access_token);
    api = new DynamicsWebApi({
      serverUrl: `${sim.simulators.dataverse}/`,
      dataApi: { version: '9.2' },
      onTokenRefresh: async () => token,
    });
  });
  afterAll(() => sim.simulators.close());

  it('retrieves tables by name, by id and by what they are', async () => {
    const account = await api.retrieveEntity({
      key: "LogicalName='account'",
      select: ['EntitySetName', 'PrimaryIdAttribute'],
      expand: [
        { property: 'Keys', select: ['LogicalName', 'KeyAttributes', 'EntityKeyIndexStatus'] },
        { property: 'Attributes', select: ['LogicalName'], filter: 'IsPrimaryName eq true' },
        { property: 'ManyToOneRelationships', select: ['SchemaName'], filter: "ReferencedEntity eq 'contact'" },
      ],
    });
    expect(account).toMatchObject({
      EntitySetName: 'accounts',
      PrimaryIdAttribute: 'accountid',
      Keys: [{ LogicalName: 'account_number', KeyAttributes: ['accountnumber'], EntityKeyIndexStatus: 'Active' }],
      Attributes: [{ LogicalName: 'name' }],
      ManyToOneRelationships: [{ SchemaName: 'account_primary_contact' }],
    });
    const again = await api.retrieveEntity({ key: account.MetadataId, select: ['LogicalName'] });
    expect(again.LogicalName).toBe('account');
    const custom = await api.retrieveEntities({ select: ['LogicalName'], filter: 'IsCustomEntity eq true' });
    expect(custom.value).toMatchObject([{ LogicalName: 'new_orderline' }]);
    const untracked = await api.retrieveEntities({
      select: ['LogicalName'],
      filter: 'CanChangeTrackingBeEnabled/Value eq false',
    });
    expect(untracked.value).toMatchObject([{ LogicalName: 'teammembership' }]);
  });

  it('retrieves attributes, all of a type or one by name or id', async () => {
    const account = "LogicalName='account'";
    const name = await api.retrieveAttribute({
      entityKey: account,
      attributeKey: "LogicalName='name'",
      castType: `${CAST}StringAttributeMetadata`,
      select: ['MaxLength'],
    });
    expect(name.MaxLength).toBe(160);
    const byId = await api.retrieveAttribute({
      entityKey: account,
      attributeKey: name.MetadataId,
      select: ['LogicalName'],
    });
    expect(byId.LogicalName).toBe('name');
    const states = await api.retrieveAttributes({
      entityKey: account,
      castType: `${CAST}StateAttributeMetadata`,
      select: ['LogicalName'],
      expand: [{ property: 'OptionSet', select: ['Options'] }],
    });
    expect(states.value).toMatchObject([
      { LogicalName: 'statecode', OptionSet: { Options: [{ Value: 0 }, { Value: 1 }] } },
    ]);
    const shadows = await api.retrieveAttributes({
      entityKey: account,
      select: ['LogicalName', 'AttributeType'],
      filter: "AttributeOf eq 'ownerid'",
    });
    expect(shadows.value).toMatchObject([
      { LogicalName: 'owneridname', AttributeType: 'String' },
      { LogicalName: 'owneridtype', AttributeType: 'EntityName' },
    ]);
    await expect(
      api.retrieveAttribute({ entityKey: account, attributeKey: "LogicalName='shoesize'" }),
    ).rejects.toMatchObject({ status: 404, code: '0x80041102' });
  });

  it('retrieves relationships, all of a kind or one by name', async () => {
    const many = await api.retrieveRelationships({
      castType: `${CAST}ManyToManyRelationshipMetadata`,
      select: ['SchemaName', 'IntersectEntityName'],
    });
    expect(many.value).toMatchObject([
      { SchemaName: 'teammembership_association', IntersectEntityName: 'teammembership' },
    ]);
    const one = await api.retrieveRelationship({
      key: "SchemaName='opportunity_customer_accounts'",
      castType: `${CAST}OneToManyRelationshipMetadata`,
      select: ['ReferencingAttribute', 'ReferencingEntityNavigationPropertyName'],
    });
    expect(one).toMatchObject({
      ReferencingAttribute: 'customerid',
      ReferencingEntityNavigationPropertyName: 'customerid_account',
    });
  });

  it('retrieves global option sets', async () => {
    const all = await api.retrieveGlobalOptionSets({ select: ['Name'] });
    expect(all.value).toMatchObject([{ Name: 'connectionrole_category' }]);
    const one = await api.retrieveGlobalOptionSet({
      key: "Name='connectionrole_category'",
      castType: `${CAST}OptionSetMetadata`,
    });
    expect([one.IsGlobal, one.Options[0].Value]).toEqual([true, 1]);
  });

  it('finds the names of sets by the names of tables', async () => {
    const named = api.initializeInstance();
    named.setConfig({ useEntityNames: true });
    expect((await named.retrieveMultiple({ collection: 'opportunity', select: ['name'] })).value).toHaveLength(2);
  });

  it('retrieves the CSDL, with annotations where asked', async () => {
    const plain = await api.retrieveCsdlMetadata();
    expect(plain).toContain('<EntitySet Name="accounts" EntityType="mscrm.account">');
    expect(plain).toContain(
      '<NavigationProperty Name="contact_customer_accounts" Type="Collection(mscrm.contact)" Partner="parentcustomerid_account" />',
    );
    expect(plain).not.toContain('ChangeTracking');
    expect(await api.retrieveCsdlMetadata({ addAnnotations: true })).toContain(
      'Org.OData.Capabilities.V1.ChangeTracking',
    );
  });
});
