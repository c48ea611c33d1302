import type { Database } from './database';
import type { TableStore } from './store';
import { type Column, type Table, typeKey } from './types';

/** What becomes of a row when the row goes that its lookup names. */
export type DeleteBehaviour = 'Cascade' | 'RemoveLink';

/** Lookups of which the row is a child of its customer; the switch deleteOfAccount says what that means. */
const OF_CUSTOMER = new Set(['contact.parentcustomerid', 'opportunity.customerid', 'lead.customerid']);
/** A connection never outlives an end of it. */
const ENDS = new Set(['connection.record1id', 'connection.record2id']);

/** Of the relationship of a lookup, as its CascadeConfiguration has it. */
export function deleteBehaviour({ settings }: Database, table: Table, column: Column): DeleteBehaviour {
  const name = `${table.logicalName}.${column.name}`;
  const goes = ENDS.has(name) || (OF_CUSTOMER.has(name) && settings.deleteOfAccount === 'cascade');
  return goes ? 'Cascade' : 'RemoveLink';
}

/** Of children everything goes with the parent, and not only in a deletion (dataverse-api §10). */
export const isParental = (table: Table, column: Column): boolean =>
  OF_CUSTOMER.has(`${table.logicalName}.${column.name}`);

/** The rows that go with a row. */
export function goWith(database: Database, target: string, id: string): [TableStore, string][] {
  const found: [TableStore, string][] = [];
  for (const store of database.stores()) {
    const { table } = store;
    for (const column of table.columns.values()) {
      if (!column.targets?.includes(target) || deleteBehaviour(database, table, column) !== 'Cascade') continue;
      if (!database.usedLookups.has(`${table.logicalName}.${column.name}`)) continue;
      for (const [child, row] of store.rows)
        if (row[column.wire] === id && (row[typeKey(column)] ?? target) === target) found.push([store, child]);
    }
  }
  return found;
}
