import { randomUUID } from 'node:crypto';
import type { Database } from '../database';
import type { TableStore } from '../store';
import type { Row, Value } from '../types';

const CODES: Record<string, number> = { account: 1, contact: 2, opportunity: 3, lead: 4, systemuser: 8, team: 9 };
const code = (type: Value | undefined): Value => (typeof type === 'string' ? (CODES[type] ?? null) : null);

/** A connection is stored as a pair: the master as made, and its mirror (dataverse-api §9.5). Gives the master. */
export function mirrorConnection(database: Database, store: TableStore, master: Row): Row {
  const mirrorId = randomUUID();
  const swapped: Row = {
    ...master,
    connectionid: mirrorId,
    ismaster: false,
    _relatedconnectionid_value: master.connectionid!,
    _record1id_value: master._record2id_value ?? null,
    _record1id_type: master._record2id_type ?? null,
    _record2id_value: master._record1id_value ?? null,
    _record2id_type: master._record1id_type ?? null,
    _record1roleid_value: master._record2roleid_value ?? null,
    _record2roleid_value: master._record1roleid_value ?? null,
  };
  database.put(store, withCodes(swapped));
  return database.put(store, withCodes({ ...master, ismaster: true, _relatedconnectionid_value: mirrorId }));
}

/** The read-only type codes of both ends. */
export function withCodes(row: Row): Row {
  return {
    ...row,
    record1objecttypecode: code(row._record1id_type),
    record2objecttypecode: code(row._record2id_type),
  };
}
