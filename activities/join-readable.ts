import type { DynamicsRow } from '../clients/dynamics/types';
import type { Deps } from './deps';
import { joined } from './joined';
import { readable } from './readable';
import { idOf } from './rows';
import type { BoundEntity } from './schema';

/**
 * As `joined`, of a page: a row whose joined row cannot be read holds up no other.
 *
 * @param onUnread gets the id of each such row; it is left out
 */
export async function joinReadable(
  deps: Deps,
  bound: BoundEntity,
  rows: readonly DynamicsRow[],
  onUnread: (id: string) => void,
): Promise<DynamicsRow[]> {
  if (!bound.entity.join) return [...rows];
  const byId = new Map(rows.map((row): [string, DynamicsRow] => [idOf(row, bound.primaryId), row]));
  const read = (ids: readonly string[]) => {
    const part = ids.map((id) => byId.get(id)).filter((row) => row !== undefined);
    return joined(deps, bound, part, onUnread);
  };
  return readable([...byId.keys()], read, onUnread);
}
