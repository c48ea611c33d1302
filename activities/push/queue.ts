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
  const at = new Date();
  const push = { as, ...(owner !== undefined && { owner }), ...by };
  await store.inbox.add(
    as,
    'marketo',
    ids.map((id) => ({ id: String(id), push })),
    at,
  );
  // Only now: what is noted as queued is not queued again. What came of it meanwhile is newer.
  await store.pushes.note(
    ids.map((marketoId) => ({ marketoId, as, outcome: 'queued' as const, ...by })),
    at,
  );
}
