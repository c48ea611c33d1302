import { Driver } from './driver';
import * as at from './organisation';
import { ORDER_LINES, organisation } from './organisation';
import { type Stage, startStage, type World } from './world';

describe('the import of a small organisation', () => {
  let stage: Stage;
  let world: World;
  let driver: Driver;

  beforeAll(async () => {
    stage = await startStage();
    world = await stage.open({ rows: organisation(), config: { customEntities: [ORDER_LINES] } });
    driver = new Driver(world);
    await driver.importAll();
    await driver.settle();
  });
  afterAll(() => stage.close());

  it('makes a sales person of each user, but not of the application user', async () => {
    const people = await world.control.records('salespersons');
    expect(people.map(({ externalSalesPersonId }) => externalSalesPersonId)).toContain(at.USER);
    expect(people.find(({ externalSalesPersonId }) => externalSalesPersonId === at.USER)).toMatchObject({
      firstName: 'Nadia',
      lastName: 'Okafor',
      email: 'nadia.okafor@example.com',
      title: 'Account Manager',
    });
    expect(people.map(({ firstName, lastName }) => `${firstName} ${lastName}`)).not.toContain(
      'Marketo Synchronisation',
    );
  });

  it('makes a company of the account, owned by the sales person', async () => {
    const companies = await world.control.records('companies');
    expect(companies.find(({ externalCompanyId }) => externalCompanyId === at.ACCOUNT)).toMatchObject({
      company: 'Harbour Optics',
      billingStreet: '4 Pier Road',
      billingCity: 'Leith',
      mainPhone: '+44 131 555 0100',
      annualRevenue: 1_250_000.5,
      numberOfEmployees: 42,
      website: 'https://harbour.example.com',
      industry: 'Consulting',
      externalSalesPersonId: at.USER,
    });
  });

  it('makes a person of the lead, with its options as labels and its consent', async () => {
    expect(await world.control.person(at.LEAD)).toMatchObject({
      firstName: 'Greta',
      lastName: 'Lind',
      email: 'Greta.Lind@Example.com',
      company: 'Lind and Sons',
      microsoftTopic: 'Asked for a quote',
      leadSource: 'Web',
      rating: 'Hot',
      leadStatus: 'Open',
      unsubscribed: true,
      microsoftType: 'Lead',
      externalSalesPersonId: at.USER,
    });
  });

  it('makes a person of the contact, in its company', async () => {
    expect(await world.control.person(at.CONTACT)).toMatchObject({
      firstName: 'Ann',
      email: 'ann.baird@example.com',
      title: 'Buyer',
      address: '4 Pier Road\nSecond floor',
      doNotCall: true,
      leadStatus: 'Active',
      microsoftType: 'Contact',
      externalCompanyId: at.ACCOUNT,
      externalSalesPersonId: at.USER,
    });
  });

  it('makes one person of a qualified lead and its contact, owned by the contact', async () => {
    const persons = (await world.control.records('leads')).filter(({ email }) => email === 'mateo.silva@example.com');
    expect(persons).toHaveLength(1);
    expect(persons[0]).toMatchObject({
      microsoftId: at.CONTACT_OF_LEAD,
      microsoftType: 'Contact',
      externalCompanyId: at.ACCOUNT,
    });
    const links = await world.deps.store.links.get([`lead:${at.QUALIFIED}`]);
    expect(links.get(`lead:${at.QUALIFIED}`)?.state).toBe('superseded');
  });

  it('makes a custom object of the team and of its member, with the user’s name and e-mail', async () => {
    expect(await world.control.records('customobjects/microsoftTeam_c')).toContainEqual(
      expect.objectContaining({
        microsoftId: at.TEAM,
        name: 'North Sales',
        description: 'Everything north of the river',
      }),
    );
    expect(await world.control.records('customobjects/microsoftTeamMember_c')).toEqual([
      expect.objectContaining({
        microsoftId: at.MEMBERSHIP,
        teamId: at.TEAM,
        userId: at.USER,
        userName: 'Nadia Okafor',
        userEmail: 'nadia.okafor@example.com',
      }),
    ]);
  });

  it('leads from a person to the team that owns it, by the bridge', async () => {
    const person = await world.control.person(at.CONTACT_OF_TEAM);
    expect(person.externalSalesPersonId).toBeNull();
    expect(await world.control.records('customobjects/microsoftPersonTeam_c')).toEqual([
      expect.objectContaining({ microsoftId: at.CONTACT_OF_TEAM, leadId: person.id, teamId: at.TEAM }),
    ]);
  });

  it('makes opportunities; one of a contact belongs to the contact’s account', async () => {
    const opportunities = await world.control.records('opportunities');
    expect(opportunities.find(({ externalOpportunityId }) => externalOpportunityId === at.OPPORTUNITY)).toMatchObject({
      name: 'Lenses for two sites',
      description: 'Framework order',
      amount: 20_000,
      stage: 'Open',
      externalCompanyId: at.ACCOUNT,
      externalSalesPersonId: at.USER,
    });
    expect(
      opportunities.find(({ externalOpportunityId }) => externalOpportunityId === at.OPPORTUNITY_OF_CONTACT),
    ).toMatchObject({
      name: 'Repair contract',
      externalCompanyId: at.ACCOUNT,
    });
  });

  it('makes contact roles from the customer, the parent contact and the connections', async () => {
    const ann = (await world.control.person(at.CONTACT)).id;
    const bo = (await world.control.person(at.CONTACT_OF_TEAM)).id;
    const roles = (await world.control.records('roles')).map(({ externalOpportunityId, leadId, role, isPrimary }) => ({
      externalOpportunityId,
      leadId,
      role,
      isPrimary,
    }));
    expect(roles).toHaveLength(3);
    expect(roles).toEqual(
      expect.arrayContaining([
        { externalOpportunityId: at.OPPORTUNITY, leadId: ann, role: 'Contact', isPrimary: true },
        { externalOpportunityId: at.OPPORTUNITY, leadId: bo, role: 'Decision Maker', isPrimary: false },
        { externalOpportunityId: at.OPPORTUNITY_OF_CONTACT, leadId: ann, role: 'Customer', isPrimary: true },
      ]),
    );
  });

  it('makes a custom object of the custom table, that belongs to its person', async () => {
    const { id } = await world.control.person(at.CONTACT);
    expect(await world.control.records('customobjects/microsoftOrderLine_c')).toEqual([
      expect.objectContaining({
        microsoftId: at.ORDER_LINE,
        name: 'SO1 line 1',
        product: 'Lens 50 mm',
        quantity: 3,
        price: 199.5,
        orderedOn: '2024-03-05',
        leadId: id,
      }),
    ]);
  });

  it('counts what it did, and parks nothing', async () => {
    const { deps } = world;
    expect(await deps.store.progress.get('contact', 1)).toMatchObject({
      total: 3,
      done: 3,
      eligible: 3,
      created: 2,
      updated: 1,
    });
    expect(await deps.store.progress.get('lead', 1)).toMatchObject({ total: 2, eligible: 2, created: 2 });
    expect(await driver.parked()).toEqual({});
  });

  it('is at rest afterwards: cycles, a whole read of the memberships and a second import write nothing', async () => {
    const before = await world.control.writes();
    for (let cycle = 0; cycle < 5; cycle += 1) expect(await driver.cycle()).toBe(0);
    await driver.reread('teammembership');
    for (const { name } of driver.entities) await driver.import(name);
    await driver.settle();
    expect(await world.control.writes()).toBe(before);
  });

  it('is at rest too when everything is read again and compared', async () => {
    const before = await world.control.writes();
    for (const { name } of driver.entities) await driver.reread(name, 'resync');
    await driver.settle();
    expect(await world.control.writes()).toBe(before);
  });
});
