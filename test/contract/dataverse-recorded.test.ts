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
