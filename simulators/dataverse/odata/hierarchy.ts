import type { Database } from '../database';
import { type Column, isLookup, type Table } from '../types';

/** The ids above an id, where the table (or the lookup's target) has a lookup `parent<table>id` to itself. */
export function hierarchy(database: Database, table: Table, column: Column): ((id: string) => string[]) | undefined {
  const name = isLookup(column) ? column.targets?.find((target) => parentOf(database, target)) : table.logicalName;
  const wire = name === undefined ? undefined : parentOf(database, name);
  if (name === undefined || wire === undefined) return undefined;
  return (id) => {
    const found: string[] = [];
    let next = database.find(name)?.get(id)?.[wire];
    while (typeof next === 'string' && !found.includes(next)) {
      found.push(next);
      next = database.find(name)?.get(next)?.[wire];
    }
    return found;
  };
}

function parentOf(database: Database, name: string): string | undefined {
  return database.find(name)?.table.columns.get(`parent${name}id`)?.wire;
}
