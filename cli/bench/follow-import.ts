import type { Calls } from './control';
import { type BenchEnvironment, WORKFLOW_ID } from './environment';
import { wait } from './wait';

export interface Sample {
  /** Epoch ms. */
  at: number;
  created: number;
  /** Marketo calls so far. */
  calls: number;
}

export interface FollowedImport {
  samples: Sample[];
  /** When the import of leads began; epoch ms. */
  startedAt: number;
  /** Marketo's codes of refused calls, with how often. */
  refused: Record<string, number>;
  /** As they stood when the last lead was there. */
  calls: { marketo: Calls; dynamics: Calls };
}

const EVERY_MS = 250;
const RECENT_MS = 45_000;
const STALLED_MS = 120_000;

/** Follows the import of leads until `total` of them are in Marketo; throws when it stops or stalls. */
export async function followImport(
  env: BenchEnvironment,
  total: number,
  say: (text: string) => void,
): Promise<FollowedImport> {
  const progress = env.mongo
    .db(env.dev.workerEnv.MONGODB_DATABASE)
    .collection<{ _id: string; created?: number; startedAt?: Date }>('progress');
  const refusals = new Refusals(env);
  const samples: Sample[] = [];
  let startedAt = 0;
  let moved = Date.now();
  let said = 0;
  for (;;) {
    const [row, calls] = await Promise.race([
      Promise.all([progress.findOne({ _id: 'lead/1' }), env.control.calls('marketo')]),
      env.broken,
    ]);
    const at = Date.now();
    const created = row?.created ?? 0;
    startedAt = row?.startedAt?.getTime() ?? startedAt;
    if (created !== (samples.at(-1)?.created ?? 0)) moved = at;
    samples.push({ at, created, calls: calls.total });
    if (at - refusals.readAt > RECENT_MS) await refusals.read();
    if (created >= total) break;
    if (at - moved > STALLED_MS)
      throw new Error(`the import stands still at ${created} of ${total} leads: ${await reason(env)}`);
    if (at - said > 15_000) {
      said = at;
      say(`  ${created} of ${total} leads`);
    }
    await wait(EVERY_MS);
  }
  await refusals.read();
  const [marketo, dynamics] = [await env.control.calls('marketo'), await env.control.calls('dynamics')];
  return { samples, startedAt, refused: refusals.byCode, calls: { marketo, dynamics } };
}

async function reason({ client }: BenchEnvironment): Promise<string> {
  const status = await client.workflow
    .getHandle(WORKFLOW_ID)
    .query<{ phase: string; reason?: string; entities: Record<string, unknown> }>('status');
  return `${status.phase} ${status.reason ?? ''} ${JSON.stringify(status.entities.lead ?? {})}`;
}

/** The simulators hold the last 1,000 calls only, so they are read now and then. */
class Refusals {
  readonly byCode: Record<string, number> = {};
  readAt = Date.now();
  private last = 0;

  constructor(private readonly env: BenchEnvironment) {}

  async read(): Promise<void> {
    this.readAt = Date.now();
    for (const { at, code } of await this.env.control.recent('marketo')) {
      if (at <= this.last) continue;
      this.last = at;
      if (code !== undefined) this.byCode[code] = (this.byCode[code] ?? 0) + 1;
    }
  }
}
