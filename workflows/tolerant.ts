import { ActivityFailure } from '@temporalio/workflow';
import type { Outcome } from '../activities/outcome';

/** An activity that failed five times is no reason for the parent to fail. */
export async function tolerant<T>(work: Promise<Outcome<T>>): Promise<Outcome<T> | { kind: 'failed'; reason: string }> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof ActivityFailure)) throw error;
    return { kind: 'failed', reason: error.cause?.message ?? `${error.activityType} failed` };
  }
}
