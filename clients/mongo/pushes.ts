import type { Collection, Db } from 'mongodb';
import type { Parked } from '../../model/park';
import type { PushAs } from '../../model/push';
import type { PushOutcome } from '../../model/push-outcome';
import { ignoreDuplicateKeys } from './bulk';

/** What came of one person that was to go to Dynamics. */
export interface PushResult extends Partial<Omit<Parked, 'field'>> {
  marketoId: number;
  as: PushAs;
  outcome: PushOutcome;
  /** `entity:guid`: the row that was made, or that has the person. */
  row?: string;
  /** By a setting, not by a command. */
  standing?: true;
}

export type PushEntry = PushResult & { at: Date };

type Document = Omit<PushEntry, 'marketoId'> & { _id: number };

/** The last push of each person, by Marketo id; no values. */
export class Pushes {
  readonly #collection: Collection<Document>;

  constructor(db: Db) {
    this.#collection = db.collection('pushes');
  }

  async get(marketoIds: readonly number[]): Promise<Map<number, PushEntry>> {
    if (marketoIds.length === 0) return new Map();
    const found = await this.#collection.find({ _id: { $in: [...marketoIds] } }).toArray();
    return new Map(found.map(({ _id, ...rest }) => [_id, { marketoId: _id, ...rest }]));
  }

  /** @param at when it was so: what was noted later stays */
  async note(results: readonly PushResult[], at = new Date()): Promise<void> {
    if (results.length === 0) return;
    const operations = results.map(({ marketoId, ...rest }) => ({
      replaceOne: { filter: { _id: marketoId, at: { $lte: at } }, replacement: { ...rest, at }, upsert: true },
    }));
    await ignoreDuplicateKeys(this.#collection.bulkWrite(operations, { ordered: false }));
  }

  async *all(): AsyncGenerator<PushEntry> {
    for await (const { _id, ...rest } of this.#collection.find({}).sort({ _id: 1 })) yield { marketoId: _id, ...rest };
  }
}
