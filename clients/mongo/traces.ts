import type { Collection, Db } from 'mongodb';
import { ignoreDuplicateKeys } from './bulk';

/** A receipt, and the feed entry (`marketoGUID`) that is its trace. */
export interface Trace {
  receipt: string;
  entry: string;
  /** It starts from what we had read: it takes the place of one that only ends as we wrote. */
  certain: boolean;
}

/** Which feed entry is the trace of which receipt: a receipt matches one, and the same one when the feed repeats itself. */
export class Traces {
  readonly #collection: Collection<{ _id: string; entry: string; at: Date }>;

  constructor(db: Db) {
    this.#collection = db.collection('traces');
  }

  /** Entries by receipt, of those that have been matched. */
  async get(receipts: readonly string[]): Promise<Map<string, string>> {
    if (receipts.length === 0) return new Map();
    const found = await this.#collection.find({ _id: { $in: [...new Set(receipts)] } }).toArray();
    return new Map(found.map(({ _id, entry }) => [_id, entry]));
  }

  async add(traces: readonly Trace[]): Promise<void> {
    if (traces.length === 0) return;
    const at = new Date();
    // Someone may have matched one in the meantime: of two that are not certain, that entry stays.
    const operations = traces.map(({ receipt, entry, certain }) => ({
      updateOne: {
        filter: { _id: receipt },
        update: certain ? { $set: { entry, at } } : { $setOnInsert: { entry, at } },
        upsert: true,
      },
    }));
    await ignoreDuplicateKeys(this.#collection.bulkWrite(operations, { ordered: false }));
  }

  async forget(before: Date): Promise<void> {
    await this.#collection.deleteMany({ at: { $lt: before } });
  }
}
