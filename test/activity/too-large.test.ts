import { Driver } from './driver';
import { contact, id, lead, people } from './organisation';
import { PERSONS_ONLY, type Stage, startStage, type World } from './world';

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage.close());

const LEAD = id('1e', 1);
const OTHER = id('1e', 2);
const CONTACT = id('c0', 1);
/** In the answer about one record only: the simulators pad that one beyond its bound (docs/simulators.md, Faults). */
const LONG = 'a text of megabytes';
const tooLong = (endpoint: string) => ({ kind: 'oversized', holds: LONG, endpoint });

const rows = () => people([lead(1), lead(2), lead(3)], [contact(1)]);
const opened = () => stage.imported({ rows: rows() });
const listed = (row: string) => ({ [row]: 'too-large' });

const personId = async ({ control }: World, row: string) => Number((await control.person(row))?.id);

describe('a row of Dynamics that alone is over the bound of an answer', () => {
  it('is parked by an import, which brings all others and a link to live by', async () => {
    const fresh = await stage.open({
      rows: people([lead(1, { subject: LONG }), lead(2), lead(3)]),
      config: { entities: PERSONS_ONLY },
    });
    await fresh.control.fault('dynamics', tooLong('GET leads'));
    const again = new Driver(fresh);
    await again.importAll();
    await again.settle();
    expect(await again.parked()).toEqual(listed(`lead:${LEAD}`));
    const there = (await fresh.control.records('leads')).map(({ microsoftId }) => microsoftId).sort();
    expect(there).toEqual([OTHER, id('1e', 3)]);
    await fresh.control.editDynamics({ op: 'update', table: 'lead', id: OTHER, values: { firstname: 'Live' } });
    await again.settle();
    expect(await fresh.control.person(OTHER)).toMatchObject({ firstName: 'Live' });
    await fresh.control.editDynamics({ op: 'update', table: 'lead', id: LEAD, values: { subject: 'short' } });
    await again.settle();
    expect(await again.parked()).toEqual({});
    expect(await fresh.control.person(LEAD)).toMatchObject({ microsoftTopic: 'short' });
  });

  it('keeps its person and holds up nobody, when an edit makes it so; shortened, it is merged', async () => {
    const { world, driver } = await opened();
    await world.control.fault('dynamics', tooLong('GET leads'));
    await world.control.editDynamics(
      { op: 'update', table: 'lead', id: LEAD, values: { subject: LONG, firstname: 'Kept' } },
      { op: 'update', table: 'lead', id: OTHER, values: { firstname: 'Live' } },
    );
    // A catch-up follows, as after a link that has expired.
    await driver.rounds(2);
    expect(await driver.parked()).toEqual(listed(`lead:${LEAD}`));
    expect(await world.control.person(OTHER)).toMatchObject({ firstName: 'Live' });
    expect(await world.control.person(LEAD)).toMatchObject({ firstName: 'First1' });
    await world.control.editDynamics({ op: 'update', table: 'lead', id: LEAD, values: { subject: 'short' } });
    await driver.settle();
    expect(await driver.parked()).toEqual({});
    expect(await world.control.person(LEAD)).toMatchObject({ microsoftTopic: 'short', firstName: 'Kept' });
  });
});

describe('a person of Marketo that alone is over the bound of an answer', () => {
  it('is not taken for gone, and holds up nobody; shortened, its edits arrive', async () => {
    const { world, driver } = await opened();
    await world.control.fault('marketo', tooLong('/rest/v1/leads.json'));
    const person = await personId(world, LEAD);
    const other = await personId(world, CONTACT);
    await world.control.editMarketo(
      { op: 'update', id: person, values: { title: LONG, city: 'Oslo' } },
      { op: 'update', id: other, values: { city: 'Leith' } },
    );
    await driver.settle();
    expect(await driver.parked()).toEqual(listed(`lead:${LEAD}`));
    expect(await world.control.row('contact', CONTACT)).toMatchObject({ address1_city: 'Leith' });
    expect(await world.control.row('lead', LEAD)).not.toMatchObject({ address1_city: 'Oslo' });
    await world.control.editMarketo({ op: 'update', id: person, values: { title: 'short' } });
    await driver.settle();
    expect(await driver.parked()).toEqual({});
    expect(await world.control.row('lead', LEAD)).toMatchObject({ jobtitle: 'short', address1_city: 'Oslo' });
  });
});

it('an activity that alone is over the bound is passed by, and what it would have told is found by reading everybody', async () => {
  const { world, driver } = await opened();
  await world.control.fault('marketo', tooLong('activities/leadchanges'));
  const person = await personId(world, LEAD);
  const other = await personId(world, CONTACT);
  await world.control.editMarketo(
    { op: 'update', id: other, values: { city: 'Leith' } },
    { op: 'update', id: person, values: { title: LONG } },
  );
  await driver.rounds(3);
  await driver.settle();
  expect(await world.control.row('contact', CONTACT)).toMatchObject({ address1_city: 'Leith' });
  expect(await world.control.row('lead', LEAD)).toMatchObject({ jobtitle: LONG });
});

describe('JSON that is not to be used', () => {
  it.each(['deep', 'proto'])('%s: is a fault that passes', async (kind) => {
    const { world, driver } = await opened();
    await world.control.fault('dynamics', { kind, endpoint: 'GET leads', times: 2 });
    await world.control.fault('marketo', { kind, endpoint: '/rest/v1/', times: 2 });
    await world.control.editDynamics({ op: 'update', table: 'lead', id: LEAD, values: { firstname: 'Later' } });
    await expect(driver.cycle()).rejects.toThrow(/transient \(JSON_/);
    await world.control.noFaults('dynamics');
    await world.control.noFaults('marketo');
    await driver.settle();
    expect(await world.control.person(LEAD)).toMatchObject({ firstName: 'Later' });
    expect(await driver.parked()).toEqual({});
    expect(({} as { versionnumber?: number }).versionnumber).toBeUndefined();
  });
});
