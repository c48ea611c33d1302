import type { Version } from '../common/ledger';
import { DataverseError } from './errors';
import type { TableStore } from './store';
import type { Row } from './types';

/** One write of an open transaction: a row as it will be, or the version of its deletion. */
export interface Write {
  store: TableStore;
  id: string;
  version: number;
  row?: Row;
}

interface Open {
  writes: readonly Write[];
  /** For the ledger, which is told at the commit. */
  versions: readonly Version[];
}

/**
 * Transactions that have run and are not committed. Their rows have their versions already, so that a commit makes a
 * version visible below others that were visible before: on SQL Server the number is taken by the statement, not by the
 * commit (dataverse-api §4.6).
 */
export class OpenTransactions {
  private readonly open = new Map<number, Open>();
  private count = 0;

  /** Keeps a transaction; gives its number. */
  add(open: Open): number {
    this.count += 1;
    this.open.set(this.count, open);
    return this.count;
  }

  /** Ends a transaction; throws an Error naming the open ones where there is none of that number. */
  take(number: number): Open {
    const found = this.open.get(number);
    if (!found) {
      throw new Error(`transaction ${number} is not open; open are: ${[...this.open.keys()].join(', ') || 'none'}`);
    }
    this.open.delete(number);
    return found;
  }

  /** Forgets all, as when the organisation is restored from a backup. */
  clear(): void {
    this.open.clear();
  }

  get numbers(): number[] {
    return [...this.open.keys()];
  }

  /** The lowest version of an open transaction, or undefined. */
  lowest(): number | undefined {
    let lowest: number | undefined;
    for (const { writes } of this.open.values()) {
      for (const { version } of writes) if (lowest === undefined || version < lowest) lowest = version;
    }
    return lowest;
  }

  /** Throws 500 0x80044151, SQL timeout, where an open transaction holds the row: a writer waits for it in vain. */
  check(store: TableStore, id: string): void {
    for (const { writes } of this.open.values()) {
      if (writes.some((write) => write.store === store && write.id === id)) {
        throw new DataverseError(500, '0x80044151', 'SQL timeout expired.');
      }
    }
  }
}
