import type { ApiError } from '../errors';
import type { OnTooLarge } from '../halves';

/** A row as the Web API returns it: logical names, `_x_value` for lookups, no annotations but the etag's number. */
export type DynamicsRow = Record<string, unknown>;

/** One page of a tracked or untracked read. Exactly one of the two links at most is set. */
export interface DynamicsPage {
  rows: DynamicsRow[];
  /** Ids (lower case) of `$deletedEntity` items. */
  deleted: string[];
  /** Use byte for byte. */
  nextLink?: string;
  deltaLink?: string;
}

export interface ReadPageRequest {
  /** Entity set name, e.g. `contacts`. */
  set: string;
  select: string[];
  /** Ask for change tracking: no filter then (dataverse-api §4.2). */
  track?: boolean;
  filter?: string;
  orderby?: string;
  /** At most 5,000. */
  pageSize: number;
  /** Asks whether the table can be read at all: an operation by itself, so that it is let through while other reads of the table fail (clients/health.ts). */
  probe?: true;
}

export interface TableMetadata {
  logicalName: string;
  entitySetName: string;
  primaryIdAttribute: string;
  changeTrackingEnabled: boolean;
  /** By logical name; lookups as `ownerid`, not `_ownerid_value`. Only columns that can be read. */
  columns: Record<string, ColumnMetadata>;
  /** Logical names of the others: not valid for read, or secured and not ours to read unmasked. Absent: none. */
  unreadable?: string[];
}

export interface ColumnMetadata {
  logicalName: string;
  /** AttributeType: String, Memo, Picklist, State, Status, Boolean, Integer, BigInt, Decimal, Double, Money, DateTime, Lookup, Customer, Owner, Uniqueidentifier, Virtual … */
  type: string;
  /** AttributeTypeName.Value, e.g. MultiSelectPicklistType. */
  typeName?: string;
  maxLength?: number;
  dateOnly?: boolean;
  /** A date-time that each user sees in a zone of their own: an instant, whose day depends on the zone. */
  userLocal?: true;
  /** Option value → label in the organisation's base language. */
  options?: Record<number, string>;
  targets?: string[];
  /** DefaultFormValue of a choice, DefaultValue of a yes/no: what a new row holds that nobody told anything else. */
  default?: number | true;
  validForUpdate: boolean;
  /** Column security may take the right to read it away, without a word in any answer. */
  secured?: true;
}

export interface Organisation {
  organizationId: string;
  /** RetrieveCurrentOrganization: UrlName, and the base URL we called. */
  url: string;
  uniqueName: string;
  /** organizations.createdon */
  createdOn: string;
  /** WhoAmI */
  userId: string;
  /** organizations.expirechangetrackingindays */
  changeTrackingDays: number;
}

/** One conditional update in a `$batch`. */
export interface RowPatch {
  set: string;
  id: string;
  /** The version we read: sent as `If-Match: W/"version"`. Absent: `If-Match: *`. */
  version?: number;
  values: Record<string, unknown>;
}

/** A row to be made under an id of our choice. */
export interface RowCreate {
  set: string;
  id: string;
  values: Record<string, unknown>;
}

/** Whether duplicate-detection rules are asked: said with every write, since the API's own default is not to (dataverse-api §5.3). */
export type DuplicateDetection = 'check' | 'suppress';

/** What the row holds now of the columns that were sent, by logical name, as far as the answer told it. */
export type Held = Record<string, unknown>;

export type CreateOutcome =
  | { status: 'created'; version?: number; held?: Held }
  /** A row of that id is there already. */
  | { status: 'exists' }
  | Extract<PatchOutcome, { status: 'refused' | 'failed' }>;

export type PatchOutcome =
  | { status: 'updated' /** the new versionnumber, where the answer told it */; version?: number; held?: Held }
  | { status: 'conflict' }
  | { status: 'gone' }
  /** `code` such as 0x80044331; `column` when the message names one of the columns we sent. */
  | { status: 'refused'; code: string; column?: string }
  /** Dynamics failed at this row while it answered for others: what came of it is not known. */
  | { status: 'failed'; error: ApiError };

/** Dynamics, one operation a method; each throws ApiError only. */
export interface DynamicsClient {
  organisation(): Promise<Organisation>;
  /**
   * Throws `configuration` with the table's name where there is none.
   *
   * @param details false: which columns can be read now, in one request or two; lengths, options and targets are left out
   */
  table(logicalName: string, details?: boolean): Promise<TableMetadata>;
  readPage(request: ReadPageRequest): Promise<DynamicsPage>;
  /** Follows a nextLink or deltaLink, with `track` one of a tracked read; refuses one of another origin. */
  follow(link: string, pageSize: number, track?: boolean): Promise<DynamicsPage>;
  /**
   * Rows by id, in any order, missing ones left out; any number of ids (asked in chunks). `onTooLarge` gets the id (lower case) of each
   * row that alone is over the bound of an answer; without it such a row fails the call.
   */
  readByIds(
    set: string,
    idColumn: string,
    ids: readonly string[],
    select: string[],
    onTooLarge?: OnTooLarge,
  ): Promise<DynamicsRow[]>;
  count(set: string): Promise<number>;
  /** At most 100 a call; outcomes in the order given. No transaction: each stands for itself. */
  patch(patches: RowPatch[], duplicates: DuplicateDetection): Promise<PatchOutcome[]>;
  /** The same, for rows that must not be there yet. */
  create(rows: RowCreate[], duplicates: DuplicateDetection): Promise<CreateOutcome[]>;
  /** Rows of `matching` that a duplicate-detection rule takes for the same as these values; ids only. */
  duplicates(table: string, values: Record<string, unknown>, matching: string): Promise<string[]>;
}
