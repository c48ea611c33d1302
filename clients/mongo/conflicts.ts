import type { Binary, Collection, Db } from 'mongodb';
import type { ConflictRule, Side } from '../../model/merge';
import type { Sealer } from './sealer';

export interface Conflict {
  /** `entity:guid` */
  id: string;
  field: string;
  /** Names the two edits: a retry finds the same conflict again. */
  seq: string;
  winner: Side;
  rule: ConflictRule;
  at: Date;
  values: { dynamics: unknown; marketo: unknown };
}

const keyOf = ({ id, field, seq }: Pick<Conflict, 'id' | 'field' | 'seq'>): string => `${id}:${field}:${seq}`;

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
      conflicts.map(({ winner, rule, at, values, ...conflict }) => ({
        updateOne: {
          filter: { _id: keyOf(conflict) },
          update: { $setOnInsert: { winner, rule, at, values: this.sealer.seal(values) } },
          upsert: true,
        },
      })),
      { ordered: false },
    );
  }

  /** Decided, but not carried out: someone edited once more in the meantime. */
  async withdraw(conflicts: readonly Conflict[]): Promise<void> {
    if (conflicts.length > 0) await this.#collection.deleteMany({ _id: { $in: conflicts.map(keyOf) } });
  }

  async count(): Promise<number> {
    return this.#collection.countDocuments();
  }
}
