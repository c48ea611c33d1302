import type { Database } from '../database';
import { type Column, isLookup, type Row, type Table, typeKey } from '../types';
import { columnName, type RawRow } from './infer';
import { codeOf, ensureCode } from './labels';

/**
 * Turns a row of a file, a seed or an edit into values under the names of the wire: labels become codes, ids lower
 * case, and a lookup with several targets gets the type of the table that holds the id.
 */
export function convert(database: Database, table: Table, raw: RawRow): Row {
  const values: Row = {};
  for (const [key, value] of Object.entries(raw)) {
    const { name, kind } = columnName(table, key);
    if (kind === 'type') continue;
    const column = table.columns.get(name);
    if (!column) throw new Error(`column '${key}' is unknown in '${table.logicalName}'`);
    if (kind === 'label') {
      values[column.wire] = value === null || String(value).trim() === '' ? null : codeOf(column, String(value));
      continue;
    }
    if (isLookup(column)) {
      const id = value === null ? null : String(value).toLowerCase();
      values[column.wire] = id;
      if ((column.targets?.length ?? 0) > 1) {
        const given = raw[typeKey(column)];
        const found = id === null ? null : (database.typeOf(id, column.targets!) ?? column.targets![0]!);
        values[typeKey(column)] = typeof given === 'string' && id !== null ? given : found;
      }
      continue;
    }
    if (typeof value === 'number' && ['Picklist', 'State', 'Status'].includes(column.type)) ensureCode(column, value);
    values[column.wire] = typeof value === 'string' ? text(column, value) : value;
  }
  return values;
}

/** Ids in lower case, date-only columns without a time, empty text as null: as Dataverse would give them. */
function text(column: Column, value: string): string | null {
  if (column.type === 'Uniqueidentifier') return value.toLowerCase();
  if (column.type === 'DateTime' && column.dateOnly) return value.slice(0, 10);
  return value === '' ? null : value;
}
