import { Driver, expectDone } from './driver';
import { CONTACT, id, lead, ORDER_LINES, onlyLeads, organisation, people } from './organisation';
import { type Stage, startStage, type World } from './world';

/** Fields that come into the map, and leave it, while the sync runs: a worker is started with another sync.config.yaml. */

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
const opened: World[] = [];
afterAll(async () => {
  for (const world of opened) await world.close();
  await stage.close();
});

const guid = (n: number): string => id('1e', n);
const HOBBY = { dynamics: 'new_hobby', marketo: 'hobby', direction: 'both' };
const MAKE = { create: { dataType: 'string', displayName: 'Hobby' } };

/** Three leads with a hobby, of which the map knows nothing yet; the third has none. */
async function imported(config = onlyLeads()): Promise<Driver> {
  const world = await stage.open({ config });
  await world.control.schema('dynamics', { table: 'lead', do: 'addColumn', column: 'new_hobby:s100' });
  await world.control.seedDynamics(
    people([
      lead(1, { new_hobby: 'Chess', createdon: '2020-01-01T00:00:00Z' }),
      lead(2, { new_hobby: 'Rowing' }),
      lead(3, { new_hobby: null }),
    ]),
  );
  const driver = new Driver(world);
  await driver.importAll();
  await driver.settle();
  return driver;
}

/** Another worker on the same memory, with a younger file; the flow goes on with it. */
async function again(driver: Driver, config: object, configChangedAt = Date.now()): Promise<Driver> {
  const world = await driver.world.again({ config, configChangedAt });
  opened.push(world);
  const next = new Driver(world);
  next.plan = driver.plan;
  return next;
}

const withHobby = (more: object = {}) => onlyLeads({ fields: [{ ...HOBBY, ...more }] });

const hobbies = (world: World): Promise<unknown[]> =>
  Promise.all([1, 2, 3].map(async (n) => (await world.control.person(guid(n))).hobby));

async function fieldsOf(world: World) {
  const { entities } = expectDone(await world.run('readCounts', { lead: 1 }));
  return entities.lead?.fields;
}

/** Marketo has the field already, with values of its own. */
async function inMarketo(world: World, values: string[]): Promise<void> {
  await world.control.schema('marketo', { do: 'add', name: 'hobby', dataType: 'string' });
  for (const [index, hobby] of values.entries()) await edit(world, index + 1, { hobby });
}

async function edit(world: World, n: number, values: object): Promise<void> {
  const { id: person } = await world.control.person(guid(n));
  await world.control.editMarketo({ op: 'update', id: Number(person), values });
}

it('an added field is made in Marketo and brought over for all rows; status tells, and it ends', async () => {
  const driver = await again(await imported(), withHobby(MAKE));
  const { world } = driver;
  expectDone(await world.run('lookDynamics', ['lead']));
  expect(await fieldsOf(world)).toEqual({ backfill: { fields: ['hobby'], done: 0, total: 3 } });
  await driver.workOff();
  expect(await fieldsOf(world)).toEqual({ backfill: { fields: ['hobby'], done: 3, total: 3 } });
  expect(await hobbies(world)).toEqual(['Chess', 'Rowing', null]);
  await driver.settle();
  expect(await fieldsOf(world)).toEqual({});
  const writes = await world.control.writes();
  await driver.rounds(2);
  expect(await world.control.writes()).toBe(writes);
  // The delta link in use was made before the column came to the map.
  await world.control.editDynamics({ op: 'update', table: 'lead', id: guid(3), values: { new_hobby: 'Judo' } });
  await driver.settle();
  expect(await hobbies(world)).toEqual(['Chess', 'Rowing', 'Judo']);
});

it('what Dynamics has counts in a backfill, an empty value too; afterwards the field travels both ways', async () => {
  const before = await imported();
  await inMarketo(before.world, ['Poker', 'Golf', 'Darts']);
  await before.settle();
  const driver = await again(before, withHobby());
  const { world } = driver;
  await driver.settle();
  expect(await hobbies(world)).toEqual(['Chess', 'Rowing', null]);
  expect(await world.control.row('lead', guid(3))).toMatchObject({ new_hobby: null });
  await edit(world, 3, { hobby: 'Darts' });
  await driver.settle();
  expect(await world.control.row('lead', guid(3))).toMatchObject({ new_hobby: 'Darts' });
});

it('a row that changes before its backfill is settled as the backfill would, and waits for nothing', async () => {
  const before = await imported();
  await inMarketo(before.world, ['Poker', 'Golf', 'Darts']);
  await before.settle();
  const driver = await again(before, withHobby());
  const { world } = driver;
  expectDone(await world.run('lookDynamics', ['lead']));
  await world.control.editDynamics({ op: 'update', table: 'lead', id: guid(3), values: { firstname: 'Live' } });
  expectDone(await world.run('lookDynamics', ['lead']));
  expectDone(await world.run('applyInbox', 'lead'));
  // One unit, and it was the live one, though it was queued behind the backfill.
  expect(await world.control.person(guid(3))).toMatchObject({ firstName: 'Live', hobby: null });
  expect(await hobbies(world)).toEqual(['Poker', 'Golf', null]);
  await driver.settle();
  expect(await hobbies(world)).toEqual(['Chess', 'Rowing', null]);
});

it('a range of dates restricts a backfill, and `false` leaves it out', async () => {
  const range = { modifiedSince: '2020-01-01', createdSince: '2021-01-01' };
  const driver = await again(await imported(), withHobby({ ...MAKE, backfill: range }));
  const { world } = driver;
  await driver.settle();
  expect(await hobbies(world)).toEqual([null, 'Rowing', null]);
  await world.control.schema('dynamics', { table: 'lead', do: 'addColumn', column: 'new_pet:s100' });
  await world.control.schema('marketo', { do: 'add', name: 'pet', dataType: 'string' });
  await edit(world, 1, { pet: 'Cat' });
  const pet = { dynamics: 'new_pet', marketo: 'pet', backfill: false };
  const next = await again(driver, onlyLeads({ fields: [HOBBY, pet] }), Date.now() + 1);
  await next.rounds(2);
  expect(await world.control.person(guid(1))).toMatchObject({ pet: 'Cat', hobby: null });
  await world.control.editDynamics({ op: 'update', table: 'lead', id: guid(1), values: { new_pet: 'Dog' } });
  await next.rounds(2);
  expect(await world.control.person(guid(1))).toMatchObject({ pet: 'Dog', hobby: 'Chess' });
});

it('a field that leaves the map travels no more and keeps its values; added again, it is brought over again', async () => {
  const driver = await again(await imported(), withHobby(MAKE));
  await driver.settle();
  const without = await again(driver, onlyLeads(), Date.now() + 1);
  await without.settle();
  const { world } = without;
  await world.control.editDynamics({ op: 'update', table: 'lead', id: guid(1), values: { new_hobby: 'Go' } });
  await edit(world, 2, { hobby: 'Sailing' });
  await without.settle();
  expect(await hobbies(world)).toEqual(['Chess', 'Sailing', null]);
  expect(await world.control.row('lead', guid(2))).toMatchObject({ new_hobby: 'Rowing' });
  const back = await again(without, withHobby(MAKE), Date.now() + 2);
  await back.settle();
  expect(await hobbies(world)).toEqual(['Go', 'Rowing', null]);
});

it('two workers of different maps do not fight: the younger file counts for both, also when the older worker is started last', async () => {
  const before = await imported();
  const young = await again(before, withHobby(MAKE), Date.now());
  await young.settle();
  const old = await again(before, onlyLeads(), 1);
  const writes = await young.world.control.writes();
  const requests = () => young.world.deps.store.db.collection('requests').countDocuments({});
  for (const worker of [old, young, old, young]) await worker.settle();
  expect(await requests()).toBe(1);
  expect(await young.world.control.writes()).toBe(writes);
  await young.world.control.editDynamics({ op: 'update', table: 'lead', id: guid(1), values: { new_hobby: 'Go' } });
  await old.settle();
  expect(await hobbies(old.world)).toEqual(['Go', 'Rowing', null]);
});

it('a backfill goes on where a worker left it, also one that died before it had asked for the rows', async () => {
  const driver = await again(await imported(), withHobby(MAKE));
  expectDone(await driver.world.run('lookDynamics', ['lead']));
  await driver.world.deps.store.db.collection('requests').deleteMany({});
  await driver.world.deps.store.db.collection('inbox').deleteMany({});
  const next = await again(driver, withHobby(MAKE), Date.now() + 1);
  await next.settle();
  expect(await hobbies(next.world)).toEqual(['Chess', 'Rowing', null]);
  expect(await fieldsOf(next.world)).toEqual({});
});

it('the delta link gets the columns of today, while the old one is followed, and no change falls between', async () => {
  const driver = await again(await imported(), withHobby(MAKE));
  const { world } = driver;
  const cursor = async () => (await world.deps.store.checkpoints.get<{ select: string[] }>('dynamics/lead'))?.value;
  expect((await cursor())?.select).not.toContain('new_hobby');
  expectDone(await world.run('lookDynamics', ['lead']));
  await driver.workOff();
  // The old link brings this edit, without the new column.
  await world.control.editDynamics(
    { op: 'update', table: 'lead', id: guid(1), values: { new_hobby: 'Go' } },
    { op: 'delete', table: 'lead', id: guid(2) },
  );
  await driver.settle();
  expect((await cursor())?.select).toContain('new_hobby');
  expect(await world.control.person(guid(1))).toMatchObject({ hobby: 'Go' });
  expect(await world.control.person(guid(2))).toMatchObject({ microsoftIsDeleted: true });
  const reads = async () => (await world.control.calls('dynamics')).byEndpoint['GET leads']?.count ?? 0;
  const before = await reads();
  await world.control.editDynamics({ op: 'update', table: 'lead', id: guid(3), values: { new_hobby: 'Judo' } });
  await driver.cycle();
  expect(await world.control.person(guid(3))).toMatchObject({ hobby: 'Judo' });
  // The link's own call and no other: the row came with the column.
  expect((await reads()) - before).toBe(1);
});

it('a field that is added to a custom object is made there too, and filled', async () => {
  const { contact = [], new_orderline = [] } = organisation();
  const config = (fields: object[]) => ({
    entities: { ...onlyLeads().entities, lead: { enabled: false }, contact: {} },
    customEntities: [{ ...ORDER_LINES, fields }],
  });
  const rows = { contact: contact.filter((one) => 'contactid' in one && one.contactid === CONTACT), new_orderline };
  const world = await stage.open({ rows, config: config(ORDER_LINES.fields.slice(0, 2)) });
  const before = new Driver(world);
  await before.importAll();
  await before.settle();
  const driver = await again(before, config(ORDER_LINES.fields));
  await driver.settle();
  const [line] = await world.control.records('customobjects/microsoftOrderLine_c');
  expect(line).toMatchObject({ product: 'Lens 50 mm', quantity: 3, price: 199.5, orderedOn: '2024-03-05' });
});

it('a field that can’t be made holds back itself, and no look', async () => {
  const before = await imported();
  await before.world.control.fault('marketo', {
    kind: 'error',
    code: '603',
    endpoint: 'POST /rest/v1/leads/schema/fields.json',
    times: 50,
  });
  const driver = await again(before, withHobby(MAKE));
  const { world } = driver;
  await world.control.editDynamics({ op: 'update', table: 'lead', id: guid(1), values: { firstname: 'Goes on' } });
  await driver.rounds(3);
  expect(await world.control.person(guid(1))).toMatchObject({ firstName: 'Goes on' });
  expect((await fieldsOf(world))?.quarantined).toMatchObject([{ field: 'hobby', why: 'Marketo has no field hobby' }]);
  expect(
    (await world.control.calls('marketo')).byEndpoint['POST /rest/v1/leads/schema/fields.json']?.failed ?? 0,
  ).toBeLessThan(3);
  await world.control.noFaults('marketo');
  world.deps.schema.forget();
  await driver.rounds(3);
  expect(await hobbies(world)).toEqual(['Chess', 'Rowing', null]);
});
