import type { Binary, Collection, Db } from 'mongodb';
import type { ParkReason } from '../../model/park';
import type { Trouble } from '../../model/set-aside';
import { insteadOf } from './aside-items';
import { insertNew } from './bulk';
import { bytes } from './bytes';
import type { Feed, Inbox, InboxItem } from './inbox';
import { entityOf, guidOf } from './links';
import type { Sealer } from './sealer';

/** A row whose work failed, apart from the inbox so that nothing waits for it. */
export interface Aside {
  /** The row's GUID; of a push, the person's Marketo id. */
  id: string;
  /** What is to be done, without the row itself: it is read when its time comes. */
  items: InboxItem[];
  trouble: Trouble;
  /** When it is tried again; absent: not by itself, as it is parked. */
  dueAt?: Date;
  /** Why it is parked. */
  parked?: ParkReason;
  /** So many rows fail like this one that one stands for all of them. */
  outage?: true;
  /** Since when it waits. */
  since: Date;
  /** Moves with every write: what a compare-and-set compares. Absent: not stored yet. */
  step?: number;
}

type Stored = Trouble & Pick<Aside, 'dueAt' | 'parked' | 'outage' | 'since'> & { step: number; items: Binary | Buffer };
export type AsideDocument = Stored & { _id: string };

/** Opens what is stored of rows that are set aside. */
export class AsideDocuments {
  readonly #collection: Collection<AsideDocument>;
  /** Those that could not be opened, as they were. */
  readonly #damaged: Collection<AsideDocument>;

  constructor(
    db: Db,
    readonly sealer: Sealer,
    readonly inbox: Inbox,
  ) {
    this.#collection = db.collection('asides');
    this.#damaged = db.collection('damaged');
  }

  /** @throws UnreadableError where the key may be another one: then nothing is changed */
  async open(document: AsideDocument): Promise<InboxItem[]> {
    return this.sealer.openWhole<InboxItem[]>(bytes(document.items)) ?? this.#replaceDamaged(document);
  }

  /** What was to be done with the row is not known any more: it is read again, and the document is kept for people to see. */
  async #replaceDamaged(document: AsideDocument): Promise<InboxItem[]> {
    const { _id, step } = document;
    const [entity = '', feed = 'dynamics'] = entityOf(_id).split('/');
    const items = insteadOf(feed as Feed, guidOf(_id));
    await insertNew(this.#damaged, [{ ...document, _id: `${_id}/${step}` }]);
    // What Marketo had told of its person is found by reading both sides.
    if (feed === 'marketo' && items.length > 0)
      await this.inbox.add(entity, 'dynamics', [{ id: guidOf(_id), resync: true }], new Date());
    await this.#collection.updateOne({ _id, step }, { $set: { items: this.sealer.seal(items) } });
    return items;
  }

  async read(document: AsideDocument): Promise<Aside> {
    return { ...told(document), items: await this.open(document) };
  }

  async readAll(documents: readonly AsideDocument[]): Promise<Aside[]> {
    const asides: Aside[] = [];
    for (const document of documents) asides.push(await this.read(document));
    return asides;
  }
}

/** All but what is sealed. */
export function told({
  _id,
  items: _sealed,
  dueAt,
  parked,
  outage,
  since,
  step,
  ...trouble
}: AsideDocument): Omit<Aside, 'items'> {
  return {
    id: guidOf(_id),
    trouble,
    ...(dueAt && { dueAt }),
    ...(parked !== undefined && { parked }),
    ...(outage && { outage }),
    since,
    step,
  };
}
