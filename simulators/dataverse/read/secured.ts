import type { Context } from '../context';
import { compileProjection, type Project } from '../odata/project';
import type { DataverseSettings } from '../settings';
import { isLookup, type Row, type Table, typeKey, type Value } from '../types';
import { nameOf } from './names';

/** What the caller may do with a secured column, as its column security profiles say. */
export interface ColumnRights {
  read: boolean;
  unmasked: boolean;
  write: boolean;
}

/** Rights on a secured column; nothing for one that is not secured. */
export function rightsOn({ privileges }: DataverseSettings, table: string, column: string): ColumnRights | undefined {
  const name = `${table}.${column}`;
  if (privileges.denyColumns.includes(name)) return { read: false, unmasked: false, write: false };
  if (privileges.maskColumns.includes(name)) return { read: true, unmasked: false, write: true };
  return privileges.secureColumns.includes(name) ? { read: true, unmasked: true, write: true } : undefined;
}

/** A row as the caller sees it: a secured column reads as null, or masked, and nothing says so. */
export function shownTo({ settings }: Pick<Context, 'settings'>, table: Table): (row: Row) => Row {
  const hidden = [...table.columns.values()].flatMap((column) => {
    const rights = rightsOn(settings, table.logicalName, column.name);
    return rights && !(rights.read && rights.unmasked) ? [{ column, read: rights.read }] : [];
  });
  if (hidden.length === 0) return (row) => row;
  return (row) => {
    const shown = { ...row };
    for (const { column, read } of hidden) {
      shown[column.wire] = read ? masked(row[column.wire] ?? null) : null;
      if (isLookup(column)) delete shown[typeKey(column)];
    }
    return shown;
  };
}

/** A rule that masks every letter and digit; rules are for text, so of anything else nothing is left. */
const masked = (value: Value): Value => (typeof value === 'string' ? value.replace(/[\p{L}\p{N}]/gu, '#') : null);

/** Writes rows of a table as JSON with the columns of a $select, as the caller sees them. */
export function projectionOf(context: Context, table: Table, select: readonly string[] | undefined): Project {
  const project = compileProjection(table, select, context.prefer.annotations, nameOf(context.database));
  const shown = shownTo(context, table);
  return (row) => project(shown(row));
}
