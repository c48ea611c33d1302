import { patched, workflowInfo } from '@temporalio/workflow';

/**
 * A run whose history grows long goes on in a new one, also while it waits: each signal is an event, and Temporal takes 10,000 of them in
 * one run, then refuses the next, a `resume` too. To be asked within the condition of each wait that nothing else is sure to end; each
 * message has Temporal ask it again. Runs that began before this was so keep waiting where they wait.
 */
export const mustLeave = (): boolean => workflowInfo().continueAsNewSuggested && patched('leave-waits');
