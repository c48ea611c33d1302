import { actor } from './actor';
import type { Clock } from './clock';
import { Journal } from './journal';

export type Values = Readonly<Record<string, unknown>>;

/** Old and new value of each column or field that changed; null where there was or is none. */
export type Changes = Record<string, [unknown, unknown]>;

interface Common {
  /** Orders the entries of all systems. */
  seq: number;
  /** Milliseconds since the epoch by the simulators' clock. */
  at: number;
  by: string;
}

/** One committed version of a record. Values stand under the names of the wire; `{}` = a write that changed nothing. */
export interface VersionEntry extends Common {
  kind: 'create' | 'update' | 'delete';
  /** Dataverse logical name, or in Marketo leads, companies, salespersons, opportunities, roles, customobjects/<name>. */
  table: string;
  /** Lower-case GUID, or Marketo's id or marketoGUID as text. */
  id: string;
  /** `seq` of the call it came by. */
  call?: number;
  /** Dataverse's row version. */
  version?: number;
  /** Where it lost a merge: the winner. */
  into?: string;
  changes: Changes;
}

/** A record that a call was refused for; names only, no values but the key. */
export interface RefusalEntry extends Common {
  kind: 'refused';
  table: string;
  id?: string;
  call?: number;
  code: string;
  /** Names that were sent. */
  fields: string[];
  /** Value sent in the field by which the record is found. */
  key?: string;
}

/** A call of the API, written when it ended, so after its versions; `seq` was taken when it came. */
export interface CallEntry extends Common {
  kind: 'call';
  /** Taken when it was answered or died. */
  ended: number;
  endedAt: number;
  method: string;
  /** Template, without values. */
  endpoint: string;
  /** 0 where the connection died. */
  status: number;
  code?: string;
  write: boolean;
  /** It was answered with what has changed, and not with what is. */
  changes?: true;
  /** How many records it sent. */
  records?: number;
  /** Of a call that failed: the records that it sent or asked for, each by its own id and by the value of the field by which it is found. */
  keys?: string[];
  /** Kind of the injected fault that struck it. */
  fault?: string;
}

export type Entry = VersionEntry | RefusalEntry | CallEntry;

export type Version = Omit<VersionEntry, keyof Common | 'call'>;
export type Refusal = Omit<RefusalEntry, keyof Common | 'call' | 'kind'>;
export type EndedCall = Omit<CallEntry, 'kind' | 'ended' | 'endedAt'>;

/** Everything that happened in one simulated system: versions, refusals, calls. In memory, compressed. */
export interface Ledger {
  /** Notes a version or a refusal, on behalf of whoever is at work. */
  version(version: Version): void;
  refusal(refusal: Refusal): void;
  /** Notes a call that has ended. */
  call(call: EndedCall): void;
  /** Entries as JSON lines, of which `seq` (of calls: `ended`) is above `after`. */
  read(after: number): Iterable<Buffer>;
  /** How much it holds. */
  size(): { entries: number; bytes: number };
  clear(): void;
}

/** Creates an empty ledger; its order is that of the clock, which all systems share. */
export function createLedger(clock: Clock): Ledger {
  const journal = new Journal();
  return {
    version({ kind, ...rest }) {
      const seq = clock.tick();
      journal.append(seq, JSON.stringify({ kind, seq, at: clock.now(), ...actor(), ...rest }));
    },
    refusal(refusal) {
      const seq = clock.tick();
      journal.append(seq, JSON.stringify({ kind: 'refused', seq, at: clock.now(), ...actor(), ...refusal }));
    },
    call({ seq, at, ...rest }) {
      const ended = clock.tick();
      journal.append(ended, JSON.stringify({ kind: 'call', seq, ended, at, endedAt: clock.now(), ...rest }));
    },
    read: (after) => journal.read(after),
    size: () => journal.size,
    clear: () => journal.clear(),
  };
}

/** What differs between two versions of a record, each undefined where there is none; `ignored` names are left out. */
export function changes(before: Values | undefined, after: Values | undefined, ignored?: ReadonlySet<string>): Changes {
  const found: Changes = {};
  for (const name in after) {
    const from = before?.[name] ?? null;
    const to = after[name] ?? null;
    if (from !== to && !ignored?.has(name)) found[name] = [from, to];
  }
  for (const name in before) {
    const from = before[name] ?? null;
    if (from !== null && (after === undefined || !(name in after)) && !ignored?.has(name)) found[name] = [from, null];
  }
  return found;
}
