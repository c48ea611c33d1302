import type { AnyBulkWriteOperation, Collection, Db } from 'mongodb';

/** What Marketo's feeds told of a person. */
export interface Hint {
  marketoId: number;
  /** It was deleted, or merged into another one; absent: it was edited. */
  lost?: true;
  into?: number;
  /** Another one was merged into it. */
  filled?: true;
}

type HintDocument = Omit<Hint, 'marketoId'> & { _id: number; at: Date };

/**
 * Hints for people that no row owns yet, without their values. The poll adds a hint and then looks once more who owns the person; the
 * writer claims the person and then looks for hints: whichever comes second sees the other (activities/hints.ts).
 */
export class Unowned {
  readonly #collection: Collection<HintDocument>;

  constructor(db: Db) {
    this.#collection = db.collection('unowned');
  }

  async add(hints: readonly Hint[]): Promise<void> {
    if (hints.length === 0) return;
    const at = new Date();
    const operations = hints.map(({ marketoId, ...told }): AnyBulkWriteOperation<HintDocument> => {
      const update = { $set: { at, ...told } };
      return { updateOne: { filter: { _id: marketoId }, update, upsert: true } };
    });
    await this.#collection.bulkWrite(operations, { ordered: false });
  }

  /** Of these people, the hints that there are. */
  async of(marketoIds: readonly number[]): Promise<(Hint & { at: Date })[]> {
    if (marketoIds.length === 0) return [];
    const found = await this.#collection.find({ _id: { $in: [...marketoIds] } }).toArray();
    return found.map(({ _id, ...told }) => ({ marketoId: _id, ...told }));
  }

  /** Hints that are in an inbox now; one that came since stays. */
  async remove(hints: readonly (Hint & { at: Date })[]): Promise<void> {
    if (hints.length === 0) return;
    const operations = hints.map(({ marketoId, at }) => ({ deleteOne: { filter: { _id: marketoId, at } } }));
    await this.#collection.bulkWrite(operations, { ordered: false });
  }

  async forget(before: Date): Promise<void> {
    await this.#collection.deleteMany({ at: { $lt: before } });
  }
}
