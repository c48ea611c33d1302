import type { Collection, Db } from 'mongodb';
import { isDuplicateKey } from './bulk';

/** A receipt, and the feed entry (`marketoGUID`) that is its trace. */
export interface Trace {
  receipt: string;
  entry: string;
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
    const documents = traces.map(({ receipt, entry }) => ({ _id: receipt, entry, at }));
    try {
      await this.#collection.insertMany(documents, { ordered: false });
    } catch (error) {
      // Someone matched it in the meantime: that entry stays.
      if (!isDuplicateKey(error)) throw error;
    }
  }

  async forget(before: Date): Promise<void> {
    await this.#collection.deleteMany({ at: { $lt: before } });
  }
}
