import type { Pass } from '../clients/mongo/reconciliation';
import type { Deps } from './deps';
import { run } from './failures';
import { done } from './outcome';

/** Counts of one entity, as `status` shows them. */
export interface EntityCounts {
  done: number;
  total: number;
  parked: number;
  /** Items seen but not carried out yet, and the age of the oldest. */
  pendingDynamics: number;
  pendingMarketo: number;
  lagSeconds: number;
  /** The rolling reconciliation: rows compared, those that differed, when a pass was last complete. */
  reconciled?: { verified: number; drift: number; lastFullPass?: string };
}

/** By entity, of the generation under way. */
export async function countsOf(
  { store }: Deps,
  generations: Record<string, number>,
): Promise<Record<string, EntityCounts>> {
  const [progress, parked, pending, passes] = await Promise.all([
    store.progress.all(),
    store.parked.counts(),
    store.inbox.pending(),
    store.reconciliation.all(),
  ]);
  const entities: Record<string, EntityCounts> = {};
  for (const [name, generation] of Object.entries(generations)) {
    const counts = progress.get(`${name}/${generation}`);
    const waiting = pending.get(name);
    const pass = passes.get(name);
    entities[name] = {
      // Rows that changed during the import are read twice, and a unit may be repeated.
      done: Math.min(counts?.done ?? 0, counts?.total ?? 0),
      total: counts?.total ?? 0,
      parked: parked.get(name) ?? 0,
      pendingDynamics: waiting?.dynamics ?? 0,
      pendingMarketo: waiting?.marketo ?? 0,
      ...(pass && { reconciled: reconciledOf(pass) }),
      lagSeconds: waiting ? Math.max(0, Math.round((Date.now() - waiting.since.getTime()) / 1000)) : 0,
    };
  }
  return entities;
}

const reconciledOf = ({ verified, drift, lastFullPass }: Pass): NonNullable<EntityCounts['reconciled']> => ({
  verified,
  drift,
  ...(lastFullPass && { lastFullPass: lastFullPass.toISOString() }),
});

export const createStatus = (deps: Deps) => ({
  /** Counts for the status query and the dashboard, from Mongo: the truth about progress is not in the workflow. */
  readCounts: (generations: Record<string, number>) =>
    run(async () => done({ entities: await countsOf(deps, generations) })),
});
