import type { Binary, Collection, Db } from 'mongodb';
import { insertNew } from './bulk';
import { bytes } from './bytes';
import type { Sealer } from './sealer';

/** What an operator wants to be read and settled again (`npm run resync`). Conditions add up; none means every row. */
export interface ResyncRequest {
  entity: string;
  /** Whose rows' ids are meant, where it is not the entity's own table: contact roles come from opportunities as well. */
  table?: string;
  ids?: string[];
  /** OData, as `$filter` takes it: may hold values, so it lies sealed. */
  filter?: string;
  /** Marketo names; the others are left alone. */
  fields?: string[];
  /** Made by the service itself, for fields that were added or have recovered (activities/fields.ts). */
  backfill?: true;
}

/** How far its rows have been queued. */
export interface RequestProgress {
  queued: number;
  nextLink?: string;
}

export interface OpenRequest<T = ResyncRequest> extends RequestProgress {
  id: string;
  request: T;
}

type Closing = { fault?: string | undefined; absent?: number | undefined };

interface RequestDocument {
  _id: string;
  entity: string;
  at: Date;
  request: Binary | Buffer;
  queued: number;
  /** Rows that were settled. */
  applied?: number;
  nextLink?: Binary | Buffer;
  doneAt?: Date;
  /** Dynamics refused the question: the vendor's code, or our kind of the error. */
  fault?: string;
  /** Ids that are no row's. */
  absent?: number;
}

/** `done`: all its rows are queued; `applied`: settled so far. */
export interface RequestState {
  queued: number;
  applied?: number;
  done: boolean;
  fault?: string;
  /** So many of the ids that were asked for are no row's. */
  absent?: number;
}

export interface StoredRequest extends RequestState {
  id: string;
  entity: string;
  at: Date;
}

const stateOf = ({ queued, applied, doneAt, fault, absent }: RequestDocument): RequestState => ({
  queued,
  ...(applied !== undefined && { applied: Math.min(applied, queued) }),
  done: doneAt !== undefined,
  ...(fault !== undefined && { fault }),
  ...(absent !== undefined && { absent }),
});

/** What operators asked for: a resync of some rows, a push. They outlive their work, so that one can see what came of them. */
export class Requests<T extends { entity: string } = ResyncRequest> {
  readonly #collection: Collection<RequestDocument>;
  /** Requests that could not be opened, as they were. */
  readonly #damaged: Collection<RequestDocument>;
  readonly #instead: (entity: string) => T | undefined;

  /** @param instead what is asked for in place of a request that is damaged; without it that one is over, and says so */
  constructor(
    db: Db,
    readonly sealer: Sealer,
    readonly name: string,
    instead: (entity: string) => T | undefined = () => undefined,
  ) {
    this.#instead = instead;
    this.#collection = db.collection(name);
    this.#damaged = db.collection('damaged');
  }

  /** Once, however often it is told. */
  async add(id: string, request: T): Promise<void> {
    const document = { entity: request.entity, at: new Date(), request: this.sealer.seal(request), queued: 0 };
    await insertNew(this.#collection, [{ _id: id, ...document }]);
  }

  /** Of an entity, what is not yet queued, oldest first. @throws UnreadableError where the key may be another one */
  async open(entity: string): Promise<OpenRequest<T>[]> {
    const documents = await this.#collection
      .find({ entity, doneAt: { $exists: false } })
      .sort({ at: 1 })
      .toArray();
    const found: (OpenRequest<T> | undefined)[] = [];
    for (const document of documents) found.push(await this.#open(document));
    return found.filter((request) => request !== undefined);
  }

  async #open(document: RequestDocument): Promise<OpenRequest<T> | undefined> {
    const { _id, queued } = document;
    const request = this.sealer.openWhole<T>(bytes(document.request));
    const nextLink = document.nextLink && this.sealer.openWhole<string>(bytes(document.nextLink));
    if (request === undefined || (document.nextLink && nextLink === undefined)) return this.#replaceDamaged(document);
    return { id: _id, request, queued, ...(nextLink && { nextLink }) };
  }

  /** What was asked for is not known any more, or how far it has come. */
  async #replaceDamaged(document: RequestDocument): Promise<OpenRequest<T> | undefined> {
    const { _id, entity, queued } = document;
    await insertNew(this.#damaged, [{ ...document, _id: `${entity}/${this.name}/${_id}` }]);
    const request = this.#instead(entity);
    if (!request) {
      await this.close(_id, queued, { fault: 'what was stored of it is damaged: ask again' });
      return undefined;
    }
    const set = { request: this.sealer.seal(request) };
    await this.#collection.updateOne({ _id }, { $set: set, $unset: { nextLink: '' } });
    return { id: _id, request, queued };
  }

  async move(id: string, { queued, nextLink }: RequestProgress): Promise<void> {
    const cursor = nextLink === undefined ? { $unset: { nextLink: '' as const } } : {};
    const set = { queued, ...(nextLink !== undefined && { nextLink: this.sealer.seal(nextLink) }) };
    await this.#collection.updateOne({ _id: id }, { $set: set, ...cursor });
  }

  async close(id: string, queued: number, { fault, absent = 0 }: Closing = {}): Promise<void> {
    const more = { ...(fault !== undefined && { fault }), ...(absent > 0 && { absent }) };
    const set = { queued, doneAt: new Date(), ...more };
    await this.#collection.updateOne({ _id: id }, { $set: set, $unset: { nextLink: '' } });
  }

  /** The latest, oldest first. @param limit all of them, where there is none */
  async latest(limit = 0): Promise<StoredRequest[]> {
    const documents = await this.#collection.find().sort({ at: -1 }).limit(limit).toArray();
    return documents
      .reverse()
      .map((document) => ({ id: document._id, entity: document.entity, at: document.at, ...stateOf(document) }));
  }

  async get(id: string): Promise<RequestState | undefined> {
    const document = await this.#collection.findOne({ _id: id });
    return document ? stateOf(document) : undefined;
  }

  async states(ids: readonly string[]): Promise<Map<string, RequestState>> {
    if (ids.length === 0) return new Map();
    const documents = await this.#collection.find({ _id: { $in: [...ids] } }).toArray();
    return new Map(documents.map((document) => [document._id, stateOf(document)]));
  }

  /** So many more of its rows were settled. */
  async applied(id: string, rows: number): Promise<void> {
    await this.#collection.updateOne({ _id: id }, { $inc: { applied: rows } });
  }
}
