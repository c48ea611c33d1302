import type { PushWish } from '../../model/push';
import type { Deps } from '../deps';

/** Hands persons to the one writer of their entity: they go the way of Marketo's hints. */
export async function queuePush(
  { store }: Deps,
  ids: readonly number[],
  { as, owner }: PushWish,
  standing = false,
): Promise<void> {
  if (ids.length === 0) return;
  const by = standing ? { standing: true as const } : {};
  await store.pushes.note(ids.map((marketoId) => ({ marketoId, as, outcome: 'queued' as const, ...by })));
  const push = { as, ...(owner !== undefined && { owner }), ...by };
  await store.inbox.add(
    as,
    'marketo',
    ids.map((id) => ({ id: String(id), push })),
    new Date(),
  );
}
