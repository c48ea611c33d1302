import { setTimeout as sleep } from 'node:timers/promises';
import type { Control } from '../../../cli/check/stage/control';
import { edits, INTO_MS } from '../../chaos/perform';
import type { Step } from '../../chaos/step';
import type { Sync } from './syncs';

const EVERY_MS = 50;
const CYCLE_WITHIN_MS = 30_000;

/**
 * Carries out one step of a schedule while the workflows run by themselves: a cycle is waited for, not made; what a
 * schedule does to the activities' process or to the clock is left out, since many schedules share both.
 */
export async function performLive(control: Control, sync: Sync, step: Step): Promise<void> {
  switch (step.do) {
    case 'cycle':
    case 'look':
    case 'write-back':
      return aCycle(sync);
    case 'restart':
      if (step.parent) await sync.restart();
      return;
    case 'resync':
      return sync.signal('resync', step.entity);
    case 'expire':
      await control.settings('dynamics', { expireTokens: [step.table] });
      return;
    case 'tokens':
      await control.post(`/_sim/${step.system}/tokens/expire`, {});
      return;
    case 'race': {
      await control.fault('marketo', step.slow);
      await sleep(INTO_MS);
      for (const edit of step.edits) await edits(control, edit);
      return;
    }
    case 'die':
    case 'pass':
      return;
    case 'fault':
      // A lost answer takes the vendor's own ninety seconds to look into: played where the clock can be moved.
      if (isAnswered(step.fault)) await control.fault(step.system, step.fault);
      return;
    default:
      return edits(control, step);
  }
}

const ANSWERED = ['error', 'status'];
const isAnswered = ({ kind, commit, retryAfterSeconds = 0 }: Record<string, unknown>): boolean =>
  ANSWERED.includes(String(kind)) && commit !== true && Number(retryAfterSeconds) < 5;

/** Until the parent has looked once more; an import or a pause may take its place. */
async function aCycle(sync: Sync): Promise<void> {
  const until = Date.now() + CYCLE_WITHIN_MS;
  const { cycles } = await sync.status();
  while (Date.now() < until) {
    const now = await sync.status();
    if (now.cycles !== cycles || now.paused || now.phase !== 'loop') return;
    await sleep(EVERY_MS);
  }
}
