import { setTimeout as sleep } from 'node:timers/promises';
import { FakeWorld, STANDARD } from './fake-world';
import { Harness, type Sync } from './harness';

const PERSONS = [
  { name: 'lead', wave: 0, lane: 'person', person: true },
  { name: 'contact', wave: 1, lane: 'person', person: true },
];

/** Nothing is written and nothing is put down in the parent's history. */
async function expectStandstill(sync: Sync, ms = 2_500): Promise<void> {
  const events = await sync.historyLength();
  const calls = sync.world.calls.length;
  await sleep(ms);
  expect(sync.world.calls.slice(calls)).toEqual([]);
  expect(await sync.historyLength()).toBe(events);
}

/** Until what was under way has ended. */
const quiet = (sync: Sync) =>
  sync.worldHas('calls have ended', (world) => world.calls.every(({ endedAt }) => endedAt !== undefined));

describe('pause and resume', () => {
  let harness: Harness;
  beforeAll(async () => {
    harness = await Harness.open();
  }, 60_000);
  afterEach(() => harness.clear());
  afterAll(() => harness.close());

  test('pause in the preflight: the import does not begin, and costs no events', async () => {
    const world = new FakeWorld();
    const gate = world.gate('preflight');
    const sync = await harness.start(world);
    await gate.entered;
    await sync.signal('pause');
    await sync.until('paused', ({ paused }) => paused);
    gate.release();
    await sync.until('the preflight is over', ({ entities }) => Object.keys(entities).length > 0);
    await sleep(300);
    await expectStandstill(sync);
    expect(world.callsOf('beginImport')).toEqual([]);

    await sync.signal('resume');
    expect(await sync.phase('loop')).toMatchObject({ paused: false });
  });

  test('pause before a preflight that fails: it is not tried while paused', async () => {
    const world = new FakeWorld();
    world.on('preflight', () => ({ kind: 'stopped', reason: 'the client secret has expired' }));
    const sync = await harness.start(world);
    await sync.phase('stopped');
    await sync.signal('pause');
    await sync.until('paused', ({ paused }) => paused);
    await sleep(300);
    await expectStandstill(sync);
    world.off('preflight');
    await sync.signal('resume');
    await sync.phase('loop');
  });

  test('pause in the import takes hold within one unit and costs no events; resume goes on where it was', async () => {
    const world = new FakeWorld([
      { name: 'account', pages: 6 },
      { name: 'team', pages: 6 },
    ]);
    const gate = world.gate('applyUnit/account');
    const sync = await harness.start(world);
    await gate.entered;
    await sync.signal('pause');
    await sync.until('paused', ({ paused }) => paused);
    await sleep(300);
    gate.release();
    await quiet(sync);
    await sleep(300);
    // A unit of work is two pages.
    expect(world.callsOf('applyUnit', 'account')).toHaveLength(2);
    expect((await sync.status()).entities.account).toMatchObject({ phase: 'paused' });
    await expectStandstill(sync);

    await sync.signal('resume');
    await sync.phase('loop');
    // Each page once: the resumed import did not begin again.
    expect(world.callsOf('applyUnit', 'account').map(({ unit }) => unit)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(world.callsOf('fetchPage', 'account').map(({ unit }) => unit)).toEqual([0, 1, 2, 3, 4, 5]);
  });

  test('pause in the loop takes hold within one unit and costs no events; nothing is lost', async () => {
    const world = new FakeWorld(STANDARD);
    const sync = await harness.start(world);
    await sync.phase('loop');
    const gate = world.gate('applyInbox/account');
    world.change('dynamics', 'account', 8);
    await gate.entered;
    await sync.signal('pause');
    await sync.until('paused', ({ paused }) => paused);
    await sleep(300);
    gate.release();
    await quiet(sync);
    await sleep(300);
    expect(world.callsOf('applyInbox', 'account')).toHaveLength(1);
    world.change('dynamics', 'opportunity');
    await expectStandstill(sync);

    await sync.signal('resume');
    await sync.worldHas('all changes carried out', () => world.callsOf('applyInbox').length === 9);
    expect(await sync.status()).toMatchObject({ phase: 'loop', paused: false });
  });

  test('pause and resume at once leave no trace', async () => {
    const world = new FakeWorld([{ name: 'account', pages: 4 }]);
    const gate = world.gate('applyUnit/account');
    const sync = await harness.start(world);
    await gate.entered;
    await sync.signal('pause');
    await sync.signal('resume');
    gate.release();
    await sync.phase('loop');
    expect(world.callsOf('applyUnit')).toHaveLength(4);
  });

  test('pause of one entity holds only that one, in the import', async () => {
    const world = new FakeWorld([
      { name: 'account', pages: 5 },
      { name: 'team', pages: 3 },
    ]);
    const gate = world.gate('applyUnit/account');
    const sync = await harness.start(world);
    await gate.entered;
    await sync.signal('pause', 'account');
    await sync.until('account paused', ({ entities }) => entities.account?.phase === 'paused');
    gate.release();
    await sync.until('team imported', ({ entities }) => entities.team?.phase === 'loop');
    await sleep(500);
    expect(world.callsOf('applyUnit', 'account')).toHaveLength(2);
    await sync.signal('resume', { entity: 'account' });
    await sync.until('account imported', ({ entities }) => entities.account?.phase === 'loop');
    expect(world.callsOf('applyUnit', 'account')).toHaveLength(5);
  });

  test('pause of leads holds only leads: contacts, on the same lane, go on', async () => {
    const world = new FakeWorld(PERSONS);
    const sync = await harness.start(world);
    await sync.phase('loop');
    const gate = world.gate('applyInbox/lead');
    world.change('dynamics', 'lead', 4);
    await gate.entered;
    await sync.signal('pause', 'lead');
    await sync.until('lead paused', ({ entities }) => entities.lead?.phase === 'paused');
    gate.release();
    world.change('dynamics', 'contact', 2);
    world.change('marketo', 'contact', 1);
    await sync.worldHas('contacts written', () => world.callsOf('writeBack', 'contact').length > 0);
    expect(world.callsOf('applyInbox', 'lead')).toHaveLength(1);
    await sync.signal('resume', 'lead');
    await sync.worldHas('leads written', () => world.callsOf('applyInbox', 'lead').length === 4);
  });
});
