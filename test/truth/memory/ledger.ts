import type { CallEntry, Entry, RefusalEntry, VersionEntry } from '../../../checker';
import type { System } from '../step';
import { clock } from './time';

/** What every write moves: a write that changed nothing else shows as `{}`. */
const STAMPS: ReadonlySet<string> = new Set(['versionnumber', 'modifiedon', 'updatedAt', 'createdAt']);

type Values = Readonly<Record<string, unknown>>;
/** Who writes, and by which call of the service's. */
export interface Actor {
  by: string;
  call?: number;
}

type Version = Pick<VersionEntry, 'table' | 'id'> & Partial<Pick<VersionEntry, 'version' | 'into'>>;

/** Everything that happened in both systems, in one order, as the checker takes it (checker/entry.ts). */
export class Ledger {
  readonly entries: Record<System, Entry[]> = { dynamics: [], marketo: [] };
  /** Calls of the service's that were to write. */
  writes = 0;
  seq = 0;

  /** What `load` takes. */
  dump() {
    const { entries, writes, seq } = this;
    return { entries, writes, seq };
  }

  load({ entries, writes, seq }: ReturnType<Ledger['dump']>): void {
    this.entries.dynamics.push(...entries.dynamics);
    this.entries.marketo.push(...entries.marketo);
    Object.assign(this, { writes, seq });
  }

  next(): number {
    this.seq += 1;
    return this.seq;
  }

  /** A committed version; `before` and `after` are undefined where there was or is none. */
  version(system: System, of: Version, actor: Actor, before: Values | undefined, after: Values | undefined): void {
    const kind = before === undefined ? 'create' : after === undefined ? 'delete' : 'update';
    const entry: VersionEntry = {
      kind,
      seq: this.next(),
      at: clock.now(),
      ...of,
      ...actor,
      changes: diff(before, after),
    };
    this.entries[system].push(entry);
  }

  refusal(system: System, refusal: Pick<RefusalEntry, 'table' | 'code' | 'fields' | 'id' | 'key'>, actor: Actor): void {
    this.entries[system].push({ kind: 'refused', seq: this.next(), at: clock.now(), ...actor, ...refusal });
  }

  /** An answer was over its bound, as a fault of the simulators makes it. */
  long(system: System): void {
    this.call(system, {
      seq: this.next(),
      at: clock.now(),
      by: 'api:service',
      status: 200,
      write: false,
      fault: 'oversized',
    });
  }

  call(
    system: System,
    call: Omit<CallEntry, 'kind' | 'ended' | 'endedAt' | 'method' | 'endpoint'> & Partial<Pick<CallEntry, 'endpoint'>>,
  ): void {
    if (call.write) this.writes += 1;
    const times = { ended: this.next(), endedAt: clock.now() };
    this.entries[system].push({ kind: 'call', method: 'POST', endpoint: '', ...times, ...call });
  }
}

function diff(before: Values | undefined, after: Values | undefined): VersionEntry['changes'] {
  const changes: VersionEntry['changes'] = {};
  for (const name of new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])) {
    const [from, to] = [before?.[name] ?? null, after?.[name] ?? null];
    if (from !== to && !STAMPS.has(name)) changes[name] = [from, to];
  }
  return changes;
}
