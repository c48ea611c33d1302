import type { AnyBulkWriteOperation, Collection, Db } from 'mongodb';
import type { Parked } from '../../model/park';
import { ignoreDuplicateKeys } from './bulk';

interface ParkedDocument {
  _id: string;
  reason: Parked['reason'];
  code?: string;
  at: Date;
  attempts: number;
}

export interface ParkedEntry extends Parked {
  /** `entity:guid` */
  id: string;
  at: Date;
  attempts: number;
}

const key = (id: string, field?: string) => (field === undefined ? id : `${id}:${field}`);

/** Values, references and rows that the other side won't take, with the reason; never with the value. */
export class ParkedStore {
  readonly #collection: Collection<ParkedDocument>;

  constructor(db: Db) {
    this.#collection = db.collection('parked');
  }

  /** Makes each row's parked things be exactly these: `was` are the fields it had parked before. */
  async settle(rows: readonly { id: string; was: readonly string[]; now: readonly Parked[] }[]): Promise<void> {
    const operations: AnyBulkWriteOperation<ParkedDocument>[] = [];
    const at = new Date();
    for (const { id, was, now } of rows) {
      const kept = new Set(now.map(({ field }) => field ?? ''));
      for (const field of was)
        if (!kept.has(field)) operations.push({ deleteOne: { filter: { _id: key(id, field || undefined) } } });
      for (const { field, reason, code } of now) {
        const set = { reason, at, ...(code === undefined ? {} : { code }) };
        operations.push({
          updateOne: { filter: { _id: key(id, field) }, update: { $set: set, $inc: { attempts: 1 } }, upsert: true },
        });
      }
    }
    if (operations.length > 0) await ignoreDuplicateKeys(this.#collection.bulkWrite(operations, { ordered: false }));
  }

  /** Number of parked things by entity. */
  async counts(): Promise<Map<string, number>> {
    const counts = new Map<string, number>();
    for await (const { _id } of this.#collection.find({}).project<{ _id: string }>({ _id: 1 })) {
      const entity = _id.slice(0, _id.indexOf(':'));
      counts.set(entity, (counts.get(entity) ?? 0) + 1);
    }
    return counts;
  }

  async *all(): AsyncGenerator<ParkedEntry> {
    for await (const { _id, ...rest } of this.#collection.find({})) {
      const [entity, guid, field] = _id.split(':');
      yield { id: `${entity}:${guid}`, ...rest, ...(field === undefined ? {} : { field }) };
    }
  }
}
