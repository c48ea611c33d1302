import type { Collection, Db } from 'mongodb';
import type { ParkReason } from '../../model/park';
import type { Trouble } from '../../model/set-aside';
import { type Aside, type AsideDocument, AsideDocuments, told } from './aside-document';
import { inShort, insteadOf, together } from './aside-items';
import { insertNew } from './bulk';
import { type Feed, INBOX_PAGE, type Inbox, type InboxItem } from './inbox';
import { entityOf, guidOf, linkId } from './links';
import { documentOf, type Outage, type OutageDocument, outageIn, outageOf, rangeOf, rowsOf } from './outage';
import type { Sealer } from './sealer';

export type { Aside } from './aside-document';

/** What of one entity is set aside. */
export interface AsideCounts {
  /** Waiting for their time, those of an outage included; parked ones are not. */
  waiting: number;
  /** Due now, by feed. */
  dynamics: number;
  marketo: number;
}

const MINUTE_MS = 60_000;
/** A row that somebody edits is tried again sooner, but not at once after it failed. */
const LEAST_WAIT_MS = 30_000;

/** One row's work in one direction: `contact/marketo:guid`. */
const place = (entity: string, feed: Feed): string => `${entity}/${feed}`;

/**
 * Rows that are set aside, one document each, and outages. A document is changed by compare-and-set on its `step`, so that what joins it while
 * its row is tried again is not lost.
 */
export class Asides {
  readonly #collection: Collection<AsideDocument>;
  readonly #outages: Collection<OutageDocument>;
  readonly #documents: AsideDocuments;

  constructor(
    db: Db,
    readonly sealer: Sealer,
    readonly inbox: Inbox,
  ) {
    this.#collection = db.collection('asides');
    this.#documents = new AsideDocuments(db, sealer, inbox);
    this.#outages = db.collection('outages');
  }

  async get(entity: string, feed: Feed, ids: readonly string[]): Promise<Map<string, Aside>> {
    if (ids.length === 0) return new Map();
    const wanted = [...new Set(ids)].map((id) => linkId(place(entity, feed), id));
    const found = await this.#collection.find({ _id: { $in: wanted } }).toArray();
    return new Map((await this.#documents.readAll(found)).map((aside) => [aside.id, aside]));
  }

  /** Rows whose time has come, those that wait longest first. */
  async due(entity: string, feed: Feed, most: number, now = new Date()): Promise<Aside[]> {
    const range = { $gte: `${place(entity, feed)}:`, $lt: `${place(entity, feed)};` };
    const found = await this.#collection
      .find({ _id: range, dueAt: { $lte: now }, outage: { $exists: false } })
      .sort({ dueAt: 1 })
      .limit(most)
      .toArray();
    return this.#documents.readAll(found);
  }

  /** Work that comes for rows that wait already is done with them; an edit makes them due sooner. @returns the items of other rows, and which of these are parked */
  async join(
    entity: string,
    feed: Feed,
    items: readonly InboxItem[],
  ): Promise<{ others: InboxItem[]; parked: Aside[] }> {
    const waiting = await this.get(
      entity,
      feed,
      items.map(({ id }) => id.toLowerCase()),
    );
    const others: InboxItem[] = [];
    const parked: Aside[] = [];
    for (const item of items) {
      const aside = waiting.get(item.id.toLowerCase());
      if (aside?.parked !== undefined) parked.push(aside);
      if (!aside || aside.parked !== undefined) others.push(item);
      else await this.put(entity, feed, [{ ...aside, items: [item], dueAt: sooner(aside) }]);
    }
    return { others, parked };
  }

  /** Stores these rows; what is stored of a row already, and has come since it was read, is kept beside the new item. */
  async put(entity: string, feed: Feed, asides: readonly Aside[]): Promise<void> {
    for (const aside of asides) {
      for (let stored = false; !stored; ) stored = await this.#putOne(linkId(place(entity, feed), aside.id), aside);
    }
  }

  async #putOne(_id: string, { id: _row, step: _step, items, trouble, ...rest }: Aside): Promise<boolean> {
    const known = await this.#collection.findOne({ _id });
    const merged = together([...(known ? await this.#documents.open(known) : []), ...items]);
    const kept = await this.#inShort(_id, merged);
    const fields = { ...trouble, ...rest, items: this.sealer.seal(kept), step: (known?.step ?? 0) + 1 };
    if (!known) return (await insertNew(this.#collection, [{ _id, ...fields }])).length === 0;
    const { modifiedCount } = await this.#collection.updateOne(
      { _id, step: known.step },
      { $set: fields, ...unset({ dueAt: rest.dueAt, parked: rest.parked, outage: rest.outage }) },
    );
    return modifiedCount === 1;
  }

  /** What is left out of it is found again by reading both sides. */
  async #inShort(_id: string, items: InboxItem[]): Promise<InboxItem[]> {
    const [entity = '', feed = 'dynamics'] = entityOf(_id).split('/');
    const kept = inShort(feed as Feed, guidOf(_id), items);
    if (kept !== items) await this.inbox.add(entity, 'dynamics', insteadOf('dynamics', guidOf(_id)), new Date());
    return kept;
  }

  /** The row's work is done: it is forgotten, unless more has joined it since it was read. */
  async remove(entity: string, feed: Feed, asides: readonly Aside[]): Promise<void> {
    for (const { id, step } of asides)
      await this.#collection.deleteOne({ _id: linkId(place(entity, feed), id), step: step ?? 0 });
  }

  /** By entity; and the ids of the outages that rows belong to. */
  async counts(now = new Date()): Promise<Map<string, AsideCounts>> {
    const counts = new Map<string, AsideCounts>();
    const probed = await this.#probedLately(now);
    const asides = this.#collection.find({}).project<AsideDocument>({ items: 0 });
    for await (const { _id, dueAt, parked, outage, ...trouble } of asides) {
      const [entity = '', feed = ''] = entityOf(_id).split('/');
      const entry = counts.get(entity) ?? { waiting: 0, dynamics: 0, marketo: 0 };
      counts.set(entity, entry);
      if (parked !== undefined) continue;
      entry.waiting += 1;
      const isDue = outage ? !probed.has(outageOf(entity, trouble)) : dueAt !== undefined && dueAt <= now;
      if (isDue) entry[feed as Feed] += 1;
    }
    return counts;
  }

  async #probedLately(now: Date): Promise<Set<string>> {
    const recent = new Date(now.getTime() - MINUTE_MS);
    return new Set((await this.#outages.find({ probedAt: { $gt: recent } }).toArray()).map((one) => outageIn(one).id));
  }

  /** How many rows of an entity wait that failed like this, alone. */
  async alike(entity: string, trouble: Trouble): Promise<number> {
    return this.#collection.countDocuments(alike(entity, trouble));
  }

  async outages(): Promise<Map<string, Outage>> {
    const found = await this.#outages.find({}).toArray();
    return new Map(found.map(outageIn).map((outage) => [outage.id, outage]));
  }

  /** From now on one row stands for all that fail like this. */
  async begin(entity: string, trouble: Trouble): Promise<void> {
    const now = new Date();
    await insertNew(this.#outages, [{ _id: outageOf(entity, trouble), entity, since: now, probedAt: now }]);
    await this.#collection.updateMany(alike(entity, trouble), { $set: { outage: true } });
  }

  /** A row for each outage of the entity that nobody has asked about for a minute. */
  async probes(entity: string, feed: Feed, now = new Date()): Promise<Aside[]> {
    const found: Aside[] = [];
    const range = { $gte: `${place(entity, feed)}:`, $lt: `${place(entity, feed)};` };
    const outages = [...(await this.outages()).values()].filter((outage) => outage.entity === entity);
    await this.#endLeft(
      entity,
      range,
      outages.map(({ id }) => id),
    );
    for (const { id, probedAt } of outages) {
      if (now.getTime() - probedAt.getTime() < MINUTE_MS) continue;
      const rows = this.#collection.find({ ...rowsOf(id), outage: true, _id: range });
      const [first] = await rows.sort({ last: 1 }).limit(1).toArray();
      if (!first) {
        // Nobody is left that would tell of its end: nor a part of several rows.
        if (!(await this.#collection.findOne({ ...rowsOf(id), parked: { $exists: false } }))) await this.end(id);
        continue;
      }
      await this.#outages.updateMany(documentOf(id), { $set: { probedAt: now } });
      found.push(await this.#documents.read(first));
    }
    return found;
  }

  /**
   * Rows may belong to an outage that is over: they were stored meanwhile, or by a version that did not find them when it ended, or for which
   * an outage was of all entities.
   */
  async #endLeft(entity: string, _id: object, outages: readonly string[]): Promise<void> {
    const others = outages.length > 0 ? { $nor: outages.map(rowsOf) } : {};
    const left = await this.#collection.findOne({ _id, outage: true, ...others });
    if (left) await this.end(outageOf(entity, left));
  }

  /** All of its rows are due at once. */
  async end(outage: string, now = new Date()): Promise<void> {
    // Together again: alone they would cost a call each.
    const together = { dueAt: now, failures: 0, size: INBOX_PAGE, first: now.getTime() };
    await this.#collection.updateMany({ ...rowsOf(outage), outage: true }, { $set: together, $unset: { outage: '' } });
    await this.#outages.deleteMany(documentOf(outage));
  }

  /** What is set aside or parked of one row, but for what is to be done with it. */
  async of(id: string): Promise<{ feed: Feed; aside: Omit<Aside, 'items'> }[]> {
    const feeds: Feed[] = ['dynamics', 'marketo'];
    const found = await Promise.all(
      feeds.map(async (feed) => {
        const document = await this.#collection.findOne({ _id: linkId(place(entityOf(id), feed), guidOf(id)) });
        return document ? [{ feed, aside: told(document) }] : [];
      }),
    );
    return found.flat();
  }

  /** Rows that are parked for a reason: to be tried again, all of them. */
  async *parkedFor(reason: ParkReason): AsyncGenerator<{ entity: string; feed: Feed; aside: Aside }> {
    for await (const document of this.#collection.find({ parked: reason })) {
      const [entity = '', feed = 'dynamics'] = entityOf(document._id).split('/');
      yield { entity, feed: feed as Feed, aside: await this.#documents.read(document) };
    }
  }
}

/** Rows of an entity that wait and failed like this, alone. */
const alike = (entity: string, { api, operation, code }: Trouble): object => ({
  _id: rangeOf(entity),
  api,
  operation,
  code,
  size: 1,
  parked: { $exists: false },
});

const unset = (fields: Record<string, unknown>): { $unset?: Record<string, ''> } => {
  const gone = Object.keys(fields).filter((name) => fields[name] === undefined);
  return gone.length > 0 ? { $unset: Object.fromEntries(gone.map((name) => [name, ''])) } : {};
};

function sooner({ dueAt, trouble }: Aside): Date {
  const soon = Math.max(Date.now(), trouble.last + LEAST_WAIT_MS);
  return new Date(Math.min(soon, dueAt?.getTime() ?? soon));
}
