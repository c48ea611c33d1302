import type { Clock } from '../common/clock';
import type { Ledger, Version } from '../common/ledger';
import type { Backup } from './backup';
import { noSuchResource } from './errors';
import { OpenTransactions, type Write } from './open-transactions';
import { defaultOrganisation } from './organisation';
import { deletion, put } from './record';
import { standardTables } from './schema';
import { defaultDataverseSettings } from './settings';
import { TableStore } from './store';
import type { Row, Table } from './types';

/** All tables of the organisation, under one counter of row versions (dataverse-api §12.1). */
export class Database {
  private readonly byName = new Map<string, TableStore>();
  private readonly bySet = new Map<string, TableStore>();
  private undo: (() => void)[] | null = null;
  /** Writes of a transaction that is to stay open. */
  private held: Write[] | null = null;
  /** Transactions that nobody sees the rows of yet. */
  readonly open = new OpenTransactions();
  /** Versions of the open transaction: the ledger is told of them once it is committed. */
  private pending: Version[] = [];
  /** Lookup columns that ever held a value, as `table.column`; the others need no search when a target goes. */
  readonly usedLookups = new Set<string>();
  /** Version below which a table's delta tokens count as expired (settings.expireTokens). */
  readonly expiredBelow = new Map<string, number>();
  /** The last version given out. */
  version = 1_000_000;
  settings = defaultDataverseSettings();
  organisation = defaultOrganisation();
  /** Moves with every change of the schema. */
  schemaVersion = 1;
  /** By name. */
  readonly backups = new Map<string, Backup>();

  constructor(
    readonly clock: Clock,
    private readonly ledger?: Ledger,
  ) {
    for (const table of standardTables()) this.addTable(table);
  }

  addTable(table: Table): TableStore {
    const store = new TableStore(table);
    this.byName.set(table.logicalName, store);
    this.bySet.set(table.setName, store);
    return store;
  }

  dropTable({ logicalName, setName }: Table): void {
    this.byName.delete(logicalName);
    this.bySet.delete(setName);
  }

  /** Puts another state of a table in place of the present one; what differs is told to the ledger. */
  replace(store: TableStore): void {
    const { table } = store;
    const present = this.byName.get(table.logicalName);
    for (const [id, row] of store.rows) {
      const before = present?.get(id);
      if (before !== row && this.ledger) this.note(put(table, id, before, row));
    }
    for (const [id, row] of present?.rows ?? []) {
      if (!store.rows.has(id) && this.ledger) this.note(deletion(table, id, row, this.version));
    }
    this.byName.set(table.logicalName, store);
    this.bySet.set(table.setName, store);
  }

  /** The store of a logical name; throws an Error naming the table where it is unknown. */
  store(logicalName: string): TableStore {
    const store = this.byName.get(logicalName);
    if (!store) throw new Error(`table '${logicalName}' is unknown; use one of ${[...this.byName.keys()].join(', ')}`);
    return store;
  }

  find(logicalName: string): TableStore | undefined {
    return this.byName.get(logicalName);
  }

  findSet(setName: string): TableStore | undefined {
    return this.bySet.get(setName);
  }

  /** The store of an entity set; throws 404 where it is unknown. */
  set(setName: string): TableStore {
    const store = this.bySet.get(setName);
    if (!store) throw noSuchResource(setName);
    return store;
  }

  stores(): IterableIterator<TableStore> {
    return this.byName.values();
  }

  nextVersion(): number {
    this.version += 1;
    return this.version;
  }

  /** Inserts or replaces; takes the row over and gives it its new version, so the caller hands in a fresh object. */
  put(store: TableStore, row: Row): Row {
    row.versionnumber = this.nextVersion();
    const id = row[store.table.primaryId] as string;
    this.open.check(store, id);
    if (this.ledger) this.note(put(store.table, id, store.get(id), row));
    const undo = store.put(id, row);
    this.undo?.push(undo);
    this.held?.push({ store, id, version: row.versionnumber, row });
    return row;
  }

  remove(store: TableStore, id: string): void {
    const version = this.nextVersion();
    this.open.check(store, id);
    if (this.ledger) this.note(deletion(store.table, id, store.get(id), version));
    const undo = store.remove(id, version);
    this.undo?.push(undo);
    this.held?.push({ store, id, version });
  }

  /** Runs `work` (synchronously) all or nothing. */
  transaction<T>(work: () => T): T {
    if (this.undo) return work();
    this.undo = [];
    try {
      const result = work();
      for (const version of this.pending) this.ledger?.version(version);
      return result;
    } catch (error) {
      for (const undo of this.undo.reverse()) undo();
      throw error;
    } finally {
      this.undo = null;
      this.pending = [];
    }
  }

  /** Runs `work` as a transaction that stays open: its rows take their versions and are not seen. Gives its number. */
  hold<T>(work: () => T): { transaction: number; result: T } {
    const undo: (() => void)[] = [];
    const writes: Write[] = [];
    this.undo = undo;
    this.held = writes;
    try {
      const result = work();
      return { transaction: this.open.add({ writes, versions: this.pending }), result };
    } finally {
      for (const back of undo.reverse()) back();
      this.undo = null;
      this.held = null;
      this.pending = [];
    }
  }

  /** Commits an open transaction, or rolls it back; its rows appear with the versions they took when it ran. */
  release(transaction: number, commit: boolean): void {
    const { writes, versions } = this.open.take(transaction);
    if (!commit) return;
    for (const { store, id, version, row } of writes) {
      if (row) store.put(id, row);
      else store.remove(id, version);
    }
    for (const store of new Set(writes.map((write) => write.store))) store.settle();
    for (const version of versions) this.ledger?.version(version);
  }

  /** The version below which no transaction is open. */
  settledVersion(): number {
    const lowest = this.open.lowest();
    return lowest === undefined ? this.version : lowest - 1;
  }

  private note(version: Version): void {
    if (this.undo) this.pending.push(version);
    else this.ledger?.version(version);
  }

  /** Now, as Dataverse writes it: UTC, whole seconds. */
  timestamp(): string {
    return isoSeconds(this.clock.now());
  }

  /** Which of `targets` holds the row `id`. */
  typeOf(id: string, targets: readonly string[]): string | undefined {
    return targets.find((target) => this.byName.get(target)?.rows.has(id));
  }
}

export const isoSeconds = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;
