import type { Binary, Collection, Db } from 'mongodb';
import { isDuplicateKey } from './bulk';
import { bytes } from './bytes';
import { notLaterThan } from './epoch';
import { sealedParts } from './sealed-parts';
import type { Sealer } from './sealer';

interface Chunk {
  _id: string;
  unit: string;
  rows: Binary | Buffer;
  /** Of the attempt that took the chunk last; absent: nobody has. */
  epoch?: number;
  /** Rows of the whole page; absent: staged by an earlier version. */
  of?: number;
  /** That has read the rows; absent: an attempt of version 0.1. */
  attempt?: number;
}

/** One upsert call's worth (marketo-api §3). */
export const CHUNK_ROWS = 300;

/** Each attempt to read a page numbers its chunks from a number of its own: none replaces another's. */
const CHUNKS_OF_ATTEMPT = 10_000;

/** Generations and units sort as text. */
const generationId = (generation: number) => String(generation).padStart(4, '0');

export const unitId = (entity: string, generation: number, unit: number): string =>
  `${entity}/${generationId(generation)}/${String(unit).padStart(6, '0')}`;
const chunkId = (unit: string, chunk: number): string => `${unit}/${String(chunk).padStart(3, '0')}`;

const within = (unit: string) => ({ $gte: `${unit}/`, $lt: `${unit}0` });

/** A chunk as an attempt took it. */
export interface Taken<T> {
  rows: T[];
  begun: boolean;
}

/** Rows between fetch and apply: sealed, under deterministic ids, and only until they are applied. */
export class Staging {
  readonly #collection: Collection<Chunk>;

  constructor(
    db: Db,
    readonly sealer: Sealer,
  ) {
    this.#collection = db.collection('staging');
  }

  /** Beside what other attempts have read of the unit: which of them counts is decided afterwards (`only`, `drop`). */
  async put(unit: string, rows: readonly unknown[], attempt: number): Promise<void> {
    let chunk = attempt * CHUNKS_OF_ATTEMPT;
    for (let at = 0; at < rows.length; at += CHUNK_ROWS)
      for (const { sealed } of sealedParts(this.sealer, rows.slice(at, at + CHUNK_ROWS))) {
        await this.#replace(unit, chunk, { rows: sealed, attempt, of: rows.length });
        chunk += 1;
      }
  }

  /** This attempt's page counts: what others have staged of the unit goes. */
  async only(unit: string, attempt: number): Promise<void> {
    await this.#collection.deleteMany({ _id: within(unit), attempt: { $ne: attempt } });
  }

  /** Another attempt's page counts. */
  async drop(unit: string, attempt: number): Promise<void> {
    await this.#collection.deleteMany({ _id: within(unit), attempt });
  }

  async #replace(unit: string, chunk: number, held: Pick<Chunk, 'rows' | 'attempt' | 'of'>): Promise<void> {
    try {
      await this.#collection.replaceOne({ _id: chunkId(unit, chunk) }, { unit, ...held }, { upsert: true });
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
    }
  }

  /**
   * `undefined` when it has been applied (or swept by a newer generation).
   *
   * @throws UnreadableError
   */
  async get<T>(unit: string, chunk: number): Promise<T[] | undefined> {
    const document = await this.#collection.findOne({ _id: chunkId(unit, chunk) });
    return document ? this.#open<T>(document) : undefined;
  }

  #open<T>({ rows }: Pick<Chunk, 'rows'>): T[] {
    return this.sealer.open<T[]>(bytes(rows));
  }

  /**
   * The rows, for this attempt to apply. `begun`: an earlier attempt took them, and may have done some of the work.
   *
   * @returns `undefined` when they have been applied, or a later attempt has them
   * @throws UnreadableError
   */
  async take<T>(unit: string, chunk: number, epoch: number): Promise<Taken<T> | undefined> {
    const filter = { _id: chunkId(unit, chunk), epoch: notLaterThan(epoch) };
    const before = await this.#collection.findOneAndUpdate(filter, { $set: { epoch } }, { returnDocument: 'before' });
    if (!before) return undefined;
    return { rows: this.#open<T>(before), begun: before.epoch !== undefined };
  }

  /** Chunks of a unit that are left to apply, in order. */
  async chunks(unit: string): Promise<number[]> {
    return (await this.left(unit)).chunks;
  }

  /** The same, with the rows that the whole page had, as far as that is known. */
  async left(unit: string): Promise<{ chunks: number[]; rows: number }> {
    const found = await this.#collection
      .find({ _id: within(unit) })
      .project<Pick<Chunk, '_id' | 'of'>>({ _id: 1, of: 1 })
      .toArray();
    const chunks = found.map(({ _id }) => Number(_id.slice(unit.length + 1))).sort((a, b) => a - b);
    return { chunks, rows: Math.max(chunks.length * CHUNK_ROWS, ...found.map(({ of = 0 }) => of)) };
  }

  /** Only by the attempt that took it last, and only what it took: a page that was read once more since stays. */
  async remove(unit: string, chunk: number, epoch: number): Promise<void> {
    await this.#collection.deleteOne({ _id: chunkId(unit, chunk), epoch });
  }

  /** Units that have rows left to apply, in order. */
  async units(entity: string, generation: number): Promise<number[]> {
    const prefix = `${entity}/${generationId(generation)}/`;
    const ids = this.#collection
      .find({ _id: { $gte: prefix, $lt: `${entity}/${generationId(generation)}0` } })
      .project<{ _id: string }>({ _id: 1 });
    const units = new Set<number>();
    for await (const { _id } of ids) units.add(Number(_id.slice(prefix.length).split('/')[0]));
    return [...units].sort((a, b) => a - b);
  }

  /** A new generation sweeps what older ones left. */
  async sweep(entity: string, generation: number): Promise<void> {
    await this.#collection.deleteMany({ _id: { $gte: `${entity}/`, $lt: `${entity}/${generationId(generation)}/` } });
  }
}
