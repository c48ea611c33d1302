import type { Database } from '../database';
import { badPayload, DataverseError } from '../errors';
import { type Column, isLookup, navigationName, type Row, type Table, typeKey } from '../types';
import { checkValue } from './check';

export type Body = Record<string, unknown>;

/**
 * Turns the body of a POST or PATCH into values under the names of the wire, checking each as the server does:
 * unknown, read-only or wrongly typed → 0x80048d19; too long → 0x80044331; not an option → 0x8004431a; a bound row
 * that is not there → 404 0x80040217.
 */
export function readPayload(database: Database, table: Table, body: Body, creating: boolean): Row {
  const values: Row = {};
  for (const [key, value] of Object.entries(body)) {
    if (key.startsWith('@')) continue;
    const bind = /^(\w+)@odata\.bind$/.exec(key);
    if (bind) {
      bindLookup(database, table, bind[1]!, value, values);
      continue;
    }
    if (key.includes('@')) continue; // annotations of a row as read
    const column = table.columns.get(key);
    if (column && !isLookup(column)) {
      if (key === table.primaryId && (creating || value === undefined)) {
        values[key] = String(value).toLowerCase();
        continue;
      }
      values[key] = checkValue(table, writable(table, column), value);
      continue;
    }
    if (value === null && navigation(table, key)) {
      clear(writable(table, navigation(table, key)!.column), values);
      continue;
    }
    throw badPayload(
      `An error occurred while validating input parameters: Microsoft.OData.ODataException: An undeclared property '${key}' which only has property annotations in the payload but no property value was found in the payload, on type 'Microsoft.Dynamics.CRM.${table.logicalName}'.`,
    );
  }
  return values;
}

function writable(table: Table, column: Column): Column {
  if (!column.readOnly && column.name !== table.primaryId) return column;
  throw badPayload(`The property '${column.name}' of '${table.logicalName}' is read-only and cannot be set.`);
}

function bindLookup(database: Database, table: Table, nav: string, value: unknown, values: Row): void {
  const found = navigation(table, nav);
  if (!found) {
    throw badPayload(
      `An undeclared property '${nav}' which only has property annotations in the payload but no property value was found in the payload.`,
    );
  }
  const column = writable(table, found.column);
  if (value === null) {
    clear(column, values);
    return;
  }
  const match = typeof value === 'string' ? /(\w+)\(([0-9a-fA-F-]{36})\)$/.exec(value) : null;
  if (!match) throw badPayload(`The reference of '${nav}@odata.bind' is not in the form set(id).`);
  const store = database.findSet(match[1]!);
  const id = match[2]!.toLowerCase();
  if (!store || !found.targets.includes(store.table.logicalName)) {
    throw badPayload(`'${nav}@odata.bind' cannot hold a row of the set '${match[1]}'.`);
  }
  if (!store.get(id)) {
    throw new DataverseError(404, '0x80040217', `${store.table.logicalName} With Id = ${id} Does Not Exist`);
  }
  values[column.wire] = id;
  if ((column.targets?.length ?? 0) > 1) values[typeKey(column)] = store.table.logicalName;
}

function clear(column: Column, values: Row): void {
  values[column.wire] = null;
  if ((column.targets?.length ?? 0) > 1) values[typeKey(column)] = null;
}

function navigation(table: Table, nav: string): { column: Column; targets: string[] } | undefined {
  for (const column of table.columns.values()) {
    if (!isLookup(column)) continue;
    const targets = (column.targets ?? []).filter((target) => navigationName(column, target) === nav);
    if (targets.length > 0) return { column, targets };
  }
  return undefined;
}
