import type { Binary, Collection, Db } from 'mongodb';

export type JournalAction = 'create' | 'update' | 'merge' | 'delete';

/** One batch, written down before it is sent, so that a lost answer can be looked into. */
export interface JournalEntry {
  id: string;
  /** The Marketo object, as in `writers`. */
  object: string;
  action: JournalAction;
  sentAt: Date;
  /** Rows by link id, in the order sent. */
  keys: string[];
  /** Per row, packed, what its link is to remember when the answer is lost: a create's fingerprints, an update's receipts. */
  receipts: (Binary | Buffer)[];
  /** `unknown`: the vendor may commit it, now or later; `answered`: it did, and nobody remembers what; then it is over. */
  state: 'unknown' | 'answered' | 'done' | 'refused';
  /** A look into all of it failed: each row is looked into by itself, and is no part of the entry any more once that is done. */
  byRow?: true;
}

const OPEN = ['unknown', 'answered'] as const;

type JournalDocument = Omit<JournalEntry, 'id'> & { _id: string };

export class Journal {
  readonly #collection: Collection<JournalDocument>;

  constructor(db: Db) {
    this.#collection = db.collection('journal');
  }

  async open({ id, ...entry }: JournalEntry): Promise<void> {
    await this.#collection.replaceOne({ _id: id }, entry, { upsert: true });
  }

  /** What there is to remember is in the links. */
  async close(ids: readonly string[], state: 'done' | 'refused'): Promise<void> {
    if (ids.length === 0) return;
    await this.#collection.updateMany({ _id: { $in: [...ids] } }, { $set: { state }, $unset: { receipts: '' } });
  }

  /** The answer came, but what was to be remembered did not get into the links. */
  async answered(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    await this.#collection.updateMany({ _id: { $in: [...ids] }, state: 'unknown' }, { $set: { state: 'answered' } });
  }

  /** It cannot be looked into as a whole. */
  async byRow(id: string): Promise<void> {
    await this.#collection.updateOne({ _id: id, state: { $in: [...OPEN] } }, { $set: { byRow: true } });
  }

  /** What came of these rows is known, and in their links; the entry is closed with its last row. */
  async lookedInto(id: string, rows: readonly string[]): Promise<void> {
    for (;;) {
      const known = await this.#collection.findOne({ _id: id, state: { $in: [...OPEN] } });
      if (!known) return;
      const isLeft = (index: number) => !rows.includes(known.keys[index] ?? '');
      const keys = known.keys.filter((_, index) => isLeft(index));
      if (keys.length === 0) return this.close([id], 'done');
      const receipts = known.receipts.filter((_, index) => isLeft(index));
      // Another part may have looked into others of its rows meanwhile: then once more.
      const { matchedCount } = await this.#collection.updateOne(
        { _id: id, keys: known.keys },
        { $set: { keys, receipts } },
      );
      if (matchedCount === 1) return;
    }
  }

  /** To be looked into. */
  async unanswered(object: string): Promise<JournalEntry[]> {
    const documents = await this.#collection.find({ object, state: { $in: [...OPEN] } }).toArray();
    return documents.map(({ _id, ...entry }) => ({ id: _id, ...entry }));
  }

  /** Calls about a row whose answer was lost and not looked into yet. */
  async unansweredAbout(key: string): Promise<Pick<JournalEntry, 'object' | 'action' | 'sentAt'>[]> {
    return this.#collection
      .find({ keys: key, state: { $in: [...OPEN] } })
      .project<Pick<JournalEntry, 'object' | 'action' | 'sentAt'>>({ _id: 0, object: 1, action: 1, sentAt: 1 })
      .toArray();
  }

  async forget(before: Date): Promise<void> {
    await this.#collection.deleteMany({ state: { $nin: [...OPEN] }, sentAt: { $lt: before } });
  }
}
