import type { Entry } from './entry';
import type { CheckedMap, Labels } from './map';

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
