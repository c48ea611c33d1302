import type { Database } from '../database';
import { type Column, type ColumnType, isLookup, type Table, type Value } from '../types';

/** A row as it stands in a JSONL file. */
export type RawRow = Record<string, Value>;

const DEFAULT_LENGTH = 100; // of a new text column, unless the data is longer
const LONGEST_STRING = 4000;
const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const MONEY = /(price|amount|revenue|income|cost|budget)/;

/** Name and kind of a key of a row: `_x_value` a lookup, `x_label` an option's text, else a plain column. */
export function columnName(table: Table, key: string): { name: string; kind: 'lookup' | 'label' | 'plain' | 'type' } {
  const lookup = /^_(\w+)_value$/.exec(key);
  if (lookup) return { name: lookup[1]!, kind: 'lookup' };
  const type = /^_(\w+)_type$/.exec(key);
  if (type) return { name: type[1]!, kind: 'type' };
  if (key.endsWith('_label') && !table.columns.has(key)) return { name: key.slice(0, -6), kind: 'label' };
  return { name: key, kind: 'plain' };
}

/** Columns the rows have and the table lacks; columns the data is too long for are widened in place. */
export function inferColumns(database: Database, table: Table, rows: readonly RawRow[]): Column[] {
  const values = new Map<string, Value[]>();
  for (const row of rows) {
    for (const [key, value] of Object.entries(row)) {
      const seen = values.get(key) ?? [];
      if (value !== null) seen.push(value);
      values.set(key, seen);
    }
  }
  const added: Column[] = [];
  for (const [key, seen] of values) {
    const { name, kind } = columnName(table, key);
    if (kind === 'type') continue;
    const known = table.columns.get(name);
    if (known) {
      if (known.maxLength !== undefined) known.maxLength = Math.max(known.maxLength, longest(seen));
      continue;
    }
    if (added.some((column) => column.name === name)) continue;
    added.push(newColumn(database, name, kind, seen));
  }
  return added;
}

function newColumn(database: Database, name: string, kind: 'lookup' | 'label' | 'plain', seen: Value[]): Column {
  const column: Column = {
    name,
    wire: kind === 'lookup' ? `_${name}_value` : name,
    type: kind === 'lookup' ? 'Lookup' : kind === 'label' ? 'Picklist' : plainType(name, seen),
    readOnly: false,
    required: false,
    custom: true,
  };
  if (isLookup(column)) column.targets = targetsOf(database, name, seen);
  if (column.type === 'Picklist') column.options = [];
  if (column.type === 'Boolean') {
    column.options = [
      { value: 1, label: 'Yes' },
      { value: 0, label: 'No' },
    ];
  }
  if (column.type === 'String' || column.type === 'Memo') column.maxLength = Math.max(DEFAULT_LENGTH, longest(seen));
  if (column.type === 'DateTime') column.dateOnly = !seen.some((value) => String(value).includes('T'));
  return column;
}

function plainType(name: string, seen: Value[]): ColumnType {
  const all = (test: (value: Value) => boolean): boolean => seen.length > 0 && seen.every(test);
  if (all((value) => typeof value === 'boolean') || name === 'new_synctomkto') return 'Boolean';
  if (all((value) => typeof value === 'number')) {
    if (MONEY.test(name)) return 'Money';
    return all((value) => Number.isInteger(value)) ? 'Integer' : 'Decimal';
  }
  if (all((value) => /^\d{4}-\d{2}-\d{2}(T[\d:.]+(Z|[+-]\d{2}:\d{2}))?$/.test(String(value)))) return 'DateTime';
  if (all((value) => GUID.test(String(value)))) return 'Uniqueidentifier';
  return seen.some((value) => String(value).length > LONGEST_STRING || /\n/.test(String(value))) ? 'Memo' : 'String';
}

/** The tables that hold the ids; the name's own stem where none is found yet. */
function targetsOf(database: Database, name: string, seen: Value[]): string[] {
  const found = new Set<string>();
  for (const id of seen.slice(0, 50)) {
    for (const store of database.stores()) if (store.get(String(id).toLowerCase())) found.add(store.table.logicalName);
  }
  if (found.size > 0) return [...found];
  const stem = name.replace(/^new_/, '').replace(/id$/, '');
  return [database.find(stem) ? stem : 'account'];
}

const longest = (seen: Value[]): number =>
  seen.reduce<number>((most, value) => (typeof value === 'string' ? Math.max(most, value.length) : most), 0);
