import { MongoBulkWriteError, MongoServerError } from 'mongodb';
import { type Document, type Filter, matches, operatorsOf } from './match';
import { begunBy, copy, type Update, updated } from './update';

interface Upsert {
  upsert?: boolean;
}
type Operation =
  | { updateOne: { filter: Filter; update: Update } & Upsert }
  | { replaceOne: { filter: Filter; replacement: object } & Upsert }
  | { updateMany: { filter: Filter; update: Update } }
  | { deleteOne: { filter: Filter } };

const DUPLICATE = 11_000;
const compared = (a: string | number, b: string | number) => (a < b ? -1 : a > b ? 1 : 0);
const inOrder = (a: Document, b: Document) => compared(a._id, b._id);

/** A collection in memory, with the operations that clients/mongo uses and the driver's errors. */
export class MemoryCollection {
  readonly documents = new Map<string | number, Document>();

  /** @param before is called ahead of every operation, and may throw in its place. */
  constructor(private readonly before: () => void) {}

  async findOne(filter: Filter): Promise<Document | null> {
    this.before();
    return copy(this.#first(filter) ?? null);
  }

  find(filter: Filter = {}): Found {
    return new Found(() => {
      this.before();
      return this.#all(filter);
    });
  }

  async countDocuments(filter: Filter = {}): Promise<number> {
    this.before();
    return this.#all(filter).length;
  }

  async insertOne(document: Document): Promise<void> {
    this.before();
    this.#insert(document);
  }

  async insertMany(documents: readonly Document[]): Promise<void> {
    this.before();
    this.#each(documents, (document) => this.#insert(document));
  }

  async updateOne(filter: Filter, update: Update, options: Upsert = {}) {
    this.before();
    return this.#updateOne({ filter, update, ...options });
  }

  async updateMany(filter: Filter, update: Update): Promise<void> {
    this.before();
    this.#updateMany(filter, update);
  }

  async findOneAndUpdate(
    filter: Filter,
    update: Update,
    options: Upsert & { returnDocument?: 'after' } = {},
  ): Promise<Document | null> {
    this.before();
    const found = this.#first(filter);
    this.#updateOne({ filter, update, ...options });
    if (options.returnDocument !== 'after') return copy(found ?? null);
    return copy(this.#first(found ? { _id: found._id } : filter) ?? null);
  }

  async replaceOne(filter: Filter, replacement: object, options: Upsert = {}): Promise<void> {
    this.before();
    this.#replaceOne({ filter, replacement, ...options });
  }

  async bulkWrite(operations: readonly Operation[]): Promise<void> {
    this.before();
    this.#each(operations, (operation) => {
      if ('updateOne' in operation) this.#updateOne(operation.updateOne);
      else if ('updateMany' in operation) this.#updateMany(operation.updateMany.filter, operation.updateMany.update);
      else if ('replaceOne' in operation) this.#replaceOne(operation.replaceOne);
      else if ('deleteOne' in operation) this.#remove(this.#first(operation.deleteOne.filter));
      else throw new Error(`the memory database knows no ${Object.keys(operation).join()} in a bulk`);
    });
  }

  async deleteOne(filter: Filter): Promise<void> {
    this.before();
    this.#remove(this.#first(filter));
  }

  async deleteMany(filter: Filter): Promise<void> {
    this.before();
    for (const document of this.#all(filter)) this.#remove(document);
  }

  #remove(document: Document | undefined): void {
    if (document) this.documents.delete(document._id);
  }

  #insert(document: Document): void {
    if (this.documents.has(document._id))
      throw new MongoServerError({ message: 'E11000 duplicate key', code: DUPLICATE });
    this.documents.set(document._id, copy(document));
  }

  #updateMany(filter: Filter, update: Update): void {
    for (const document of this.#all(filter)) this.documents.set(document._id, updated(document, update, false));
  }

  #updateOne({ filter, update, upsert = false }: { filter: Filter; update: Update } & Upsert) {
    const found = this.#first(filter);
    if (found) this.documents.set(found._id, updated(found, update, false));
    else if (upsert) this.#insert(updated(begunBy(filter), update, true));
    const count = found ? 1 : 0;
    return { matchedCount: count, modifiedCount: count };
  }

  #replaceOne({ filter, replacement, upsert = false }: { filter: Filter; replacement: object } & Upsert): void {
    const found = this.#first(filter);
    if (found) this.documents.set(found._id, { ...copy(replacement), _id: found._id });
    else if (upsert) this.#insert({ ...replacement, _id: begunBy(filter)._id });
  }

  /** Unordered: each stands for itself, and what failed is told at the end. */
  #each<T>(all: readonly T[], write: (one: T) => void): void {
    const writeErrors: { code: number; index: number }[] = [];
    all.forEach((one, index) => {
      try {
        write(one);
      } catch (error) {
        if (!(error instanceof MongoServerError)) throw error;
        writeErrors.push({ code: Number(error.code), index });
      }
    });
    if (writeErrors.length === 0) return;
    const facts = { message: 'E11000 duplicate key', code: DUPLICATE, writeErrors };
    const [error, result] = [facts, {}] as unknown as ConstructorParameters<typeof MongoBulkWriteError>;
    throw new MongoBulkWriteError(error, result);
  }

  #first(filter: Filter): Document | undefined {
    const { _id } = filter;
    if (_id !== undefined && !operatorsOf(_id)) {
      const found = this.documents.get(_id as string);
      return found && matches(found, filter) ? found : undefined;
    }
    return this.#all(filter)[0];
  }

  /** In the order of `_id` where the filter is about it, as its index gives them; else as they came. */
  #all(filter: Filter): Document[] {
    const operators = operatorsOf(filter._id);
    const ids = operators?.$in as (string | number)[] | undefined;
    const candidates = ids
      ? [...new Set(ids)].flatMap((id) => this.documents.get(id) ?? [])
      : [...this.documents.values()];
    const found = candidates.filter((document) => matches(document, filter));
    return operators ? found.sort(inOrder) : found;
  }
}

/** A cursor: what it finds is read when it is asked for. */
class Found {
  #limit = Number.POSITIVE_INFINITY;
  #sort: Record<string, 1 | -1> = {};

  constructor(private readonly read: () => Document[]) {}

  /** More than was asked for does no harm. */
  project(): this {
    return this;
  }

  limit(count: number): this {
    // As the driver has it: none.
    this.#limit = count === 0 ? Number.POSITIVE_INFINITY : count;
    return this;
  }

  sort(by: Record<string, 1 | -1>): this {
    this.#sort = by;
    return this;
  }

  async toArray(): Promise<Document[]> {
    const found = [...this.read()];
    for (const [name, direction] of Object.entries(this.#sort))
      found.sort((a, b) => direction * compared(a[name] as string | number, b[name] as string | number));
    return found.slice(0, this.#limit).map(copy);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Document> {
    yield* await this.toArray();
  }
}
