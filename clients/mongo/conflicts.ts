import type { Binary, Collection, Db } from 'mongodb';
import type { ConflictRule, Side } from '../../model/merge';
import type { Sealer } from './sealer';

export interface Conflict {
  /** `entity:guid` */
  id: string;
  field: string;
  winner: Side;
  rule: ConflictRule;
  at: Date;
  values: { dynamics: unknown; marketo: unknown };
}

/** Both sides had changed: which one won, by which rule, when; both values sealed. */
export class Conflicts {
  readonly #collection: Collection<{
    _id: string;
    winner: Side;
    rule: ConflictRule;
    at: Date;
    values: Binary | Buffer;
  }>;

  constructor(
    db: Db,
    readonly sealer: Sealer,
  ) {
    this.#collection = db.collection('conflicts');
  }

  async add(conflicts: readonly Conflict[]): Promise<void> {
    if (conflicts.length === 0) return;
    await this.#collection.bulkWrite(
      conflicts.map(({ id, field, winner, rule, at, values }) => ({
        replaceOne: {
          filter: { _id: `${id}:${field}:${at.getTime()}` },
          replacement: { winner, rule, at, values: this.sealer.seal(values) },
          upsert: true,
        },
      })),
      { ordered: false },
    );
  }

  async count(): Promise<number> {
    return this.#collection.countDocuments();
  }
}
