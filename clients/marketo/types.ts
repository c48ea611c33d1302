import type { OnTooLarge } from '../halves';

export type MarketoRecord = Record<string, unknown>;

/** The result of one record, by its place in the request. */
export interface SyncResult {
  status: 'created' | 'updated' | 'deleted' | 'skipped';
  /** Lead, company, sales person: a number; the other objects: `marketoGUID`. Not there when skipped. */
  id?: number | string;
  /** When skipped. `field` is set when the vendor's text names one of the fields that were sent. */
  reasons?: { code: string; field?: string }[];
}

export interface FieldMetadata {
  /** REST name */
  name: string;
  dataType: string;
  length?: number;
  readOnly: boolean;
  crmManaged?: boolean;
}

export interface LeadSyncRequest {
  action: 'createOnly' | 'updateOnly';
  lookupField: string;
  partitionName?: string;
  input: MarketoRecord[];
}

/** Objects with the generic contract of marketo-api §6.1. A custom object is `customobjects/<apiName>`. */
export type ObjectPath =
  | 'companies'
  | 'salespersons'
  | 'opportunities'
  | 'opportunities/roles'
  | `customobjects/${string}`;

export interface Activity {
  /** The key (marketo-api §5.5). */
  marketoGUID: string;
  leadId: number;
  activityDate: string;
  activityTypeId: number;
  /** Only from leadchanges: REST names, values as text. */
  fields: { name: string; newValue: string | null; oldValue: string | null }[];
  attributes: Record<string, unknown>;
}

export interface ActivityPage {
  activities: Activity[];
  /** Always there; the start of the next read. */
  nextPageToken: string;
  moreResult: boolean;
}

export interface CustomObjectField {
  name: string;
  displayName: string;
  dataType: string;
  isDedupeField?: boolean;
  relatedTo?: { name: string; field: string };
}

export interface CustomObjectType {
  /** As created, e.g. `microsoftTeam`. */
  apiName: string;
  displayName: string;
  pluralName: string;
  fields: CustomObjectField[];
}

/** Runs directly before a write is sent, after any wait for the budget; a rejection keeps it from being sent. */
export type BeforeSend = () => Promise<void>;

/** Marketo, one operation a method; each throws ApiError only. At most 300 records a call. */
export interface MarketoClient {
  /** From the host name, or the configured value. */
  munchkinId(): string;
  describeLeads(): Promise<FieldMetadata[]>;
  createLeadFields(
    fields: { name: string; displayName: string; dataType: string; description?: string }[],
  ): Promise<SyncResult[]>;
  /**
   * Persons by one filter field, all pages; `fields` must be named. A 1003 "too many results" is split here, and an answer over its
   * bound; `onTooLarge` gets each value of which one record alone is over it, without it such a record fails the call.
   */
  leadsBy(
    filterType: string,
    values: (string | number)[],
    fields: string[],
    onTooLarge?: OnTooLarge,
  ): Promise<MarketoRecord[]>;
  syncLeads(request: LeadSyncRequest, beforeSend?: BeforeSend): Promise<SyncResult[]>;
  deleteLeads(ids: number[], beforeSend?: BeforeSend): Promise<SyncResult[]>;
  /** Merges at most 25 persons into the winner; the answer says only that it was done. */
  mergeLeads(winner: number, losers: number[], beforeSend?: BeforeSend): Promise<void>;
  /** Ids of a static list's members, a page of 300. */
  listMembers(list: number, nextPageToken?: string): Promise<{ ids: number[]; nextPageToken?: string }>;
  /** `sinceDatetime` → token. */
  pagingToken(since: Date): Promise<string>;
  leadChanges(token: string, fields: string[]): Promise<ActivityPage>;
  deletedLeads(token: string): Promise<ActivityPage>;
  activities(token: string, activityTypeIds: number[]): Promise<ActivityPage>;
  describeObject(path: ObjectPath): Promise<FieldMetadata[]>;
  /** By dedupe field(s): a single-field key by `filterType`, a compound one by POST `_method=GET`. */
  queryObjects(
    path: ObjectPath,
    filterType: string,
    values: (string | number)[] | MarketoRecord[],
    fields: string[],
    onTooLarge?: OnTooLarge,
  ): Promise<MarketoRecord[]>;
  syncObjects(
    path: ObjectPath,
    action: 'createOnly' | 'updateOnly' | 'createOrUpdate',
    input: MarketoRecord[],
    beforeSend?: BeforeSend,
  ): Promise<SyncResult[]>;
  deleteObjects(path: ObjectPath, input: MarketoRecord[], beforeSend?: BeforeSend): Promise<SyncResult[]>;
  /** API names of the approved custom object types, as record calls want them (often with `_c`). */
  customObjects(): Promise<string[]>;
  /** Creates and approves; answers the API name for record calls. Throws `configuration` with code 616 without the entitlement. */
  createCustomObject(type: CustomObjectType): Promise<string>;
  /** Calls counted today. */
  usage(): Promise<number>;
}
