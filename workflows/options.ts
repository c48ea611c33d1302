import { type ActivityOptions, proxyActivities } from '@temporalio/workflow';
import type { Activities } from '../activities/index';
import { QUEUES } from '../model/queues';

/** No wait over 20 s happens inside an activity, and none makes more than five attempts (DESIGN §3). */
const COMMON: ActivityOptions = {
  // Two pages' upserts at the vendor's own time-outs.
  startToCloseTimeout: '15 minutes',
  // From a timer every 20 s: three missed beats mean that the worker is gone.
  heartbeatTimeout: '60 seconds',
  retry: { initialInterval: '2 seconds', backoffCoefficient: 2, maximumInterval: '20 seconds', maximumAttempts: 5 },
};

export const onSync = proxyActivities<Activities>({ ...COMMON, taskQueue: QUEUES.sync });
export const onDynamics = proxyActivities<Activities>({ ...COMMON, taskQueue: QUEUES.dynamics });
export const onMarketo = proxyActivities<Activities>({ ...COMMON, taskQueue: QUEUES.marketo });
