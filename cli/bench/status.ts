import { type BenchEnvironment, WORKFLOW_ID } from './environment';
import { wait } from './wait';

/** As much of the answer to the query `status` as is needed here. */
interface Status {
  phase: string;
  cycles: number;
  reason?: string;
  entities: Record<string, { phase: string; lagSeconds: number; waiting?: unknown; stopped?: string }>;
}

const EVERY_MS = 1_000;
/** A queue that is empty for a moment is not yet at rest: Marketo's feed is read every 15 s and brings our own writes back. */
const CALM_READS = 20;
const LIMIT_MS = 240_000;

export const readStatus = ({ client }: BenchEnvironment): Promise<Status> =>
  client.workflow.getHandle(WORKFLOW_ID).query<Status>('status');

/** Waits until everything is imported and nothing has been waiting for 20 s. */
export async function untilCalm(env: BenchEnvironment): Promise<void> {
  const until = Date.now() + LIMIT_MS;
  for (let calm = 0; calm < CALM_READS; ) {
    const { phase, reason, entities } = await Promise.race([readStatus(env), env.broken]);
    const all = Object.values(entities);
    calm = phase === 'loop' && all.every((entity) => entity.phase === 'loop' && entity.lagSeconds === 0) ? calm + 1 : 0;
    const stopped =
      all.find((entity) => entity.stopped !== undefined)?.stopped ?? (phase === 'stopped' ? reason : undefined);
    if (stopped !== undefined) throw new Error(`the sync has stopped: ${stopped}`);
    if (Date.now() > until)
      throw new Error(`the sync has not come to rest within ${LIMIT_MS / 1000} s: ${JSON.stringify(entities)}`);
    await wait(EVERY_MS);
  }
}
