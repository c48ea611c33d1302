import { createHash, randomUUID } from 'node:crypto';
import type { Collection, Db } from 'mongodb';
import { duplicatesOf } from './bulk';

/** Waiting rows in one document at most: 50 bytes each. */
export const BUCKET_ROWS = 1_000;
/** As many as are added to a bucket at once: it is full when there is no room for so many. */
const AT_ONCE = 100;

/**
 * `_id` is a target (a head: somebody may wait for it), or `target/number` (a bucket). GUIDs have one length, so that all that begins
 * with `target/` is the target's.
 */
interface WaitingDocument {
  _id: string;
  /** Another one with each addition: what was read is still all there is. */
  stamp?: string;
  /** Of a head: rows are added to the buckets from number 2^level on; absent: 0. */
  level?: number;
  /** Of a bucket. Of a head: all rows of the target, as version 0.1 stored them. */
  waiters?: string[];
}

/** The waiting row and the row it waits for, both as `entity:guid`. */
interface Pair {
  waiter: string;
  target: string;
}

/** A target that rows wait for. */
export interface Awaited {
  target: string;
  stamp: string;
}

/** Some of those rows, as `entity:guid`. */
export interface Bucket {
  id: string;
  waiters: string[];
  stamp: string;
}

/**
 * Who waits for a row that is not in Marketo yet.
 *
 * The rows that wait for one target lie in buckets of at most 1,000. The bucket of a row follows from its name and the target's level,
 * so that a row that is added again meets itself there. When a bucket is full the level rises by one, to twice as many buckets; what
 * lies in those of a lower level stays there until it is woken. So a row lies in one bucket a level at most.
 */
export class Waiting {
  readonly #collection: Collection<WaitingDocument>;

  constructor(db: Db) {
    this.#collection = db.collection('waiting');
  }

  async add(pairs: readonly Pair[]): Promise<void> {
    if (pairs.length === 0) return;
    const heads = await this.#heads(pairs.map(({ target }) => target));
    const levels = new Map(pairs.map(({ target }) => [target, heads.get(target)?.level ?? 0]));
    await this.#fill(pairs, levels);
    // After the buckets: a head that was found before is not removed any more (`end`), one that has gone meanwhile is made again.
    const operations = [...levels].map(([target, level]) => ({
      updateOne: {
        filter: { _id: target },
        update: { $max: { level }, $set: { stamp: randomUUID() } },
        upsert: true,
      },
    }));
    await this.#collection.bulkWrite(operations, { ordered: false });
  }

  /** What a row waits for: one scan, for reports. */
  async targetsOf(waiter: string): Promise<string[]> {
    const found = await this.#collection.find({ waiters: waiter }).project<{ _id: string }>({ _id: 1 }).toArray();
    return [...new Set(found.map(({ _id }) => _id.split('/')[0] ?? _id))];
  }

  /** Who waits for a row: all of them, for reports. */
  async waitersOf(target: string): Promise<string[]> {
    const waiters = new Set<string>();
    for (const awaited of await this.of([target]))
      for await (const bucket of this.all(awaited)) for (const waiter of bucket.waiters) waiters.add(waiter);
    return [...waiters];
  }

  /** Those of these targets that somebody waits for. */
  async of(targets: readonly string[]): Promise<Awaited[]> {
    if (targets.length === 0) return [];
    return [...(await this.#heads(targets))].map(([target, { stamp = '' }]) => ({ target, stamp }));
  }

  /** Bucket by bucket; each may be removed before the next is asked for. */
  async *all({ target }: Awaited): AsyncGenerator<Bucket> {
    for (let after = `${target}/`; ; ) {
      const range = { _id: { $gt: after, $lt: `${target}0` } };
      const [next] = await this.#collection.find(range).limit(1).toArray();
      if (!next) return;
      yield { id: next._id, waiters: next.waiters ?? [], stamp: next.stamp ?? '' };
      after = next._id;
    }
  }

  /** Only after its rows are in their inboxes. A bucket that rows were added to since stays. */
  async remove({ id, stamp }: Bucket): Promise<void> {
    await this.#collection.deleteOne({ _id: id, stamp });
  }

  /** Nobody waits for it any more, unless rows were added since it was found. */
  async end({ target, stamp }: Awaited): Promise<void> {
    await this.#collection.deleteOne({ _id: target, stamp });
  }

  /**
   * Puts each row into the bucket of its target's level. Where that is full, the level rises.
   *
   * @param levels by target; raised
   */
  async #fill(pairs: readonly Pair[], levels: Map<string, number>): Promise<void> {
    for (let open = pairs; open.length > 0; ) {
      // Twice, because another attempt may have made the bucket in the same moment.
      const full = await this.#put(await this.#put(batchesOf(open, levels)));
      for (const { target, level } of full) levels.set(target, level + 1);
      open = full.flatMap(({ target, waiters }) => waiters.map((waiter) => ({ waiter, target })));
    }
  }

  /** @returns those that found no room. */
  async #put(batches: readonly Batch[]): Promise<Batch[]> {
    if (batches.length === 0) return [];
    const operations = batches.map(({ id, waiters }) => ({
      updateOne: {
        // With this place taken the bucket does not match, and cannot be made either: that is a duplicate key.
        filter: { _id: id, [`waiters.${BUCKET_ROWS - waiters.length}`]: { $exists: false } },
        update: { $addToSet: { waiters: { $each: waiters } }, $set: { stamp: randomUUID() } },
        upsert: true,
      },
    }));
    try {
      await this.#collection.bulkWrite(operations, { ordered: false });
      return [];
    } catch (error) {
      return duplicatesOf(error).flatMap((index) => batches[index] ?? []);
    }
  }

  /** By target; a document that holds all rows itself is split first. */
  async #heads(targets: readonly string[]): Promise<Map<string, WaitingDocument>> {
    for (;;) {
      const found = await this.#collection.find({ _id: { $in: [...new Set(targets)] } }).toArray();
      const old = found.filter(({ waiters }) => waiters !== undefined);
      if (old.length === 0) return new Map(found.map((head) => [head._id, head]));
      for (const head of old) await this.#split(head);
    }
  }

  /** What version 0.1 stored. Its rows are in their buckets before the document lets go of them, and only of those. */
  async #split({ _id, level, waiters = [] }: WaitingDocument): Promise<void> {
    const levels = new Map([[_id, level ?? 0]]);
    for (let at = 0; at < waiters.length; at += BUCKET_ROWS) {
      const some = waiters.slice(at, at + BUCKET_ROWS);
      await this.#fill(
        some.map((waiter) => ({ waiter, target: _id })),
        levels,
      );
    }
    await this.#collection.updateOne(
      { _id, waiters: { $size: waiters.length } },
      { $unset: { waiters: '' }, $max: { level: levels.get(_id) ?? 0 }, $set: { stamp: randomUUID() } },
    );
  }
}

/** Rows of one bucket. */
interface Batch {
  id: string;
  target: string;
  level: number;
  waiters: string[];
}

function batchesOf(pairs: readonly Pair[], levels: ReadonlyMap<string, number>): Batch[] {
  const batches: Batch[] = [];
  const open = new Map<string, Batch>();
  for (const { waiter, target } of pairs) {
    const level = levels.get(target) ?? 0;
    const id = `${target}/${2 ** level + (hashOf(waiter) % 2 ** level)}`;
    let batch = open.get(id);
    if (!batch || batch.waiters.length === AT_ONCE) {
      batch = { id, target, level, waiters: [] };
      open.set(id, batch);
      batches.push(batch);
    }
    batch.waiters.push(waiter);
  }
  return batches;
}

/** 32 bits. GUIDs themselves may be consecutive, or end alike. */
const hashOf = (waiter: string): number => createHash('sha256').update(waiter).digest().readUInt32BE(0);
