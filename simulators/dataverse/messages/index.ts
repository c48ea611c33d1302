import type { ApiResponse, Context } from '../context';
import { noSuchResource } from '../errors';
import type { TableStore } from '../store';
import { type RowKey, rowOf } from '../web/key';
import { loseOpportunity, winOpportunity } from './close-opportunity';
import { retrieveTotalRecordCount } from './counts';
import { retrieveDuplicates } from './duplicates';
import { retrieveCurrentOrganization, retrieveVersion, whoAmI } from './identity';
import { addMembers, removeMembers } from './members';
import { merge } from './merge';
import { createMultiple, updateMultiple, upsertMultiple } from './multiple';
import { qualifyLead } from './qualify-lead';

export interface Message {
  method: 'GET' | 'POST';
  /** `argument` is what stands in the parentheses. */
  run: (context: Context, argument: string) => ApiResponse;
}

/** Functions and actions that are bound to nothing, by name (dataverse-api §5.7, §12.8). */
export const MESSAGES: Readonly<Record<string, Message>> = {
  WhoAmI: { method: 'GET', run: whoAmI },
  RetrieveVersion: { method: 'GET', run: retrieveVersion },
  RetrieveCurrentOrganization: { method: 'GET', run: retrieveCurrentOrganization },
  RetrieveDuplicates: { method: 'GET', run: retrieveDuplicates },
  RetrieveTotalRecordCount: { method: 'GET', run: retrieveTotalRecordCount },
  Merge: { method: 'POST', run: merge },
  WinOpportunity: { method: 'POST', run: winOpportunity },
  LoseOpportunity: { method: 'POST', run: loseOpportunity },
};

/** Actions bound to a row, as `table.action`. */
const OF_ROWS: Readonly<Record<string, (context: Context, id: string) => ApiResponse>> = {
  'lead.QualifyLead': qualifyLead,
  'team.AddMembersTeam': addMembers,
  'team.RemoveMembersTeam': removeMembers,
};

/** Actions bound to an entity set. */
const OF_SETS: Readonly<Record<string, (context: Context, store: TableStore) => ApiResponse>> = {
  CreateMultiple: createMultiple,
  UpdateMultiple: updateMultiple,
  UpsertMultiple: upsertMultiple,
};

const NAMESPACE = 'Microsoft.Dynamics.CRM.';

export const isAction = (segment: string): boolean => segment.startsWith(NAMESPACE);

/** `POST {set}(key)/Microsoft.Dynamics.CRM.{action}`; throws 404 where the table has no such action. */
export function rowAction(context: Context, store: TableStore, key: RowKey, segment: string): ApiResponse {
  const run = OF_ROWS[`${store.table.logicalName}.${segment.replace(NAMESPACE, '')}`];
  if (!run) throw noSuchResource(segment);
  return run(context, rowOf(store, key)[store.table.primaryId] as string);
}

/** `POST {set}/Microsoft.Dynamics.CRM.{action}`; throws 404 where there is no such action. */
export function setAction(context: Context, store: TableStore, segment: string): ApiResponse {
  const run = OF_SETS[segment.replace(NAMESPACE, '')];
  if (!run) throw noSuchResource(segment);
  return run(context, store);
}
