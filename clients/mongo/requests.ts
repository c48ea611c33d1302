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

  constructor(
    db: Db,
    readonly sealer: Sealer,
    name = 'requests',
  ) {
    this.#collection = db.collection(name);
  }

  /** Once, however often it is told. */
  async add(id: string, request: T): Promise<void> {
    const document = { entity: request.entity, at: new Date(), request: this.sealer.seal(request), queued: 0 };
    await insertNew(this.#collection, [{ _id: id, ...document }]);
  }

  /** Of an entity, what is not yet queued, oldest first. */
  async open(entity: string): Promise<OpenRequest<T>[]> {
    const documents = await this.#collection
      .find({ entity, doneAt: { $exists: false } })
      .sort({ at: 1 })
      .toArray();
    return documents.map(({ _id, request, queued, nextLink }) => ({
      id: _id,
      request: this.sealer.open<T>(bytes(request)),
      queued,
      ...(nextLink && { nextLink: this.sealer.open<string>(bytes(nextLink)) }),
    }));
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
