import { patched, sleep } from '@temporalio/workflow';
import { onMarketo } from './options';
import type { Run } from './run';
import { tolerant } from './tolerant';

/** So many are carried from run to run, and told to a look at once; the rest is stored first. */
export const CARRIED_PUSHES = 100;
/** Told to one activity; a payload stays far below Temporal's 2 MB. */
const AT_ONCE = 500;
const AGAIN = '10 seconds';
const FAULT = 'marketo/push';

/** Are there more than can be carried on? A run that began before these were stored goes on as it began. */
export const tooManyPushes = ({ state }: Run): boolean =>
  state.pushes.length > CARRIED_PUSHES && patched('keep-pushes');

/** Stores what is more than can be carried on, for the next look to find. @returns whether all of it is stored */
export async function keepPushes(run: Run): Promise<boolean> {
  while (tooManyPushes(run)) {
    const some = run.state.pushes.slice(CARRIED_PUSHES, CARRIED_PUSHES + AT_ONCE);
    const kept = await tolerant(onMarketo.keepPushes.executeWithOptions({ summary: `${some.length} pushes` }, [some]));
    if (kept.kind !== 'done') {
      run.state.faults[FAULT] = kept.reason;
      return false;
    }
    delete run.state.faults[FAULT];
    const stored = new Set(some.map(({ id }) => id));
    run.state.pushes = run.state.pushes.filter(({ id }) => !stored.has(id));
  }
  return true;
}

/** Before a run hands over: none is dropped, so it tries until it can. */
export async function keepAllPushes(run: Run): Promise<void> {
  while (!(await keepPushes(run))) await sleep(AGAIN);
}
