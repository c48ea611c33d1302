import { heldDeletes } from '../../cli/deletes/answer';
import { Driver } from './driver';
import { contact, id } from './organisation';
import { type Stage, startStage, type World } from './world';

/** Dynamics deletes an account's contacts with it (docs/simulators.md): each is a deletion as any other. */

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage.close());

const [GONE, OTHER] = [id('ac', 1), id('ac', 2)];
const of = (account: string) => ({ _parentcustomerid_value: account, _parentcustomerid_type: 'account' });

/** So many contacts of the account that will go, and so many of another one; at rest. */
async function imported(going: number, staying: number, config: object = {}) {
  const contacts = Array.from({ length: going + staying }, (_, at) => contact(at + 1, of(at < going ? GONE : OTHER)));
  const rows = {
    systemuser: [{ systemuserid: id('e0', 1), lastname: 'Okafor', internalemailaddress: 'nadia@example.com' }],
    account: [GONE, OTHER].map((accountid) => ({ accountid, name: accountid, _ownerid_value: id('e0', 1) })),
    contact: contacts.map((row) => ({ ...row, _ownerid_value: id('e0', 1), _ownerid_type: 'systemuser' })),
    opportunity: [
      { opportunityid: id('0b', 1), name: 'Deal', _customerid_value: GONE, _customerid_type: 'account' },
      { opportunityid: id('0b', 2), name: 'Stays', _customerid_value: OTHER, _parentcontactid_value: id('c0', 1) },
    ].map((row) => ({ _customerid_type: 'account', _ownerid_value: id('e0', 1), ...row })),
  };
  const world = await stage.open({ rows, config });
  const driver = new Driver(world);
  await driver.importAll();
  await driver.settle();
  return { world, driver };
}

const remove = ({ control }: World, account: string) =>
  control.editDynamics({ op: 'delete', table: 'account', id: account });

async function flagged({ control }: World): Promise<unknown[]> {
  return (await control.records('leads'))
    .filter((person) => person.microsoftIsDeleted === true)
    .map(idOf)
    .sort();
}
const idOf = ({ microsoftId }: Record<string, unknown>): unknown => microsoftId;
const contacts = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, at) => id('c0', from + at)).sort();

describe('an account is deleted, and its contacts with it', () => {
  it('flags their persons, deletes its opportunity, and leaves everybody else', async () => {
    const { world, driver } = await imported(3, 3);
    await remove(world, GONE);
    await driver.settle();
    expect(await flagged(world)).toEqual(contacts(1, 3));
    const deals = (await world.control.records('opportunities')).map((deal) => deal.externalOpportunityId);
    expect(deals).toEqual([id('0b', 2)]);
    expect(await world.control.records('roles')).toEqual([]);
    expect(await driver.parked()).toEqual({});
    const writes = await world.control.writes();
    await driver.settle();
    expect(await world.control.writes()).toBe(writes);
  });

  it('more of them than may be deleted within a day stop the deletions of contacts, and are listed', async () => {
    const { world, driver } = await imported(8, 12);
    await remove(world, GONE);
    await driver.settle();
    expect(await flagged(world)).toEqual([]);
    expect(await driver.parked()).toEqual(
      Object.fromEntries(contacts(1, 8).map((guid) => [`contact:${guid}`, 'deletes-stopped'])),
    );
    expect((await heldDeletes(world.deps.store)).get('contact')).toHaveLength(8);
    // Nobody else is held up.
    await world.control.editDynamics({
      op: 'update',
      table: 'contact',
      id: id('c0', 9),
      values: { jobtitle: 'Buyer' },
    });
    await driver.settle();
    expect(await world.control.person(id('c0', 9))).toMatchObject({ title: 'Buyer' });
  });

  it('of a contact that came back nothing is flagged', async () => {
    const { world, driver } = await imported(2, 2);
    await remove(world, GONE);
    await world.control.editDynamics({
      op: 'create',
      table: 'contact',
      values: { contactid: id('c0', 1), lastname: 'Back', emailaddress1: 'contact1@example.com' },
    });
    await driver.settle();
    expect(await flagged(world)).toEqual([id('c0', 2)]);
    expect(await world.control.person(id('c0', 1))).toMatchObject({ lastName: 'Back' });
  });
});
