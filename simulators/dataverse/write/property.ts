import { type ApiResponse, type Context, emptyAnswer } from '../context';
import { badPayload, badQuery } from '../errors';
import type { TableStore } from '../store';
import { isLookup } from '../types';
import { findRow, type RowKey, rowOf } from '../web/key';
import { checkConditions } from './conditions';
import { readBody, update } from './handlers';

/** `PUT {set}(key)/{column}` with `{"value": …}`, and `DELETE {set}(key)/{column}`; not for lookups (dataverse-api §5.1). */
export function writeProperty(context: Context, store: TableStore, key: RowKey, name: string): ApiResponse {
  const { table } = store;
  const column = table.columns.get(name);
  if (!column || isLookup(column)) {
    throw badQuery(`Could not find a property named '${name}' on type 'Microsoft.Dynamics.CRM.${table.logicalName}'.`);
  }
  checkConditions(context, table, key, findRow(store, key));
  const id = rowOf(store, key)[table.primaryId] as string;
  let value: unknown = null;
  if (context.request.method === 'PUT') {
    const body = readBody(context);
    if (!('value' in body)) throw badPayload("The body of a single property needs the member 'value'.");
    value = body.value;
  }
  update(context, store, id, { [name]: value });
  return emptyAnswer();
}
