import { setTimeout as sleep } from 'node:timers/promises';
import { ApplicationFailure } from '@temporalio/common';
import type { FakeWorld } from '../workflow/fake-world';
import type { Harness, Sync } from '../workflow/harness';
import { RUBBISH, rawMessages } from '../workflow/raw';

const PERSONS = [
  { name: 'account', wave: 0, pages: 2 },
  { name: 'lead', wave: 1, lane: 'person', person: true, pages: 3 },
  { name: 'contact', wave: 2, lane: 'person', person: true, pages: 2 },
];

export interface Scenario {
  name: string;
  entities: readonly {
    name: string;
    wave?: number;
    lane?: string;
    person?: boolean;
    pages?: number;
    untracked?: boolean;
  }[];
  /** Starts and drives it; returns the workflow whose history is the fixture. */
  play(harness: Harness, world: FakeWorld): Promise<{ workflowId: string; runId?: string }>;
}

/** The run of a child that has work of this kind: later ones have the same workflow id. */
async function childRun(
  harness: Harness,
  sync: Sync,
  entity: string,
  type: string,
): Promise<{ workflowId: string; runId: string }> {
  const workflowId = `${sync.id}/${entity}`;
  const query = `WorkflowId = "${workflowId}" AND WorkflowType = "${type}"`;
  for (let attempt = 0; attempt < 100; attempt += 1) {
    for await (const { runId, status } of harness.client.list({ query })) {
      if (status.name === 'COMPLETED') return { workflowId, runId };
    }
    await sleep(100);
  }
  throw new Error(`no run of ${type} for ${entity}`);
}

export const SCENARIOS: Scenario[] = [
  {
    name: 'parent-import-and-loop',
    entities: PERSONS,
    async play(harness, world) {
      const sync = await harness.start(world);
      await sync.phase('loop');
      world.change('dynamics', 'account', 2);
      world.change('marketo', 'lead');
      await sync.worldHas('written back', () => world.callsOf('writeBack', 'lead').length > 0);
      await sync.until('cycles', ({ cycles }) => cycles >= 3);
      return { workflowId: sync.id };
    },
  },
  {
    name: 'parent-paused-and-resumed',
    entities: PERSONS,
    async play(harness, world) {
      const gate = world.gate('applyUnit/lead');
      const sync = await harness.start(world);
      await gate.entered;
      await sync.signal('pause');
      await sync.signal('resync', 'contact');
      await sync.signal('resync', 'no such entity!');
      gate.release();
      await sleep(500);
      await sync.signal('resume');
      await sync.phase('loop');
      await sync.signal('pause', 'account');
      await sync.worldHas('resynced', () => world.callsOf('applyUnit', 'contact').length >= 4);
      await sync.signal('resume', { entity: 'account' });
      await sync.until('cycles', ({ cycles }) => cycles >= 3);
      return { workflowId: sync.id };
    },
  },
  {
    name: 'parent-stopped-and-recovered',
    entities: [...PERSONS, { name: 'teammembership', untracked: true }],
    async play(harness, world) {
      world.on('beginImport/account', () => ({ kind: 'stopped', reason: 'privilege prvReadAccount is missing' }));
      const sync = await harness.start(world);
      await sync.phase('loop');
      world.off('beginImport/account');
      await sync.signal('resume');
      await sync.until('account imported', ({ entities }) => entities.account?.phase === 'loop');
      world.expired.add('account');
      await sync.worldHas('caught up', () => world.callsOf('finishImport', 'account').length === 2);
      await sync.until('cycles', ({ cycles }) => cycles >= 4);
      return { workflowId: sync.id };
    },
  },
  {
    name: 'initial-import-whole',
    entities: PERSONS,
    async play(harness, world) {
      const sync = await harness.start(world);
      await sync.phase('loop');
      return childRun(harness, sync, 'lead', 'initialImport');
    },
  },
  {
    // The fixtures of the other imports are of a version that wrote one page at a time.
    name: 'initial-import-pages-together',
    entities: [{ name: 'account', pages: 5 }],
    async play(harness, world) {
      const sync = await harness.start(world);
      await sync.phase('loop');
      return childRun(harness, sync, 'account', 'initialImport');
    },
  },
  {
    name: 'initial-import-paused',
    entities: PERSONS,
    async play(harness, world) {
      const gate = world.gate('applyUnit/account');
      const sync = await harness.start(world);
      await gate.entered;
      await sync.signal('pause');
      await sync.until('paused', ({ paused }) => paused);
      await sleep(300);
      gate.release();
      return childRun(harness, sync, 'account', 'initialImport');
    },
  },
  {
    name: 'initial-import-resync-unit',
    entities: PERSONS,
    async play(harness, world) {
      const sync = await harness.start(world);
      await sync.phase('loop');
      // The first page of the resync hands over; that run is the fixture.
      const gate = world.gate('applyUnit/contact');
      await sync.signal('resync', 'contact');
      await gate.entered;
      const { runId } = await sync.child('contact').describe();
      gate.release();
      await sync.worldHas('over', () => world.callsOf('finishImport', 'contact').length === 2);
      return { workflowId: `${sync.id}/contact`, runId };
    },
  },
  {
    name: 'incremental-sync',
    entities: PERSONS,
    async play(harness, world) {
      const sync = await harness.start(world);
      await sync.phase('loop');
      world.change('dynamics', 'lead', 3);
      await sync.worldHas('all applied', () => world.callsOf('applyInbox', 'lead').length === 3);
      return childRun(harness, sync, 'lead', 'incrementalSync');
    },
  },
  {
    name: 'incremental-sync-write-back',
    entities: PERSONS,
    async play(harness, world) {
      const sync = await harness.start(world);
      await sync.phase('loop');
      world.change('marketo', 'lead', 2);
      await sync.worldHas('all written back', () => world.callsOf('writeBack', 'lead').length === 2);
      return childRun(harness, sync, 'lead', 'incrementalSync');
    },
  },
  {
    name: 'parent-told-rubbish',
    entities: PERSONS,
    async play(harness, world) {
      const gate = world.gate('applyUnit/account');
      const sync = await harness.start(world);
      const send = rawMessages(harness);
      await gate.entered;
      for (const [, payloads] of RUBBISH) {
        if (payloads.length > 1 || (payloads[0]?.data?.length ?? 0) > 50_000) continue;
        await send.signal({ workflowId: sync.id }, 'pause', payloads);
        await send.signal({ workflowId: `${sync.id}/account` }, 'pause', payloads);
      }
      // Told over and over: each child hears it once.
      for (let count = 0; count < 3; count += 1) await sync.signal('pause');
      await sync.signal('resume');
      gate.release();
      await sync.phase('loop');
      await sync.signal('resume', 'lead');
      await sync.until('cycles', ({ cycles }) => cycles >= 3);
      return { workflowId: sync.id };
    },
  },
  {
    name: 'parent-keeps-pushes',
    entities: PERSONS,
    async play(harness, world) {
      const sync = await harness.start(world);
      await sync.phase('loop');
      await sync.signal('pause');
      await sync.until('paused', ({ paused }) => paused);
      for (let id = 1; id <= 120; id += 1) await sync.signal('push', { id });
      await sync.signal('resume');
      await sync.worldHas('all', () => world.pushes.length === 120);
      return { workflowId: sync.id };
    },
  },
  {
    name: 'initial-import-fetch-fails',
    entities: PERSONS,
    async play(harness, world) {
      let fetches = 0;
      world.on('fetchPage/lead', () => {
        fetches += 1;
        if (fetches === 2) throw ApplicationFailure.nonRetryable('unexpected answer');
      });
      const gate = world.gate('applyUnit/lead');
      const sync = await harness.start(world);
      await gate.entered;
      await sync.worldHas('the next page was asked for in vain', () => fetches === 2);
      await sleep(1_000);
      gate.release();
      return childRun(harness, sync, 'lead', 'initialImport');
    },
  },
];
