import { type ApiResponse, type Context, emptyAnswer } from '../context';
import { badPayload, DataverseError, noSuchRow } from '../errors';
import { etag, representation } from '../read/row';
import type { TableStore } from '../store';
import type { Row } from '../types';
import { checkConditions } from './conditions';
import { createRow, deleteRow, updateRow } from './mutate';
import { type Body, readPayload } from './payload';

/** `POST {set}`: 204 with OData-EntityId, or 201 with the row where return=representation is preferred. */
export function postRow(context: Context, store: TableStore): ApiResponse {
  const values = readPayload(context.database, store.table, readBody(context), true);
  abortAsPlugin(context, store);
  return created(context, store, createRow(context.database, store, values, context.userId));
}

/** `PATCH {set}(id)`: update, or upsert where no If-Match forbids it. */
export function patchRow(context: Context, store: TableStore, id: string): ApiResponse {
  const { database, userId, prefer } = context;
  const before = store.get(id);
  checkConditions(store.table.logicalName, id, before, context.request.headers);
  const values = readPayload(database, store.table, readBody(context), !before);
  abortAsPlugin(context, store);
  if (!before)
    return created(context, store, createRow(database, store, { ...values, [store.table.primaryId]: id }, userId));
  const row = updateRow(database, store, id, values, userId);
  if (prefer.representation) return representation(context, store, row, 200);
  return emptyAnswer({ 'odata-entityid': entityUrl(context, store, row), etag: etag(row) });
}

/** `DELETE {set}(id)`. */
export function removeRow(context: Context, store: TableStore, id: string): ApiResponse {
  const before = store.get(id);
  if (!before) throw noSuchRow(store.table.logicalName, id);
  checkConditions(store.table.logicalName, id, before, context.request.headers);
  abortAsPlugin(context, store);
  deleteRow(context.database, store, id, context.userId);
  return emptyAnswer();
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

function created(context: Context, store: TableStore, row: Row): ApiResponse {
  if (context.prefer.representation) return representation(context, store, row, 201);
  const url = entityUrl(context, store, row);
  return emptyAnswer({ 'odata-entityid': url, location: url, etag: etag(row) });
}

function entityUrl(context: Context, store: TableStore, row: Row): string {
  return `${context.api}/${store.table.setName}(${row[store.table.primaryId]})`;
}

function abortAsPlugin(context: Context, store: TableStore): void {
  if (!context.settings.pluginAborts.includes(store.table.logicalName)) return;
  throw new DataverseError(400, '0x80040265', 'A plug-in of the organisation refused the change.');
}
