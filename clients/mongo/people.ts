import type { Collection, Db } from 'mongodb';
import { ignoreDuplicateKeys, isDuplicateKey } from './bulk';

/** Which row owns a person: the truth about identity; links follow it. */
export interface Person {
  marketoId: number;
  /** `entity:guid` of the row that writes to it. */
  owner: string;
  /** The row that did before: the lead of a contact that it was qualified into. */
  previous?: string;
}

type PersonDocument = { _id: number; owner: string; previous?: string };

export class People {
  readonly #collection: Collection<PersonDocument>;

  constructor(db: Db) {
    this.#collection = db.collection('people');
  }

  async get(marketoIds: readonly number[]): Promise<Map<number, Person>> {
    if (marketoIds.length === 0) return new Map();
    const documents = await this.#collection.find({ _id: { $in: [...new Set(marketoIds)] } }).toArray();
    return new Map(documents.map(({ _id, ...rest }) => [_id, { marketoId: _id, ...rest }]));
  }

  /** First owners: insert-if-absent. A person that is owned already keeps its owner. */
  async claim(people: readonly { marketoId: number; owner: string }[]): Promise<void> {
    if (people.length === 0) return;
    const documents = people.map(({ marketoId, owner }) => ({ _id: marketoId, owner }));
    await ignoreDuplicateKeys(this.#collection.insertMany(documents, { ordered: false }));
  }

  /** One person, insert-if-absent. @returns the owner that holds now. */
  async claimOne(marketoId: number, owner: string): Promise<string> {
    try {
      await this.#collection.insertOne({ _id: marketoId, owner });
      return owner;
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
      return (await this.#collection.findOne({ _id: marketoId }))?.owner ?? owner;
    }
  }

  /** Takes a claim back that came to nothing: the person is the former owner's again, or nobody's. */
  async release(marketoId: number, owner: string, former: string | undefined): Promise<void> {
    if (former === undefined) await this.#collection.deleteOne({ _id: marketoId, owner });
    else
      await this.#collection.updateOne(
        { _id: marketoId, owner },
        { $set: { owner: former }, $unset: { previous: '' } },
      );
  }

  /** From the lead to the contact that it became: one compare-and-set. @returns whether `to` owns it now. */
  async transfer(marketoId: number, from: string, to: string): Promise<boolean> {
    await this.#collection.updateOne({ _id: marketoId, owner: from }, { $set: { owner: to, previous: from } });
    return (await this.#collection.findOne({ _id: marketoId }))?.owner === to;
  }
}
