import { setTimeout as sleep } from 'node:timers/promises';
import type { Control } from '../../../cli/check/stage/control';
import type { Hands } from '../operations';
import { clashing, isEdit, type Step, twice } from '../step';
import type { Sync } from './syncs';

const EVERY_MS = 150;
const CYCLE_WITHIN_MS = 30_000;
/** Edits of a race fall so long after a look has begun, a call after the other. */
const CALL_MS = 15;

const FAULTS = {
  marketo: { kind: 'error', code: '713' },
  dynamics: { kind: 'status', status: 503 },
} as const;
const WRITES = { marketo: 'POST /rest/v1/', dynamics: 'POST $batch' } as const;

/**
 * Carries out one step of a schedule while the workflows run by themselves: a cycle is waited for, not made. Left out is
 * what the model level plays with a clock and a process of its own: lost answers, which take the vendor's ninety seconds
 * to look into, deaths of the worker, time that passes, what fails for long.
 */
export async function performLive(control: Control, hands: Hands, sync: Sync, step: Step): Promise<void> {
  if (isEdit(step)) return hands.perform(step);
  switch (step.do) {
    case 'cycle':
    case 'look':
    case 'work-off':
    case 'write-back':
      return aCycle(sync);
    case 'race':
      await sleep(step.calls * CALL_MS);
      for (const edit of step.edits) await hands.perform(edit);
      return;
    case 'clash': {
      const [first, second] = clashing(step);
      await hands.perform(first);
      await sleep(step.calls * CALL_MS);
      return hands.perform(second);
    }
    case 'twice':
      for (const edit of twice(step).edits) {
        await hands.perform(edit);
        await aCycle(sync);
      }
      return;
    case 'hold': {
      const { dynamics } = await hands.operations(step.edit);
      if (dynamics) await control.post('/_sim/dynamics/hold', { operations: dynamics }).catch(unlessBlocked);
      return;
    }
    case 'release':
      await control.post('/_sim/dynamics/release', {});
      return;
    case 'restart':
      if (step.parent) await sync.restart();
      return;
    case 'resync':
      return sync.signal('resync', step.entity);
    case 'expire':
      await control.settings('dynamics', { expireTokens: [step.table] });
      return;
    case 'fault': {
      if (step.fault !== 'refused') return;
      const { system, after, times } = step;
      await control.fault(system, {
        ...FAULTS[system],
        after,
        times,
        ...(step.writes && { endpoint: WRITES[system] }),
      });
      return;
    }
    case 'die':
    case 'pass':
    case 'poison':
    case 'outage':
      return;
  }
}

/** A row that another open transaction holds, or that is gone, is not edited. */
function unlessBlocked(error: unknown): void {
  if (!(error instanceof Error && / answered (400|500): /.test(error.message))) throw error;
}

/** Until the import is over, and the parent has looked once more. */
async function aCycle(sync: Sync): Promise<void> {
  const until = Date.now() + CYCLE_WITHIN_MS;
  const { cycles } = await sync.status();
  while (Date.now() < until) {
    const now = await sync.status();
    if (now.cycles > cycles && now.phase === 'loop') return;
    await sleep(EVERY_MS);
  }
}
