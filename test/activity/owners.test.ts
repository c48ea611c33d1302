import { ACCOUNT, contact, id, lead } from './organisation';
import { type Stage, startStage, type World } from './world';

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage.close());

const LEAD = id('1e', 1);
const CONTACT = id('c0', 1);
const OPPORTUNITY = id('0b', 1);
const ANNA = id('e0', 1);
const BRUNO = id('e0', 2);
const NORTH = id('70', 1);
const SOUTH = id('70', 2);

const user = (number: number, firstname: string): object => ({
  systemuserid: id('e0', number),
  firstname,
  lastname: 'Sales',
  internalemailaddress: `user${number}@example.com`,
});
const ownedBy = (kind: 'systemuser' | 'team', owner: string) => ({ _ownerid_value: owner, _ownerid_type: kind });

/** One row of each kind that has an owner; all are Anna's. */
const rows = (): Record<string, object[]> => ({
  systemuser: [user(1, 'Anna'), user(2, 'Bruno')],
  team: [
    { teamid: NORTH, name: 'North', teamtype: 0, isdefault: false },
    { teamid: SOUTH, name: 'South', teamtype: 0, isdefault: false },
  ],
  teammembership: [{ teammembershipid: id('3e', 1), teamid: NORTH, systemuserid: ANNA }],
  account: [{ accountid: ACCOUNT, name: 'Harbour', ...ownedBy('systemuser', ANNA) }],
  lead: [lead(1, ownedBy('systemuser', ANNA))],
  contact: [contact(1, ownedBy('systemuser', ANNA))],
  opportunity: [
    {
      opportunityid: OPPORTUNITY,
      name: 'Lenses',
      statecode: 0,
      statuscode: 1,
      _customerid_value: ACCOUNT,
      _customerid_type: 'account',
      ...ownedBy('systemuser', ANNA),
    },
  ],
});

const imported = (seed = rows(), config = {}) => stage.imported({ rows: seed, config });

const OWNED = [
  ['lead', LEAD],
  ['contact', CONTACT],
  ['account', ACCOUNT],
  ['opportunity', OPPORTUNITY],
] as const;

const BRIDGES = 'customobjects/microsoftPersonTeam_c';

async function assign(world: World, kind: 'systemuser' | 'team', owner: string): Promise<void> {
  const values = ownedBy(kind, owner);
  await world.control.editDynamics(...OWNED.map(([table, row]) => ({ op: 'update', table, id: row, values })));
}

/** Sales persons of lead, contact, account, opportunity; then the teams that lead and contact lead to. */
async function owners(world: World): Promise<unknown[]> {
  const { control } = world;
  const [company] = (await control.records('companies')).filter(
    ({ externalCompanyId }) => externalCompanyId === ACCOUNT,
  );
  const [opportunity] = await control.records('opportunities');
  const bridges = await control.records(BRIDGES);
  const bridge = (guid: string) => bridges.find(({ microsoftId }) => microsoftId === guid)?.teamId ?? null;
  const records = [await control.person(LEAD), await control.person(CONTACT), company, opportunity];
  return [...records.map((record) => record?.externalSalesPersonId), bridge(LEAD), bridge(CONTACT)];
}

describe('the owner of lead, contact, account and opportunity', () => {
  it('follows from user to user, to a team, to another team and back to a user', async () => {
    const { world, driver } = await imported();
    expect(await owners(world)).toEqual([ANNA, ANNA, ANNA, ANNA, null, null]);
    await assign(world, 'systemuser', BRUNO);
    await driver.settle();
    expect(await owners(world)).toEqual([BRUNO, BRUNO, BRUNO, BRUNO, null, null]);
    await assign(world, 'team', NORTH);
    await driver.settle();
    expect(await owners(world)).toEqual([null, null, null, null, NORTH, NORTH]);
    await assign(world, 'team', SOUTH);
    await driver.settle();
    expect(await owners(world)).toEqual([null, null, null, null, SOUTH, SOUTH]);
    await assign(world, 'systemuser', ANNA);
    await driver.settle();
    expect(await owners(world)).toEqual([ANNA, ANNA, ANNA, ANNA, null, null]);
    expect(await driver.parked()).toEqual({});
  });

  it('stays when the user is disabled, whose sales person is kept up to date', async () => {
    const { world, driver } = await imported();
    const values = { isdisabled: true, title: 'Left in May' };
    await world.control.editDynamics({ op: 'update', table: 'systemuser', id: ANNA, values });
    await world.control.editDynamics({ op: 'update', table: 'contact', id: CONTACT, values: { jobtitle: 'Buyer' } });
    await driver.settle();
    expect(await owners(world)).toEqual([ANNA, ANNA, ANNA, ANNA, null, null]);
    const anna = (await world.control.records('salespersons')).find((one) => one.externalSalesPersonId === ANNA);
    expect(anna).toMatchObject({ firstName: 'Anna', title: 'Left in May' });
    // A row that is assigned to a disabled user afterwards is theirs too.
    await assign(world, 'systemuser', BRUNO);
    await world.control.editDynamics({ op: 'update', table: 'systemuser', id: BRUNO, values: { isdisabled: true } });
    await driver.settle();
    expect((await owners(world)).slice(0, 4)).toEqual([BRUNO, BRUNO, BRUNO, BRUNO]);
  });

  it('that comes late, a user or a team, is waited for by each row', async () => {
    const { systemuser = [], team = [], lead: leads = [], ...others } = rows();
    const { world, driver } = await imported({ ...others, lead: [...leads, lead(2, ownedBy('team', NORTH))] });
    expect(await driver.parked()).toEqual({
      [`lead:${LEAD}:externalSalesPersonId`]: 'missing-reference',
      [`contact:${CONTACT}:externalSalesPersonId`]: 'missing-reference',
      [`account:${ACCOUNT}:externalSalesPersonId`]: 'missing-reference',
      [`opportunity:${OPPORTUNITY}:externalSalesPersonId`]: 'missing-reference',
    });
    await world.control.seedDynamics({ systemuser, team });
    await driver.settle();
    expect(await owners(world)).toEqual([ANNA, ANNA, ANNA, ANNA, null, null]);
    expect(await world.control.records(BRIDGES)).toEqual([
      expect.objectContaining({ microsoftId: id('1e', 2), teamId: NORTH }),
    ]);
    expect(await driver.parked()).toEqual({});
  });

  it.each([
    ['to a user', 'systemuser', ANNA, null],
    ['to another team', 'team', SOUTH, SOUTH],
  ] as const)(
    'of a person that is made again after it was deleted in Marketo goes %s, and leaves no team behind',
    async (_to, kind, owner, team) => {
      const { world, driver } = await imported(rows(), { whenDeletedInMarketo: 'recreate' });
      await assign(world, 'team', NORTH);
      await driver.settle();
      const { id: person } = await world.control.person(CONTACT);
      await world.control.editMarketo({ op: 'delete', id: Number(person) });
      await driver.settle();
      await assign(world, kind, owner);
      await driver.settle();
      const [made, bridges] = [await world.control.person(CONTACT), await world.control.records(BRIDGES)];
      expect(made.id).not.toBe(person);
      expect((await owners(world))[5]).toBe(team);
      if (team !== null)
        expect(bridges).toContainEqual(expect.objectContaining({ microsoftId: CONTACT, leadId: made.id }));
    },
  );

  it('that owns nothing by its kind is no sales person: an application user’s rows have none, and wait for none', async () => {
    const service = { ...user(3, 'Service'), applicationid: id('aa', 1) };
    const { world, driver } = await imported({
      systemuser: [service],
      lead: [lead(1, ownedBy('systemuser', id('e0', 3)))],
    });
    expect((await world.control.person(LEAD)).externalSalesPersonId).toBeNull();
    expect(await driver.parked()).toEqual({});
    expect(await world.deps.store.waiting.targetsOf(`lead:${LEAD}`)).toEqual([]);
  });
});

describe('a team', () => {
  const members = async (world: World) =>
    (await world.control.records('customobjects/microsoftTeamMember_c'))
      .map(({ teamId, userId, userName }) => ({ teamId, userId, userName }))
      .sort((a, b) => String(a.userId).localeCompare(String(b.userId)));

  it('has its members by whole reads: added, removed, and all of them when it is deleted', async () => {
    const { world, driver } = await imported();
    const anna = { teamId: NORTH, userId: ANNA, userName: 'Anna Sales' };
    const bruno = { teamId: NORTH, userId: BRUNO, userName: 'Bruno Sales' };
    expect(await members(world)).toEqual([anna]);
    await world.control.editDynamics({ op: 'addMember', teamid: NORTH, systemuserid: BRUNO });
    await driver.settle();
    // No feed tells of it (dataverse-api §9.4).
    expect(await members(world)).toEqual([anna]);
    await driver.reread('teammembership');
    await driver.workOff();
    expect(await members(world)).toEqual([anna, bruno]);
    await world.control.editDynamics({ op: 'removeMember', teamid: NORTH, systemuserid: ANNA });
    await driver.reread('teammembership');
    await driver.workOff();
    expect(await members(world)).toEqual([bruno]);
  });

  it('that is deleted, once its people have been assigned to others, is gone from Marketo with its bridges', async () => {
    const { world, driver } = await imported();
    await assign(world, 'team', NORTH);
    await driver.settle();
    // Dynamics lets a team go only when it owns nothing.
    await assign(world, 'systemuser', BRUNO);
    await world.control.editDynamics({ op: 'removeMember', teamid: NORTH, systemuserid: ANNA });
    await world.control.editDynamics({ op: 'delete', table: 'team', id: NORTH });
    await driver.settle();
    await driver.reread('teammembership');
    await driver.settle();
    expect(await owners(world)).toEqual([BRUNO, BRUNO, BRUNO, BRUNO, null, null]);
    expect(await members(world)).toEqual([]);
    expect((await world.control.records('customobjects/microsoftTeam_c')).map(({ name }) => name)).toEqual(['South']);
  });
});
