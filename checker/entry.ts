/** What a simulator's ledger holds (docs/simulators.md, Ledger): one entry a line, in the order in which they were written. */
export type Entry = VersionEntry | RefusalEntry | CallEntry;

/** A committed version of a record. */
export interface VersionEntry {
  kind: 'create' | 'update' | 'delete';
  /** Orders everything in both systems. */
  seq: number;
  /** Milliseconds since the epoch, by the simulators' clock. */
  at: number;
  /** Dataverse: logical name. Marketo: leads, companies, salespersons, opportunities, roles, customobjects/<apiName>. */
  table: string;
  /** Lower-case GUID; in Marketo the id or marketoGUID as text. */
  id: string;
  /** `api:<client id>`, `user`, `marketer`, `data` or `system`. */
  by: string;
  /** `seq` of the call that it came by. */
  call?: number;
  /** Dataverse's row version. */
  version?: number;
  /** A merge's winner. */
  into?: string;
  /** Old and new values by wire name; a create's old ones and a delete's new ones are null. Empty: a write that changed nothing. */
  changes: Record<string, [unknown, unknown]>;
}

/** A record that was refused; it never holds a value but the key's. */
export interface RefusalEntry {
  kind: 'refused';
  seq: number;
  at: number;
  table: string;
  id?: string;
  by: string;
  call?: number;
  code: string;
  /** Names of what was sent. */
  fields: string[];
  /** The dedupe value that was sent. */
  key?: string;
}

/** A call, written when it ended. */
export interface CallEntry {
  kind: 'call';
  /** Taken when it was received. */
  seq: number;
  /** Taken when it was answered or died. */
  ended: number;
  at: number;
  endedAt: number;
  by: string;
  method: string;
  /** A template, without values. */
  endpoint: string;
  /** 0: the connection died. */
  status: number;
  code?: string;
  write: boolean;
  /** It was answered with what has changed (a delta, a feed of activities), and not with what is. */
  changes?: true;
  records?: number;
  /** Of a call that failed: the records that it sent or asked for, each by its own id and by the value of the field by which it is found. */
  keys?: string[];
  /** The kind of a fault that was injected. */
  fault?: string;
}

export const isVersion = (entry: Entry): entry is VersionEntry => entry.kind !== 'call' && entry.kind !== 'refused';
