import type { InboxItem } from '../clients/mongo/inbox';
import type { Deps } from './deps';
import { type ApplyMode, type Candidate, type Loaded, loadRows } from './rows';
import type { BoundEntity } from './schema';
import type { Writer } from './writer';

/**
 * Loads rows, and works on them when no other work on them is under way: pages that are written at once may hold the same row. What was loaded
 * is loaded again where such work has ended since.
 *
 * @param rowsOf link ids of the row, and of the rows that it depends on
 */
export async function loadInTurn<T>(
  deps: Deps,
  bound: BoundEntity,
  writer: Writer,
  items: readonly InboxItem[],
  mode: ApplyMode,
  rowsOf: (candidate: Candidate) => readonly (string | undefined)[],
  work: (loaded: Loaded) => Promise<T>,
): Promise<T> {
  const since = writer.turns.now();
  const loaded = await loadRows(deps, bound, items, mode);
  const rows = loaded.candidates.flatMap(rowsOf).filter((row) => row !== undefined);
  return writer.turns.take(rows, since, async (isOld) =>
    work(isOld ? await loadRows(deps, bound, items, mode) : loaded),
  );
}
