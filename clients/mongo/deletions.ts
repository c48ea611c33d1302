import type { Collection, Db } from 'mongodb';

const HOUR_MS = 3_600_000;
const WINDOW_HOURS = 24;

interface DeletionsDocument {
  /** Entity. */
  _id: string;
  /** Deletions carried out, by hour since the epoch. */
  hours?: Record<string, number>;
  /** The breaker has struck: nothing is deleted until someone releases it. */
  stoppedAt?: Date;
}

/** Deletions by entity over a rolling day, and whether they are stopped. */
export class Deletions {
  readonly #collection: Collection<DeletionsDocument>;

  constructor(db: Db) {
    this.#collection = db.collection('deletions');
  }

  /** Carried out within the last 24 hours, to the hour. */
  async recent(entity: string, now = Date.now()): Promise<{ count: number; stopped: boolean }> {
    const document = await this.#collection.findOne({ _id: entity });
    const first = Math.floor(now / HOUR_MS) - WINDOW_HOURS;
    const hours = Object.entries(document?.hours ?? {}).filter(([hour]) => Number(hour) >= first);
    const count = hours.reduce((sum, [, one]) => sum + one, 0);
    return { count, stopped: document?.stoppedAt !== undefined };
  }

  async add(entity: string, count: number, now = Date.now()): Promise<void> {
    const hour = Math.floor(now / HOUR_MS);
    await this.#collection.updateOne({ _id: entity }, { $inc: { [`hours.${hour}`]: count } }, { upsert: true });
  }

  /** Entities whose deletions wait for someone. */
  async stopped(): Promise<Set<string>> {
    const documents = await this.#collection
      .find({ stoppedAt: { $exists: true } })
      .project<{ _id: string }>({ _id: 1 })
      .toArray();
    return new Set(documents.map(({ _id }) => _id));
  }

  async stop(entity: string): Promise<void> {
    await this.#collection.updateOne({ _id: entity }, { $set: { stoppedAt: new Date() } }, { upsert: true });
  }

  /** The day begins anew. */
  async release(entity: string): Promise<void> {
    await this.#collection.updateOne({ _id: entity }, { $unset: { stoppedAt: '', hours: '' } });
  }
}
