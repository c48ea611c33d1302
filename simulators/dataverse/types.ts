export type Value = string | number | boolean | null;

/**
 * A row under the names of the wire (`_ownerid_value` for lookups). The type of a lookup with several targets is kept
 * beside it as `_ownerid_type`, which is never shown as a column. Rows are replaced, never changed in place.
 */
export type Row = Record<string, Value>;

export type ColumnType =
  | 'String'
  | 'Memo'
  | 'Integer'
  | 'BigInt'
  | 'Decimal'
  | 'Double'
  | 'Money'
  | 'Boolean'
  | 'DateTime'
  | 'Uniqueidentifier'
  | 'Lookup'
  | 'Customer'
  | 'Owner'
  | 'Picklist'
  | 'MultiSelect'
  | 'State'
  | 'Status';

export interface Option {
  value: number;
  label: string;
  /** Of a status reason: the state it belongs to. */
  state?: number;
}

export interface Column {
  name: string;
  /** Name in JSON: `_name_value` for lookups, else the name. */
  wire: string;
  type: ColumnType;
  maxLength?: number;
  dateOnly?: boolean;
  targets?: string[];
  options?: Option[];
  readOnly: boolean;
  required: boolean;
  custom: boolean;
  /** Of a number: the range of its metadata; left out = the widest of its type. */
  min?: number;
  max?: number;
  /** What a new row holds where nobody sent a value (write/defaults.ts). */
  default?: Value;
}

/** An alternate key (dataverse-api §5.2); `columns` are logical names. */
export interface AlternateKey {
  name: string;
  columns: string[];
}

export interface Table {
  logicalName: string;
  setName: string;
  primaryId: string;
  primaryName: string | null;
  objectTypeCode: number;
  custom: boolean;
  intersect: boolean;
  /** ChangeTrackingEnabled. */
  tracked: boolean;
  ownership: 'UserOwned' | 'OrganizationOwned' | 'None';
  /** By logical name. */
  columns: Map<string, Column>;
  /** By the name in JSON. */
  wire: Map<string, Column>;
  keys: AlternateKey[];
}

/** Name by which a lookup's target is bound in a payload, e.g. `parentcustomerid_account` (dataverse-api §9.1). */
export function navigationName(column: Column, target: string): string {
  const typed = column.type === 'Customer' || (column.type === 'Lookup' && (column.targets?.length ?? 0) > 1);
  return typed ? `${column.name}_${target}` : column.name;
}

export const isLookup = (column: Column): boolean =>
  column.type === 'Lookup' || column.type === 'Customer' || column.type === 'Owner';

/** Name under which the type of a lookup's row is kept. */
export const typeKey = (column: Column): string => `_${column.name}_type`;

/** Adds a column, or replaces the one of that name. */
export function addColumn(table: Table, column: Column): void {
  table.columns.set(column.name, column);
  table.wire.set(column.wire, column);
}
