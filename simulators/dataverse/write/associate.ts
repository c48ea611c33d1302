import { type ApiResponse, type Context, emptyAnswer } from '../context';
import { badPayload, badQuery, DataverseError } from '../errors';
import { type Collection, collectionOf, noNavigation, referenceOf } from '../relationships';
import type { TableStore } from '../store';
import type { Row } from '../types';
import { type RowKey, rowOf } from '../web/key';
import type { Segment } from '../web/path';
import { needPrivilege } from '../web/privileges';
import { readBody } from './handlers';
import { addMember, removeMember } from './members';
import { updateRow } from './mutate';
import { writable } from './payload';
import { abortAsPlugin } from './plugins';
import { setReference, type Target, targetOf } from './reference';

/**
 * `…/{navigation}/$ref` (dataverse-api §5.4): POST to a collection and PUT to a single-valued property with
 * `{"@odata.id": …}` associate; DELETE of `{collection}(key)/$ref`, of `{collection}/$ref?$id=…` and of the
 * single-valued property disassociate. 204.
 */
export function writeReference(context: Context, store: TableStore, key: RowKey, navigation: Segment): ApiResponse {
  const id = rowOf(store, key)[store.table.primaryId] as string;
  const collection = collectionOf(context.database, store.table, navigation.name);
  if (collection) inCollection(context, { table: store.table.logicalName, id }, collection, navigation);
  else single(context, store, id, navigation);
  return emptyAnswer();
}

function single(context: Context, store: TableStore, id: string, { name }: Segment): void {
  const { method } = context.request;
  const reference = referenceOf(store.table, name);
  if (!reference) throw noNavigation(store.table, name);
  if (method === 'POST') throw wrongMethod(name);
  const values: Row = {};
  const target = method === 'DELETE' ? null : sentReference(context, reference.targets);
  setReference(writable(store.table, reference.column), target, values);
  abortAsPlugin(context, store, values);
  updateRow(context.database, store, id, values, context.userId);
}

function inCollection(context: Context, own: Target, collection: Collection, navigation: Segment): void {
  const { database, request, userId } = context;
  if (request.method === 'PUT') throw wrongMethod(navigation.name);
  const other = database.store(collection.table.logicalName);
  needPrivilege(context, other.table, 'Write');
  const remove = request.method === 'DELETE';
  const far = remove ? removed(context, collection, navigation) : sentReference(context, [other.table.logicalName]);
  abortAsPlugin(context, other);
  if (collection.kind === 'many-to-many') {
    const [team, user] = own.table === 'team' ? [own.id, far.id] : [far.id, own.id];
    if (remove) removeMember(database, team, user, userId);
    else addMember(database, team, user, userId);
    return;
  }
  const values: Row = {};
  setReference(writable(other.table, collection.column), remove ? null : own, values);
  if (remove && other.get(far.id)?.[collection.column.wire] !== own.id) {
    throw new DataverseError(404, '0x80040217', `The ${far.table} ${far.id} is not associated.`);
  }
  updateRow(database, other, far.id, values, userId);
}

/** The row that a DELETE takes out: in the parentheses, or as the option $id. */
function removed({ database, query }: Context, { table }: Collection, { key }: Segment): Target {
  const text = key === undefined ? query.get('$id') : `${table.setName}(${key})`;
  if (!text) throw badQuery('The reference to remove is neither in parentheses nor in $id.');
  return targetOf(database, text, [table.logicalName]);
}

function sentReference(context: Context, targets: readonly string[]): Target {
  const { '@odata.id': text } = readBody(context);
  if (typeof text !== 'string') throw badPayload("The body of a $ref needs the member '@odata.id'.");
  return targetOf(context.database, text, targets);
}

const wrongMethod = (name: string): DataverseError =>
  new DataverseError(405, '0x80060888', `The navigation property '${name}' does not support this method.`);
