/** The field map and the policies, as data: what the checker is told, so that it needs none of the service's code. */
export interface CheckedMap {
  entities: CheckedEntity[];
  /** What an unlinked row does about a person with the same e-mail. */
  adoption: 'adopt' | 'create' | 'park';
  /** Column whose `false` freezes a row. */
  filterColumn: string;
  /** Whether `parentcontactid` makes a role. */
  parentContactRoles: boolean;
  /** The company to which people go whose account was cleared. */
  placeholderCompany: string;
  /** Ledger table of the custom object that leads from a person to its owning team; its key holds the person's GUID. */
  personTeam?: string;
}

export interface CheckedEntity {
  /** Dataverse's logical name. */
  name: string;
  kind: 'person' | 'object' | 'roles';
  /** Table in Marketo's ledger: `leads`, `companies`, `customobjects/microsoftTeam_c`, `roles`… */
  object: string;
  /** Marketo field that holds the row's GUID (`microsoftId`, `externalCompanyId`…). */
  key: string;
  /** Persons only: what `microsoftType` says. */
  type?: 'Lead' | 'Contact';
  lines: CheckedLine[];
  whenDeleted: 'flag' | 'delete' | 'ignore';
  /** Make a record again that was deleted in Marketo. Default: no. */
  resurrect?: boolean;
  /** Who wins a field that both sides changed, consent aside. */
  winner: 'dynamics' | 'marketo';
  /** A custom object's owner, by this lookup column: a person, a company, or the owner of another custom row; the record links to it by `link`. */
  belongsTo?: { column: string; entity: string; link: 'leadId' | 'companyId' };
  /** Columns that come from another table, by this column's id (a membership's user). */
  join?: { table: string; by: string };
  /** How long a change may wait before it is looked at (memberships are read whole now and then): younger ones are not due yet. Default: 0. */
  settleSeconds?: number;
}

export const CONFLICT_POLICIES = ['dynamics', 'marketo', 'newest', 'non-empty', 'most-restrictive', 'ask'] as const;
export type ConflictPolicy = (typeof CONFLICT_POLICIES)[number];

export const KINDS = ['text', 'email', 'id', 'flag', 'number', 'date', 'time', 'option', 'options', 'lookup'] as const;
export type Kind = (typeof KINDS)[number];

export interface CheckedLine {
  /** Logical name: a lookup's value is found as `_<column>_value` and its target's table as `_<column>_type`. */
  column: string;
  /** Marketo's REST name. */
  field: string;
  direction: 'both' | 'to-marketo' | 'to-dynamics';
  kind: Kind;
  /** `true` is the restrictive value and wins. */
  consent?: boolean;
  /** Who wins where both sides changed it; default: the entity's winner, and for consent the restrictive value. */
  conflict?: ConflictPolicy;
  /** Lookups: table of the target. */
  references?: string;
  /** A company's field: judged only while the person has no company. */
  ofCompany?: boolean;
  /** What Marketo's field and Dynamics' column can hold, in characters: parking for length is judged by them. */
  fieldLength?: number;
  columnLength?: number;
  /** A text area's length is in bytes (marketo-api §4.1). */
  inBytes?: true;
  /** Of an instant that Marketo keeps as a day: the zone whose days count. */
  timeZone?: string;
  /** The column is the joined table's. */
  joined?: boolean;
  /** The Marketo field is an integer, or the Dynamics column: decimals and large numbers are refused. */
  integer?: boolean;
  /** As the entity's, for this field. */
  settleSeconds?: number;
}

/** Option labels in the organisation's base language: table → column → value → label. */
export type Labels = Record<string, Record<string, Record<string, string>>>;
