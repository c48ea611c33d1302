import type { Collection, Db } from 'mongodb';
import { ignoreDuplicateKeys, isDuplicateKey } from './bulk';
import { notLaterThan } from './epoch';

/** Which row owns a person: the truth about identity; links follow it. */
export interface Person {
  marketoId: number;
  /** `entity:guid` of the row that writes to it. */
  owner: string;
  /** The row that did before: the lead of a contact that it was qualified into. */
  previous?: string;
}

/** `epoch`: of the attempt that gave the person to its owner, or met it as that one's. */
type PersonDocument = { _id: number; owner: string; previous?: string; epoch?: number };

export class People {
  readonly #collection: Collection<PersonDocument>;

  constructor(db: Db) {
    this.#collection = db.collection('people');
  }

  async get(marketoIds: readonly number[]): Promise<Map<number, Person>> {
    if (marketoIds.length === 0) return new Map();
    const documents = await this.#collection.find({ _id: { $in: [...new Set(marketoIds)] } }).toArray();
    return new Map(documents.map(({ _id, epoch: _epoch, ...rest }) => [_id, { marketoId: _id, ...rest }]));
  }

  /** First owners: insert-if-absent. A person that is owned already keeps its owner. */
  async claim(people: readonly { marketoId: number; owner: string }[], epoch: number): Promise<void> {
    if (people.length === 0) return;
    const documents = people.map(({ marketoId, owner }) => ({ _id: marketoId, owner, epoch }));
    await ignoreDuplicateKeys(this.#collection.insertMany(documents, { ordered: false }));
  }

  /** One person, insert-if-absent; one that is this owner's already is so by this attempt. @returns the owner that holds now. */
  async claimOne(marketoId: number, owner: string, epoch: number): Promise<string> {
    try {
      await this.#collection.insertOne({ _id: marketoId, owner, epoch });
      return owner;
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
      await this.#collection.updateOne({ _id: marketoId, owner }, { $max: { epoch } });
      return (await this.#collection.findOne({ _id: marketoId }))?.owner ?? owner;
    }
  }

  /** Takes a claim back that came to nothing: the person is the former owner's again, or nobody's. */
  async release(marketoId: number, owner: string, former: string | undefined, epoch: number): Promise<void> {
    const claimed = { _id: marketoId, owner, epoch: notLaterThan(epoch) };
    if (former === undefined) await this.#collection.deleteOne(claimed);
    else await this.#collection.updateOne(claimed, { $set: { owner: former, epoch }, $unset: { previous: '' } });
  }

  /** From the lead to the contact that it became: one compare-and-set. @returns whether `to` owns it now. */
  async transfer(marketoId: number, from: string, to: string, epoch: number): Promise<boolean> {
    await this.#collection.updateOne(
      { _id: marketoId, owner: from, epoch: notLaterThan(epoch) },
      { $set: { owner: to, previous: from, epoch } },
    );
    return (await this.#collection.findOne({ _id: marketoId }))?.owner === to;
  }
}
