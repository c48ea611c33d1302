import { type ApiResponse, type Context, jsonAnswer } from '../context';
import { DataverseError, noSuchResource } from '../errors';
import { retrieveTotalRecordCount } from '../messages/counts';
import { retrieveCurrentOrganization, retrieveVersion, whoAmI } from '../messages/identity';
import { merge } from '../messages/merge';
import { qualifyLead } from '../messages/qualify-lead';
import { readMetadata } from '../metadata';
import { readCount, readList } from '../read/list';
import { readRow } from '../read/row';
import type { TableStore } from '../store';
import { patchRow, postRow, removeRow } from '../write/handlers';
import { guidKey, type Segment, segments } from './path';
import { needPrivilege } from './privileges';

/** Runs one operation; throws DataverseError. */
export function route(context: Context): ApiResponse {
  const [first, second, ...rest] = segments(context.request.path);
  if (!first) return serviceDocument(context);
  if (first.name === 'EntityDefinitions') {
    allow(context, 'GET');
    return readMetadata(context, first, second ? [second, ...rest] : []);
  }
  const message = MESSAGES[first.name];
  if (message) {
    allow(context, message.method);
    return message.run(context, first.key ?? '');
  }
  if (rest.length > 0) throw noSuchResource(rest[0]!.name);
  const store = context.database.set(first.name);
  if (first.key === undefined) return collection(context, store, second);
  const id = keyOf(store, first.key);
  if (second) return bound(context, store, id, second);
  switch (context.request.method) {
    case 'GET':
      needPrivilege(context, store.table, 'Read');
      return readRow(context, store, id);
    case 'PATCH':
      needPrivilege(context, store.table, 'Write');
      return patchRow(context, store, id);
    case 'DELETE':
      needPrivilege(context, store.table, 'Delete');
      return removeRow(context, store, id);
    default:
      throw wrongMethod(context);
  }
}

const MESSAGES: Record<string, { method: string; run: (context: Context, argument: string) => ApiResponse }> = {
  WhoAmI: { method: 'GET', run: whoAmI },
  RetrieveVersion: { method: 'GET', run: retrieveVersion },
  RetrieveCurrentOrganization: { method: 'GET', run: retrieveCurrentOrganization },
  RetrieveTotalRecordCount: { method: 'GET', run: retrieveTotalRecordCount },
  Merge: { method: 'POST', run: merge },
};

function collection(context: Context, store: TableStore, second: Segment | undefined): ApiResponse {
  if (second && second.name !== '$count') throw noSuchResource(second.name);
  if (context.request.method === 'POST' && !second) {
    needPrivilege(context, store.table, 'Create');
    return postRow(context, store);
  }
  allow(context, 'GET');
  needPrivilege(context, store.table, 'Read');
  return second ? readCount(context, store) : readList(context, store);
}

function bound(context: Context, store: TableStore, id: string, action: Segment): ApiResponse {
  if (store.table.logicalName !== 'lead' || action.name !== 'Microsoft.Dynamics.CRM.QualifyLead') {
    throw noSuchResource(action.name);
  }
  allow(context, 'POST');
  return qualifyLead(context, id);
}

function keyOf(store: TableStore, key: string): string {
  const id = guidKey(key, store.table.primaryId);
  if (id !== undefined) return id;
  throw new DataverseError(
    400,
    '0x80060890',
    `The specified key attributes are not a defined key for the ${store.table.logicalName} entity`,
  );
}

function allow(context: Context, method: string): void {
  if (context.request.method !== method) throw wrongMethod(context);
}

function wrongMethod(context: Context): DataverseError {
  return new DataverseError(405, '0x80060888', `The requested resource does not support '${context.request.method}'.`);
}

function serviceDocument(context: Context): ApiResponse {
  const value = [...context.database.stores()].map(({ table }) => ({
    name: table.setName,
    kind: 'EntitySet',
    url: table.setName,
  }));
  return jsonAnswer(JSON.stringify({ '@odata.context': `${context.api}/$metadata`, value }));
}
