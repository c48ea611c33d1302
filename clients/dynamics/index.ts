import { kept } from '../keep';
import { readingAnswers } from '../reading';
import { count } from './count';
import { createRows } from './create-rows';
import { duplicates } from './duplicates';
import { follow } from './follow';
import { type DynamicsOptions, settingsOf } from './options';
import { organisation, userId } from './organisation';
import { patch } from './patch';
import { readByIds } from './read-by-ids';
import { readPage } from './read-page';
import { table } from './table';
import { createTransport, sendingBy, type Transport, unreadable } from './transport';
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
  const reads = <R>(work: (sending: Transport) => Promise<R>): Promise<R> =>
    readingAnswers(
      transport.send,
      (send) => work(sendingBy(transport, send)),
      ({ operation }) => unreadable(operation, 200, 'UNREADABLE'),
    );
  const user = kept(() => reads(userId));
  return {
    organisation: () => reads((sending) => organisation(sending)),
    table: (logicalName, details) => reads((sending) => table(sending, logicalName, user, details)),
    readPage: (request) => reads((sending) => readPage(sending, request)),
    follow: (link, pageSize, track) => reads((sending) => follow(sending, link, pageSize, track)),
    readByIds: (set, idColumn, ids, select, onTooLarge) =>
      reads((sending) => readByIds(sending, set, idColumn, ids, select, onTooLarge)),
    count: (set) => reads((sending) => count(sending, set)),
    patch: (patches, detection) => reads((sending) => patch(sending, patches, detection)),
    create: (rows, detection) => reads((sending) => createRows(sending, rows, detection)),
    duplicates: (table, values, matching) => reads((sending) => duplicates(sending, table, values, matching)),
  };
}
