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

type Methods<T> = { [K in keyof T]: T[K] extends (...given: never[]) => unknown ? K : never }[keyof T];

/** What each operation is: a new one has to say it. */
export const OPERATIONS: Record<Methods<MemoryCollection>, 'read' | 'write'> = {
  findOne: 'read',
  find: 'read',
  countDocuments: 'read',
  insertOne: 'write',
  insertMany: 'write',
  updateOne: 'write',
  updateMany: 'write',
  findOneAndUpdate: 'write',
  replaceOne: 'write',
  bulkWrite: 'write',
  deleteOne: 'write',
  deleteMany: 'write',
};

/** Called ahead of every operation: it may throw in its place, or answer with what the operation has to wait for. */
export type Before = (operation: keyof typeof OPERATIONS) => Promise<void> | undefined;

/** A collection in memory as one process has it, with the operations that clients/mongo uses and the driver's errors. */
export class MemoryCollection {
  constructor(
    readonly documents: Map<string | number, Document>,
    private readonly before: Before,
  ) {}

  async findOne(filter: Filter): Promise<Document | null> {
    const waits = this.before('findOne');
    if (waits) await waits;
    return copy(this.#first(filter) ?? null);
  }

  find(filter: Filter = {}): Found {
    return new Found(async () => {
      const waits = this.before('find');
      if (waits) await waits;
      return this.#all(filter);
    });
  }

  async countDocuments(filter: Filter = {}): Promise<number> {
    const waits = this.before('countDocuments');
    if (waits) await waits;
    return this.#all(filter).length;
  }

  async insertOne(document: Document): Promise<void> {
    const waits = this.before('insertOne');
    if (waits) await waits;
    this.#insert(document);
  }

  async insertMany(documents: readonly Document[]): Promise<void> {
    const waits = this.before('insertMany');
    if (waits) await waits;
    this.#each(documents, (document) => this.#insert(document));
  }

  async updateOne(filter: Filter, update: Update, options: Upsert = {}) {
    const waits = this.before('updateOne');
    if (waits) await waits;
    return this.#updateOne({ filter, update, ...options });
  }

  async updateMany(filter: Filter, update: Update): Promise<void> {
    const waits = this.before('updateMany');
    if (waits) await waits;
    this.#updateMany(filter, update);
  }

  async findOneAndUpdate(
    filter: Filter,
    update: Update,
    options: Upsert & { returnDocument?: 'after' } = {},
  ): Promise<Document | null> {
    const waits = this.before('findOneAndUpdate');
    if (waits) await waits;
    const found = this.#first(filter);
    this.#updateOne({ filter, update, ...options });
    if (options.returnDocument !== 'after') return copy(found ?? null);
    return copy(this.#first(found ? { _id: found._id } : filter) ?? null);
  }

  async replaceOne(filter: Filter, replacement: object, options: Upsert = {}): Promise<void> {
    const waits = this.before('replaceOne');
    if (waits) await waits;
    this.#replaceOne({ filter, replacement, ...options });
  }

  async bulkWrite(operations: readonly Operation[]): Promise<void> {
    const waits = this.before('bulkWrite');
    if (waits) await waits;
    this.#each(operations, (operation) => {
      if ('updateOne' in operation) this.#updateOne(operation.updateOne);
      else if ('updateMany' in operation) this.#updateMany(operation.updateMany.filter, operation.updateMany.update);
      else if ('replaceOne' in operation) this.#replaceOne(operation.replaceOne);
      else if ('deleteOne' in operation) this.#remove(this.#first(operation.deleteOne.filter));
      else throw new Error(`the memory database knows no ${Object.keys(operation).join()} in a bulk`);
    });
  }

  async deleteOne(filter: Filter): Promise<void> {
    const waits = this.before('deleteOne');
    if (waits) await waits;
    this.#remove(this.#first(filter));
  }

  async deleteMany(filter: Filter): Promise<void> {
    const waits = this.before('deleteMany');
    if (waits) await waits;
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

  constructor(private readonly read: () => Promise<Document[]>) {}

  /** More than was asked for does no harm. */
  project(): this {
    return this;
  }

  /** All at once. */
  batchSize(): this {
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
    const found = [...(await this.read())];
    for (const [name, direction] of Object.entries(this.#sort))
      found.sort((a, b) => direction * compared(a[name] as string | number, b[name] as string | number));
    return found.slice(0, this.#limit).map(copy);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Document> {
    yield* await this.toArray();
  }
}
