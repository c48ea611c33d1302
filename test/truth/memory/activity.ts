import { ApplicationFailure, CancelledFailure } from '@temporalio/common';

/** What activities met and did not expect, with the process at work: a bug of the service's, or of the test's. */
export const process: { unexpected: string[]; isDead: () => boolean } = { unexpected: [], isDead: () => false };

const context = {
  heartbeat: () => undefined,
  cancellationSignal: { aborted: false },
  info: { activityType: 'memory' },
  log: {
    warn: () => undefined,
    info: () => undefined,
    debug: () => undefined,
    error: (_message: string, { stack }: { stack: string }) => {
      if (!process.isDead()) process.unexpected.push(stack);
    },
  },
};

/**
 * In the place of @temporalio/activity: an activity finds its context without the asynchronous storage, which costs as
 * much as the rest of a schedule.
 */
const Context = { current: () => context };

export { ApplicationFailure, CancelledFailure, Context };
