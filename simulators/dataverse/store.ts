import type { Row, Table } from './types';

export interface Change {
  version: number;
  id: string;
}

/**
 * The rows of one table: by id, in order of the primary key (for paging), and as a log of changes in order of the row
 * version (for the delta). An entry of the log counts only while the row still has that version.
 */
export class TableStore {
  readonly rows = new Map<string, Row>();
  private changes: Change[] = [];
  private tombstones: Change[] = [];
  private order: string[] = [];
  private added: string[] = [];
  private gone = 0;

  constructor(readonly table: Table) {}

  get(id: string): Row | undefined {
    return this.rows.get(id);
  }

  /** Inserts or replaces; the row carries its new `versionnumber`. Returns how to undo it. */
  put(id: string, row: Row): () => void {
    const before = this.rows.get(id);
    this.rows.set(id, row);
    if (!before) this.added.push(id);
    this.changes.push({ version: row.versionnumber as number, id });
    if (this.changes.length > 3 * this.rows.size + 1000) this.compact();
    return () => {
      if (before) {
        this.rows.set(id, before);
        this.changes.push({ version: before.versionnumber as number, id });
        this.changes.sort((a, b) => a.version - b.version);
      } else {
        this.rows.delete(id);
        this.gone += 1;
      }
    };
  }

  /** Deletes and leaves a tombstone with its own version. Returns how to undo it. */
  remove(id: string, version: number): () => void {
    const before = this.rows.get(id);
    this.rows.delete(id);
    this.gone += 1;
    const tombstone = { version, id };
    this.tombstones.push(tombstone);
    return () => {
      this.tombstones = this.tombstones.filter((entry) => entry !== tombstone);
      if (before) this.put(id, before);
      this.changes.sort((a, b) => a.version - b.version);
    };
  }

  /** Ids in order of the primary key; may hold ids that are gone, which the reader skips. */
  sortedIds(): readonly string[] {
    if (this.added.length > 0) {
      this.order = merge(this.order, [...new Set(this.added)].sort());
      this.added = [];
    }
    if (this.gone > this.rows.size / 2 + 100) {
      this.order = this.order.filter((id) => this.rows.has(id));
      this.gone = 0;
    }
    return this.order;
  }

  /** Index of the first sorted id after `id`. */
  indexAfter(id: string | null): number {
    if (id === null) return 0;
    return lowerBound(this.sortedIds(), (candidate) => candidate > id);
  }

  /** Rows whose version is above `version`, lowest first, at most `limit`. */
  changedSince(version: number, limit: number): Row[] {
    const found: Row[] = [];
    for (let at = lowerBound(this.changes, (c) => c.version > version); at < this.changes.length; at += 1) {
      const change = this.changes[at]!;
      const row = this.rows.get(change.id);
      if (row?.versionnumber !== change.version || found.at(-1) === row) continue;
      found.push(row);
      if (found.length === limit) break;
    }
    return found;
  }

  /** Deletions above `version`, lowest first, at most `limit`; an id that is back counts as not deleted. */
  deletedSince(version: number, limit: number): Change[] {
    const found: Change[] = [];
    for (let at = lowerBound(this.tombstones, (c) => c.version > version); at < this.tombstones.length; at += 1) {
      const change = this.tombstones[at]!;
      if (this.rows.has(change.id)) continue;
      found.push(change);
      if (found.length === limit) break;
    }
    return found;
  }

  /** A copy that later writes to this one leave alone; rows are shared, since they are never changed in place. */
  clone(table: Table): TableStore {
    const copy = new TableStore(table);
    for (const [id, row] of this.rows) copy.rows.set(id, row);
    copy.changes = this.changes.slice();
    copy.tombstones = this.tombstones.slice();
    copy.order = this.order.slice();
    copy.added = this.added.slice();
    copy.gone = this.gone;
    return copy;
  }

  /** After writes with versions below others: both logs in order again. */
  settle(): void {
    this.changes.sort((a, b) => a.version - b.version);
    this.tombstones.sort((a, b) => a.version - b.version);
  }

  private compact(): void {
    this.changes = this.changes.filter((change) => this.rows.get(change.id)?.versionnumber === change.version);
  }
}

function lowerBound<T>(sorted: readonly T[], isAfter: (item: T) => boolean): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isAfter(sorted[middle]!)) high = middle;
    else low = middle + 1;
  }
  return low;
}

function merge(left: string[], right: string[]): string[] {
  if (left.length === 0) return right;
  const merged: string[] = [];
  let i = 0;
  let j = 0;
  while (i < left.length || j < right.length) {
    const a = left[i];
    const b = right[j];
    if (b === undefined || (a !== undefined && a <= b)) {
      merged.push(a!);
      i += 1;
      if (a === b) j += 1;
    } else {
      merged.push(b);
      j += 1;
    }
  }
  return merged;
}
