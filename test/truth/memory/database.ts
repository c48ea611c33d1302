import type { Db } from 'mongodb';
import { MemoryCollection } from './collection';
import type { Document } from './match';

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

  /** All documents, by collection: what `load` takes. */
  dump(): Record<string, Document[]> {
    return Object.fromEntries([...this.#made].map(([name, { documents }]) => [name, [...documents.values()]]));
  }

  load(collections: Readonly<Record<string, readonly Document[]>>): void {
    for (const [name, documents] of Object.entries(collections)) {
      const made = new MemoryCollection(() => this.#before());
      for (const document of documents) made.documents.set(document._id, document);
      this.#made.set(name, made);
    }
  }
}
