import type { Db } from 'mongodb';
import { type Before, MemoryCollection } from './collection';
import type { Document } from './match';

/** A database in memory that outlives the processes that open it. */
export class MemoryDatabase {
  readonly #documents = new Map<string, MemoryCollection['documents']>();

  /** As one process has it: several may be open at once. @param before is called ahead of each of its operations. */
  open(before: Before): Db {
    const collection = (name: string): MemoryCollection => {
      const documents = this.#documents.get(name) ?? new Map();
      this.#documents.set(name, documents);
      return new MemoryCollection(documents, before);
    };
    const collections = async () => [...this.#documents.keys()].map((collectionName) => ({ collectionName }));
    const dropDatabase = async () => this.#documents.clear();
    return { collection, collections, dropDatabase } as unknown as Db;
  }

  /** All documents, by collection: what `load` takes. */
  dump(): Record<string, Document[]> {
    return Object.fromEntries([...this.#documents].map(([name, documents]) => [name, [...documents.values()]]));
  }

  load(collections: Readonly<Record<string, readonly Document[]>>): void {
    for (const [name, documents] of Object.entries(collections)) {
      this.#documents.set(name, new Map(documents.map((document) => [document._id, document])));
    }
  }
}
