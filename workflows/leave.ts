import { patched, sleep, workflowInfo } from '@temporalio/workflow';

/**
 * A run whose history grows long goes on in a new one, also while it waits: each signal is an event, and Temporal takes 10,000 of them in
 * one run, then refuses the next, a `resume` too. To be asked within the condition of each wait that nothing else is sure to end; each
 * message has Temporal ask it again. Runs that began before this was so keep waiting where they wait.
 */
export const mustLeave = (): boolean => workflowInfo().continueAsNewSuggested && patched('leave-waits');

/** What one turn of the timer below adds to a history by itself, and a message or two. */
const QUIET_EVENTS = 12;
const QUIET_MS = 100;

/**
 * Temporal refuses to close a run for which a message came meanwhile, and the worker then reads the whole history again: in a flood of
 * messages every attempt fails and takes longer than the last. So the run waits for a moment of quiet, which comes at the latest when
 * Temporal refuses the 10,001st message.
 */
export async function quiet(): Promise<void> {
  if (!patched('quiet-before-handover')) return;
  for (let length = -1; workflowInfo().historyLength - length > QUIET_EVENTS; ) {
    length = workflowInfo().historyLength;
    await sleep(QUIET_MS);
  }
}
