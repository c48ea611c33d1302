import type { Clock } from '../common/clock';
import { noSuchResource } from './errors';
import { standardTables } from './schema';
import { TableStore } from './store';
import type { Row, Table } from './types';

/** All tables of the organisation, under one counter of row versions (dataverse-api §12.1). */
export class Database {
  private readonly byName = new Map<string, TableStore>();
  private readonly bySet = new Map<string, TableStore>();
  private undo: (() => void)[] | null = null;
  /** Lookup columns that ever held a value, as `table.column`; the others need no search when a target goes. */
  readonly usedLookups = new Set<string>();
  /** Version below which a table's delta tokens count as expired (settings.expireTokens). */
  readonly expiredBelow = new Map<string, number>();
  /** The last version given out. */
  version = 1_000_000;

  constructor(readonly clock: Clock) {
    for (const table of standardTables()) this.addTable(table);
  }

  addTable(table: Table): TableStore {
    const store = new TableStore(table);
    this.byName.set(table.logicalName, store);
    this.bySet.set(table.setName, store);
    return store;
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
    const undo = store.put(row[store.table.primaryId] as string, row);
    this.undo?.push(undo);
    return row;
  }

  remove(store: TableStore, id: string): void {
    const undo = store.remove(id, this.nextVersion());
    this.undo?.push(undo);
  }

  /** Runs `work` (synchronously) all or nothing. */
  transaction<T>(work: () => T): T {
    if (this.undo) return work();
    this.undo = [];
    try {
      return work();
    } catch (error) {
      for (const undo of this.undo.reverse()) undo();
      throw error;
    } finally {
      this.undo = null;
    }
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
