import type { Database } from '../database';
import { badPayload, DataverseError } from '../errors';
import { referenceOf } from '../relationships';
import { type Column, isLookup, type Row, type Table } from '../types';
import { checkValue } from './check';
import { setReference, targetOf } from './reference';

export type Body = Record<string, unknown>;

/**
 * Turns the body of a POST or PATCH into values under the names of the wire, checking each as the server does:
 * unknown, read-only or wrongly typed → 0x80048d19; too long or out of range → 0x80044331; not an option → 0x8004431a;
 * a bound row that is not there → 0x80040217; emptying a column of the system → 0x80040203.
 */
export function readPayload(database: Database, table: Table, body: Body, creating: boolean): Row {
  const values: Row = {};
  for (const [key, value] of Object.entries(body)) {
    if (key.startsWith('@')) continue;
    const bind = /^(\w+)@odata\.bind$/.exec(key);
    if (bind) bindLookup(database, table, bind[1]!, value, values);
    else if (!key.includes('@')) readValue(table, key, value, creating, values); // else an annotation of a row as read
  }
  checkRequired(database, table, values, creating);
  return values;
}

function readValue(table: Table, key: string, value: unknown, creating: boolean, values: Row): void {
  const column = table.columns.get(key);
  if (column && !isLookup(column)) {
    if (key === table.primaryId && creating && value === null) return; // null = the server makes the id
    const checked = checkValue(table, key === table.primaryId && creating ? column : writable(table, column), value);
    values[key] = checked;
    return;
  }
  const reference = value === null ? referenceOf(table, key) : undefined;
  if (!reference) throw undeclared(table, key);
  setReference(writable(table, reference.column), null, values);
}

function bindLookup(database: Database, table: Table, nav: string, value: unknown, values: Row): void {
  const reference = referenceOf(table, nav);
  if (!reference) throw undeclared(table, nav);
  const column = writable(table, reference.column);
  if (value === null) {
    setReference(column, null, values);
    return;
  }
  if (typeof value !== 'string') throw badPayload(`The value of '${nav}@odata.bind' is not a reference.`);
  setReference(column, targetOf(database, value, reference.targets), values);
}

/** The column, where a payload may set it; throws 0x80048d19. */
export function writable(table: Table, column: Column): Column {
  if (!column.readOnly && column.name !== table.primaryId) return column;
  throw badPayload(`The property '${column.name}' of '${table.logicalName}' is read-only and cannot be set.`);
}

/** 400 0x80048d19, a name that the table does not have in this spelling. */
export function undeclared(table: Table, name: string): DataverseError {
  return badPayload(
    `An error occurred while validating input parameters: Microsoft.OData.ODataException: An undeclared property '${name}' which only has property annotations in the payload but no property value was found in the payload, on type 'Microsoft.Dynamics.CRM.${table.logicalName}'.`,
  );
}

/** The owner cannot be emptied; with the switch requiredColumns `all`, no required column can, or be left out (§3.3). */
function checkRequired(database: Database, table: Table, values: Row, creating: boolean): void {
  const all = database.settings.requiredColumns === 'all';
  for (const column of table.columns.values()) {
    if (column.type !== 'Owner' && !(all && column.required && column.name !== table.primaryId)) continue;
    const value = values[column.wire];
    const missing = creating && column.type !== 'Owner' ? value === undefined || value === null : value === null;
    if (!missing) continue;
    throw new DataverseError(400, '0x80040203', `Attribute '${column.name}' of '${table.logicalName}' cannot be NULL.`);
  }
}
