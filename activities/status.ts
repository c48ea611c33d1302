import type { Pending } from '../clients/mongo/inbox';
import type { Outage } from '../clients/mongo/outage';
import type { Pass } from '../clients/mongo/reconciliation';
import { isoOf } from '../model/instant';
import type { Deps } from './deps';
import { run } from './failures';
import { type FieldCounts, fieldCounts } from './field-status';
import { done } from './outcome';

/** A payload stays small (DESIGN §3). */
const MOST_OUTAGES = 3;

/** Counts of one entity, as `status` shows them. */
export interface EntityCounts {
  done: number;
  total: number;
  parked: number;
  /** Items seen but not carried out yet, and the age of the oldest. */
  pendingDynamics: number;
  pendingMarketo: number;
  lagSeconds: number;
  /** Of what waits: rows without a record in Marketo, the rest, and the age of the oldest of each; absent: nothing waits. */
  pending?: PendingCounts;
  /** Rows that failed while others got through, and wait for their time; absent: none. */
  setAside?: number;
  /** Pages of the inbox that could not be opened: what they may have held was read again. */
  damaged?: number;
  /** Operations that fail with one code for so many rows that one of them stands for all. */
  outages?: { code: string; since: string }[];
  /** Records written in the last full clock hour; absent: none. */
  lastHour?: number;
  /** So many deletions came within a day that they wait for someone (`npm run deletes`). */
  deletesStopped?: true;
  /** Fields that are held back, or are being backfilled. */
  fields?: FieldCounts;
  /** The rolling reconciliation: rows compared, those that differed, when a pass was last complete. */
  reconciled?: { verified: number; drift: number; lastFullPass?: string };
}

export interface PendingCounts {
  inserts: number;
  updates: number;
  oldestInsertSeconds?: number;
  oldestUpdateSeconds?: number;
}

/** By entity, of the generation under way. */
export async function countsOf(
  { store }: Deps,
  generations: Record<string, number>,
): Promise<Record<string, EntityCounts>> {
  const [progress, parked, pending, passes, synced, fields, stopped, asides, outages, damaged] = await Promise.all([
    store.progress.all(),
    store.parked.counts(),
    store.inbox.pending(),
    store.reconciliation.all(),
    store.synced.lastHour(),
    fieldCounts({ store }),
    store.deletions.stopped(),
    store.asides.counts(),
    store.asides.outages(),
    store.inbox.damaged(),
  ]);
  const entities: Record<string, EntityCounts> = {};
  for (const [name, generation] of Object.entries(generations)) {
    const counts = progress.get(`${name}/${generation}`);
    const waiting = pending.get(name);
    const pass = passes.get(name);
    const lastHour = synced.get(name);
    const told = fields.get(name);
    const aside = asides.get(name);
    entities[name] = {
      // Rows that changed during the import are read twice, and a unit may be repeated.
      done: Math.min(counts?.done ?? 0, counts?.total ?? 0),
      total: counts?.total ?? 0,
      parked: parked.get(name) ?? 0,
      pendingDynamics: (waiting?.dynamics ?? 0) + (aside?.dynamics ?? 0),
      pendingMarketo: (waiting?.marketo ?? 0) + (aside?.marketo ?? 0),
      ...(aside && aside.waiting > 0 && { setAside: aside.waiting }),
      ...outagesOf(name, outages),
      ...(damaged.has(name) && { damaged: damaged.get(name) ?? 0 }),
      ...(told && { fields: told }),
      ...(pass && { reconciled: reconciledOf(pass) }),
      lagSeconds: waiting ? ageOf(waiting.since) : 0,
      ...(waiting && { pending: pendingOf(waiting) }),
      ...(lastHour !== undefined && { lastHour }),
      ...(stopped.has(name) && { deletesStopped: true as const }),
    };
  }
  return entities;
}

function outagesOf(entity: string, outages: ReadonlyMap<string, Outage>): Pick<EntityCounts, 'outages'> {
  const own = [...outages.values()].filter((outage) => outage.entity === entity).slice(0, MOST_OUTAGES);
  if (own.length === 0) return {};
  return { outages: own.map(({ failing, since }) => ({ code: failing, since: since.toISOString() })) };
}

const ageOf = (since: Date): number => Math.max(0, Math.round((Date.now() - since.getTime()) / 1000));

const pendingOf = ({ dynamics, marketo, inserts, oldestInsert, oldestUpdate }: Pending): PendingCounts => ({
  inserts,
  updates: dynamics + marketo - inserts,
  ...(oldestInsert && { oldestInsertSeconds: ageOf(oldestInsert) }),
  ...(oldestUpdate && { oldestUpdateSeconds: ageOf(oldestUpdate) }),
});

const reconciledOf = ({ verified, drift, lastFullPass }: Pass): NonNullable<EntityCounts['reconciled']> => ({
  verified,
  drift,
  ...(lastFullPass && { lastFullPass: isoOf(lastFullPass) }),
});

export const createStatus = (deps: Deps) => ({
  /** Counts for the status query and the dashboard, from Mongo: the truth about progress is not in the workflow. */
  readCounts: (generations: Record<string, number>) =>
    run(async () => done({ entities: await countsOf(deps, generations) })),
});
