import type { Hint } from '../../clients/mongo/unowned';
import type { Deps } from '../deps';

/**
 * What a feed told and nobody could make out is found by reading both sides of all rows of people, behind whatever else waits; what is certain
 * of it is kept for a row that is about to be linked to the person.
 *
 * @param why part of the requests' names: one that has not begun yet stands for what comes meanwhile
 * @returns how many items were queued: none yet
 */
export async function readBothSides(
  { store, schema }: Deps,
  why: 'too-large' | 'unexpected',
  hints: readonly Hint[] = [],
): Promise<number> {
  await store.unowned.add(hints);
  for (const { name, target } of schema.entities()) {
    if (target.kind !== 'person') continue;
    const open = await store.requests.open(name);
    const waits = open.some(({ id, queued }) => id.startsWith(`${why}/`) && queued === 0);
    if (!waits) await store.requests.add(`${why}/${name}/${Date.now()}`, { entity: name, backfill: true });
  }
  return 0;
}
