import { type ApiResponse, type Context, emptyAnswer } from '../context';
import { badPayload } from '../errors';
import { etag, representation } from '../read/row';
import type { TableStore } from '../store';
import type { Row, Table } from '../types';
import { findRow, type RowKey, rowOf } from '../web/key';
import { checkConditions } from './conditions';
import { checkDuplicates } from './duplicates';
import { createRow, deleteRow, updateRow } from './mutate';
import { type Body, readPayload } from './payload';
import { abortAsPlugin, alteredByPlugin, checkColumnSecurity } from './plugins';

/** `POST {set}`: 204 with OData-EntityId, or 201 with the row where return=representation is preferred. */
export function postRow(context: Context, store: TableStore): ApiResponse {
  const row = create(context, store, readBody(context));
  if (context.prefer.representation) return entity(representation(context, store, row, 201), store, row);
  return created(context, store, row);
}

/** `PATCH {set}(key)`: update, or upsert where no If-Match forbids it. */
export function patchRow(context: Context, store: TableStore, key: RowKey): ApiResponse {
  const before = findRow(store, key);
  if (context.settings.duplicatesFirst && context.request.headers['if-none-match'] === '*') {
    checkDuplicates(context, store, readPayload(context.database, store.table, readBody(context), true));
  }
  checkConditions(context, store.table, key, before);
  const row = upsert(context, store, key, readBody(context));
  if (context.prefer.representation) {
    const answer = representation(context, store, row, before ? 200 : 201);
    if (!context.settings.representationEtag) delete answer.headers.etag;
    return entity(answer, store, row);
  }
  if (!before) return created(context, store, row);
  return entity(emptyAnswer({ 'odata-entityid': entityUrl(context, store, row), etag: etag(row) }), store, row);
}

/** `DELETE {set}(key)`. */
export function removeRow(context: Context, store: TableStore, key: RowKey): ApiResponse {
  const before = findRow(store, key);
  checkConditions(context, store.table, key, before);
  const { [store.table.primaryId]: id } = before ?? rowOf(store, key);
  abortAsPlugin(context, store);
  deleteRow(context.database, store, id as string, context.userId);
  return emptyAnswer();
}

/** Creates a row of a body as sent, with the values of an alternate key where it is made by one. */
export function create(context: Context, store: TableStore, body: Body, ofKey: Row = {}): Row {
  const values = { ...ofKey, ...readPayload(context.database, store.table, body, true) };
  checkColumnSecurity(context, store, values);
  abortAsPlugin(context, store, values);
  checkDuplicates(context, store, values);
  return createRow(context.database, store, alteredByPlugin(context, store, values), context.userId);
}

/** Changes a row of a body as sent. */
export function update(context: Context, store: TableStore, id: string, body: Body): Row {
  const values = readPayload(context.database, store.table, body, false);
  checkColumnSecurity(context, store, values);
  abortAsPlugin(context, store, values);
  checkDuplicates(context, store, values, id);
  return updateRow(context.database, store, id, alteredByPlugin(context, store, values), context.userId);
}

/**
 * Changes the row of a key, or creates it with the key's values; columns of the key that the body repeats are left out
 * of an update, and go before the address in a create (dataverse-api §5.2).
 */
export function upsert(context: Context, store: TableStore, key: RowKey, body: Body): Row {
  const { table } = store;
  const row = findRow(store, key);
  const names = 'id' in key ? [table.primaryId] : Object.keys(key.values);
  const rest = Object.fromEntries(Object.entries(body).filter(([name]) => !names.includes(name)));
  if (row) return update(context, store, row[table.primaryId] as string, rest);
  if ('id' in key) return create(context, store, { ...rest, [table.primaryId]: key.id });
  return create(context, store, body, typed(table, key.values, context));
}

/** The body as an object; throws 0x80048d19 where it is none. */
export function readBody(context: Context): Body {
  try {
    const body: unknown = JSON.parse(context.request.body);
    if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body as Body;
  } catch {
    // not JSON: the same answer as a body that is no object
  }
  throw badPayload('An error occurred while validating input parameters: the body is not a JSON object.');
}

function entityUrl(context: Context, store: TableStore, row: Row): string {
  return `${context.api}/${store.table.setName}(${row[store.table.primaryId]})`;
}

function created(context: Context, store: TableStore, row: Row): ApiResponse {
  const url = entityUrl(context, store, row);
  return entity(emptyAnswer({ 'odata-entityid': url, location: url, etag: etag(row) }), store, row);
}

/** Lookups in a key come without their type: it is that of the table which holds the row. */
function typed(table: Table, values: Row, { database }: Context): Row {
  const all: Row = { ...values };
  for (const [wire, value] of Object.entries(values)) {
    const column = table.wire.get(wire);
    if (typeof value !== 'string' || (column?.targets?.length ?? 0) < 2) continue;
    all[`_${column!.name}_type`] = database.typeOf(value, column!.targets!) ?? null;
  }
  return all;
}

/** The answer of a write with the row it made or changed. */
function entity(answer: ApiResponse, store: TableStore, row: Row): ApiResponse {
  return { ...answer, entity: `${store.table.setName}(${row[store.table.primaryId]})` };
}
