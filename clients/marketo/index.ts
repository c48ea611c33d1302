import { readingAnswers } from '../reading';
import { activities, deletedLeads, leadChanges } from './activities';
import { createCustomObject } from './create-custom-object';
import { createLeadFields } from './create-lead-fields';
import { customObjects } from './custom-objects';
import { deleteLeads } from './delete-leads';
import { describeLeads } from './describe-leads';
import { describeObject } from './describe-object';
import { leadsBy } from './leads-by';
import { listMembers } from './list-members';
import { mergeLeads } from './merge-leads';
import { type MarketoOptions, munchkinId, settingsOf } from './options';
import { pagingToken } from './paging-token';
import { queryObjects } from './query-objects';
import { syncLeads } from './sync-leads';
import { createTransport, type Transport, unreadable } from './transport';
import type { MarketoClient } from './types';
import { usage } from './usage';
import { deleteObjects, syncObjects } from './write-objects';

export type { MarketoOptions } from './options';
export type * from './types';

/**
 * Marketo by its REST API. One object holds one token, one pool of connections and one governor.
 *
 * @throws ApiError `configuration` for an address that cannot be used
 */
export function createMarketoClient(options: MarketoOptions): MarketoClient {
  const settings = settingsOf(options);
  const transport = createTransport(settings);
  const reads = <R>(work: (sending: Transport) => Promise<R>): Promise<R> =>
    readingAnswers(transport.call, (call) => work({ ...transport, call }), unreadable);
  return {
    munchkinId: () => munchkinId(settings),
    describeLeads: () => reads((sending) => describeLeads(sending)),
    createLeadFields: (fields) => reads((sending) => createLeadFields(sending, fields)),
    leadsBy: (filterType, values, fields, onTooLarge) =>
      reads((sending) => leadsBy(sending, filterType, values, fields, onTooLarge)),
    syncLeads: (request, beforeSend) => reads((sending) => syncLeads(sending, request, beforeSend)),
    deleteLeads: (ids, beforeSend) => reads((sending) => deleteLeads(sending, ids, beforeSend)),
    listMembers: (list, nextPageToken) => reads((sending) => listMembers(sending, list, nextPageToken)),
    mergeLeads: (winner, losers, beforeSend) => reads((sending) => mergeLeads(sending, winner, losers, beforeSend)),
    pagingToken: (since) => reads((sending) => pagingToken(sending, since)),
    leadChanges: (token, fields) => reads((sending) => leadChanges(sending, token, fields)),
    deletedLeads: (token) => reads((sending) => deletedLeads(sending, token)),
    activities: (token, activityTypeIds) => reads((sending) => activities(sending, token, activityTypeIds)),
    describeObject: (path) => reads((sending) => describeObject(sending, path)),
    queryObjects: (path, filterType, values, fields, onTooLarge) =>
      reads((sending) => queryObjects(sending, path, filterType, values, fields, onTooLarge)),
    syncObjects: (path, action, input, beforeSend) =>
      reads((sending) => syncObjects(sending, path, action, input, beforeSend)),
    deleteObjects: (path, input, beforeSend) => reads((sending) => deleteObjects(sending, path, input, beforeSend)),
    customObjects: () => reads((sending) => customObjects(sending)),
    createCustomObject: (type) => reads((sending) => createCustomObject(sending, type)),
    usage: () => reads((sending) => usage(sending)),
  };
}
