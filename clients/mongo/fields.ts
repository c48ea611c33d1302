import type { Collection, Db } from 'mongodb';
import type { KnownField } from '../../model/field-state';
import { isDuplicateKey } from './bulk';

/** What is remembered of an entity's fields. Moves by compare-and-set: two workers that noticed the same settle it once. */
export interface KnownFields {
  step: number;
  fields: KnownField[];
}

type Document = KnownFields & { _id: string };

export class Fields {
  readonly #collection: Collection<Document>;

  constructor(db: Db) {
    this.#collection = db.collection('fields');
  }

  async get(entity: string): Promise<KnownFields | undefined> {
    const document = await this.#collection.findOne({ _id: entity });
    return document ? { step: document.step, fields: document.fields } : undefined;
  }

  async all(): Promise<Map<string, KnownField[]>> {
    return new Map((await this.#collection.find({}).toArray()).map(({ _id, fields }) => [_id, fields]));
  }

  /** By entity: one that has moved tells a worker to look again. */
  async steps(): Promise<Map<string, number>> {
    const found = this.#collection.find({}).project<Document>({ step: 1 });
    return new Map((await found.toArray()).map(({ _id, step }) => [_id, step]));
  }

  /** @param from the step that the caller has seen; undefined: nothing. @returns false when someone else was first. */
  async put(entity: string, from: number | undefined, fields: readonly KnownField[]): Promise<boolean> {
    if (from !== undefined) {
      const set = { step: from + 1, fields: [...fields] };
      return (await this.#collection.updateOne({ _id: entity, step: from }, { $set: set })).modifiedCount === 1;
    }
    try {
      await this.#collection.insertOne({ _id: entity, step: 0, fields: [...fields] });
      return true;
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
      return false;
    }
  }
}
