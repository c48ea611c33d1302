import { entityOf, guidOf } from '../../clients/mongo/links';
import type { Store } from '../../clients/mongo/store';

/** Rows whose deletion waits for an answer, by entity. */
export async function heldDeletes({ parked }: Store): Promise<Map<string, string[]>> {
  const held = new Map<string, string[]>();
  for await (const { id, reason } of parked.all()) {
    if (reason !== 'deletes-stopped') continue;
    held.set(entityOf(id), [...(held.get(entityOf(id)) ?? []), guidOf(id)]);
  }
  return held;
}

/** Answers for all of an entity's held deletions, and lets later ones through again. @returns how many there were. */
export async function answer(store: Store, entity: string, release: 'delete' | 'keep'): Promise<number> {
  const ids = (await heldDeletes(store)).get(entity) ?? [];
  const items = ids.map((id) => ({ id, deleted: true as const, release }));
  await store.inbox.add(entity, 'dynamics', items, new Date());
  await store.deletions.release(entity);
  return ids.length;
}
