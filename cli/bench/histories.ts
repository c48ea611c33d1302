import type { Client } from '@temporalio/client';

export interface HistoryCosts {
  runs: number;
  /** Billable actions (temporal §A.13). Heartbeats leave no trace in a history and are not among them. */
  actions: number;
  byKind: Record<string, number>;
  /** Of the longest run. */
  events: number;
  /** Bytes of the largest payload anywhere. */
  largestPayload: number;
}

interface Event {
  activityTaskStartedEventAttributes?: { attempt?: number | null } | null;
  workflowExecutionStartedEventAttributes?: {
    continuedExecutionRunId?: string | null;
    parentWorkflowExecution?: unknown;
  } | null;
  [attributes: string]: unknown;
}

/** Kind of action and how many, by the attributes that an event has. */
const ACTIONS: readonly [string, string, (event: Event) => number][] = [
  ['workflowExecutionStartedEventAttributes', 'starts', startsOf],
  ['startChildWorkflowExecutionInitiatedEventAttributes', 'children', () => 2],
  ['activityTaskScheduledEventAttributes', 'activities', () => 1],
  [
    'activityTaskStartedEventAttributes',
    'retries',
    (event) => (event.activityTaskStartedEventAttributes?.attempt ?? 1) - 1,
  ],
  ['timerStartedEventAttributes', 'timers', () => 1],
  ['workflowExecutionSignaledEventAttributes', 'signals', () => 1],
  ['signalExternalWorkflowExecutionInitiatedEventAttributes', 'signals', () => 1],
  ['upsertWorkflowSearchAttributesEventAttributes', 'upserts', () => 1],
  ['workflowExecutionUpdateAcceptedEventAttributes', 'updates', () => 1],
];

/** A continue-as-new is a start; a child's start was counted with its parent. */
function startsOf({ workflowExecutionStartedEventAttributes: started }: Event): number {
  return started?.continuedExecutionRunId || !started?.parentWorkflowExecution ? 1 : 0;
}

/** Reads every history there is. */
export async function readHistories(client: Client): Promise<HistoryCosts> {
  const costs: HistoryCosts = { runs: 0, actions: 0, byKind: {}, events: 0, largestPayload: 0 };
  for await (const { workflowId, runId } of client.workflow.list()) {
    const history = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    const events = (history.events ?? []) as unknown as Event[];
    costs.runs += 1;
    costs.events = Math.max(costs.events, events.length);
    for (const event of events) {
      for (const [attributes, kind, count] of ACTIONS) {
        if (!event[attributes]) continue;
        costs.actions += count(event);
        costs.byKind[kind] = (costs.byKind[kind] ?? 0) + count(event);
      }
      costs.largestPayload = Math.max(costs.largestPayload, largestPayload(event));
    }
  }
  return costs;
}

/** A payload is `{ metadata, data }`, wherever in an event it is. */
function largestPayload(value: unknown): number {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return 0;
  const { data } = value as { data?: unknown };
  if (data instanceof Uint8Array) return data.byteLength;
  return Object.values(value).reduce<number>((largest, part) => Math.max(largest, largestPayload(part)), 0);
}
