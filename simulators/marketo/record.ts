import { changes, type Values, type Version } from '../common/ledger';

/** Names of the ledger for the types that are not custom objects. */
const TABLES: Readonly<Record<string, string>> = {
  Company: 'companies',
  'Sales Person': 'salespersons',
  opportunity: 'opportunities',
  opportunityRole: 'roles',
};

/** The name under which the ledger keeps records of an object type. */
export function tableOf(type: { name: string }): string {
  return TABLES[type.name] ?? `customobjects/${type.name}`;
}

/** A version of a record as the ledger keeps it; `into` where it lost a merge. */
export function version(
  table: string,
  id: string | number,
  before: Values | undefined,
  after: Values | undefined,
  into?: number,
): Version {
  return {
    kind: before === undefined ? 'create' : after === undefined ? 'delete' : 'update',
    table,
    id: String(id),
    ...(into !== undefined && { into: String(into) }),
    changes: changes(before, after),
  };
}
