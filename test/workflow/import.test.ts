import { setTimeout as sleep } from 'node:timers/promises';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { FakeWorld, STANDARD } from './fake-world';
import { Harness } from './harness';

describe('the initial import', () => {
  let harness: Harness;
  beforeAll(async () => {
    harness = await Harness.open();
  }, 60_000);
  afterEach(() => harness.clear());
  afterAll(() => harness.close());

  test('goes in waves, and leads never beside contacts', async () => {
    const world = new FakeWorld();
    const sync = await harness.start(world);
    await sync.phase('loop');

    for (const { name, pages } of STANDARD) expect(world.callsOf('applyUnit', name)).toHaveLength(pages ?? 1);
    // The first write of a wave comes after the last one of each earlier wave.
    for (const earlier of world.entities) {
      for (const later of world.entities) {
        if (earlier.wave >= later.wave) continue;
        const ends = Math.max(...world.callsOf('finishImport', earlier.name).map(({ endedAt }) => endedAt ?? Infinity));
        const begins = Math.min(...world.callsOf('beginImport', later.name).map(({ startedAt }) => startedAt));
        expect([earlier.name, later.name, begins >= ends]).toEqual([earlier.name, later.name, true]);
      }
    }
    const status = await sync.status();
    expect(status).toMatchObject({ phase: 'loop', paused: false });
    expect(Object.keys(status.entities)).toEqual(STANDARD.map(({ name }) => name));
  });

  test('writes two pages together and fetches the next two meanwhile, and no more', async () => {
    const world = new FakeWorld([{ name: 'account', pages: 7 }]);
    const gate = world.gate('applyUnit/account');
    const sync = await harness.start(world);
    await gate.entered;
    await sync.worldHas('the next two fetched', () => world.callsOf('fetchPage').length >= 4);
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(world.callsOf('fetchPage').map(({ unit }) => unit)).toEqual([0, 1, 2, 3]);
    gate.release();
    await sync.phase('loop');
    expect(world.callsOf('applyUnit').map(({ unit }) => unit)).toEqual([0, 1, 2, 3, 4, 5, 6]);
    const written = (await sync.child('account').fetchHistory()).events?.filter(
      (event) => event.activityTaskScheduledEventAttributes?.activityType?.name === 'applyUnits',
    );
    expect(written).toHaveLength(4);
  });

  test('a second start of the same id gets "already started"', async () => {
    const world = new FakeWorld([{ name: 'account' }]);
    const sync = await harness.start(world);
    await expect(harness.start(world, sync.id)).rejects.toBeInstanceOf(WorkflowExecutionAlreadyStartedError);
  });

  test('a fetch that fails while a page is written: that page is settled, the import waits and goes on', async () => {
    const world = new FakeWorld([{ name: 'account', pages: 3 }, { name: 'contact' }]);
    let fetches = 0;
    world.on('fetchPage/account', () => {
      fetches += 1;
      if (fetches === 2) throw ApplicationFailure.nonRetryable('unexpected answer');
    });
    const gate = world.gate('applyUnit/account');
    const sync = await harness.start(world);
    await gate.entered;
    await sync.worldHas('the next page was asked for in vain', () => fetches === 2);
    await sleep(1_500);
    // A pause is heard meanwhile.
    await sync.signal('pause', 'contact');
    gate.release();
    const { entities } = await sync.until('waiting', (status) => status.entities.account?.waiting !== undefined);
    expect(entities.account?.waiting?.reason).toBe('unexpected answer');
    const child = await sync.child('account').fetchHistory();
    expect((child.events ?? []).filter((event) => event.workflowTaskFailedEventAttributes)).toEqual([]);
    await sync.signal('resume');
    await sync.phase('loop');
    expect(world.callsOf('applyUnit', 'account').map(({ unit }) => unit)).toEqual([0, 1, 2]);
  });

  test('a child that is cancelled while it reads and writes ends, and is started again', async () => {
    const world = new FakeWorld([{ name: 'account', pages: 3 }]);
    const gates = [world.gate('applyUnit/account'), world.gate('fetchPage/account')];
    const sync = await harness.start(world);
    gates[1]?.release();
    await gates[0]?.entered;
    await sync.child('account').cancel();
    await sync.until('shown', ({ entities }) => entities.account?.waiting !== undefined);
    expect(await sync.childStatus('account')).toBe('CANCELLED');
    gates[0]?.release();
    await sync.signal('resume');
    await sync.phase('loop');
  });
});
