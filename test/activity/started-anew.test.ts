import { Driver } from './driver';
import { CHANGING, die, Interleavings } from './interleavings';
import { contact, id, lead, people } from './organisation';
import { allWaitsEnd } from './waits';
import { PERSONS_ONLY, type Stage, startStage, type World } from './world';

jest.setTimeout(600_000);

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage.close());

const GUID = { lead: id('1e', 1), contact: id('c0', 1) } as const;
type Table = keyof typeof GUID;

async function open(table: Table): Promise<World> {
  const row = { firstname: 'Row' };
  const rows = table === 'lead' ? people([lead(1, row)]) : people([], [contact(1, row)]);
  const world = await stage.open({ rows, config: { entities: PERSONS_ONLY } });
  await new Driver(world).preflight();
  return world;
}

/** Nothing was ever imported: the service forgets all but which systems it belongs to, and Marketo loses its persons. */
async function begin(world: World): Promise<void> {
  for (const { collectionName } of await world.deps.store.db.collections())
    if (collectionName !== 'bindings') await world.deps.store.db.collection(collectionName).deleteMany({});
  for (const { id: person } of await world.control.records('leads'))
    await world.control.editMarketo({ op: 'delete', id: Number(person) });
}

/** A parent that knows nothing but what the preflight finds in Mongo. */
async function parent(world: World): Promise<Driver> {
  const driver = new Driver(world);
  await driver.preflight();
  for (const { name, highest } of driver.entities) driver.generation.set(name, highest ?? 1);
  return driver;
}

/** It is started anew, and does what the last one was at: one person for the row, equal to it, and nothing is written any more. */
async function expectCarriedOn(world: World, table: Table, name: string, work: (driver: Driver) => Promise<unknown>) {
  await allWaitsEnd(world);
  const driver = await parent(world);
  await work(driver);
  await driver.settle();
  const { control } = world;
  expect(await control.row(table, GUID[table])).toMatchObject({ firstname: name });
  expect(await control.person(GUID[table])).toMatchObject({ firstName: name });
  expect(await control.records('leads')).toHaveLength(1);
  expect(await driver.parked()).toEqual({});
  const before = await control.writes();
  await driver.cycle();
  expect((await control.writes()) - before).toBe(0);
}

describe.each(['lead', 'contact'] as const)('a parent that is terminated and started anew at any point', (table) => {
  it(`of the import of a ${table} goes on from what Mongo holds: nobody is doubled, nothing is left out`, async () => {
    const world = await open(table);
    const work = (driver: Driver) => driver.import(table);
    const met = await new Interleavings(world).each(CHANGING, async (point) => {
      await begin(world);
      const driver = await parent(world);
      await point.during(() => work(driver), die);
      await expectCarriedOn(world, table, 'Row', work);
    });
    expect(met).toEqual(expect.arrayContaining(['checkpoints.pin', 'staging.put', 'journal.open', 'links.put']));
  });

  const mode = table === 'lead' ? 'resync' : 'import';
  it(`of a ${mode === 'resync' ? 'resync' : 'catch-up'} of a ${table} goes on, and an edit made before it arrives`, async () => {
    const world = await open(table);
    const first = await parent(world);
    await first.import(table);
    await first.settle();
    const person = Number((await world.control.person(GUID[table])).id);
    const met = await new Interleavings(world).each(CHANGING, async (point) => {
      const name = `Edited${point.number}`;
      const driver = await parent(world);
      // On the side that loses conflicts, so that an edit taken for one is lost.
      if (table === 'lead')
        await world.control.editDynamics({ op: 'update', table, id: GUID[table], values: { firstname: name } });
      else await world.control.editMarketo({ op: 'update', id: person, values: { firstName: name } });
      await point.during(() => driver.reread(table, mode), die);
      await expectCarriedOn(world, table, name, (again) => again.reread(table, mode));
    });
    expect(met).toEqual(expect.arrayContaining(['checkpoints.pin', 'staging.put', 'checkpoints.move']));
  });
});
