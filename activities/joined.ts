import type { DynamicsRow } from '../clients/dynamics/types';
import type { OnTooLarge } from '../clients/halves';
import type { Deps } from './deps';
import type { BoundEntity } from './schema';

/**
 * Brings the joined table's columns onto the rows: a membership's user (Entity.join).
 *
 * @param onTooLarge gets the id of each row whose joined row alone is over the bound of an answer; it is left out
 */
export async function joined(
  { dynamics, schema }: Deps,
  bound: BoundEntity,
  rows: DynamicsRow[],
  onTooLarge: OnTooLarge,
): Promise<DynamicsRow[]> {
  const { join } = bound.entity;
  if (!join || rows.length === 0) return rows;
  const table = await schema.table(join.table);
  const ids = [...new Set(rows.map((row) => String(row[join.by])))];
  const select = [table.primaryIdAttribute, ...bound.joinSelect];
  const large = new Set<string>();
  const others = await dynamics.readByIds(table.entitySetName, table.primaryIdAttribute, ids, select, (id) =>
    large.add(id),
  );
  const byId = new Map(others.map((row) => [String(row[table.primaryIdAttribute]), row]));
  const isLarge = (row: DynamicsRow) => large.has(String(row[join.by]).toLowerCase());
  for (const row of rows.filter(isLarge)) onTooLarge(String(row[bound.primaryId]));
  return rows.filter((row) => !isLarge(row)).map((row) => ({ ...byId.get(String(row[join.by])), ...row }));
}
