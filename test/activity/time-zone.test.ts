import { Driver } from './driver';
import { contact, id, people } from './organisation';
import { type Stage, startStage, type World } from './world';

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage.close());

const GUID = id('c0', 1);
const field = { dynamics: 'new_seen', marketo: 'dateOfBirth', direction: 'both' };
const mapped = (row: object = {}, organisation: object = {}) => ({
  ...organisation,
  entities: { contact: { fields: [{ ...field, ...row }] } },
});

/** A contact whose User Local column is mapped to a date. */
async function imported(config: object, seen: string | null): Promise<{ world: World; driver: Driver }> {
  const world = await stage.open({ rows: people([], [contact(1, { new_synctomkto: null })]), config });
  await world.control.schema('dynamics', { table: 'contact', do: 'addColumn', column: 'new_seen:t' });
  const driver = new Driver(world);
  await inDynamics(world, seen);
  await driver.importAll();
  await driver.settle();
  return { world, driver };
}
const inDynamics = (world: World, seen: string | null) =>
  world.control.editDynamics({ op: 'update', table: 'contact', id: GUID, values: { new_seen: seen } });
const inMarketo = async (world: World, day: string | null) =>
  world.control.editMarketo({
    op: 'update',
    id: Number((await world.control.person(GUID)).id),
    values: { dateOfBirth: day },
  });
const instant = (value: unknown) => (value === null ? null : new Date(String(value)).toISOString());
const held = async (world: World) => [
  instant((await world.control.row('contact', GUID)).new_seen),
  (await world.control.person(GUID)).dateOfBirth ?? null,
];

describe.each([
  ['the row', mapped({ timeZone: 'Europe/Berlin' })],
  ['the organisation', mapped({}, { timeZone: 'Europe/Berlin' })],
  ['the row, against the organisation', mapped({ timeZone: 'Europe/Berlin' }, { timeZone: 'Asia/Tokyo' })],
])('a day of an instant, in the time zone of %s', (_what, config) => {
  test('is that zone’s, comes back as its first moment, and only where it is another day', async () => {
    const { world, driver } = await imported(config, '2026-05-01T22:00:00Z');
    expect(await held(world)).toEqual(['2026-05-01T22:00:00.000Z', '2026-05-02']);
    // Another hour of the same day is no edit.
    const before = await world.control.writes();
    await inDynamics(world, '2026-05-02T21:59:59Z');
    await driver.settle();
    await driver.reread('contact', 'resync');
    expect(await world.control.writes()).toBe(before);
    expect(await held(world)).toEqual(['2026-05-02T21:59:59.000Z', '2026-05-02']);
    await inMarketo(world, '2026-06-10');
    await driver.settle();
    expect(await held(world)).toEqual(['2026-06-09T22:00:00.000Z', '2026-06-10']);
    await inDynamics(world, '2026-12-31T23:00:00Z');
    await driver.settle();
    expect(await held(world)).toEqual(['2026-12-31T23:00:00.000Z', '2027-01-01']);
    await inMarketo(world, null);
    await driver.settle();
    expect(await held(world)).toEqual([null, null]);
    expect(await world.deps.store.conflicts.count()).toBe(0);
  });
});

test('where midnight does not exist a day begins when the clocks have been put forward', async () => {
  const { world, driver } = await imported(mapped({ timeZone: 'America/Santiago' }), null);
  await inMarketo(world, '2024-09-08');
  await driver.settle();
  expect(await held(world)).toEqual(['2024-09-08T04:00:00.000Z', '2024-09-08']);
  const before = await world.control.writes();
  await driver.reread('contact', 'resync');
  await driver.settle();
  expect(await world.control.writes()).toBe(before);
});

test('without a time zone the row of the map is left out, and the rest goes on', async () => {
  const { world, driver } = await imported(mapped(), '2026-05-01T22:00:00Z');
  await inMarketo(world, '2026-06-10');
  await world.control.editDynamics({ op: 'update', table: 'contact', id: GUID, values: { firstname: 'Anna' } });
  await driver.settle();
  expect(await held(world)).toEqual(['2026-05-01T22:00:00.000Z', '2026-06-10']);
  expect(await world.control.person(GUID)).toMatchObject({ firstName: 'Anna' });
});
