import type { Conflict } from '../clients/mongo/conflicts';
import type { Deps } from './deps';
import type { Writer } from './writer';

/**
 * Keeps conflicts. An attempt that was taken for dead meanwhile has met them on what is no longer so: it takes them back, but
 * for those that the next one has met as well.
 *
 * @throws ApiError `superseded`
 */
export async function keepConflicts(
  { store }: Pick<Deps, 'store'>,
  writer: Writer,
  conflicts: readonly Conflict[],
): Promise<void> {
  if (conflicts.length === 0) return;
  await store.conflicts.add(conflicts, writer.epoch);
  await writer.check(() => store.conflicts.withdraw(conflicts, writer.epoch));
}
