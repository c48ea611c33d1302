import type { AnyBulkWriteOperation, Collection, Db } from 'mongodb';
import type { Parked } from '../../model/park';
import { ignoreDuplicateKeys } from './bulk';
import { notLaterThan } from './epoch';
import type { Failures } from './failures';

interface ParkedDocument extends Omit<Parked, 'field'> {
  _id: string;
  /** Tried last. */
  at: Date;
  /** Kept back since. */
  since?: Date;
  attempts: number;
  /** Of the attempt that listed it last. */
  epoch?: number;
}

export interface ParkedEntry extends Parked {
  /** `entity:guid` */
  id: string;
  at: Date;
  since: Date;
  attempts: number;
}

/** A row's parked things: `was` are the fields it had parked before. */
export interface ParkedRow {
  id: string;
  was: readonly string[];
  now: readonly Parked[];
  /** What the row was to become; default: an update. */
  operation?: 'create' | 'update' | 'delete';
}

/** Fields of which nothing is kept back any more. */
export const noLongerParked = (rows: readonly ParkedRow[]): { id: string; field: string }[] =>
  rows.flatMap(({ id, was, now }) => {
    const kept = new Set(now.map(({ field }) => field));
    return was.flatMap((field) => (field === '' || kept.has(field) ? [] : [{ id, field }]));
  });

const key = (id: string, field?: string) => (field === undefined ? id : `${id}:${field}`);

/** Values, references and rows that the other side won't take, with the reason; never with the value. */
export class ParkedStore {
  readonly #collection: Collection<ParkedDocument>;

  constructor(
    db: Db,
    readonly failures: Failures,
  ) {
    this.#collection = db.collection('parked');
  }

  /**
   * Makes each row's parked things be exactly what is `now`, but for what a later attempt has listed; each is a failure of
   * the day, each that is gone is mended.
   *
   * @param epoch of the attempt (activities/park.ts asks afterwards whether it was still the last one)
   */
  async settle(rows: readonly ParkedRow[], epoch: number): Promise<void> {
    const ours = { epoch: notLaterThan(epoch) };
    const operations: AnyBulkWriteOperation<ParkedDocument>[] = [];
    const gone: { id: string; field?: string }[] = [];
    const at = new Date();
    for (const { id, was, now } of rows) {
      const kept = new Set(now.map(({ field }) => field ?? ''));
      for (const field of was) if (!kept.has(field)) gone.push({ id, ...(field !== '' && { field }) });
      for (const { field, reason, code, direction, other } of now) {
        const told = {
          ...(code !== undefined && { code }),
          ...(direction && { direction }),
          ...(other !== undefined && { other }),
        };
        const untold = {
          ...(code === undefined && { code: '' as const }),
          ...(!direction && { direction: '' as const }),
          ...(other === undefined && { other: '' as const }),
        };
        const update = {
          $set: { reason, at, epoch, ...told },
          $setOnInsert: { since: at },
          $inc: { attempts: 1 },
          ...(Object.keys(untold).length > 0 && { $unset: untold }),
        };
        operations.push({
          updateOne: { filter: { _id: key(id, field), ...ours }, update, upsert: true },
        });
      }
    }
    for (const { id, field } of gone) operations.push({ deleteOne: { filter: { _id: key(id, field), ...ours } } });
    if (operations.length === 0) return;
    await ignoreDuplicateKeys(this.#collection.bulkWrite(operations, { ordered: false }));
    await this.failures.mend(gone.map((one) => ({ ...one, operation: '' })));
    await this.failures.add(
      rows.flatMap(({ id, now, operation = 'update' }) => now.map((one) => ({ ...one, id, operation }))),
      at,
    );
  }

  /** Takes back what an attempt listed that was not the last one any more. */
  async retract(rows: readonly ParkedRow[], epoch: number): Promise<void> {
    const _id = { $in: rows.flatMap(({ id, now }) => now.map(({ field }) => key(id, field))) };
    await this.#collection.deleteMany({ _id, epoch });
  }

  /** Fields that left the map: nothing of them is parked any more. */
  async forget(fields: readonly { id: string; field: string }[]): Promise<void> {
    if (fields.length === 0) return;
    await this.#collection.deleteMany({ _id: { $in: fields.map(({ id, field }) => key(id, field)) } });
    await this.failures.mend(fields.map((one) => ({ ...one, operation: '' })));
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
    for await (const document of this.#collection.find({})) yield read(document);
  }

  /** Of all rows of an entity. */
  async *ofEntity(entity: string): AsyncGenerator<ParkedEntry> {
    const range = { _id: { $gte: `${entity}:`, $lt: `${entity};` } };
    for await (const document of this.#collection.find(range)) yield read(document);
  }

  /** What is kept back of one row. */
  async of(id: string): Promise<ParkedEntry[]> {
    const found = await this.#collection.find({ _id: { $gte: id, $lt: `${id};` } }).toArray();
    return found.map(read);
  }
}

function read({ _id, since, at, epoch: _epoch, ...rest }: ParkedDocument): ParkedEntry {
  const [entity, guid, field] = _id.split(':');
  return { id: `${entity}:${guid}`, ...rest, at, since: since ?? at, ...(field === undefined ? {} : { field }) };
}
