import type { Collection, Db } from 'mongodb';

const HOUR_MS = 3_600_000;

interface SyncedDocument {
  /** `entity/hour`, in hours since the epoch. */
  _id: string;
  count: number;
  at: Date;
}

/** Records written, in either system, by entity and clock hour (native-sync §5.7, "Last Hour"). */
export class Synced {
  readonly #collection: Collection<SyncedDocument>;

  constructor(db: Db) {
    this.#collection = db.collection('synced');
  }

  async add(entity: string, count: number, now = Date.now()): Promise<void> {
    if (count === 0) return;
    const hour = Math.floor(now / HOUR_MS);
    const update = { $inc: { count }, $set: { at: new Date(hour * HOUR_MS) } };
    await this.#collection.updateOne({ _id: `${entity}/${hour}` }, update, { upsert: true });
  }

  /** In the last full clock hour, by entity. */
  async lastHour(now = Date.now()): Promise<Map<string, number>> {
    const at = new Date(Math.floor(now / HOUR_MS) * HOUR_MS - HOUR_MS);
    const found = await this.#collection.find({ at }).toArray();
    return new Map(found.map(({ _id, count }) => [_id.slice(0, _id.indexOf('/')), count]));
  }

  /** Of one entity, in this clock hour and the last. */
  async recent(entity: string, now = Date.now()): Promise<number> {
    const hour = Math.floor(now / HOUR_MS);
    const ids = [hour - 1, hour].map((one) => `${entity}/${one}`);
    const found = await this.#collection.find({ _id: { $in: ids } }).toArray();
    return found.reduce((sum, { count }) => sum + count, 0);
  }

  async forget(before: Date): Promise<void> {
    await this.#collection.deleteMany({ at: { $lt: before } });
  }
}
