import { asyncLocalStorage, Context } from '@temporalio/activity';
import { noopMetricMeter } from '@temporalio/common';

/** What is logged is looked at by the telemetry's own test. */
const silent = { log() {}, trace() {}, debug() {}, info() {}, warn() {}, error() {} };

/**
 * Calls a function as the worker calls an activity, so that it finds a context; nobody hears its heartbeats or cancels it.
 * Temporal's own MockActivityEnvironment is in a package for tests, which the image is without.
 */
export function inActivity<T>(activityType: string, act: () => Promise<T>): Promise<T> {
  const never = new Promise<never>(() => {});
  const { signal } = new AbortController();
  const context = new Context(infoOf(activityType), never, signal, () => {}, undefined, silent, noopMetricMeter, {});
  return asyncLocalStorage.run(context, act);
}

const infoOf = (activityType: string): Context['info'] => ({
  activityType,
  activityId: 'stage',
  attempt: 1,
  isLocal: false,
  inWorkflow: true,
  namespace: 'stage',
  activityNamespace: 'stage',
  taskQueue: 'stage',
  taskToken: new Uint8Array(),
  base64TaskToken: '',
  heartbeatDetails: undefined,
  scheduledTimestampMs: 1,
  currentAttemptScheduledTimestampMs: 1,
  scheduleToCloseTimeoutMs: 1_000,
  startToCloseTimeoutMs: 1_000,
});
