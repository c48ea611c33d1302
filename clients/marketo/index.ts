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
import { createTransport } from './transport';
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
  return {
    munchkinId: () => munchkinId(settings),
    describeLeads: () => describeLeads(transport),
    createLeadFields: (fields) => createLeadFields(transport, fields),
    leadsBy: (filterType, values, fields, onTooLarge) => leadsBy(transport, filterType, values, fields, onTooLarge),
    syncLeads: (request, beforeSend) => syncLeads(transport, request, beforeSend),
    deleteLeads: (ids, beforeSend) => deleteLeads(transport, ids, beforeSend),
    listMembers: (list, nextPageToken) => listMembers(transport, list, nextPageToken),
    mergeLeads: (winner, losers, beforeSend) => mergeLeads(transport, winner, losers, beforeSend),
    pagingToken: (since) => pagingToken(transport, since),
    leadChanges: (token, fields) => leadChanges(transport, token, fields),
    deletedLeads: (token) => deletedLeads(transport, token),
    activities: (token, activityTypeIds) => activities(transport, token, activityTypeIds),
    describeObject: (path) => describeObject(transport, path),
    queryObjects: (path, filterType, values, fields, onTooLarge) =>
      queryObjects(transport, path, filterType, values, fields, onTooLarge),
    syncObjects: (path, action, input, beforeSend) => syncObjects(transport, path, action, input, beforeSend),
    deleteObjects: (path, input, beforeSend) => deleteObjects(transport, path, input, beforeSend),
    customObjects: () => customObjects(transport),
    createCustomObject: (type) => createCustomObject(transport, type),
    usage: () => usage(transport),
  };
}
