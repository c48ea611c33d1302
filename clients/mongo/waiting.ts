import type { Collection, Db } from 'mongodb';
import { ignoreDuplicateKeys } from './bulk';

/** Who waits for a row that is not in Marketo yet. */
export class Waiting {
  readonly #collection: Collection<{ _id: string; waiters: string[] }>;

  constructor(db: Db) {
    this.#collection = db.collection('waiting');
  }

  /** @param pairs the waiting row and the row it waits for, both as `entity:guid`. */
  async add(pairs: readonly { waiter: string; target: string }[]): Promise<void> {
    if (pairs.length === 0) return;
    const operations = pairs.map(({ waiter, target }) => ({
      updateOne: { filter: { _id: target }, update: { $addToSet: { waiters: waiter } }, upsert: true },
    }));
    await ignoreDuplicateKeys(this.#collection.bulkWrite(operations, { ordered: false }));
  }

  /** What a row waits for: one scan, for reports. */
  async targetsOf(waiter: string): Promise<string[]> {
    return (await this.#collection.find({ waiters: waiter }).toArray()).map(({ _id }) => _id);
  }

  async of(targets: readonly string[]): Promise<Map<string, string[]>> {
    if (targets.length === 0) return new Map();
    const documents = await this.#collection.find({ _id: { $in: [...targets] } }).toArray();
    return new Map(documents.map(({ _id, waiters }) => [_id, waiters]));
  }

  /** Only after the waiters are in their inboxes, and only those: one that came since stays. */
  async remove(target: string, waiters: readonly string[]): Promise<void> {
    await this.#collection.updateOne({ _id: target }, { $pull: { waiters: { $in: [...waiters] } } });
    await this.#collection.deleteOne({ _id: target, waiters: [] });
  }
}
