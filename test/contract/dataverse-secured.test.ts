import { type Answer, type Harness, harness, type Item } from './dataverse-harness';

const CONTACT = '00000000-0000-4000-8000-00000000000c';
const PATH = `contacts(${CONTACT})`;
const NAME = 'Microsoft.Dynamics.CRM.RetrievePrincipalAttributePrivileges';

/** dataverse-api §8: what a secured column tells a caller, and where the caller can learn of it. */
describe('a secured column of the Dataverse simulator', () => {
  let sim: Harness;
  const one = async (path: string, headers?: Record<string, string>): Promise<Item> =>
    (await sim.get(path, headers)).body;
  const privileges = (lists: object): Promise<Item> => sim.control('POST', 'dynamics/settings', { privileges: lists });
  const patch = (values: object, headers = {}): Promise<Answer> => sim.call('PATCH', PATH, values, headers);
  const attribute = (name = 'mobilephone') =>
    one(`EntityDefinitions(LogicalName='contact')/Attributes(LogicalName='${name}')?$select=IsSecured,MetadataId`);
  const rights = async () => {
    const { UserId } = await one('WhoAmI');
    return (await one(`systemusers(${UserId})/${NAME}()`)).AttributePrivileges;
  };

  beforeAll(async () => {
    sim = await harness({ data: null });
  });
  afterAll(() => sim.simulators.close());
  beforeEach(async () => {
    await sim.control('POST', 'reset');
    const row = { contactid: CONTACT, lastname: 'Yang', mobilephone: '+44 20' };
    await sim.control('POST', 'dynamics/seed', { contact: [row], account: [{ name: 'Acme' }] });
  });

  /** The column in each kind of answer that shows rows. */
  async function told(): Promise<unknown[]> {
    const query = 'contacts?$select=mobilephone';
    const tracked = await one(query, { prefer: 'odata.track-changes' });
    await patch({ jobtitle: 'Chief' });
    const delta = await one(String(tracked['@odata.deltaLink']));
    const fetchXml = '<fetch><entity name="contact"><attribute name="mobilephone"/></entity></fetch>';
    const aliased = fetchXml.replace('/></entity>', ' alias="phone"/></entity>');
    const representation = await sim.call(
      'PATCH',
      `${PATH}?$select=mobilephone`,
      { jobtitle: 'Boss' },
      {
        prefer: 'return=representation',
      },
    );
    const alone = await sim.get(`${PATH}/mobilephone`);
    const phone = (page: Item): unknown => page.value[0]?.mobilephone;
    return [
      phone(await one(query)),
      phone(tracked),
      phone(delta),
      (await one(`${PATH}?$select=mobilephone`)).mobilephone,
      phone(await one(`contacts?fetchXml=${encodeURIComponent(fetchXml)}`)),
      (await one(`contacts?fetchXml=${encodeURIComponent(aliased)}`)).value[0]?.phone ?? null,
      representation.body.mobilephone,
      alone.status === 204 ? null : alone.body.value,
    ];
  }

  it('is one like any other while no list names it', async () => {
    expect(await told()).toEqual(Array(8).fill('+44 20'));
    expect((await attribute()).IsSecured).toBe(false);
    expect(await rights()).toEqual([]);
  });

  it.each([
    ['denied', { denyColumns: ['contact.mobilephone'] }, null],
    ['masked', { maskColumns: ['contact.mobilephone'] }, '+## ##'],
    ['granted', { secureColumns: ['contact.mobilephone'] }, '+44 20'],
  ])('that is %s reads so in every answer, and as before once the list is empty', async (_what, lists, value) => {
    await privileges(lists);
    expect(await told()).toEqual(Array(8).fill(value));
    expect((await attribute()).IsSecured).toBe(true);
    expect((await attribute('jobtitle')).IsSecured).toBe(false);
    await privileges(Object.fromEntries(Object.keys(lists).map((name) => [name, []])));
    expect(await told()).toEqual(Array(8).fill('+44 20'));
    expect((await attribute()).IsSecured).toBe(false);
  });

  it('is named by its MetadataId in the rights of the user, who has none where a column is denied', async () => {
    await privileges({
      denyColumns: ['contact.mobilephone'],
      maskColumns: ['contact.jobtitle'],
      secureColumns: ['contact.nickname'],
    });
    const expected = [
      { name: 'jobtitle', CanReadUnMasked: 0 },
      { name: 'nickname', CanReadUnMasked: 3 },
    ].map(async ({ name, CanReadUnMasked }) => ({
      AttributeId: (await attribute(name)).MetadataId,
      CanRead: 4,
      CanReadUnMasked,
      CanCreate: 4,
      CanUpdate: 4,
    }));
    const all = (await rights()) as unknown[];
    expect(all).toHaveLength(2);
    expect(all).toEqual(expect.arrayContaining(await Promise.all(expected)));
  });

  it('keeps row versions as they are, and refuses a write only where it is denied', async () => {
    const { versionnumber } = await one(`${PATH}?$select=versionnumber`);
    await privileges({ denyColumns: ['contact.mobilephone'], maskColumns: ['contact.jobtitle'] });
    expect((await one(`${PATH}?$select=versionnumber`)).versionnumber).toBe(versionnumber);
    const refused = await patch({ mobilephone: '1' });
    expect([refused.status, refused.body.error.code]).toEqual([403, '0x8004f508']);
    expect((await patch({ jobtitle: 'Chief' })).status).toBe(204);
  });

  it('has no such function elsewhere', async () => {
    expect((await sim.get(`${PATH}/${NAME}()`)).status).toBe(404);
  });
});
