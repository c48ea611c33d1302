import { answer, heldDeletes } from '../../cli/deletes/answer';
import { expectDone } from './driver';
import * as at from './organisation';
import { contact, id, lead, ORDER_LINES, organisation, people } from './organisation';
import { type Stage, startStage, type World } from './world';

// native-sync §6.1; DESIGN §5, Deletes.

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage.close());

const LONELY = { user: id('e0', 7), account: id('ac', 7) };

const imported = (rows: Record<string, object[]>, config: object = {}) => stage.imported({ rows, config });

/** What Marketo has of each entity that a row was deleted of. */
async function held(world: World): Promise<Record<string, boolean>> {
  const has = async (object: string, key: string, value: string) =>
    (await world.control.records(object)).some((record) => record[key] === value);
  return {
    systemuser: await has('salespersons', 'externalSalesPersonId', LONELY.user),
    team: await has('customobjects/microsoftTeam_c', 'microsoftId', at.TEAM),
    teammembership: await has('customobjects/microsoftTeamMember_c', 'microsoftId', at.MEMBERSHIP),
    account: await has('companies', 'externalCompanyId', LONELY.account),
    lead: await has('leads', 'microsoftId', at.LEAD),
    contact: await has('leads', 'microsoftId', at.CONTACT),
    opportunity: await has('opportunities', 'externalOpportunityId', at.OPPORTUNITY_OF_CONTACT),
    connection: await has('roles', 'role', 'Decision Maker'),
    new_orderline: await has('customobjects/microsoftOrderLine_c', 'microsoftId', at.ORDER_LINE),
  };
}

const ENTITIES = ['systemuser', 'team', 'teammembership', 'account', 'lead', 'contact', 'opportunity', 'connection'];
const policies = (policy: string, custom: string, ofPersons = policy): object => ({
  customEntities: [{ ...ORDER_LINES, whenDeleted: custom }],
  entities: Object.fromEntries(
    ENTITIES.map((name) => [name, { whenDeleted: name === 'lead' || name === 'contact' ? ofPersons : policy }]),
  ),
});

describe('a row of every entity is deleted in Dynamics', () => {
  const all = (there: boolean) => Object.fromEntries([...ENTITIES, 'new_orderline'].map((name) => [name, there]));

  it.each([
    ['delete', policies('delete', 'delete'), all(false), undefined],
    ['ignore', policies('ignore', 'ignore'), all(true), false],
    ['flag for people', policies('ignore', 'ignore', 'flag'), all(true), true],
    [
      'the defaults',
      { customEntities: [ORDER_LINES] },
      { ...all(false), systemuser: true, account: true, lead: true, contact: true },
      true,
    ],
  ])('%s', async (_policy, config, expected, flagged) => {
    const rows = organisation();
    rows.systemuser?.push({
      systemuserid: LONELY.user,
      firstname: 'Lo',
      lastname: 'Nely',
      internalemailaddress: 'l@example.com',
    });
    rows.account?.push({ accountid: LONELY.account, name: 'Nobody Ltd' });
    const { world, driver } = await imported(rows, config);
    expect(Object.values(await held(world))).toEqual(Array(9).fill(true));
    await world.control.editDynamics(
      ...[
        ['connection', id('cc', 1)],
        ['new_orderline', at.ORDER_LINE],
        ['opportunity', at.OPPORTUNITY_OF_CONTACT],
        ['contact', at.CONTACT],
        ['lead', at.LEAD],
        ['account', LONELY.account],
        ['systemuser', LONELY.user],
      ].map(([table, guid]) => ({ op: 'delete', table, id: guid })),
      { op: 'removeMember', teamid: at.TEAM, systemuserid: at.USER },
      { op: 'delete', table: 'team', id: at.TEAM },
    );
    await driver.reread('teammembership');
    await driver.settle();
    expect(await held(world)).toEqual(expected);
    if (flagged !== undefined)
      expect(await world.control.person(at.LEAD)).toMatchObject({ microsoftIsDeleted: flagged });
    expect(await driver.parked()).toEqual({});
  });
});

describe('connections, which have no link of their own', () => {
  const opportunity = { opportunityid: at.OPPORTUNITY, name: 'Deal' };
  const connections = (count: number) =>
    Array.from({ length: count }, (_, index) => ({
      connectionid: id('cc', index + 1),
      _record1id_value: at.OPPORTUNITY,
      _record1id_type: 'opportunity',
      _record2id_value: id('c0', index + 1),
      _record2id_type: 'contact',
      statecode: 0,
    }));
  const rows = (count: number) => ({
    ...people(
      [],
      Array.from({ length: count }, (_, index) => contact(index + 1)),
    ),
    opportunity: [opportunity],
    connection: connections(count),
  });
  const roles = async (world: World) => (await world.control.records('roles')).length;
  const remove = (world: World, numbers: number[]) =>
    world.control.editDynamics(...numbers.map((n) => ({ op: 'delete', table: 'connection', id: id('cc', n) })));

  it('stop with the sixth deletion within a day, until an operator answers', async () => {
    const { world, driver } = await imported(rows(8));
    await remove(world, [1, 2, 3, 4, 5]);
    await driver.settle();
    expect(await roles(world)).toBe(3);
    await remove(world, [6, 7]);
    await driver.settle();
    expect(await roles(world)).toBe(3);
    expect((await heldDeletes(world.deps.store)).get('connection')).toEqual([id('cc', 6), id('cc', 7)]);
    expect(await answer(world.deps.store, 'connection', 'delete')).toBe(2);
    await driver.workOff();
    expect(await roles(world)).toBe(1);
    expect(await driver.parked()).toEqual({});
  });

  it('that were deleted while the delta token was too old are found by comparing ids', async () => {
    const { world, driver } = await imported(rows(3));
    await remove(world, [2]);
    await world.control.settings('dynamics', { expireTokens: ['connection'] });
    const { feeds } = expectDone(await world.run('lookDynamics', ['connection']));
    expect(feeds.connection?.expired).toBe(true);
    await driver.reread('connection');
    await driver.settle();
    expect((await world.control.records('roles')).map(({ leadId }) => leadId)).toEqual([
      (await world.control.person(id('c0', 1))).id,
      (await world.control.person(id('c0', 3))).id,
    ]);
  });

  it('a deletion that was taken back takes no role away', async () => {
    const { world, driver } = await imported(rows(2));
    await world.deps.store.inbox.add(
      'connection',
      'dynamics',
      [{ id: id('cc', 1).toUpperCase(), deleted: true }],
      new Date(),
    );
    await driver.workOff();
    expect(await roles(world)).toBe(2);
  });
});

describe('a row that is restored', () => {
  it.each([
    ['flag', true],
    ['delete', false],
  ])('under the policy %s has its person again, with its roles and custom objects', async (whenDeleted, same) => {
    const { world, driver } = await imported(
      {
        ...people([], [contact(1, { jobtitle: 'Buyer' })]),
        opportunity: [
          { opportunityid: at.OPPORTUNITY, name: 'Deal', _customerid_value: at.CONTACT, _customerid_type: 'contact' },
        ],
        new_orderline: [{ new_orderlineid: at.ORDER_LINE, new_name: 'Line', _new_contactid_value: at.CONTACT }],
      },
      { customEntities: [ORDER_LINES], entities: { contact: { whenDeleted } } },
    );
    const before = await world.control.person(at.CONTACT);
    const row = await world.control.row('contact', at.CONTACT);
    const deal = { op: 'update', table: 'opportunity', id: at.OPPORTUNITY };
    const line = { op: 'update', table: 'new_orderline', id: at.ORDER_LINE };
    // Else the deal would go with its customer.
    await world.control.editDynamics(
      { ...deal, values: { _customerid_value: null } },
      { op: 'delete', table: 'contact', id: at.CONTACT },
    );
    await driver.settle();
    const { firstname, lastname, emailaddress1, jobtitle } = row;
    await world.control.editDynamics(
      { op: 'create', table: 'contact', id: at.CONTACT, values: { firstname, lastname, emailaddress1, jobtitle } },
      { ...deal, values: { _customerid_value: at.CONTACT, _customerid_type: 'contact' } },
      { ...line, values: { _new_contactid_value: at.CONTACT } },
    );
    await driver.settle();
    const after = await world.control.person(at.CONTACT);
    expect(after.id === before.id).toBe(same);
    expect(after).toMatchObject({ title: 'Buyer', firstName: 'First1', microsoftIsDeleted: false });
    expect(await world.control.records('roles')).toMatchObject([{ leadId: after.id }]);
    expect(await world.control.records('customobjects/microsoftOrderLine_c')).toMatchObject([{ leadId: after.id }]);
  });
});

it('people that were deleted while the delta token was too old are found by comparing ids, whatever the case of a GUID', async () => {
  const { world, driver } = await imported(people([lead(1), lead(2)]));
  await world.control.editDynamics({ op: 'delete', table: 'lead', id: at.LEAD });
  await world.control.settings('dynamics', { expireTokens: ['lead'] });
  await world.run('lookDynamics', ['lead']);
  await driver.reread('lead');
  await driver.settle();
  expect(await world.control.person(at.LEAD)).toMatchObject({ microsoftIsDeleted: true });
  expect(await world.control.person(id('1e', 2))).toMatchObject({ microsoftIsDeleted: false });
});
