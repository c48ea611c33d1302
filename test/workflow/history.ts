import type { Harness } from './harness';

/** What is billed, by kind (temporal §A.13): each of these events stands for one action, a child for two. */
const ACTIONS: Record<string, number> = {
  activityTaskScheduledEventAttributes: 1,
  timerStartedEventAttributes: 1,
  startChildWorkflowExecutionInitiatedEventAttributes: 2,
  signalExternalWorkflowExecutionInitiatedEventAttributes: 1,
  markerRecordedEventAttributes: 1,
};

export interface HistoryCounts {
  actions: number;
  /** Dynamics looks. */
  cycles: number;
  events: number;
}

/** Counts a workflow's actions from its history, from event `after` on. */
export async function countActions(harness: Harness, workflowId: string, after = 0): Promise<HistoryCounts> {
  const { events } = await harness.client.getHandle(workflowId).fetchHistory();
  const counts = { actions: 0, cycles: 0, events: 0 };
  for (const event of (events ?? []).slice(after)) {
    counts.events += 1;
    for (const [kind, weight] of Object.entries(ACTIONS)) {
      if (event[kind as keyof typeof event]) counts.actions += weight;
    }
    if (event.activityTaskScheduledEventAttributes?.activityType?.name === 'lookDynamics') counts.cycles += 1;
  }
  return counts;
}

/** The runs that a chain of continue-as-new consists of, oldest first. */
export async function runsOf(harness: Harness, workflowId: string): Promise<string[]> {
  const runs: string[] = [];
  let runId: string | undefined = (await harness.client.getHandle(workflowId).describe()).runId;
  while (runId) {
    runs.unshift(runId);
    const { events } = await harness.client.getHandle(workflowId, runId).fetchHistory();
    runId = events?.[0]?.workflowExecutionStartedEventAttributes?.continuedExecutionRunId || undefined;
  }
  return runs;
}
