import { changes, type Version } from '../common/ledger';
import type { Row, Table } from './types';

/** What every write moves; the ledger's entry says it by itself (version, at, by), so that a write without effect shows as {}. */
const STAMPS: ReadonlySet<string> = new Set(['versionnumber', 'modifiedon', '_modifiedby_value']);

/** A version of a row as the ledger keeps it; the loser of a merge also names the winner. */
export function put(table: Table, id: string, before: Row | undefined, after: Row): Version {
  const lost = after.merged === true && before?.merged !== true && typeof after._masterid_value === 'string';
  return {
    kind: before ? 'update' : 'create',
    table: table.logicalName,
    id,
    version: after.versionnumber as number,
    ...(lost && { into: after._masterid_value as string }),
    changes: changes(before, after, STAMPS),
  };
}

/** The end of a row as the ledger keeps it. */
export function deletion(table: Table, id: string, before: Row | undefined, version: number): Version {
  return { kind: 'delete', table: table.logicalName, id, version, changes: changes(before, undefined, STAMPS) };
}
