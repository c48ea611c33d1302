import type { Database } from './database';
import type { TableStore } from './store';
import type { Column, Table } from './types';

/** A state of the organisation that can be gone back to: rows, tombstones, schema, counter of row versions. */
export interface Backup {
  version: number;
  stores: TableStore[];
  /** Of the database: below which version the tokens of a table are expired. */
  expiredBelow: ReadonlyMap<string, number>;
}

/** Keeps the present state; rows are shared with it, so that it costs little. */
export function takeBackup(database: Database): Backup {
  const stores = [...database.stores()].map(copied);
  return { version: database.version, stores, expiredBelow: new Map(database.expiredBelow) };
}

/** Goes back to a state. The counter of row versions goes back with it, unless the switch says otherwise. */
export function restoreBackup(database: Database, backup: Backup): void {
  const names = new Set(backup.stores.map(({ table }) => table.logicalName));
  for (const { table } of [...database.stores()]) if (!names.has(table.logicalName)) database.dropTable(table);
  for (const store of backup.stores) database.replace(copied(store));
  if (database.settings.restoreRewindsVersions) database.version = backup.version;
  database.open.clear();
  database.expiredBelow.clear();
  for (const [table, below] of backup.expiredBelow) database.expiredBelow.set(table, below);
  database.schemaVersion += 1;
}

function copied(store: TableStore): TableStore {
  return store.clone(tableCopy(store.table));
}

function tableCopy(table: Table): Table {
  const columns = new Map<string, Column>();
  for (const [name, column] of table.columns) {
    columns.set(name, { ...column, ...(column.options && { options: column.options.map((item) => ({ ...item })) }) });
  }
  const wire = new Map([...columns.values()].map((column) => [column.wire, column]));
  return { ...table, columns, wire, keys: table.keys.map((key) => ({ ...key })) };
}
