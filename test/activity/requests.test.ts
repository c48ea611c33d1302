import { setTimeout as sleep } from 'node:timers/promises';
import { ask } from '../../cli/ask';
import { requestLine } from '../../cli/resync/report';
import { Driver } from './driver';
import { id, lead, people } from './organisation';
import { type Stage, startStage, type World } from './world';

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage.close());

const guid = (n: number): string => id('1e', n);

/** Five leads; then Marketo's first three lose first name and city behind everyone's back: no feed tells of it. */
async function spoilt(): Promise<{ world: World; driver: Driver }> {
  const rows = people([1, 2, 3, 4, 5].map((n) => lead(n, { firstname: `First${n}`, address1_city: 'Ulm' })));
  const world = await stage.open({ rows });
  const driver = new Driver(world);
  await driver.importAll();
  await driver.settle();
  await world.control.settings('marketo', { activityDelayMs: [3_600_000, 3_600_000] });
  for (const n of [1, 2, 3]) {
    const person = Number((await world.control.person(guid(n))).id);
    await world.control.editMarketo({ op: 'update', id: person, values: { leadStatus: 'Spoilt', company: 'Spoilt' } });
  }
  await world.control.settings('marketo', { activityDelayMs: [0, 0] });
  return { world, driver };
}

const mended = async (world: World, field: string): Promise<number[]> => {
  const found = await Promise.all(
    [1, 2, 3].map(async (n) => [n, (await world.control.person(guid(n)))[field]] as const),
  );
  return found.flatMap(([n, value]) => (value === 'Spoilt' ? [] : [n]));
};

describe('a request for a resync', () => {
  it('by ids reads and settles those rows only', async () => {
    const { world, driver } = await spoilt();
    await world.deps.store.requests.add('r', { entity: 'lead', ids: [guid(1), guid(3)] });
    await driver.settle();
    expect(await mended(world, 'leadStatus')).toEqual([1, 3]);
    expect(await world.deps.store.requests.get('r')).toEqual({ queued: 2, applied: 2, done: true });
  });

  it('by filter reads what Dynamics finds', async () => {
    const { world, driver } = await spoilt();
    await world.deps.store.requests.add('r', { entity: 'lead', filter: "firstname eq 'First2'" });
    await driver.settle();
    expect(await mended(world, 'leadStatus')).toEqual([2]);
  });

  it('without conditions reads every row', async () => {
    const { world, driver } = await spoilt();
    await world.deps.store.requests.add('r', { entity: 'lead' });
    await driver.settle();
    expect(await mended(world, 'leadStatus')).toEqual([1, 2, 3]);
    expect(await world.deps.store.requests.get('r')).toEqual({ queued: 5, applied: 5, done: true });
  });

  it('of some fields leaves the others as they are', async () => {
    const { world, driver } = await spoilt();
    await world.deps.store.requests.add('r', { entity: 'lead', fields: ['leadStatus'] });
    await driver.settle();
    expect(await mended(world, 'leadStatus')).toEqual([1, 2, 3]);
    expect(await mended(world, 'company')).toEqual([]);
  });

  it('of some fields loses no edit of another that came at the same time', async () => {
    const { world, driver } = await spoilt();
    await world.control.editDynamics({ op: 'update', table: 'lead', id: guid(1), values: { firstname: 'Edited' } });
    // The row is read by the request first, with the edit in it.
    await world.deps.store.inbox.add(
      'lead',
      'dynamics',
      [{ id: guid(1), resync: true, fields: ['leadStatus'] }],
      new Date(0),
    );
    await driver.workOff();
    expect((await world.control.person(guid(1))).firstName).toBe('First1');
    await driver.settle();
    expect((await world.control.person(guid(1))).firstName).toBe('Edited');
  });

  it('whose filter Dynamics refuses is closed with the reason, and holds nothing else', async () => {
    const { world, driver } = await spoilt();
    await world.deps.store.requests.add('r', { entity: 'lead', filter: 'nosuchcolumn eq 1' });
    await world.control.editDynamics({ op: 'update', table: 'lead', id: guid(4), values: { firstname: 'Edited' } });
    await driver.settle();
    expect(await world.deps.store.requests.get('r')).toMatchObject({
      done: true,
      fault: expect.stringMatching(/refuses the filter \(0x.*correct it/),
    });
    expect((await world.control.person(guid(4))).firstName).toBe('Edited');
  });

  it('can be seen to come to an end, or to nothing', async () => {
    const { world, driver } = await spoilt();
    const { requests } = world.deps.store;
    await requests.add('first', { entity: 'lead', ids: [guid(1), guid(2), guid(77)] });
    // They are told in the order of the milliseconds in which they came.
    await sleep(5);
    await requests.add('second', { entity: 'lead', filter: 'nosuchcolumn eq 1' });
    expect((await requests.latest(9)).map(requestLine)).toEqual([
      expect.stringMatching(/ first {2}lead: 0 of 0 rows settled, under way$/),
      expect.stringMatching(/ second {2}lead: 0 of 0 rows settled, under way$/),
    ]);
    await driver.settle();
    expect((await requests.latest(9)).map(requestLine)).toEqual([
      expect.stringMatching(/ first {2}lead: 2 of 2 rows settled, 1 of the ids asked for in neither/),
      expect.stringMatching(/ second {2}lead: Dynamics refuses the filter \(0x/),
    ]);
    expect((await requests.latest(1)).map(({ id }) => id)).toEqual(['second']);
  });

  it('lies in Mongo without a value in the clear', async () => {
    const { world } = await spoilt();
    await world.deps.store.requests.add('r', { entity: 'lead', filter: "firstname eq 'First2'" });
    const documents = await world.deps.store.db.collection('requests').find({}).toArray();
    expect(JSON.stringify(documents)).not.toContain('First2');
  });
});

it('what is asked of a sync that does not run is refused, and not stored', async () => {
  const world = await stage.open({});
  process.env.TEMPORAL_ADDRESS = process.env.TEST_TEMPORAL_ADDRESS;
  try {
    const asked = ask(world.deps.store.requests, 'no-such-sync', 'resync', { entity: 'lead' });
    await expect(asked).rejects.toThrow('no sync runs as no-such-sync: start it, or say which by --workflow-id');
  } finally {
    delete process.env.TEMPORAL_ADDRESS;
  }
  expect(await world.deps.store.requests.open('lead')).toEqual([]);
});
