import type { DynamicsRow } from '../clients/dynamics/types';
import type { Deps } from './deps';
import type { BoundEntity } from './schema';

/** Brings the joined table's columns onto the rows: a membership's user (Entity.join). */
export async function joined(
  { dynamics, schema }: Deps,
  bound: BoundEntity,
  rows: DynamicsRow[],
): Promise<DynamicsRow[]> {
  const { join } = bound.entity;
  if (!join || rows.length === 0) return rows;
  const table = await schema.table(join.table);
  const ids = [...new Set(rows.map((row) => String(row[join.by])))];
  const others = await dynamics.readByIds(table.entitySetName, table.primaryIdAttribute, ids, [
    table.primaryIdAttribute,
    ...bound.joinSelect,
  ]);
  const byId = new Map(others.map((row) => [String(row[table.primaryIdAttribute]), row]));
  return rows.map((row) => ({ ...byId.get(String(row[join.by])), ...row }));
}
