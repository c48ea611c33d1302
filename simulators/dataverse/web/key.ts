import { DataverseError } from '../errors';
import type { TableStore } from '../store';
import { type AlternateKey, type Column, isLookup, type Row, type Table, type Value } from '../types';
import { checkValue } from '../write/check';
import { guidKey } from './path';

/** What stands in the parentheses of a row's address: its id, or the values of an alternate key (dataverse-api §5.2). */
export type RowKey = { id: string } | { key: AlternateKey; values: Row };

/** Reads the text between the parentheses; throws 400 0x80060890 where the columns are no key of the table. */
export function readKey(table: Table, text: string): RowKey {
  const id = guidKey(text, table.primaryId);
  if (id !== undefined) return { id };
  const given = pairs(text);
  const names = [...given.keys()].map((wire) => table.wire.get(wire)?.name ?? wire).sort();
  const key = table.keys.find(({ columns }) => [...columns].sort().join() === names.join());
  if (!key || given.size === 0) {
    throw new DataverseError(
      400,
      '0x80060890',
      `The specified key attributes are not a defined key for the ${table.logicalName} entity`,
    );
  }
  const values: Row = {};
  for (const [wire, literal] of given) values[wire] = literalOf(table, table.wire.get(wire)!, literal);
  return { key, values };
}

/** The row of a key, or undefined. */
export function findRow(store: TableStore, key: RowKey): Row | undefined {
  if ('id' in key) return store.get(key.id);
  const wanted = Object.entries(key.values);
  for (const row of store.rows.values()) {
    if (wanted.every(([wire, value]) => sameKeyValue(row[wire] ?? null, value))) return row;
  }
  return undefined;
}

/** The row of a key; throws 404: 0x80040217 for an id, 0x80060891 for an alternate key. */
export function rowOf(store: TableStore, key: RowKey): Row {
  const row = findRow(store, key);
  if (row) return row;
  const name = store.table.logicalName;
  if ('id' in key) throw new DataverseError(404, '0x80040217', `${name} With Id = ${key.id} Does Not Exist`);
  throw new DataverseError(
    404,
    '0x80060891',
    `A record with the specified key values does not exist in ${name} entity`,
  );
}

/** Whether two values of a key are the same; text is compared without case, as the database's collation does. */
export function sameKeyValue(left: Value, right: Value): boolean {
  if (typeof left === 'string' && typeof right === 'string') return left.toLowerCase() === right.toLowerCase();
  return left === right && left !== null;
}

/** `k1=1,k2='a,b'` by name. */
function pairs(text: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const match of text.matchAll(/(\w+)\s*=\s*('(?:[^']|'')*'|[^,]*)(?:,|$)/g)) found.set(match[1]!, match[2]!);
  return found;
}

function literalOf(table: Table, column: Column, literal: string): Value {
  const quoted = /^'(.*)'$/s.exec(literal)?.[1]?.replaceAll("''", "'");
  if (isLookup(column) || column.type === 'Uniqueidentifier') return (quoted ?? literal).toLowerCase();
  if (quoted !== undefined) return checkValue(table, column, quoted);
  if (literal === 'true' || literal === 'false') return checkValue(table, column, literal === 'true');
  const number = Number(literal);
  return checkValue(table, column, literal === '' || Number.isNaN(number) ? literal : number);
}
