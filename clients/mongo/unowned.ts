import type { Collection, Db } from 'mongodb';

/** Hints for persons that no row owns yet, by id only: whoever links the person looks here before and after. */
export class Unowned {
  readonly #collection: Collection<{ _id: number; at: Date }>;

  constructor(db: Db) {
    this.#collection = db.collection('unowned');
  }

  async add(marketoIds: readonly number[]): Promise<void> {
    if (marketoIds.length === 0) return;
    const at = new Date();
    await this.#collection.bulkWrite(
      marketoIds.map((id) => ({ updateOne: { filter: { _id: id }, update: { $set: { at } }, upsert: true } })),
      { ordered: false },
    );
  }

  /** Of these persons, those with a hint; the hints are gone afterwards. */
  async take(marketoIds: readonly number[]): Promise<number[]> {
    if (marketoIds.length === 0) return [];
    const found = (await this.#collection.find({ _id: { $in: [...marketoIds] } }).toArray()).map(({ _id }) => _id);
    if (found.length > 0) await this.#collection.deleteMany({ _id: { $in: found } });
    return found;
  }

  async forget(before: Date): Promise<void> {
    await this.#collection.deleteMany({ at: { $lt: before } });
  }
}
