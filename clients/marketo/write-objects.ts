import { atMost300 } from './limits';
import { permissionFor } from './permissions';
import { syncResults } from './sync-results';
import type { Transport } from './transport';
import type { BeforeSend, MarketoClient, MarketoRecord, ObjectPath, SyncResult } from './types';

/** By dedupe fields; an update whose records carry the vendor's own id goes by that (marketo-api §6.1.4). */
export const syncObjects = (
  transport: Transport,
  path: ObjectPath,
  action: Parameters<MarketoClient['syncObjects']>[1],
  input: MarketoRecord[],
  beforeSend?: BeforeSend,
): Promise<SyncResult[]> =>
  write(transport, path, 'sync', `${path}.json`, { action, dedupeBy: keyOf(path, input) }, input, beforeSend);

/** One that is gone already is `skipped` with 1013. */
export const deleteObjects = (
  transport: Transport,
  path: ObjectPath,
  input: MarketoRecord[],
  beforeSend?: BeforeSend,
): Promise<SyncResult[]> =>
  write(transport, path, 'delete', `${path}/delete.json`, { deleteBy: keyOf(path, input) }, input, beforeSend);

async function write(
  transport: Transport,
  path: ObjectPath,
  verb: 'sync' | 'delete',
  address: string,
  how: Record<string, string>,
  input: MarketoRecord[],
  beforeSend?: BeforeSend,
): Promise<SyncResult[]> {
  const operation = `${path}.${verb}`;
  if (input.length === 0) return [];
  atMost300(operation, input);
  const envelope = await transport.call({
    operation,
    path: address,
    answers: 'written',
    body: { ...how, input },
    write: true,
    records: input.length,
    permission: permissionFor(path, 'Read-Write'),
    names: [path],
    ...(beforeSend ? { beforeSend } : {}),
  });
  return syncResults(operation, envelope, input);
}

function keyOf(path: ObjectPath, input: readonly MarketoRecord[]): 'dedupeFields' | 'idField' {
  return input.every((record) => record[idFieldOf(path)] !== undefined) ? 'idField' : 'dedupeFields';
}

/** The field with Marketo's own id of a record. */
export const idFieldOf = (path: ObjectPath): 'id' | 'marketoGUID' =>
  path === 'companies' || path === 'salespersons' ? 'id' : 'marketoGUID';
