import type { Collection, Db } from 'mongodb';

/** How far the rolling re-read of one entity has come, and what it found. */
export interface Pass {
  /** Highest row version re-read in this pass. */
  version: number;
  /** When the next few rows are due. */
  dueAt: Date;
  /** Rows compared with their counterparts, and those that differed, since the sync began. */
  verified: number;
  drift: number;
  lastFullPass?: Date;
}

/** One document an entity: the rolling reconciliation's own cursor, beside the live ones. */
export class Reconciliation {
  readonly #collection: Collection<Pass & { _id: string }>;

  constructor(db: Db) {
    this.#collection = db.collection('reconciliation');
  }

  async get(entity: string): Promise<Pass | undefined> {
    const document = await this.#collection.findOne({ _id: entity });
    if (!document) return undefined;
    const { _id, ...pass } = document;
    return pass;
  }

  async all(): Promise<Map<string, Pass>> {
    const documents = await this.#collection.find({}).toArray();
    return new Map(documents.map(({ _id, ...pass }) => [_id, pass]));
  }

  /** @param full the pass has come to its end and begins anew. */
  async move(entity: string, version: number, dueAt: Date, full: boolean): Promise<void> {
    const set = { version, dueAt, ...(full && { lastFullPass: new Date() }) };
    await this.#collection.updateOne({ _id: entity }, { $set: set, $inc: { verified: 0, drift: 0 } }, { upsert: true });
  }

  async note(entity: string, verified: number, drift: number): Promise<void> {
    await this.#collection.updateOne({ _id: entity }, { $inc: { verified, drift } });
  }
}
