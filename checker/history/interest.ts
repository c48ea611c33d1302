import type { CheckedMap } from '../map';

/** Columns and fields that decide something besides being mapped. */
const ALWAYS_DYNAMICS = [
  'applicationid',
  'accessmode',
  'teamtype',
  'statecode',
  'merged',
  '_masterid_value',
  'emailaddress1',
  '_ownerid_value',
  '_ownerid_type',
  '_originatingleadid_value',
  '_parentcustomerid_value',
  '_parentcustomerid_type',
  '_parentaccountid_value',
];
const ROLE_SOURCES = ['customerid', 'parentcontactid', 'record1id', 'record2id', 'record2roleid'];
const ALWAYS_MARKETO = [
  'microsoftId',
  'microsoftType',
  'microsoftIsDeleted',
  'email',
  'externalCompanyId',
  'leadId',
  'companyId',
  'teamId',
  'externalOpportunityId',
  'role',
  'isPrimary',
];

/** The names of a lookup's value and type as the wire has them. */
export const wire = (column: string): string => `_${column}_value`;
export const wireType = (column: string): string => `_${column}_type`;

export interface Interest {
  dynamics: ReadonlyMap<string, ReadonlySet<string>>;
  marketo: ReadonlyMap<string, ReadonlySet<string>>;
}

/** Which fields of which tables matter: a ledger holds many more, and all of it is in memory at once. */
export function interestOf(map: CheckedMap): Interest {
  const dynamics = new Map<string, Set<string>>();
  const marketo = new Map<string, Set<string>>();
  const add = (into: Map<string, Set<string>>, table: string, names: readonly string[]) => {
    const known = into.get(table) ?? new Set<string>();
    for (const name of names) known.add(name);
    into.set(table, known);
  };
  const lookups = ROLE_SOURCES.flatMap((name) => [wire(name), wireType(name)]);
  for (const { name, object, key, lines, join, belongsTo } of map.entities) {
    add(dynamics, name, [...ALWAYS_DYNAMICS, ...lookups, map.filterColumn]);
    for (const { column, kind, joined } of lines) {
      const names = kind === 'lookup' ? [wire(column), wireType(column)] : [column];
      add(dynamics, joined && join ? join.table : name, names);
    }
    if (belongsTo) add(dynamics, name, [wire(belongsTo.column), wireType(belongsTo.column)]);
    if (join) add(dynamics, name, [join.by]);
    add(marketo, object, [...ALWAYS_MARKETO, key, ...lines.map(({ field }) => field)]);
  }
  add(dynamics, 'connectionrole', ['name']);
  if (map.personTeam) add(marketo, map.personTeam, ALWAYS_MARKETO);
  return { dynamics, marketo };
}
