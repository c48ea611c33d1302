import type { Client } from '@temporalio/client';
import { WORKFLOW_ID } from '../support/environment';

/** One cycle of the people's lane, as the parent's history tells it; epoch ms. */
export interface Cycle {
  /** The look at leads began. */
  began: number;
  /** It and the last child of the lane that it led to were done. */
  ended: number;
}

type When = { seconds?: unknown; nanos?: unknown } | null | undefined;
const millis = (when: When): number => Number(when?.seconds ?? 0) * 1_000 + Number(when?.nanos ?? 0) / 1_000_000;
const LANE = [`${WORKFLOW_ID}/lead`, `${WORKFLOW_ID}/contact`];

/** The cycles of the people's lane, from the parent's history. */
export async function cyclesOf(client: Client): Promise<Cycle[]> {
  const { events = [] } = await client.workflow.getHandle(WORKFLOW_ID).fetchHistory();
  const looks = new Map<string, Cycle>();
  const cycles: Cycle[] = [];
  for (const event of events ?? []) {
    const at = millis(event.eventTime as When);
    const scheduled = event.activityTaskScheduledEventAttributes;
    if (scheduled?.activityType?.name === 'lookDynamics') {
      const [tables] = (scheduled.input?.payloads ?? []).map(({ data }) => Buffer.from(data ?? []).toString('utf8'));
      if (!(JSON.parse(tables ?? '[]') as string[]).includes('lead')) continue;
      const cycle = { began: at, ended: at };
      cycles.push(cycle);
      looks.set(String(event.eventId), cycle);
    }
    const look = looks.get(String(event.activityTaskCompletedEventAttributes?.scheduledEventId));
    const child = event.childWorkflowExecutionCompletedEventAttributes?.workflowExecution?.workflowId;
    const last = cycles[cycles.length - 1];
    if (look) look.ended = Math.max(look.ended, at);
    if (last && child && LANE.includes(child)) last.ended = at;
  }
  return cycles;
}
