import { randomUUID } from 'node:crypto';
import { blankRow } from '../blank';
import { APPLICATION_USER_ID, BUSINESS_UNIT_ID, CURRENCY_ID } from '../builtin';
import { type Database, isoSeconds } from '../database';
import type { TableStore } from '../store';
import { addColumn, type Row } from '../types';
import { withCodes } from '../write/connection';
import { derive } from '../write/derive';
import { noteLookups } from '../write/mutate';
import { initialState } from '../write/state';
import { convert } from './convert';
import { inferColumns, type RawRow } from './infer';

/** When rows without a date were made; a second later for each, so that dates differ and lie in the past. */
const FIRST_CREATED = Date.parse('2024-01-02T08:00:00Z');

/** Stands for a row of the load until it is put. */
const EXPECTED: Row = {};

export type TableRows = [store: TableStore, rows: readonly RawRow[]];

/**
 * Puts rows into their tables as they are. All rows are put before lookups get their types, since files refer to each
 * other in any order. Gives the ids.
 */
export function insertRows(database: Database, tables: readonly TableRows[]): string[] {
  const ids: string[] = [];
  for (const [store, rows] of tables) {
    for (const column of inferColumns(database, store.table, rows)) addColumn(store.table, column);
    for (const raw of rows) {
      const id = String(raw[store.table.primaryId] ?? randomUUID()).toLowerCase();
      ids.push(id);
      if (!store.get(id)) store.rows.set(id, EXPECTED); // found by the look for lookup types below
    }
  }
  let at = 0;
  for (const [store, rows] of tables) {
    retarget(database, store, rows);
    for (const raw of rows) {
      const id = ids[at]!;
      at += 1;
      if (store.get(id) === EXPECTED) store.rows.delete(id);
      const row = Object.assign(blankRow(store.table), convert(database, store.table, raw));
      row[store.table.primaryId] = id;
      insertRow(database, store, row, at);
      noteLookups(database, store, row); // those that were derived among them
    }
  }
  return ids;
}

/** Puts one row with the columns every row has. */
export function insertRow(database: Database, store: TableStore, values: Row, index: number): void {
  const { table } = store;
  const row: Row = values;
  if (table.columns.has('createdon')) {
    row.createdon ??= isoSeconds(FIRST_CREATED + index * 1000);
    row.modifiedon ??= row.createdon;
    row._createdby_value ??= APPLICATION_USER_ID;
    row._modifiedby_value ??= APPLICATION_USER_ID;
  }
  if (table.columns.has('transactioncurrencyid') && table.logicalName !== 'transactioncurrency') {
    row._transactioncurrencyid_value ??= CURRENCY_ID;
    row.exchangerate ??= 1;
  }
  if (table.logicalName === 'systemuser') {
    row._businessunitid_value ??= BUSINESS_UNIT_ID;
    row.isdisabled ??= false;
    row.accessmode ??= 0;
    row.fullname ??= [row.firstname, row.lastname].filter(Boolean).join(' ') || null;
  }
  if (table.logicalName === 'team') row._businessunitid_value ??= BUSINESS_UNIT_ID;
  initialState(table, row);
  derive(table, row);
  database.put(store, table.logicalName === 'connection' ? withCodes(row) : row);
}

/** A lookup that the rows made known gets its targets again, now that all rows of the load are in. */
function retarget(database: Database, store: TableStore, rows: readonly RawRow[]): void {
  for (const column of store.table.columns.values()) {
    if (!column.custom || column.type !== 'Lookup') continue;
    const sample = rows.map((raw) => raw[column.wire]).filter((id) => typeof id === 'string');
    const found = new Set<string>();
    for (const id of sample.slice(0, 50)) {
      for (const other of database.stores()) if (other.rows.has(id.toLowerCase())) found.add(other.table.logicalName);
    }
    if (found.size > 0) column.targets = [...found];
  }
}
