import type { ApiResponse, Context } from '../context';
import { DataverseError, noSuchResource } from '../errors';
import { isAction, rowAction, setAction } from '../messages';
import type { TableStore } from '../store';
import { writeReference } from '../write/associate';
import { patchRow, postRow, removeRow } from '../write/handlers';
import { writeProperty } from '../write/property';
import { type RowKey, readKey } from './key';
import type { Segment } from './path';
import { needPrivilege } from './privileges';

/** Runs one operation that is no GET on an entity set, a row, or what hangs on a row. */
export function writeRoute(context: Context, store: TableStore, first: Segment, rest: Segment[]): ApiResponse {
  const { method } = context.request;
  if (first.key === undefined) return onSet(context, store, rest);
  const key = readKey(store.table, first.key);
  const [second, third, fourth] = rest;
  if (fourth || (third && third.name !== '$ref')) throw noSuchResource((fourth ?? third)!.name);
  if (second && isAction(second.name)) {
    if (method !== 'POST') throw wrongMethod(method);
    return rowAction(context, store, key, second.name);
  }
  needPrivilege(context, store.table, method === 'DELETE' && !second ? 'Delete' : 'Write');
  if (second && third) return writeReference(context, store, key, second);
  if (second) return onProperty(context, store, key, second);
  if (method === 'PATCH') return patchRow(context, store, key);
  if (method === 'DELETE') return removeRow(context, store, key);
  throw wrongMethod(method);
}

function onSet(context: Context, store: TableStore, [second, third]: Segment[]): ApiResponse {
  const { method } = context.request;
  if (method !== 'POST') throw wrongMethod(method);
  if (third) throw noSuchResource(third.name);
  if (second && isAction(second.name)) return setAction(context, store, second.name);
  if (second) throw noSuchResource(second.name);
  needPrivilege(context, store.table, 'Create');
  return postRow(context, store);
}

function onProperty(context: Context, store: TableStore, key: RowKey, { name }: Segment): ApiResponse {
  const { method } = context.request;
  if (method !== 'PUT' && method !== 'DELETE') throw wrongMethod(method);
  return writeProperty(context, store, key, name);
}

/** 405, the address does not know the method. */
export function wrongMethod(method: string): DataverseError {
  return new DataverseError(405, '0x80060888', `The requested resource does not support '${method}'.`);
}
