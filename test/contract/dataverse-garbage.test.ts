import fc from 'fast-check';
import { type Harness, harness } from './dataverse-harness';
import { ID, SEED } from './dataverse-people';

/** Queries that are right; the test spoils them. */
const RIGHT = [
  "accounts?$filter=name eq 'x' and (revenue gt 5 or not contains(name,'y'))&$orderby=name desc&$top=2",
  "accounts?$filter=contact_customer_accounts/any(c:c/lastname eq 'Lee')&$count=true",
  'accounts?$filter=Microsoft.Dynamics.CRM.Between(PropertyName=\'revenue\',PropertyValues=["1","2"])',
  "accounts?$filter=Microsoft.Dynamics.CRM.LastXDays(PropertyName='createdon',PropertyValue=@p)&@p=3",
  'accounts?$select=name&$expand=primarycontactid($select=fullname;$expand=createdby($select=fullname)),ownerid',
  'accounts?$select=name&$expand=contact_customer_accounts($select=lastname;$filter=lastname ne null;$orderby=lastname;$top=1)',
  'accounts?$apply=filter(revenue gt 1)/groupby((industrycode),aggregate(revenue with sum as total,$count as n))',
  'contacts?fetchXml=<fetch count="2"><entity name="contact"><attribute name="lastname"/><filter><condition attribute="numberofchildren" operator="ge" value="2"/></filter><link-entity name="account" from="accountid" to="parentcustomerid" alias="a"/></entity></fetch>',
  `accounts(${ID.alpha})/primarycontactid/parentcustomerid_account/contact_customer_accounts/$count`,
  `accounts(${ID.alpha})/name/$value`,
  "accounts(accountnumber='A-1')?$select=name",
  "EntityDefinitions(LogicalName='account')?$select=LogicalName&$expand=Attributes($select=LogicalName;$filter=IsPrimaryName eq true),Keys",
  "EntityDefinitions(LogicalName='account')/Attributes(LogicalName='name')/Microsoft.Dynamics.CRM.StringAttributeMetadata?$select=MaxLength",
  "RelationshipDefinitions(SchemaName='contact_customer_accounts')/Microsoft.Dynamics.CRM.OneToManyRelationshipMetadata",
  'RetrieveTotalRecordCount(EntityNames=@p1)?@p1=["account"]',
];
const LETTERS = [...'()\'/,;:=$@&?<>"%_[]{}. -0a', 'eq', 'any', 'null', '$filter', 'Microsoft.Dynamics.CRM.'];

/** A right query with some of its letters replaced, doubled or taken away. */
const spoiled = fc
  .tuple(
    fc.constantFrom(...RIGHT),
    fc.array(fc.tuple(fc.nat(400), fc.nat(3), fc.constantFrom(...LETTERS)), { minLength: 1, maxLength: 4 }),
  )
  .map(([text, edits]) =>
    edits.reduce((now, [place, cut, put]) => {
      const at = place % (now.length + 1);
      return now.slice(0, at) + put + now.slice(at + cut);
    }, text),
  );

describe('a query that is wrong', () => {
  let sim: Harness;
  beforeAll(async () => {
    sim = await harness({ data: null });
    await sim.control('POST', 'dynamics/seed', SEED);
    await sim.control('POST', 'dynamics/settings', { limits: { enabled: false } });
  });
  afterAll(() => sim.simulators.close());

  it.each(RIGHT)('is none of these: %s', async (path) => {
    const { status } = await sim.get(path);
    expect(path.includes('accountnumber=') ? 400 : 200).toBe(status); // no key of that name is defined
  });

  it('is refused with a code, or means something; it never breaks the simulator', async () => {
    await fc.assert(
      fc.asyncProperty(spoiled, async (path) => {
        // a broken escape in the path does not come as far as the Web API
        const { status, body } = await sim.get(
          path.replaceAll('#', '').replace(/^[^?]*/, (set) => set.replaceAll('%', '')),
        );
        expect(status).toBeLessThan(500);
        if (status >= 400) expect(body.error.code).toMatch(/^0x[0-9a-f]{8}$/);
      }),
      { numRuns: Number(process.env.GARBAGE_RUNS ?? 400) },
    );
  });
});
