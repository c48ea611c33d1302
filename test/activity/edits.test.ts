import * as at from './organisation';
import { id, organisation } from './organisation';
import { type Stage, startStage, type World } from './world';

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage.close());

const imported = (rows = organisation()) => stage.imported({ rows });

const personId = async (world: World, guid: string): Promise<number> => Number((await world.control.person(guid)).id);

describe('an edit in Dynamics', () => {
  it('of a contact reaches its person: a change, a clear, a consent, another owner, no account', async () => {
    const { world, driver } = await imported();
    await world.control.editDynamics({
      op: 'update',
      table: 'contact',
      id: at.CONTACT,
      values: {
        firstname: 'Anna',
        jobtitle: null,
        donotbulkemail: true,
        donotphone: false,
        _ownerid_value: at.TEAM,
        _ownerid_type: 'team',
        _parentcustomerid_value: null,
      },
    });
    await driver.settle();
    expect(await world.control.person(at.CONTACT)).toMatchObject({
      firstName: 'Anna',
      title: null,
      unsubscribed: true,
      doNotCall: false,
      externalSalesPersonId: null,
      // A person can't leave its company, only move to another.
      externalCompanyId: 'no-account',
    });
    const bridges = await world.control.records('customobjects/microsoftPersonTeam_c');
    expect(bridges.map(({ microsoftId }) => microsoftId)).toEqual(
      expect.arrayContaining([at.CONTACT, at.CONTACT_OF_TEAM]),
    );
  });

  it('of an account, a user and a team reaches company, sales person and custom object', async () => {
    const { world, driver } = await imported();
    await world.control.editDynamics(
      { op: 'update', table: 'account', id: at.ACCOUNT, values: { name: 'Harbour Optics Ltd', telephone1: null } },
      { op: 'update', table: 'systemuser', id: at.USER, values: { title: 'Director' } },
      { op: 'update', table: 'team', id: at.TEAM, values: { name: 'Northern Sales' } },
    );
    await driver.settle();
    const companies = await world.control.records('companies');
    expect(companies.find(({ externalCompanyId }) => externalCompanyId === at.ACCOUNT)).toMatchObject({
      company: 'Harbour Optics Ltd',
      mainPhone: null,
    });
    expect(
      (await world.control.records('salespersons')).find(
        ({ externalSalesPersonId }) => externalSalesPersonId === at.USER,
      ),
    ).toMatchObject({ title: 'Director' });
    expect(await world.control.records('customobjects/microsoftTeam_c')).toContainEqual(
      expect.objectContaining({ name: 'Northern Sales' }),
    );
  });

  it('of an opportunity’s contact moves its role; a deleted connection takes its role away', async () => {
    const { world, driver } = await imported();
    await world.control.editDynamics(
      {
        op: 'update',
        table: 'opportunity',
        id: at.OPPORTUNITY,
        values: { _parentcontactid_value: at.CONTACT_OF_LEAD },
      },
      { op: 'delete', table: 'connection', id: id('cc', 1) },
    );
    await driver.settle();
    const mateo = await personId(world, at.CONTACT_OF_LEAD);
    const roles = (await world.control.records('roles')).filter(
      ({ externalOpportunityId }) => externalOpportunityId === at.OPPORTUNITY,
    );
    expect(roles.map(({ leadId, role }) => [leadId, role])).toEqual([[mateo, 'Contact']]);
  });

  it('that gives a team’s contact to a user takes the bridge to the team away', async () => {
    const { world, driver } = await imported();
    await world.control.editDynamics({
      op: 'update',
      table: 'contact',
      id: at.CONTACT_OF_TEAM,
      values: { _ownerid_value: at.USER, _ownerid_type: 'systemuser' },
    });
    await driver.settle();
    expect(await world.control.records('customobjects/microsoftPersonTeam_c')).toEqual([]);
    expect(await world.control.person(at.CONTACT_OF_TEAM)).toMatchObject({ externalSalesPersonId: at.USER });
  });

  it('that gives a contact to a team which is not in Marketo yet makes the bridge when the team comes', async () => {
    const { world, driver } = await imported();
    const team = id('70', 2);
    await world.control.seedDynamics({ team: [{ teamid: team, name: 'South Sales', teamtype: 0 }] });
    await world.control.editDynamics({
      op: 'update',
      table: 'contact',
      id: at.CONTACT,
      values: { _ownerid_value: team, _ownerid_type: 'team' },
    });
    // Teams are looked at every minute, contacts every ten seconds.
    await world.run('lookDynamics', ['contact']);
    await driver.workOff();
    await driver.settle();
    expect(await world.control.records('customobjects/microsoftPersonTeam_c')).toContainEqual(
      expect.objectContaining({ microsoftId: at.CONTACT, teamId: team }),
    );
  });

  it('that removes a member from a team removes the member’s record at the next whole read', async () => {
    const { world, driver } = await imported();
    await world.control.editDynamics({ op: 'removeMember', teamid: at.TEAM, systemuserid: at.USER });
    await driver.reread('teammembership');
    await driver.settle();
    expect(await world.control.records('customobjects/microsoftTeamMember_c')).toEqual([]);
  });

  it('that makes a new row makes its person', async () => {
    const { world, driver } = await imported();
    const [made] = await world.control.editDynamics({
      op: 'create',
      table: 'contact',
      values: {
        firstname: 'New',
        lastname: 'Comer',
        emailaddress1: 'new.comer@example.com',
        _parentcustomerid_value: at.ACCOUNT,
        _parentcustomerid_type: 'account',
      },
    });
    await driver.settle();
    expect(await world.control.person(String(made))).toMatchObject({
      lastName: 'Comer',
      externalCompanyId: at.ACCOUNT,
    });
  });

  it('that deletes a lead flags the person, and deletes nobody', async () => {
    const { world, driver } = await imported();
    await world.control.editDynamics({ op: 'delete', table: 'lead', id: at.LEAD });
    await driver.settle();
    expect(await world.control.person(at.LEAD)).toMatchObject({ microsoftIsDeleted: true, lastName: 'Lind' });
  });

  it('that deletes an opportunity deletes its roles first, then itself', async () => {
    const { world, driver } = await imported();
    await world.control.editDynamics({ op: 'delete', table: 'opportunity', id: at.OPPORTUNITY });
    await driver.settle();
    expect(
      (await world.control.records('opportunities')).map(({ externalOpportunityId }) => externalOpportunityId),
    ).toEqual([at.OPPORTUNITY_OF_CONTACT]);
    expect((await world.control.records('roles')).map(({ externalOpportunityId }) => externalOpportunityId)).toEqual([
      at.OPPORTUNITY_OF_CONTACT,
    ]);
  });
});

describe('an edit in Marketo', () => {
  it('of a lead and of a contact reaches its row: a change, a clear, an option, a consent', async () => {
    const { world, driver } = await imported();
    await world.control.editMarketo(
      {
        op: 'update',
        id: await personId(world, at.LEAD),
        values: { lastName: 'Lindqvist', leadSource: 'Partner', microsoftTopic: null },
      },
      {
        op: 'update',
        id: await personId(world, at.CONTACT),
        values: { phone: '+44 131 555 0199', unsubscribed: true },
      },
    );
    await driver.settle();
    expect(await world.control.row('lead', at.LEAD)).toMatchObject({
      lastname: 'Lindqvist',
      leadsourcecode: 4,
      subject: null,
    });
    expect(await world.control.row('contact', at.CONTACT)).toMatchObject({
      telephone1: '+44 131 555 0199',
      donotbulkemail: true,
    });
  });

  it('of a field that goes one way is written over at the next edit, and never reaches Dynamics', async () => {
    const { world, driver } = await imported();
    await world.control.editMarketo({
      op: 'update',
      id: await personId(world, at.CONTACT),
      values: { leadStatus: 'Hot' },
    });
    await driver.settle();
    expect(await world.control.row('contact', at.CONTACT)).toMatchObject({ statecode: 0 });
    await world.control.editDynamics({
      op: 'update',
      table: 'contact',
      id: at.CONTACT,
      values: { jobtitle: 'Head of Purchasing' },
    });
    await driver.settle();
    expect(await world.control.person(at.CONTACT)).toMatchObject({ leadStatus: 'Active', title: 'Head of Purchasing' });
  });

  it('that deletes a person makes a tombstone: an edit in Dynamics does not make the person again', async () => {
    const { world, driver } = await imported();
    await world.control.editMarketo({ op: 'delete', id: await personId(world, at.LEAD) });
    await driver.settle();
    await world.control.editDynamics({ op: 'update', table: 'lead', id: at.LEAD, values: { firstname: 'Margareta' } });
    await driver.settle();
    expect((await world.control.records('leads')).filter(({ microsoftId }) => microsoftId === at.LEAD)).toEqual([]);
  });
});
