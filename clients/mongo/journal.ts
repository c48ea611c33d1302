import type { Binary, Collection, Db } from 'mongodb';

/** One batch, written down before it is sent, so that a lost answer can be looked into. */
export interface JournalEntry {
  id: string;
  /** The Marketo object, as in `writers`. */
  object: string;
  action: 'create' | 'update';
  sentAt: Date;
  /** Rows by link id, in the order sent. */
  keys: string[];
  /** Per row, the packed fingerprints of what was sent: what a link is made of when the answer was lost. */
  receipts: (Binary | Buffer)[];
  /** `unknown` until answered: the vendor may commit it, now or later. */
  state: 'unknown' | 'done' | 'refused';
}

type JournalDocument = Omit<JournalEntry, 'id'> & { _id: string };

export class Journal {
  readonly #collection: Collection<JournalDocument>;

  constructor(db: Db) {
    this.#collection = db.collection('journal');
  }

  async open({ id, ...entry }: JournalEntry): Promise<void> {
    await this.#collection.replaceOne({ _id: id }, entry, { upsert: true });
  }

  /** The answer came. A create's receipts are its links' fingerprints now; an update's wait for the feed. */
  async close(id: string, state: 'done' | 'refused', action: 'create' | 'update'): Promise<void> {
    await this.#collection.updateOne(
      { _id: id },
      action === 'create' ? { $set: { state }, $unset: { receipts: '' } } : { $set: { state } },
    );
  }

  async unanswered(object: string): Promise<JournalEntry[]> {
    const documents = await this.#collection.find({ object, state: 'unknown' }).toArray();
    return documents.map(({ _id, ...entry }) => ({ id: _id, ...entry }));
  }

  /** Receipts are kept until the feed has passed them by an hour. */
  async forget(before: Date): Promise<void> {
    await this.#collection.deleteMany({ state: { $ne: 'unknown' }, sentAt: { $lt: before } });
  }
}
