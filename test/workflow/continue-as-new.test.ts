import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from '@temporalio/worker';
import { type RunningTemporal, startTemporal } from '../../cli/local/start-temporal';
import { eventually } from './eventually';
import { FakeWorld } from './fake-world';
import { Harness, type Sync, workflowBundle } from './harness';
import { runsOf } from './history';

/** On a server of its own that suggests a new run after a few cycles; TEST_TEMPORAL_CLI is the program. */
describe('continue-as-new', () => {
  let server: RunningTemporal;
  let harness: Harness;
  beforeAll(async () => {
    const program = process.env.TEST_TEMPORAL_CLI;
    if (!program) throw new Error('no Temporal CLI: run this suite through jest without SYNC_TEST_SERVERS=0');
    server = await startTemporal({ program, dynamicConfig: { 'limit.historyCount.suggestContinueAsNew': '40' } });
    harness = await Harness.open(server.address);
  }, 120_000);
  afterEach(() => harness.clear());
  afterAll(async () => {
    await harness?.close();
    await server?.stop();
  });

  test('the state survives many runs, no signal is lost, no unit is done twice', async () => {
    const world = new FakeWorld([
      { name: 'account', pages: 3 },
      { name: 'lead', wave: 1, lane: 'person', person: true, pages: 3 },
      { name: 'contact', wave: 2, lane: 'person', person: true, pages: 3 },
    ]);
    const sync = await harness.start(world);
    await sync.phase('loop');
    let changes = 0;
    for (let round = 0; round < 12; round += 1) {
      // At any moment, so also while the old run ends.
      await sync.signal('pause', 'account');
      await sync.signal('resync', round % 2 === 0 ? 'contact' : { entity: 'lead' });
      await sleep(round * 37);
      world.change('dynamics', 'account');
      world.change('dynamics', 'lead');
      changes += 1;
      await sync.signal('resume', 'account');
      await sleep(250);
    }
    await sync.worldHas(
      'all changes',
      () =>
        world.callsOf('applyInbox', 'account').length >= 1 &&
        [...world.inbox.values()].every((left) => left === 0) &&
        world.arrived.size === 0,
    );
    expect(world.callsOf('applyInbox', 'lead').length).toBeLessThanOrEqual(changes);
    // A resync that was asked for begins a generation; each page of the last one is settled once.
    const lastPages = (name: string) => {
      const units = world.callsOf('applyUnit', name).filter(({ mode }) => mode === 'resync');
      const last = units.at(-1)?.generation;
      return units.filter(({ generation }) => generation === last).map(({ unit }) => unit);
    };
    for (const name of ['lead', 'contact'])
      await sync.worldHas(`${name} read again`, () => lastPages(name).length === 3);
    await sync.until('resyncs over', ({ entities }) => Object.values(entities).every(({ phase }) => phase === 'loop'));
    for (const name of ['lead', 'contact']) expect([name, ...lastPages(name)]).toEqual([name, 0, 1, 2]);
    // No entity is ever written by two at once.
    for (const { of, startedAt, endedAt } of world.writes()) {
      const beside = world
        .writes()
        .filter((other) => other.of === of && other.startedAt > startedAt && other.startedAt < (endedAt ?? Infinity));
      expect(beside).toEqual([]);
    }
    expect(world.callsOf('applyUnit').filter(({ mode }) => mode === 'import')).toHaveLength(9);
    expect(world.callsOf('preflight')).toHaveLength(1);
    const { cycles } = await sync.status();
    expect(cycles).toBeGreaterThan(5);
    expect((await runsOf(harness, sync.id)).length).toBeGreaterThan(4);
  }, 90_000);

  test('a pause outlives the run it came in, and resync asked for meanwhile follows it', async () => {
    const world = new FakeWorld([{ name: 'account', pages: 2 }]);
    const sync = await harness.start(world);
    await sync.phase('loop');
    const runs = (await runsOf(harness, sync.id)).length;
    // Signals alone fill the history: the sync leaves it behind once it goes on.
    await sync.signal('pause');
    for (let index = 0; index < 20; index += 1) await sync.signal('pause', 'account');
    await sync.signal('resync', 'account');
    const calls = world.calls.length;
    await sleep(1_500);
    expect(world.calls.length - calls).toBeLessThanOrEqual(1);
    expect(await sync.status()).toMatchObject({ paused: true });
    await sync.signal('resume');
    await sync.worldHas(
      'resynced',
      () => world.callsOf('applyUnit').filter(({ mode }) => mode === 'resync').length === 2,
    );
    expect((await runsOf(harness, sync.id)).length).toBeGreaterThan(runs);
  });

  test('a child that the last run left behind counts as running, holds its lane and hears of a pause', async () => {
    const world = new FakeWorld([
      { name: 'lead', lane: 'person', person: true },
      { name: 'contact', lane: 'person', person: true },
      { name: 'team' },
    ]);
    const sync = await harness.start(world);
    await sync.phase('loop');
    const gate = world.gate('applyInbox/lead');
    world.change('dynamics', 'lead', 3);
    await gate.entered;
    world.change('dynamics', 'contact');
    const runs = (await runsOf(harness, sync.id)).length;
    // The run waits 30 s for the child, then goes without it.
    await eventually(
      () => 'a new run',
      async () => (await runsOf(harness, sync.id)).length > runs,
      60,
    );
    await sleep(2_000);
    expect(await sync.childStatus('lead')).toBe('RUNNING');
    expect(world.callsOf('applyInbox', 'contact')).toEqual([]);
    world.change('dynamics', 'team');
    // With runs as short as here, most of the time is spent waiting for the child once more.
    await sync.worldHas('other lanes go on', () => world.callsOf('applyInbox', 'team').length === 1, 60);

    await sync.signal('pause');
    await sync.until('paused', ({ paused }) => paused);
    await sleep(300);
    gate.release();
    await sync.worldHas('the unit has ended', () => world.callsOf('applyInbox', 'lead')[0]?.endedAt !== undefined);
    await sleep(1_500);
    expect(world.callsOf('applyInbox', 'lead')).toHaveLength(1);
    await sync.signal('resume');
    await sync.worldHas('leads', () => world.callsOf('applyInbox', 'lead').length === 3, 45);
    await sync.worldHas('contacts', () => world.callsOf('applyInbox', 'contact').length === 1, 45);
  }, 240_000);

  test('a preflight that fails for days goes on in new runs', async () => {
    const world = new FakeWorld([{ name: 'account' }]);
    world.on('preflight', () => ({ kind: 'stopped', reason: 'the client secret has expired' }));
    const sync = await harness.start(world);
    await sync.phase('stopped');
    for (let index = 1; index < 15; index += 1) {
      await sync.signal('resume');
      await sync.worldHas('tried', () => world.callsOf('preflight').length > index);
    }
    expect((await runsOf(harness, sync.id)).length).toBeGreaterThan(1);
    world.off('preflight');
    await sync.signal('resume');
    await sync.phase('loop');
  });

  const runs = async (id: string) => (await runsOf(harness, id)).length;

  /** In waves: a run cannot hand over while signals come, and a slow machine takes many into one task. */
  const signalUntil = async (sync: Sync, isSo: () => Promise<boolean>) => {
    for (let wave = 0; wave < 6 && !(await isSo()); wave += 1) {
      for (let index = 0; index < 100; index += 1) await sync.signal('whatever');
      await sleep(5_000);
    }
    expect(await isSo()).toBe(true);
  };

  test.each<[string, (sync: Sync) => Promise<void>]>([
    ['paused', (sync) => sync.signal('pause')],
    ['paused and told what means nothing', (sync) => sync.signal('pause', null)],
  ])('signals alone fill a run that is %s: it hands over, and stays as it is', async (_what, pause) => {
    const world = new FakeWorld([{ name: 'account' }]);
    const sync = await harness.start(world);
    await sync.phase('loop');
    await pause(sync);
    await sync.until('paused', ({ paused }) => paused);
    const before = await runs(sync.id);
    await signalUntil(sync, async () => (await runs(sync.id)) >= before + 2);
    expect(await sync.status()).toMatchObject({ paused: true });
    const calls = world.calls.length;
    await sleep(1_000);
    expect(world.calls.slice(calls).map(({ activity }) => activity)).toEqual([]);
    await sync.signal('resume');
    await sync.until('it goes on', ({ paused, cycles }) => !paused && cycles > 0);
  });

  test('signals fill a run that waits for a day: it hands over, and the wait stays', async () => {
    const world = new FakeWorld([{ name: 'account' }]);
    world.on('lookDynamics', () => ({ kind: 'wait', waitUntil: Date.now() + 86_000_000, reason: 'quota' }));
    const sync = await harness.start(world);
    await sync.until('waiting', ({ feeds }) => feeds?.['dynamics/account'] === 'quota');
    const before = await runs(sync.id);
    await signalUntil(sync, async () => (await runs(sync.id)) > before);
    await sleep(500);
    expect(world.callsOf('lookDynamics')).toHaveLength(1);
    world.off('lookDynamics');
    // What waits is tried at once.
    await sync.signal('resume', 'account');
    await sync.worldHas('looked', () => world.callsOf('lookDynamics').length > 1);
  });

  test('600 pushes while paused: the run goes on in others, 100 are carried, the rest is stored, none is lost', async () => {
    const world = new FakeWorld([{ name: 'lead', lane: 'person', person: true }]);
    const sync = await harness.start(world);
    await sync.phase('loop');
    await sync.signal('pause');
    await sync.until('paused', ({ paused }) => paused);
    let failed = 0;
    world.on('keepPushes', () => {
      failed += 1;
      return failed === 1 ? { kind: 'stopped', reason: 'the store does not answer' } : undefined;
    });
    for (let from = 1; from <= 600; from += 50)
      await Promise.all(Array.from({ length: 50 }, (_, index) => sync.signal('push', { id: from + index })));
    await sync.worldHas('stored', () => world.pushes.length >= 400, 60);
    expect(await sync.status()).toMatchObject({ paused: true });
    expect(world.callsOf('lookMarketo').filter(({ startedAt }) => startedAt > Date.now() - 1_000)).toEqual([]);
    await sync.signal('resume');
    await sync.worldHas('all', () => new Set(world.pushes.map(({ request }) => request.ids?.[0])).size === 600, 60);
    expect(new Set(world.pushes.map(({ id }) => id)).size).toBe(600);
  }, 180_000);

  test('a state that the run before handed on, and that this version does not know, is not begun afresh', async () => {
    const world = new FakeWorld([{ name: 'account' }]);
    const sync = await harness.start(world);
    await sync.phase('loop');
    const first = await runs(sync.id);
    await eventually(
      () => 'a new run that has taken some steps',
      async () => (await runs(sync.id)) > first && (await sync.historyLength()) > 12,
      60,
    );
    const history = await sync.handle.fetchHistory();
    const started = history.events?.[0]?.workflowExecutionStartedEventAttributes;
    const [input] = started?.input?.payloads ?? [];
    if (!started || !input) throw new Error('no input');
    const bundle = { workflowBundle: workflowBundle() };
    const replayed = async (data: string, encoding = 'json/plain') => {
      started.input = { payloads: [{ metadata: { encoding: Buffer.from(encoding) }, data: Buffer.from(data) }] };
      await Worker.runReplayHistory(bundle, history, sync.id);
    };
    const carried = Buffer.from(input.data ?? []).toString();
    await expect(replayed(carried)).resolves.toBeUndefined();
    await expect(replayed(JSON.stringify({ ...JSON.parse(carried), v: 2 }))).rejects.toThrow(
      'none that this version knows',
    );
    await expect(replayed(carried, 'binary/sealed')).rejects.toThrow('Unknown encoding');
  });
});
