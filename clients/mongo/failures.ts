import type { AnyBulkWriteOperation, Collection, Db } from 'mongodb';
import type { Parked } from '../../model/park';
import { ignoreDuplicateKeys } from './bulk';

/** One failure: of a field, of a record, or of a whole entity. Names and codes of ours, never a value, never vendor text. */
export interface Failed extends Partial<Parked> {
  /** `entity:guid`; of an entity or a feed as a whole, only its name. */
  id: string;
  /** `create`, `update` or `delete` of a record; else the activity's name. */
  operation: string;
  /** Of an entity: our own text, as `status` shows it. */
  message?: string;
}

/** The same failure over one day (UTC). */
export interface Failure extends Failed {
  count: number;
  first: Date;
  last: Date;
  /** It went well since. */
  mendedAt?: Date;
}

type FailureDocument = Failure & { _id: string };

/** What is in the way, by which what mends it is found again. `/` parts it from the day: no name has one. */
const placeOf = ({ id, field, operation }: Pick<Failed, 'id' | 'field' | 'operation'>): string =>
  id.includes(':') ? (field === undefined ? id : `${id}:${field}`) : `/${id}:${operation}`;

const dayOf = (at: Date): string => at.toISOString().slice(0, 10);

/** All days and codes of one place; `0` follows `/`. */
const range = (place: string) => ({ $gte: `${place}/`, $lt: `${place}0` });

/**
 * Everything that failed, a document per day, place and code, for the digest (native-sync §5.6, §14 no. 18, 19). What was
 * mended stays, and says so.
 */
export class Failures {
  readonly #collection: Collection<FailureDocument>;

  constructor(db: Db) {
    this.#collection = db.collection('failures');
  }

  async add(failed: readonly Failed[], at = new Date()): Promise<void> {
    const operations = failed.map((one): AnyBulkWriteOperation<FailureDocument> => {
      const _id = `${placeOf(one)}/${dayOf(at)}/${one.reason ?? ''}/${one.code ?? ''}`;
      const update = { $set: { ...one, last: at }, $setOnInsert: { first: at }, $inc: { count: 1 } };
      return { updateOne: { filter: { _id }, update: { ...update, $unset: { mendedAt: '' } }, upsert: true } };
    });
    if (operations.length > 0) await ignoreDuplicateKeys(this.#collection.bulkWrite(operations, { ordered: false }));
  }

  /** It goes well now. */
  async mend(mended: readonly Pick<Failed, 'id' | 'field' | 'operation'>[], at = new Date()): Promise<void> {
    const operations = mended.map((one): AnyBulkWriteOperation<FailureDocument> => {
      const filter = { _id: range(placeOf(one)), mendedAt: { $exists: false } };
      return { updateMany: { filter, update: { $set: { mendedAt: at } } } };
    });
    if (operations.length > 0) await this.#collection.bulkWrite(operations, { ordered: false });
  }

  /** Entities and feeds with a failure that is not mended, as `name:operation`. */
  async openEntities(): Promise<string[]> {
    const found = await this.#collection
      .find({ _id: { $gte: '/', $lt: '0' }, mendedAt: { $exists: false } })
      .project<{ id: string; operation: string }>({ id: 1, operation: 1 })
      .toArray();
    return found.map(({ id, operation }) => `${id}:${operation}`);
  }

  /** What failed, or failed again, within this time; in the order of the ids. */
  async *between(from: Date, to: Date): AsyncGenerator<Failure> {
    const found = this.#collection.find({ last: { $gte: from }, first: { $lt: to } }).sort({ _id: 1 });
    for await (const { _id, ...failure } of found) yield failure;
  }

  /** Of one row, all that is remembered. */
  async of(id: string): Promise<Failure[]> {
    const found = await this.#collection.find({ _id: { $gte: `${id}/`, $lt: `${id};` } }).toArray();
    return found.map(({ _id, ...failure }) => failure);
  }

  async forget(before: Date): Promise<void> {
    await this.#collection.deleteMany({ last: { $lt: before } });
  }
}
