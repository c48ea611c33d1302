import { randomUUID } from 'node:crypto';
import { blankRow } from '../blank';
import { CURRENCY_ID } from '../builtin';
import { goWith } from '../cascade';
import type { Database } from '../database';
import { DataverseError, noSuchRow } from '../errors';
import type { TableStore } from '../store';
import { isLookup, type Row } from '../types';
import { mirrorConnection } from './connection';
import { fillDefaults } from './defaults';
import { derive } from './derive';
import { checkKeys } from './keys';
import { releaseReferences } from './release';
import { checkPair, initialState, settleState } from './state';

/** Creates a row from values under the names of the wire; the id may be among them. Gives the row as stored. */
export function createRow(database: Database, store: TableStore, values: Row, userId: string): Row {
  const { table } = store;
  const id = (values[table.primaryId] as string | undefined)?.toLowerCase() ?? randomUUID();
  if (store.get(id)) throw new DataverseError(412, '0x80040237', 'A record with matching key values already exists.');
  const now = database.timestamp();
  const row: Row = Object.assign(blankRow(table), values);
  fillDefaults(database, table, row, values);
  row[table.primaryId] = id;
  if (table.columns.has('createdon')) {
    row.createdon = values.overriddencreatedon ?? now;
    row.modifiedon = now;
    row._createdby_value = userId;
    row._modifiedby_value = userId;
  }
  if (table.ownership === 'UserOwned' && !row._ownerid_value) {
    row._ownerid_value = userId;
    row._ownerid_type = 'systemuser';
  }
  if (table.columns.has('transactioncurrencyid') && table.logicalName !== 'transactioncurrency') {
    row._transactioncurrencyid_value ??= CURRENCY_ID;
    row.exchangerate ??= 1;
  }
  if (table.logicalName === 'systemuser') fullName(row);
  initialState(table, row);
  if (table.columns.has('statecode')) checkPair(table, row);
  derive(table, row);
  checkKeys(store, row);
  noteLookups(database, store, row);
  const stored = database.put(store, row);
  if (table.logicalName === 'connection') return mirrorConnection(database, store, stored);
  return stored;
}

/** Changes a row; every update moves the version and modifiedon, also where nothing differs (dataverse-api §5.1). */
export function updateRow(database: Database, store: TableStore, id: string, values: Row, userId: string): Row {
  const { table } = store;
  const before = store.get(id);
  if (!before) throw noSuchRow(table.logicalName, id);
  const row: Row = { ...before, ...values, [table.primaryId]: id };
  if (table.columns.has('modifiedon')) {
    row.modifiedon = database.timestamp();
    row._modifiedby_value = userId;
  }
  if (table.logicalName === 'systemuser') fullName(row);
  settleState(table, values, row);
  derive(table, row);
  checkKeys(store, row);
  noteLookups(database, store, values);
  return database.put(store, row);
}

/**
 * Deletes a row, the other half of a connection with it, and the rows that go with it by their relationship (cascade.ts); other lookups
 * to it are emptied.
 */
export function deleteRow(database: Database, store: TableStore, id: string, userId: string): void {
  const row = store.get(id);
  if (!row) throw noSuchRow(store.table.logicalName, id);
  database.remove(store, id);
  const pair = row._relatedconnectionid_value;
  if (store.table.logicalName === 'connection' && typeof pair === 'string' && store.get(pair)) {
    database.remove(store, pair);
  }
  for (const [children, child] of goWith(database, store.table.logicalName, id)) {
    if (children.get(child)) deleteRow(database, children, child, userId); // else it went with another
  }
  releaseReferences(database, store.table.logicalName, id, (holder, holderId, values) =>
    updateRow(database, holder, holderId, values, userId),
  );
}

/** Remembers which lookups hold anything, so that a deletion searches only those. */
export function noteLookups(database: Database, store: TableStore, values: Row): void {
  for (const key of Object.keys(values)) {
    if (!key.startsWith('_') || values[key] === null) continue;
    const column = store.table.wire.get(key);
    if (column && isLookup(column)) database.usedLookups.add(`${store.table.logicalName}.${column.name}`);
  }
}

function fullName(row: Row): void {
  row.fullname = [row.firstname, row.lastname].filter(Boolean).join(' ') || null;
}
