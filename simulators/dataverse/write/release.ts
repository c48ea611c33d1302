import type { Database } from '../database';
import type { TableStore } from '../store';
import { isLookup, type Row, typeKey } from '../types';

const KEPT = new Set(['ownerid', 'createdby', 'modifiedby', 'owninguser', 'owningteam', 'accountid']);

/** Empties every lookup that points to a row that is gone; each holder is updated, so its version moves. */
export function releaseReferences(
  database: Database,
  target: string,
  id: string,
  update: (store: TableStore, id: string, values: Row) => void,
): void {
  for (const store of database.stores()) {
    const columns = [...store.table.columns.values()].filter(
      (column) =>
        isLookup(column) &&
        !KEPT.has(column.name) &&
        column.targets?.includes(target) &&
        database.usedLookups.has(`${store.table.logicalName}.${column.name}`),
    );
    if (columns.length === 0) continue;
    const held: [string, Row][] = [];
    for (const [holderId, row] of store.rows) {
      const values: Row = {};
      for (const column of columns) {
        if (row[column.wire] !== id) continue;
        values[column.wire] = null;
        if ((column.targets?.length ?? 0) > 1) values[typeKey(column)] = null;
      }
      if (Object.keys(values).length > 0) held.push([holderId, values]);
    }
    for (const [holderId, values] of held) update(store, holderId, values);
  }
}
