import {
  ActivityFailure,
  ApplicationFailure,
  isCancellation,
  log,
  setDefaultSignalHandler,
  setHandler,
} from '@temporalio/workflow';
import { pause, resume } from './messages';

interface Wait {
  kind: 'wait';
  waitUntil: number;
  reason: string;
  /** Of both directions, or of the one whose work came from this system. */
  feed?: 'dynamics' | 'marketo';
  /** The activity sees no sense in another attempt: it was refused. */
  final?: boolean;
  /** Of an import: it came further before it had to wait. */
  moved?: boolean;
}

/** How a child's bounded run ended. A child never fails for what happened outside: the parent decides when to go on. */
export type ChildResult = { kind: 'done'; more: boolean } | Wait | { kind: 'stopped'; reason: string };

/** After the activity's own five attempts. */
const AFTER_FAILURE_MS = 30_000;

/** A paused child ends after the unit under way, with this: waiting, it would hold its lane and might outlive the parent's run. */
export const HANDED_OVER: ChildResult = { kind: 'done', more: true };

/** Pause and resume reach the children by signal; they also carry the state over their own continue-as-new. */
export function pausable(state: { paused: boolean }): void {
  const set = (paused: boolean) => () => {
    state.paused = paused;
  };
  setHandler(pause, set(true), { description: 'Stop after the unit under way' });
  setHandler(resume, set(false), { description: 'Go on' });
  setDefaultSignalHandler((signal) => log.warn('signal ignored: not one of pause, resume', { signal }));
}

/** An activity that failed five times is a wait, not the end of the child. @throws what else went wrong */
export function asWait(error: unknown): Wait {
  if (isCancellation(error) || !(error instanceof ActivityFailure)) throw error;
  const cause = error.cause instanceof ApplicationFailure ? error.cause : undefined;
  return {
    kind: 'wait',
    waitUntil: Date.now() + AFTER_FAILURE_MS,
    reason: cause?.message ?? `${error.activityType} failed`,
    ...(cause?.nonRetryable && { final: true }),
  };
}

export async function bounded(work: () => Promise<ChildResult>): Promise<ChildResult> {
  try {
    return await work();
  } catch (error) {
    return asWait(error);
  }
}

/** A child that a person started with what no parent sends: it does nothing, and it must not stand in the parent's way. */
export function rubbishInput(): ChildResult {
  log.warn('input ignored: not what the parent starts a child with');
  return { kind: 'stopped', reason: 'started by hand: only the sync starts one' };
}
