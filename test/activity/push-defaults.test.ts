import { Driver, expectDone } from './driver';
import { PERSONS_ONLY, type Stage, startStage, type World } from './world';

/** Dynamics fills columns of a new row that nobody sent: no one has chosen what stands there. */

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage.close());

const PERSON = { firstName: 'Iris', lastName: 'Novak', email: 'iris@example.com' };
const TABLES = ['lead', 'contact'] as const;
type Table = (typeof TABLES)[number];
const CONTACT_METHOD = 'microsoftPreferredMethodOfContact';

interface Pushed {
  world: World;
  driver: Driver;
  guid: string;
  person: number;
}

let pushes = 0;
/** Nobody's owner is of interest here. */
const ownerless = (more: object = {}) => ({ without: ['externalSalesPersonId'], ...more });

/**
 * A person of Marketo with these values is pushed, and everything comes to rest.
 *
 * @param before what an administrator or a fault does before the sync begins
 */
async function pushed(as: Table, values: object, { conflicts = {}, before = async (_: World) => {} } = {}) {
  const entities = { ...PERSONS_ONLY, lead: ownerless(), contact: ownerless({ conflicts }) };
  const world = await stage.open({ config: { entities } });
  await before(world);
  const driver = new Driver(world);
  await driver.importAll();
  const [person = 0] = await world.control.seedMarketo({ ...PERSON, ...values });
  pushes += 1;
  const request = { entity: as, as, ids: [person] };
  expectDone(await world.run('lookMarketo', [], {}, [{ id: `default-${pushes}`, request }]));
  await driver.workOff();
  await driver.settle();
  const [row] = await world.control.rows(as);
  return { world, driver, person, guid: String(row?.[`${as}id`]) } satisfies Pushed;
}

/** The field on both sides. */
async function held({ world, guid }: Pushed, table: Table, column: string, field: string): Promise<unknown[]> {
  const person = await world.control.person(guid);
  return [(await world.control.row(table, guid))[column] ?? null, person[field] ?? null];
}

describe('of a person that is pushed, what it holds nothing of', () => {
  it.each<[Table, string, string]>([
    ['lead', 'preferredcontactmethodcode', CONTACT_METHOD],
    ['contact', 'preferredcontactmethodcode', CONTACT_METHOD],
    ['lead', 'leadqualitycode', 'rating'],
  ])('is empty in the %s as well: %s', async (table, column, field) => {
    const scene = await pushed(table, {});
    expect(await held(scene, table, column, field)).toEqual([null, null]);
    expect(await scene.driver.parked()).toEqual({});
    const writes = await scene.world.control.writes();
    await scene.driver.settle();
    expect(await scene.world.control.writes()).toBe(writes);
  });

  it('travels once somebody chooses it, on either side', async () => {
    const scene = await pushed('contact', {});
    const { world, driver, guid, person } = scene;
    const values = { preferredcontactmethodcode: 1 };
    await world.control.editDynamics({ op: 'update', table: 'contact', id: guid, values });
    await driver.settle();
    expect(await held(scene, 'contact', 'preferredcontactmethodcode', CONTACT_METHOD)).toEqual([1, 'Any']);
    await world.control.editMarketo({ op: 'update', id: person, values: { [CONTACT_METHOD]: 'Email' } });
    await driver.settle();
    expect(await held(scene, 'contact', 'preferredcontactmethodcode', CONTACT_METHOD)).toEqual([2, 'Email']);
  });

  it('is empty though the answer was lost', async () => {
    const before = ({ control }: World) =>
      control.fault('dynamics', { kind: 'cut', endpoint: '$batch', times: 1 }) as Promise<void>;
    const scene = await pushed('contact', {}, { before });
    expect(await held(scene, 'contact', 'preferredcontactmethodcode', CONTACT_METHOD)).toEqual([null, null]);
  });
});

describe('of a person that is pushed, a no', () => {
  it.each(TABLES)('stays one where a new %s says yes by itself: no opt-out that nobody asked for', async (table) => {
    const change = { table, column: 'donotbulkemail', do: 'setDefault', default: true };
    const before = ({ control }: World) => control.schema('dynamics', change) as Promise<void>;
    const scene = await pushed(table, { unsubscribed: false }, { before });
    expect(await held(scene, table, 'donotbulkemail', 'unsubscribed')).toEqual([false, false]);
  });

  it('is none where the person has opted out, whichever side wins conflicts', async () => {
    const conflicts = { unsubscribed: 'dynamics' };
    const scene = await pushed('contact', { unsubscribed: true }, { conflicts });
    expect(await held(scene, 'contact', 'donotbulkemail', 'unsubscribed')).toEqual([true, true]);
  });
});

describe('of a person that is pushed, a value that Dynamics can’t hold', () => {
  it('stays in Marketo and is listed; once it is mended it goes, and no default is in its place', async () => {
    const scene = await pushed('contact', { [CONTACT_METHOD]: 'Pigeon' });
    const { world, driver, guid, person } = scene;
    expect(await held(scene, 'contact', 'preferredcontactmethodcode', CONTACT_METHOD)).toEqual([null, 'Pigeon']);
    expect(await driver.parked()).toEqual({ [`contact:${guid}:${CONTACT_METHOD}`]: 'unknown-option' });
    await world.control.editMarketo({ op: 'update', id: person, values: { [CONTACT_METHOD]: 'Email' } });
    await driver.settle();
    expect(await held(scene, 'contact', 'preferredcontactmethodcode', CONTACT_METHOD)).toEqual([2, 'Email']);
    expect(await driver.parked()).toEqual({});
    expect(await world.deps.store.conflicts.count()).toBe(0);
  });
});
