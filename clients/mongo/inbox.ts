import { randomBytes } from 'node:crypto';
import type { Binary, Collection, Db } from 'mongodb';
import { insertNew } from './bulk';
import { bytes } from './bytes';
import { notLaterThan } from './epoch';
import type { InboxItem } from './inbox-item';
import { type Links, linkId } from './links';
import { sealedParts } from './sealed-parts';
import type { Sealer } from './sealer';

export type { FeedEntry, InboxItem } from './inbox-item';

export type Feed = 'dynamics' | 'marketo';

interface Page {
  _id: string;
  /** When the change happened, as far as the feed says; the lag is counted from here. */
  since: Date;
  count: number;
  /** Of these, rows without a record in Marketo when the page was added; absent: none. */
  inserts?: number;
  /** Of these, what no feed tells of again: woken rows, requests, pushes, decisions; absent: none, or not counted yet. */
  asked?: number;
  items: Binary | Buffer;
  /** Of the attempt that took the page last; absent: nobody has. */
  epoch?: number;
}

/** What waits of one entity. */
export interface Pending extends Record<Feed, number> {
  /** Of the oldest page. */
  since: Date;
  /** Rows that have no record in Marketo yet. */
  inserts: number;
  /** Of the oldest page with inserts, and with anything else. */
  oldestInsert?: Date;
  oldestUpdate?: Date;
}

export interface InboxPage {
  id: string;
  /** Gives way: taken alone, and only while no other page waits. */
  background?: true;
  /** An earlier attempt took it, and may have done some of the work. */
  begun?: true;
  since: Date;
  items: InboxItem[];
  /** It cannot be opened: what it held is not known. */
  damaged?: true;
  /** Of these items, what no feed tells of again. */
  asked?: number;
}

/** Sorts behind every live page. */
const BACKGROUND = '~';
const isBackground = (id: string): boolean => id.split('/')[2]?.startsWith(BACKGROUND) === true;

/** What the feed brought has the row with it, or is a deletion; what Marketo's brought is neither a person's wish nor an operator's. */
const isAsked: Record<Feed, (item: InboxItem) => boolean> = {
  dynamics: ({ row, deleted }) => row === undefined && !deleted,
  marketo: ({ push, decide }) => push !== undefined || decide !== undefined,
};

const BATCH = 4;

/** At most this many items a document, so that one document is one upsert call. */
export const INBOX_PAGE = 300;

/** Changes that were seen but not yet carried out, a page a document: sealed, never swept, deleted after the outcome. */
export class Inbox {
  readonly #collection: Collection<Page>;
  /** Pages that could not be opened, as they were. */
  readonly #damaged: Collection<Page>;
  #sequence = 0;

  constructor(
    db: Db,
    readonly sealer: Sealer,
    readonly links: Links,
  ) {
    this.#collection = db.collection('inbox');
    this.#damaged = db.collection('damaged');
  }

  /** @param lane what was asked for in great numbers goes to the `background`: live changes never wait for it. */
  async add(
    entity: string,
    feed: Feed,
    items: readonly InboxItem[],
    since: Date,
    lane: 'live' | 'background' = 'live',
  ): Promise<void> {
    for (let at = 0; at < items.length; at += INBOX_PAGE) {
      for (const { items: page, sealed } of sealedParts(this.sealer, items.slice(at, at + INBOX_PAGE))) {
        const inserts = await this.#inserts(entity, feed, page);
        const asked = page.filter(isAsked[feed]).length;
        await this.#collection.insertOne({
          _id: `${entity}/${feed}/${lane === 'background' ? BACKGROUND : ''}${this.#nextSequence()}`,
          since,
          count: page.length,
          ...(inserts > 0 && { inserts }),
          ...(asked > 0 && { asked }),
          items: sealed,
        });
      }
    }
  }

  /** The oldest pages of an entity's feed, so many, or until they hold so many items; where none is live, one of the background. */
  async take(entity: string, feed: Feed, pages: number, items = Number.POSITIVE_INFINITY): Promise<InboxPage[]> {
    const range = { _id: { $gte: `${entity}/${feed}/`, $lt: `${entity}/${feed}0` } };
    const documents: Page[] = [];
    let room = items;
    // A few at a time: a page may be a megabyte.
    for await (const document of this.#collection.find(range).limit(pages).batchSize(BATCH)) {
      documents.push(document);
      room -= document.count;
      if (room <= 0) break;
    }
    const live = documents.filter(({ _id }) => !isBackground(_id));
    return (live.length > 0 ? live : documents.slice(0, 1)).map(({ _id, since, items, epoch, asked }) => ({
      id: _id,
      since,
      ...(epoch !== undefined && { begun: true as const }),
      ...(isBackground(_id) && { background: true as const }),
      ...(asked !== undefined && { asked }),
      ...this.#open(items),
    }));
  }

  /** @throws UnreadableError where the key may be another one: that is no damage, and the page stays where it is */
  #open(items: Page['items']): Pick<InboxPage, 'items' | 'damaged'> {
    const opened = this.sealer.openWhole<InboxItem[]>(bytes(items));
    return opened ? { items: opened } : { items: [], damaged: true };
  }

  /** Puts a page that cannot be opened out of the way. */
  async putAside(id: string): Promise<void> {
    const page = await this.#collection.findOne({ _id: id });
    if (page) await insertNew(this.#damaged, [page]);
    await this.#collection.deleteOne({ _id: id });
  }

  /** Pages, and rows that were set aside (aside.ts), that could not be opened, by entity. */
  async damaged(): Promise<Map<string, number>> {
    const counts = new Map<string, number>();
    for await (const { _id } of this.#damaged.find({}).project<{ _id: string }>({ _id: 1 })) {
      const [entity = ''] = _id.split('/');
      counts.set(entity, (counts.get(entity) ?? 0) + 1);
    }
    return counts;
  }

  /** Says whose pages these are now; those of a later attempt stay that one's. */
  async stamp(ids: readonly string[], epoch: number): Promise<void> {
    if (ids.length === 0) return;
    await this.#collection.updateMany({ _id: { $in: [...ids] }, epoch: notLaterThan(epoch) }, { $set: { epoch } });
  }

  /** Only by the attempt that took it last: one that was taken for dead removes nothing from under the next. */
  async remove(id: string, epoch: number): Promise<void> {
    await this.#collection.deleteOne({ _id: id, epoch });
  }

  /** Pages of the background that wait. */
  async background(entity: string, feed: Feed): Promise<number> {
    const range = { _id: { $gte: `${entity}/${feed}/${BACKGROUND}`, $lt: `${entity}/${feed}0` } };
    return (await this.#collection.find(range).project({ _id: 1 }).toArray()).length;
  }

  /** Every page of an entity's feed, oldest first: for reports, not for the daily flow. */
  async *all(entity: string, feed: Feed): AsyncGenerator<InboxPage> {
    const range = { _id: { $gte: `${entity}/${feed}/`, $lt: `${entity}/${feed}0` } };
    for await (const { _id, since, items } of this.#collection.find(range))
      yield { id: _id, since, items: this.sealer.open<InboxItem[]>(bytes(items)) };
  }

  /** What waits, by entity: of each page only its numbers are read. */
  async pending(): Promise<Map<string, Pending>> {
    const pending = new Map<string, Pending>();
    const numbers = this.#collection.find({}).project<Page>({ since: 1, count: 1, inserts: 1 });
    for await (const { _id, since: queued, count, inserts = 0 } of numbers) {
      const [entity = '', feed = 'dynamics'] = _id.split('/');
      // Nothing has changed in a row of the background: no lag.
      const since = isBackground(_id) ? new Date() : queued;
      const entry = pending.get(entity) ?? { dynamics: 0, marketo: 0, since, inserts: 0 };
      entry[feed as Feed] += count;
      entry.inserts += inserts;
      entry.since = earlier(entry.since, since);
      if (inserts > 0) entry.oldestInsert = earlier(entry.oldestInsert, since);
      if (inserts < count) entry.oldestUpdate = earlier(entry.oldestUpdate, since);
      pending.set(entity, entry);
    }
    return pending;
  }

  /**
   * Counted once, when the page is added, so that no look opens a page for it: one covered question of 300 ids where
   * something came, nothing at rest. Marketo's hints are about linked persons; of roles the opportunity's set is updated.
   */
  async #inserts(entity: string, feed: Feed, items: readonly InboxItem[]): Promise<number> {
    if (feed === 'marketo' || entity === 'connection') return 0;
    const ids = new Set(items.flatMap(({ id, deleted }) => (deleted ? [] : [linkId(entity, id)])));
    return ids.size === 0 ? 0 : ids.size - (await this.links.linked([...ids]));
  }

  /** Sorts by time of arrival; two workers never make the same one. */
  #nextSequence(): string {
    this.#sequence = (this.#sequence + 1) % 1_000_000;
    return `${Date.now().toString().padStart(15, '0')}-${String(this.#sequence).padStart(6, '0')}-${randomBytes(4).toString('hex')}`;
  }
}

const earlier = (one: Date | undefined, other: Date): Date => (one === undefined || other < one ? other : one);
