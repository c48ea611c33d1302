import type { Db } from 'mongodb';
import { MemoryCollection } from './collection';

/** A database in memory that outlives the processes that open it. */
export class MemoryDatabase {
  readonly #made = new Map<string, MemoryCollection>();
  #before: () => void = () => undefined;

  /** As a process has it. @param before is called ahead of each of its operations. */
  open(before: () => void): Db {
    this.#before = before;
    const collection = (name: string): MemoryCollection => {
      const known = this.#made.get(name) ?? new MemoryCollection(() => this.#before());
      this.#made.set(name, known);
      return known;
    };
    return { collection } as unknown as Db;
  }
}
