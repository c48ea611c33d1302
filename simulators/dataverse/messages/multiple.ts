import { type ApiResponse, type Context, emptyAnswer, jsonAnswer } from '../context';
import { badPayload } from '../errors';
import type { TableStore } from '../store';
import { type RowKey, readKey, rowOf } from '../web/key';
import { needPrivilege } from '../web/privileges';
import { create, readBody, update, upsert } from '../write/handlers';
import type { Body } from '../write/payload';

/** `POST {set}/Microsoft.Dynamics.CRM.CreateMultiple`: all or nothing, ids in order (dataverse-api §5.6). */
export function createMultiple(context: Context, store: TableStore): ApiResponse {
  needPrivilege(context, store.table, 'Create');
  const ids = targets(context, store).map((body) => create(context, store, body)[store.table.primaryId]);
  const url = `${context.api}/$metadata#Microsoft.Dynamics.CRM.CreateMultipleResponse`;
  return jsonAnswer(JSON.stringify({ '@odata.context': url, Ids: ids }));
}

/** `POST {set}/Microsoft.Dynamics.CRM.UpdateMultiple`: all or nothing; each item names its row. */
export function updateMultiple(context: Context, store: TableStore): ApiResponse {
  needPrivilege(context, store.table, 'Write');
  const { primaryId } = store.table;
  for (const body of targets(context, store)) {
    const { [primaryId]: _id, ...values } = body;
    update(context, store, rowOf(store, keyOf(store, body))[primaryId] as string, values);
  }
  return emptyAnswer();
}

/** `POST {set}/Microsoft.Dynamics.CRM.UpsertMultiple`: all or nothing, no outcome for each item. */
export function upsertMultiple(context: Context, store: TableStore): ApiResponse {
  needPrivilege(context, store.table, 'Write');
  for (const body of targets(context, store)) upsert(context, store, keyOf(store, body), body);
  return emptyAnswer();
}

function targets(context: Context, store: TableStore): Body[] {
  const { Targets: given } = readBody(context);
  if (!Array.isArray(given) || given.length === 0) throw badPayload('The parameter Targets is missing or empty.');
  for (const item of given as Body[]) {
    const type = String(item?.['@odata.type'] ?? '').replace(/^#/, '');
    if (type === `Microsoft.Dynamics.CRM.${store.table.logicalName}`) continue;
    throw badPayload(`An item of Targets needs the @odata.type 'Microsoft.Dynamics.CRM.${store.table.logicalName}'.`);
  }
  return given as Body[];
}

/** The row an item means: by its primary key, or by `@odata.id` with an alternate key. */
function keyOf(store: TableStore, body: Body): RowKey {
  const id = body[store.table.primaryId];
  if (typeof id === 'string') return { id: id.toLowerCase() };
  const text = /\(([^()]+)\)$/.exec(String(body['@odata.id'] ?? ''))?.[1];
  if (text === undefined)
    throw badPayload(`An item of Targets names its row neither by ${store.table.primaryId} nor by @odata.id.`);
  return readKey(store.table, text);
}
