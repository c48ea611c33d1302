import type { Collection, Db } from 'mongodb';

/** Counts of one entity's import or resync, for `status`; increments only, so workers may share it. */
export interface Progress {
  /** Rows that Dynamics had when the import began. */
  total: number;
  /** Rows read and settled, eligible or not. */
  done: number;
  eligible: number;
  created: number;
  updated: number;
  unchanged: number;
  startedAt?: Date;
  finishedAt?: Date;
}

export type Counts = Partial<Record<'done' | 'eligible' | 'created' | 'updated' | 'unchanged' | 'back', number>>;

type ProgressDocument = Partial<Progress> & { _id: string };

const EMPTY: Progress = { total: 0, done: 0, eligible: 0, created: 0, updated: 0, unchanged: 0 };

export class ProgressStore {
  readonly #collection: Collection<ProgressDocument>;

  constructor(db: Db) {
    this.#collection = db.collection('progress');
  }

  async begin(entity: string, generation: number, total: number): Promise<void> {
    await this.#collection.updateOne(
      { _id: `${entity}/${generation}` },
      { $set: { total }, $setOnInsert: { startedAt: new Date() } },
      { upsert: true },
    );
  }

  async add(entity: string, generation: number, counts: Counts): Promise<void> {
    await this.#collection.updateOne({ _id: `${entity}/${generation}` }, { $inc: counts }, { upsert: true });
  }

  async finish(entity: string, generation: number): Promise<void> {
    await this.#collection.updateOne({ _id: `${entity}/${generation}` }, { $set: { finishedAt: new Date() } });
  }

  async get(entity: string, generation: number): Promise<Progress> {
    const document = await this.#collection.findOne({ _id: `${entity}/${generation}` });
    const { _id, ...counts } = document ?? { _id: '' };
    return { ...EMPTY, ...counts };
  }

  /** An entity's rows, as the largest of its whole reads counted them. */
  async rows(entity: string): Promise<number> {
    const totals = [...(await this.all())].flatMap(([id, { total }]) => (id.startsWith(`${entity}/`) ? [total] : []));
    return Math.max(0, ...totals);
  }

  async all(): Promise<Map<string, Progress>> {
    const documents = await this.#collection.find({}).toArray();
    return new Map(documents.map(({ _id, ...counts }) => [_id, { ...EMPTY, ...counts }]));
  }
}
