import type { Entry } from './entry';
import type { CheckedMap, Labels } from './map';

export { check } from './check';
export type { CallEntry, Entry, RefusalEntry, VersionEntry } from './entry';
export type { CheckedEntity, CheckedLine, CheckedMap, ConflictPolicy, Kind, Labels } from './map';

/** Something the service lists as kept back. */
export interface Exception {
  entity: string;
  /** The row's GUID. */
  id: string;
  /** A field, by its Marketo or Dynamics name; absent: the whole row. */
  field?: string;
  reason: string;
  code?: string;
}

export interface Evidence {
  /** The ledgers, in the order of `seq`. */
  dynamics: Iterable<Entry>;
  marketo: Iterable<Entry>;
  map: CheckedMap;
  labels: Labels;
  parked: Exception[];
  /** `by` of the service in each ledger: `api:<client id>`. */
  service: { dynamics: string; marketo: string };
  /** From this `seq` on nobody edited and everything had had time to settle: no write of the service is due. */
  restSince?: number;
  /** Each `seq` at which the service was stopped or killed: what it had just written may be sent once more after it. */
  interrupted?: readonly number[];
}

/** The promises of DESIGN §1, clauses 1 to 6, as they can be broken. */
export const CLAUSES = ['lost', 'backwards', 'different', 'duplicated', 'echoed', 'wrongly-deleted'] as const;
export type Clause = (typeof CLAUSES)[number];

/** One promise broken. Never holds a value. */
export interface Breach {
  clause: Clause;
  entity: string;
  id: string;
  field?: string;
  seq?: number;
  says: string;
}

export interface Report {
  /** Eligible rows with a counterpart, versions read in both ledgers, fields compared, and fields or rows covered by a listed exception. */
  records: number;
  versions: number;
  fields: number;
  excepted: number;
  breaches: Breach[];
}
