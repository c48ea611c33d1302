import type { Collection, Db } from 'mongodb';

/** The right to write to one Marketo object: one attempt at a time holds the current epoch. */
export class Writers {
  readonly #collection: Collection<{ _id: string; epoch: number }>;

  constructor(db: Db) {
    this.#collection = db.collection('writers');
  }

  /**
   * Taken at the start of every attempt. Bumping always, and not only on a retry, costs one compare-and-set a unit
   * and also shuts out the activity of a parent that was terminated and started anew.
   */
  async take(object: string): Promise<number> {
    const document = await this.#collection.findOneAndUpdate(
      { _id: object },
      { $inc: { epoch: 1 } },
      { upsert: true, returnDocument: 'after' },
    );
    return document?.epoch ?? 1;
  }

  async holds(object: string, epoch: number): Promise<boolean> {
    return (await this.#collection.findOne({ _id: object }))?.epoch === epoch;
  }
}
