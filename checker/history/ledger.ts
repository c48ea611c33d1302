import { type Entry, isVersion, type RefusalEntry, type VersionEntry } from '../entry';
import { Calls } from './calls';
import { RecordHistory, type Side, type Version } from './record';

/** What a system stamps on each write: a version that changed nothing else changed nothing. */
const STAMPS = new Set([
  'updatedAt',
  'modifiedon',
  'versionnumber',
  '_modifiedby_value',
  '_modifiedby_type',
  '_modifiedonbehalfby_value',
]);

/** One system's ledger, by table and record. */
export class Ledger {
  readonly tables = new Map<string, Map<string, RecordHistory>>();
  readonly calls = new Calls();
  readonly refusals: RefusalEntry[] = [];
  versions = 0;
  /** Merges under way: what they fill in was the loser's, and is no write of the service's own. */
  private readonly merging = new Set<string>();
  /** The clock of the newest entry. */
  until = 0;

  constructor(
    readonly side: Side,
    private readonly service: string,
    private readonly interest: ReadonlyMap<string, ReadonlySet<string>>,
  ) {}

  read(entries: Iterable<Entry>): this {
    for (const entry of entries) this.add(entry);
    return this;
  }

  table(name: string): ReadonlyMap<string, RecordHistory> {
    return this.tables.get(name) ?? new Map();
  }

  *records(): Generator<RecordHistory> {
    for (const table of this.tables.values()) yield* table.values();
  }

  private add(entry: Entry): void {
    this.until = Math.max(this.until, entry.at);
    if (isVersion(entry)) this.addVersion(entry);
    else if (entry.by !== this.service) return;
    else if (entry.kind === 'call') this.calls.add(entry);
    else this.refusals.push(entry);
  }

  private addVersion(entry: VersionEntry): void {
    this.versions += 1;
    const wanted = this.interest.get(entry.table);
    if (!wanted) return;
    const table = this.tables.get(entry.table) ?? new Map<string, RecordHistory>();
    this.tables.set(entry.table, table);
    const record = table.get(entry.id) ?? new RecordHistory(this.side, entry.table, entry.id);
    table.set(entry.id, record);
    if (entry.into !== undefined) this.merging.add(`${entry.call} ${entry.into}`);
    const filled = entry.kind === 'update' && this.merging.has(`${entry.call} ${entry.id}`);
    record.versions.push({ ...this.shorten(entry, wanted), ...(filled && { ours: false }) });
  }

  private shorten(entry: VersionEntry, wanted: ReadonlySet<string>): Version {
    const changes: Version['changes'] = {};
    let empty = entry.kind === 'update' && entry.into === undefined;
    for (const [name, change] of Object.entries(entry.changes)) {
      if (!STAMPS.has(name)) empty = false;
      if (wanted.has(name)) changes[name] = change;
    }
    return {
      seq: entry.seq,
      at: entry.at,
      kind: entry.kind,
      ours: entry.by === this.service,
      received: entry.call ?? entry.seq,
      ...(entry.call === undefined ? {} : { call: entry.call }),
      ...(entry.into === undefined ? {} : { into: entry.into }),
      empty,
      changes: entry.kind === 'delete' ? {} : changes,
    };
  }
}
