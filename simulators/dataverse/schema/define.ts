import { addColumn, type Column, type ColumnType, type Table } from '../types';
import { defaultOf } from './defaults';
import { optionsOf } from './options';
import { RANGES } from './ranges';

/**
 * Columns are written `name:kind`, where kind is s50 (String, MaxLength 50), m2000 (Memo), i (Integer), n (BigInt),
 * d (Decimal), f (Double), $ (Money), b (Boolean), t (DateTime), D (DateOnly), g (Uniqueidentifier), p (Picklist),
 * state, status, l=a|b (Lookup to a or b), c (Customer), o (Owner); `!` = required, `*` = read-only.
 */
const KINDS: Record<string, ColumnType> = {
  s: 'String',
  m: 'Memo',
  i: 'Integer',
  n: 'BigInt',
  d: 'Decimal',
  f: 'Double',
  $: 'Money',
  b: 'Boolean',
  t: 'DateTime',
  D: 'DateTime',
  g: 'Uniqueidentifier',
  p: 'Picklist',
  state: 'State',
  status: 'Status',
  l: 'Lookup',
  c: 'Customer',
  o: 'Owner',
};

const TARGETS: Partial<Record<ColumnType, string[]>> = {
  Customer: ['account', 'contact'],
  Owner: ['systemuser', 'team'],
};

/** Reads one column of the short form above. */
export function column(table: string, text: string, custom = false): Column {
  const match = /^(\w+):(state|status|[smindfbtDgpco$l])(\d*)(?:=([\w|]+))?([!*]*)$/.exec(text);
  if (!match)
    throw new Error(
      `column '${text}' of ${table} is not in the short form: 'name:kind' with s50, m, i, n, d, f, $, b, t, D, g, p, l=table or c, then ! or *`,
    );
  const [, name, kind, length, targets, marks] = match as unknown as [string, string, string, string, string, string];
  const type = KINDS[kind]!;
  const targetList = targets ? targets.split('|') : TARGETS[type];
  const range = RANGES[`${table}.${name}`];
  const options = ['Picklist', 'State', 'Status', 'Boolean'].includes(type) ? optionsOf(table, name, type) : undefined;
  const preset = custom ? undefined : defaultOf(table, name);
  return {
    name,
    wire: ['Lookup', 'Customer', 'Owner'].includes(type) ? `_${name}_value` : name,
    type,
    readOnly: marks.includes('*'),
    required: marks.includes('!'),
    custom,
    ...(length && { maxLength: Number(length) }),
    ...(kind === 'D' && { dateOnly: true }),
    ...(targetList && { targets: targetList }),
    ...(options && { options }),
    ...(range && { min: range[0], max: range[1] }),
    ...(preset !== undefined && { default: preset }),
  };
}

export interface TableSpec {
  logicalName: string;
  setName: string;
  primaryName: string | null;
  objectTypeCode: number;
  tracked: boolean;
  ownership: Table['ownership'];
  intersect?: boolean;
  custom?: boolean;
  primaryId?: string;
  columns: string;
}

const STAMPS = 'createdon:t* modifiedon:t* createdby:l=systemuser* modifiedby:l=systemuser* versionnumber:n*';
const OWNED =
  'ownerid:o owninguser:l=systemuser* owningteam:l=team* owningbusinessunit:l=businessunit* overriddencreatedon:t importsequencenumber:i';

/** Makes a table with the columns every table has beside its own (dataverse-api §9). */
export function table(spec: TableSpec): Table {
  const primaryId = spec.primaryId ?? `${spec.logicalName}id`;
  const made: Table = {
    logicalName: spec.logicalName,
    setName: spec.setName,
    primaryId,
    primaryName: spec.primaryName,
    objectTypeCode: spec.objectTypeCode,
    custom: spec.custom ?? false,
    intersect: spec.intersect ?? false,
    tracked: spec.tracked,
    ownership: spec.ownership,
    columns: new Map(),
    wire: new Map(),
    keys: [],
  };
  const stamps = spec.intersect ? 'versionnumber:n*' : STAMPS;
  const owned = spec.ownership === 'UserOwned' ? OWNED : '';
  for (const text of `${primaryId}:g! ${spec.columns} ${owned} ${stamps}`.split(/\s+/).filter(Boolean)) {
    addColumn(made, column(spec.logicalName, text, false));
  }
  return made;
}
