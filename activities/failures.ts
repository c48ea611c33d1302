import { ApplicationFailure, CancelledFailure, Context } from '@temporalio/activity';
import { ApplicationFailureCategory } from '@temporalio/common';
import { ApiError, type ErrorKind } from '../clients/errors';
import type { Outcome } from './outcome';
import { OWN_FAULT } from './unexpected';
import { withKey } from './with-key';

/** A wait up to this long is an activity's own retry; a longer one is given to the workflow (DESIGN §3). */
export const SHORT_WAIT_MS = 20_000;
/** A quota that doesn't say when it is renewed. */
export const UNKNOWN_WAIT_MS = 60_000;
/** From a timer, not from progress: the client's own time-out is longer than the heartbeat's (DESIGN §5). */
const BEAT_MS = 20_000;

type Plan = 'retry' | 'wait' | 'stop' | 'fail';

/** The one table from a client's error to what Temporal does about it. */
export const PLANS: Record<ErrorKind, Plan> = {
  transient: 'retry',
  ambiguous: 'retry',
  'rate-limited': 'wait',
  quota: 'wait',
  authority: 'stop',
  configuration: 'stop',
  conflict: 'retry',
  gone: 'retry',
  'expired-token': 'retry',
  'too-large': 'retry',
  refused: 'fail',
  bug: 'fail',
};

const REMEDIES: Partial<Record<ErrorKind, string>> = {
  authority: 'check the credentials and the role, then send resume',
  configuration: 'check the name, address or certificate in the configuration, then send resume',
};

/** What an operator reads in `status`: names, codes and what to do; no vendor text, no value. */
export function reasonOf({ api, operation, kind, status, code, about }: ApiError): string {
  const codes = [code, status === undefined ? undefined : `HTTP ${status}`]
    .filter((part) => part !== undefined)
    .join(', ');
  const what = `${api} ${operation}: ${kind}${codes ? ` (${codes})` : ''}${about ? `, ${about}` : ''}`;
  const remedy = REMEDIES[kind];
  return remedy ? `${what}; ${remedy}` : what;
}

function toFailure(error: ApiError, nonRetryable: boolean): ApplicationFailure {
  return ApplicationFailure.create({
    type: error.kind,
    message: error.message,
    nonRetryable,
    ...(error.retryAfterMs ? { nextRetryDelay: error.retryAfterMs } : {}),
    // Expected in a day's work: not an alarm (temporal §A.7).
    ...(error.kind === 'rate-limited' ? { category: ApplicationFailureCategory.BENIGN } : {}),
  }); // no cause: it would carry a URL, headers, a body
}

/** Settles an error of an activity: an outcome for the workflow, or a failure for Temporal's retry. */
export function settle(error: unknown, now = Date.now()): Outcome<never> {
  if (!(error instanceof ApiError)) {
    // Of no row, and of no vendor: a new version has to come, or whatever the store holds has to be put right.
    if (error instanceof ApplicationFailure && error.type === OWN_FAULT)
      return { kind: 'stopped', reason: error.message };
    if (error instanceof ApplicationFailure || error instanceof CancelledFailure) throw error;
    // The message may hold a value: only the error's class goes into the history; the log has the stack.
    const name = error instanceof Error ? error.name : 'unknown';
    throw ApplicationFailure.create({ type: 'bug', message: `unexpected ${name}`, nonRetryable: false });
  }
  const plan = PLANS[error.kind];
  if (plan === 'stop') return { kind: 'stopped', reason: reasonOf(error) };
  const wait = error.retryAfterMs ?? (error.kind === 'quota' ? UNKNOWN_WAIT_MS : 0);
  // A server that is down for maintenance names a time too (503): no attempt is worth its while before.
  if (plan !== 'fail' && wait > SHORT_WAIT_MS) {
    return { kind: 'wait', waitUntil: now + wait, reason: reasonOf(error) };
  }
  throw toFailure(error, plan === 'fail');
}

/** Runs one activity: heartbeats from a timer, and errors by the table above. */
export async function run<T>(work: () => Promise<Outcome<T>>): Promise<Outcome<T>> {
  const context = Context.current();
  const beat = setInterval(() => context.heartbeat(), BEAT_MS);
  try {
    return await withKey(work);
  } catch (error) {
    if (!(error instanceof ApiError) && error instanceof Error) {
      context.log.error('unexpected error', { operation: context.info.activityType, stack: stackOf(error) });
    }
    return settle(error);
  } finally {
    clearInterval(beat);
  }
}

/** Between two calls: a worker that shuts down, or a cancelled workflow, doesn't begin another one. */
export function stopIfCancelled(): void {
  if (Context.current().cancellationSignal.aborted) throw new CancelledFailure('cancelled between two calls');
}

/** Where it happened, without the message, which may quote a value. */
const stackOf = (error: Error): string =>
  `${error.name}\n${(error.stack ?? '')
    .split('\n')
    .filter((line) => line.startsWith('    at '))
    .slice(0, 8)
    .join('\n')}`;
