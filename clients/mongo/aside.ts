import type { Binary, Collection, Db } from 'mongodb';
import type { ParkReason } from '../../model/park';
import type { Trouble } from '../../model/set-aside';
import { insertNew } from './bulk';
import { bytes } from './bytes';
import { type Feed, INBOX_PAGE, type InboxItem } from './inbox';
import { entityOf, guidOf, linkId } from './links';
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

/** Many rows that fail alike: a part of the vendor is down for them. */
export interface Outage {
  /** `api operation code` */
  id: string;
  entity: string;
  since: Date;
  /** When a row of it was tried last. */
  probedAt: Date;
}

/** What of one entity is set aside. */
export interface AsideCounts {
  /** Waiting for their time, those of an outage included; parked ones are not. */
  waiting: number;
  /** Due now, by feed. */
  dynamics: number;
  marketo: number;
}

type Stored = Trouble & Pick<Aside, 'dueAt' | 'parked' | 'outage' | 'since'> & { step: number; items: Binary | Buffer };
type Document = Stored & { _id: string };

const MINUTE_MS = 60_000;
/** A row that somebody edits is tried again sooner, but not at once after it failed. */
const LEAST_WAIT_MS = 30_000;

export const outageOf = ({ api, operation, code }: Pick<Trouble, 'api' | 'operation' | 'code'>): string =>
  `${api} ${operation} ${code}`;

/** One row's work in one direction: `contact/marketo:guid`. */
const place = (entity: string, feed: Feed): string => `${entity}/${feed}`;

/**
 * Rows that are set aside, one document each, and outages. A document is changed by compare-and-set on its `step`, so that what joins it while
 * its row is tried again is not lost.
 */
export class Asides {
  readonly #collection: Collection<Document>;
  readonly #outages: Collection<Omit<Outage, 'id'> & { _id: string }>;

  constructor(
    db: Db,
    readonly sealer: Sealer,
  ) {
    this.#collection = db.collection('asides');
    this.#outages = db.collection('outages');
  }

  async get(entity: string, feed: Feed, ids: readonly string[]): Promise<Map<string, Aside>> {
    if (ids.length === 0) return new Map();
    const wanted = [...new Set(ids)].map((id) => linkId(place(entity, feed), id));
    const found = await this.#collection.find({ _id: { $in: wanted } }).toArray();
    return new Map(found.map((document) => [guidOf(document._id), this.#read(document)]));
  }

  /** Rows whose time has come, those that wait longest first. */
  async due(entity: string, feed: Feed, most: number, now = new Date()): Promise<Aside[]> {
    const range = { $gte: `${place(entity, feed)}:`, $lt: `${place(entity, feed)};` };
    const found = await this.#collection
      .find({ _id: range, dueAt: { $lte: now }, outage: { $exists: false } })
      .sort({ dueAt: 1 })
      .limit(most)
      .toArray();
    return found.map((document) => this.#read(document));
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
    const merged = together([...(known ? this.#open(known) : []), ...items]);
    const fields = { ...trouble, ...rest, items: this.sealer.seal(merged), step: (known?.step ?? 0) + 1 };
    if (!known) return (await insertNew(this.#collection, [{ _id, ...fields }])).length === 0;
    const { modifiedCount } = await this.#collection.updateOne(
      { _id, step: known.step },
      { $set: fields, ...unset({ dueAt: rest.dueAt, parked: rest.parked, outage: rest.outage }) },
    );
    return modifiedCount === 1;
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
    const asides = this.#collection.find({}).project<Document>({ items: 0 });
    for await (const { _id, dueAt, parked, outage, ...trouble } of asides) {
      const [entity = '', feed = ''] = entityOf(_id).split('/');
      const entry = counts.get(entity) ?? { waiting: 0, dynamics: 0, marketo: 0 };
      counts.set(entity, entry);
      if (parked !== undefined) continue;
      entry.waiting += 1;
      const isDue = outage ? !probed.has(outageOf(trouble)) : dueAt !== undefined && dueAt <= now;
      if (isDue) entry[feed as Feed] += 1;
    }
    return counts;
  }

  async #probedLately(now: Date): Promise<Set<string>> {
    const recent = new Date(now.getTime() - MINUTE_MS);
    return new Set((await this.#outages.find({ probedAt: { $gt: recent } }).toArray()).map(({ _id }) => _id));
  }

  /** How many rows of an entity wait that failed like this, alone. */
  async alike(entity: string, trouble: Trouble): Promise<number> {
    const { api, operation, code } = trouble;
    const range = { $gte: `${entity}/`, $lt: `${entity}0` };
    return this.#collection.countDocuments({
      _id: range,
      api,
      operation,
      code,
      size: 1,
      parked: { $exists: false },
    });
  }

  async outages(): Promise<Map<string, Outage>> {
    const found = await this.#outages.find({}).toArray();
    return new Map(found.map(({ _id, ...rest }) => [_id, { id: _id, ...rest }]));
  }

  /** From now on one row stands for all that fail like this. */
  async begin(entity: string, trouble: Trouble): Promise<void> {
    const now = new Date();
    await insertNew(this.#outages, [{ _id: outageOf(trouble), entity, since: now, probedAt: now }]);
    const { api, operation, code } = trouble;
    await this.#collection.updateMany(
      { api, operation, code, size: 1, parked: { $exists: false } },
      { $set: { outage: true } },
    );
  }

  /** A row for each outage of the entity that nobody has asked about for a minute. */
  async probes(entity: string, feed: Feed, now = new Date()): Promise<Aside[]> {
    const found: Aside[] = [];
    for (const { id, probedAt, entity: of } of (await this.outages()).values()) {
      if (of !== entity || now.getTime() - probedAt.getTime() < MINUTE_MS) continue;
      const [api = '', operation = '', code = ''] = id.split(' ');
      const range = { $gte: `${place(entity, feed)}:`, $lt: `${place(entity, feed)};` };
      const rows = this.#collection.find({ _id: range, api, operation, code, outage: true } as object);
      const [first] = await rows.sort({ last: 1 }).limit(1).toArray();
      if (!first) {
        // Nobody is left that would tell of its end.
        if (feed === 'marketo' || !(await this.#any(entity, id))) await this.end(id);
        continue;
      }
      await this.#outages.updateOne({ _id: id }, { $set: { probedAt: now } });
      found.push(this.#read(first));
    }
    return found;
  }

  async #any(entity: string, outage: string): Promise<boolean> {
    const [api = '', operation = '', code = ''] = outage.split(' ');
    const range = { $gte: `${entity}/`, $lt: `${entity}0` };
    return (await this.#collection.findOne({ _id: range, api, operation, code, outage: true } as object)) !== null;
  }

  /** All of its rows are due at once. */
  async end(outage: string, now = new Date()): Promise<void> {
    const [api = '', operation = '', code = ''] = outage.split(' ');
    const filter = { api, operation, code, outage: true } as object;
    // Together again: alone they would cost a call each.
    const together = { dueAt: now, failures: 0, size: INBOX_PAGE, first: now.getTime() };
    await this.#collection.updateMany(filter, { $set: together, $unset: { outage: '' } });
    await this.#outages.deleteOne({ _id: outage });
  }

  /** What is set aside or parked of one row. */
  async of(id: string): Promise<{ feed: Feed; aside: Aside }[]> {
    const feeds: Feed[] = ['dynamics', 'marketo'];
    const found = await Promise.all(
      feeds.map(async (feed) => {
        const aside = (await this.get(entityOf(id), feed, [guidOf(id)])).get(guidOf(id));
        return aside ? [{ feed, aside }] : [];
      }),
    );
    return found.flat();
  }

  /** Rows that are parked for a reason: to be tried again, all of them. */
  async *parkedFor(reason: ParkReason): AsyncGenerator<{ entity: string; feed: Feed; aside: Aside }> {
    for await (const document of this.#collection.find({ parked: reason })) {
      const [entity = '', feed = 'dynamics'] = entityOf(document._id).split('/');
      yield { entity, feed: feed as Feed, aside: this.#read(document) };
    }
  }

  #open({ items }: Document): InboxItem[] {
    return this.sealer.open<InboxItem[]>(bytes(items));
  }

  #read(document: Document): Aside {
    const { _id, items: _sealed, dueAt, parked, outage, since, step, ...trouble } = document;
    return {
      id: guidOf(_id),
      items: this.#open(document),
      trouble,
      ...(dueAt && { dueAt }),
      ...(parked !== undefined && { parked }),
      ...(outage && { outage }),
      since,
      step,
    };
  }
}

const unset = (fields: Record<string, unknown>): { $unset?: Record<string, ''> } => {
  const gone = Object.keys(fields).filter((name) => fields[name] === undefined);
  return gone.length > 0 ? { $unset: Object.fromEntries(gone.map((name) => [name, ''])) } : {};
};

function sooner({ dueAt, trouble }: Aside): Date {
  const soon = Math.max(Date.now(), trouble.last + LEAST_WAIT_MS);
  return new Date(Math.min(soon, dueAt?.getTime() ?? soon));
}

/** Work that comes twice for a row is one, where it is of one kind: hints, each loss, each request. The row as a feed brought it may be old by then. */
function together(items: readonly InboxItem[]): InboxItem[] {
  const kinds = new Map<string, InboxItem>();
  for (const { row: _read, ...item } of items) {
    const { entries = [], decide = [], ...kind } = item;
    const key = JSON.stringify(Object.entries(kind).sort());
    const before = kinds.get(key);
    const told = distinct([...(before?.entries ?? []), ...entries]);
    const decided = distinct([...(before?.decide ?? []), ...decide]);
    kinds.set(key, {
      ...kind,
      ...(told.length > 0 && { entries: told }),
      ...(decided.length > 0 && { decide: decided }),
    });
  }
  return [...kinds.values()];
}

const distinct = <T>(all: readonly T[]): T[] => [
  ...new Map(all.map((one) => [JSON.stringify(one), one] as const)).values(),
];
