import { count } from './count';
import { createRows } from './create-rows';
import { duplicates } from './duplicates';
import { follow } from './follow';
import { type DynamicsOptions, settingsOf } from './options';
import { organisation } from './organisation';
import { patch } from './patch';
import { readByIds } from './read-by-ids';
import { readPage } from './read-page';
import { table } from './table';
import { createTransport } from './transport';
import type { DynamicsClient } from './types';

export { DUPLICATE_FOUND } from './codes';
export type { DynamicsCredential, DynamicsOptions } from './options';
export type * from './types';

/**
 * Dynamics by the Dataverse Web API 9.2. One object holds one token, one pool of connections and one governor.
 *
 * @throws ApiError `configuration` for an address or file of certificates that cannot be used
 */
export function createDynamicsClient(options: DynamicsOptions): DynamicsClient {
  const transport = createTransport(settingsOf(options));
  return {
    organisation: () => organisation(transport),
    table: (logicalName) => table(transport, logicalName),
    readPage: (request) => readPage(transport, request),
    follow: (link, pageSize, track) => follow(transport, link, pageSize, track),
    readByIds: (set, idColumn, ids, select, onTooLarge) => readByIds(transport, set, idColumn, ids, select, onTooLarge),
    count: (set) => count(transport, set),
    patch: (patches, detection) => patch(transport, patches, detection),
    create: (rows, detection) => createRows(transport, rows, detection),
    duplicates: (table, values, matching) => duplicates(transport, table, values, matching),
  };
}
