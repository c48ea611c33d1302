import type { Binary, Collection, Db } from 'mongodb';
import { isDuplicateKey } from './bulk';
import { bytes } from './bytes';
import type { Sealer } from './sealer';

interface Checkpoint {
  _id: string;
  generation: number;
  /** Moves with every write: what a compare-and-set compares. */
  step: number;
  cursor: Binary | Buffer;
}

export interface Cursor<T> {
  generation: number;
  step: number;
  value: T;
}

/** How far each feed and each import has come. Moves by compare-and-set on (generation, step), after the outcomes. */
export class Checkpoints {
  readonly #collection: Collection<Checkpoint>;

  constructor(
    db: Db,
    readonly sealer: Sealer,
  ) {
    this.#collection = db.collection('checkpoints');
  }

  /** @returns a value of undefined where it is damaged: what the cursor is of has to be read again. @throws UnreadableError under another key */
  async get<T>(id: string): Promise<Cursor<T | undefined> | undefined> {
    const document = await this.#collection.findOne({ _id: id });
    if (!document) return undefined;
    const { generation, step, cursor } = document;
    return { generation, step, value: this.sealer.openWhole<T>(bytes(cursor)) };
  }

  /** Insert if it is absent or damaged: a parent that is started again resumes from what is there. @returns what holds now. */
  async pin<T>(id: string, generation: number, value: T): Promise<Cursor<T>> {
    try {
      await this.#collection.insertOne({ _id: id, generation, step: 0, cursor: this.sealer.seal(value) });
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
      const held = await this.get<T>(id);
      if (held?.value !== undefined && held.generation >= generation) return { ...held, value: held.value };
      const isOld = !held || held.generation < generation;
      const now = isOld ? { generation, step: 0 } : { generation: held.generation, step: held.step + 1 };
      const { modifiedCount } = await this.#collection.updateOne(
        {
          _id: id,
          ...(isOld ? { generation: { $lt: generation } } : { generation: held.generation, step: held.step }),
        },
        { $set: { ...now, cursor: this.sealer.seal(value) } },
      );
      return modifiedCount === 1 ? { ...now, value } : ((await this.get<T>(id)) as Cursor<T>);
    }
    return { generation, step: 0, value };
  }

  /** @returns false when someone else has moved it: the caller's view is stale. */
  async move<T>(id: string, from: Cursor<unknown>, value: T): Promise<boolean> {
    const { modifiedCount } = await this.#collection.updateOne(
      { _id: id, generation: from.generation, step: from.step },
      { $set: { cursor: this.sealer.seal(value), step: from.step + 1 } },
    );
    return modifiedCount === 1;
  }
}
