import type { Database } from '../database';
import { badPayload, DataverseError } from '../errors';
import { type Column, type Row, typeKey } from '../types';
import { findRow, readKey } from '../web/key';

/** A row that something points to. */
export interface Target {
  table: string;
  id: string;
}

/**
 * The row of a reference as `@odata.bind`, `@odata.id` and `$id` write it: `set(key)`, with or without a slash or the
 * whole address before it, by id or alternate key. Throws 0x80048d19 where it is none or its table not among `targets`,
 * and 0x80040217 where the row is not there.
 */
export function targetOf(database: Database, text: string, targets: readonly string[]): Target {
  const match = /(\w+)\(([^()]+)\)$/.exec(decoded(text));
  if (!match) throw badPayload(`The reference '${text}' is not in the form set(id).`);
  const store = database.findSet(match[1]!);
  if (!store || !targets.includes(store.table.logicalName)) {
    throw badPayload(`A row of the set '${match[1]}' cannot be referred to here.`);
  }
  const { logicalName, primaryId } = store.table;
  const row = findRow(store, readKey(store.table, match[2]!));
  if (row) return { table: logicalName, id: row[primaryId] as string };
  const status = database.settings.missingBindStatus;
  throw new DataverseError(status, '0x80040217', `${logicalName} With Id = ${match[2]} Does Not Exist`);
}

/** Puts a lookup's value into `values`; a lookup with several targets keeps the type beside it. */
export function setReference(column: Column, target: Target | null, values: Row): void {
  values[column.wire] = target?.id ?? null;
  if ((column.targets?.length ?? 0) > 1) values[typeKey(column)] = target?.table ?? null;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
