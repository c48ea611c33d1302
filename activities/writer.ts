import { randomUUID } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { ApiError, isApiError } from '../clients/errors';
import { isOutage } from '../clients/health';
import { inTurn, Turns } from '../clients/keep';
import type { BeforeSend, SyncResult } from '../clients/marketo/types';
import type { JournalAction, JournalEntry } from '../clients/mongo/journal';
import { entityOf, guidOf } from '../clients/mongo/links';
import type { Deps } from './deps';
import { lookInto } from './look-into';
import { queueAll } from './queue';
import type { Failed } from './send';
import { isForAll, isUnexpected, SUPERSEDED } from './trouble';

/** Longest server time-outs of the calls we write by: until then the vendor may still commit what it did not answer (marketo-api §3). */
const AMBIGUOUS_MS: Record<JournalAction, number> = { create: 90_000, update: 90_000, delete: 90_000, merge: 180_000 };

/** A person that was made just now may not be readable yet (marketo-api §4.3). */
const READY_MS = 5_000;

/** Some 10 ms. */
const ROWS_OF_A_BREATH = 25;

/** A row that depends on one that cannot be looked into is tried again after this. */
const LOOK_AGAIN_MS = 60_000;

/** How long nothing can be said of a batch, from sending. */
const silenceOf = ({ state, action }: JournalEntry): number =>
  state === 'unknown' ? AMBIGUOUS_MS[action] : action === 'create' ? READY_MS : 0;

export interface WriteRow {
  linkId: string;
  record: Record<string, unknown>;
  /** What the link will remember, should the answer be lost: a create's fingerprints, an update's receipts, packed. */
  keep?: Buffer;
}

/** A row of which nobody knows what came of its work, or that nobody may touch yet. */
export interface RowTrouble {
  /** Link id. */
  row: string;
  /** Absent: nothing went wrong, the row only has to wait. */
  failed?: Failed;
  /** Epoch ms. */
  waitUntil?: number;
}

/**
 * The right of one activity attempt to write to one Marketo object. Each batch is written into the journal first and
 * sent only while the epoch is ours; a batch whose answer was lost is looked into by the next attempt.
 */
export class Writer {
  /** Batches that were answered, and of which nothing is remembered yet. */
  readonly #answered: string[] = [];
  /** Rows of which work of this part is left undone. */
  readonly troubles: RowTrouble[] = [];
  /** An earlier attempt has begun the same work, and may have died in the middle. */
  again = false;

  private constructor(
    private readonly deps: Deps,
    readonly object: string,
    readonly epoch: number,
    /** Rows of a call that was not answered, by link id, and until when the vendor may still carry it out; epoch ms. */
    private readonly busy: Map<string, number> = new Map(),
    /** Rows of batches that could not be looked into as a whole, by link id. */
    private readonly unclear: Set<string> = new Set(),
    /** Of what its parts do at once. */
    readonly turns = new Turns(),
    private readonly planning = inTurn(),
  ) {}

  /**
   * Does something with each row, which takes a part a tenth of a second. Of parts that are worked on at once one is planned after the other,
   * and what others have been answered is looked at in between: else all of them are planned before the first is sent.
   */
  async plan<T>(rows: readonly T[], one: (row: T) => void): Promise<void> {
    await this.planning(async () => {
      for (const [index, row] of rows.entries()) {
        if (index % ROWS_OF_A_BREATH === 0) await setImmediate();
        one(row);
      }
    });
  }

  /** Takes the epoch; then settles what earlier attempts left unanswered, as far as that can be done by now. */
  static async open(deps: Deps, object: string): Promise<Writer> {
    const writer = new Writer(deps, object, await deps.store.writers.take(object));
    await writer.lookIntoUnanswered();
    return writer;
  }

  /** The same right, for work whose outcomes are recorded together. */
  part(): Writer {
    const part = new Writer(this.deps, this.object, this.epoch, this.busy, this.unclear, this.turns, this.planning);
    part.again = this.again;
    return part;
  }

  /**
   * Calls without an answer, and answers that nobody has recorded. While the vendor may still carry one out, its rows wait, and no others.
   * A look that fails is about one of its rows, perhaps: from then on each row is looked into when it is worked on.
   */
  async lookIntoUnanswered(): Promise<void> {
    for (const entry of await this.deps.store.journal.unanswered(this.object)) {
      const until = entry.sentAt.getTime() + silenceOf(entry);
      if (until > Date.now()) this.#holdBack(entry.keys, until);
      else if (entry.byRow) this.#noteUnclear(entry);
      else await this.#lookIntoAll(entry);
    }
  }

  #noteUnclear({ keys }: JournalEntry): void {
    for (const key of keys) this.unclear.add(key);
  }

  async #lookIntoAll(entry: JournalEntry): Promise<void> {
    const { journal } = this.deps.store;
    try {
      await lookInto(this.deps, this, entry);
      await journal.close([entry.id], 'done');
    } catch (error) {
      if (!isApiError(error) && !isUnexpected(error)) throw error;
      if (isForAll(error)) {
        this.#holdBack(entry.keys, Date.now() + (error.retryAfterMs ?? LOOK_AGAIN_MS));
        return;
      }
      await this.#queue(entry.keys);
      await journal.byRow(entry.id);
      this.#noteUnclear(entry);
    }
  }

  /** Each of them is worked on once more, so that it is looked into even where nothing else waits for it. */
  async #queue(rows: readonly string[]): Promise<void> {
    const known = rows.filter((row) => this.deps.schema.has(entityOf(row)));
    await queueAll(
      this.deps,
      known.map((row) => ({ entity: entityOf(row), feed: 'dynamics' as const, items: [{ id: guidOf(row) }] })),
    );
  }

  /**
   * Looks into those of these rows, and of the rows that they depend on, that could not be looked into with others.
   *
   * @param rowsOf the row, and then those that it depends on
   * @returns those that may be worked on
   */
  async withoutUnclear<T>(all: readonly T[], rowsOf: (one: T) => readonly (string | undefined)[]): Promise<T[]> {
    const rows = new Set(all.flatMap((one) => rowsOf(one).filter((row) => row !== undefined && this.unclear.has(row))));
    if (rows.size === 0) return [...all];
    const still = new Map<string | undefined, Omit<RowTrouble, 'row'>>();
    for (const entry of await this.deps.store.journal.unanswered(this.object)) {
      const some = entry.byRow ? entry.keys.filter((key) => rows.has(key)) : [];
      const trouble = some.length > 0 ? await this.#lookIntoSome(entry, some) : undefined;
      if (trouble) for (const row of some) still.set(row, trouble);
    }
    for (const row of rows) if (row !== undefined && !still.has(row)) this.unclear.delete(row);
    return all.filter((one) => {
      const [row = '', ...others] = rowsOf(one);
      const [trouble] = [row, ...others].flatMap((of) => still.get(of) ?? []);
      if (trouble) this.troubles.push({ row, ...trouble });
      return !trouble;
    });
  }

  /** @returns what kept us from learning what came of them */
  async #lookIntoSome(entry: JournalEntry, rows: readonly string[]): Promise<Omit<RowTrouble, 'row'> | undefined> {
    const receipts = entry.receipts.filter((_, index) => rows.includes(entry.keys[index] ?? ''));
    try {
      await lookInto(this.deps, this, { ...entry, keys: [...rows], receipts });
    } catch (error) {
      if (!isApiError(error) || isUnexpected(error)) throw error;
      return isOutage(error) ? { waitUntil: Date.now() + LOOK_AGAIN_MS } : { failed: { error, size: rows.length } };
    }
    await this.deps.store.journal.lookedInto(entry.id, rows);
    return undefined;
  }

  #holdBack(rows: readonly string[], until: number): void {
    for (const row of rows) this.busy.set(row, Math.max(until, this.busy.get(row) ?? 0));
  }

  /** Until when one of these rows may not be touched, if it may not; epoch ms. */
  busyUntil(rows: readonly (string | undefined)[]): number | undefined {
    const until = Math.max(0, ...rows.map((row) => (row === undefined ? 0 : (this.busy.get(row) ?? 0))));
    return until > Date.now() ? until : undefined;
  }

  /** What these tasks were to do is left undone: the others' outcomes are recorded without them. @returns the others */
  withoutFailed<T extends { failed?: Failed }>(tasks: readonly T[], rowOf: (task: T) => string): T[] {
    return tasks.filter((task) => {
      const { failed } = task;
      if (failed) this.troubles.push({ row: rowOf(task), failed });
      return !failed;
    });
  }

  /** Leaves out those whose row, or one that it depends on, is part of a call without an answer. */
  withoutBusy<T>(all: readonly T[], rowsOf: (one: T) => (string | undefined)[]): T[] {
    return all.filter((one) => {
      const [row = '', ...others] = rowsOf(one);
      const isUnclear = [row, ...others].some((of) => of !== undefined && this.unclear.has(of));
      const waitUntil = this.busyUntil([row, ...others]) ?? (isUnclear ? Date.now() + LOOK_AGAIN_MS : undefined);
      if (waitUntil !== undefined) this.troubles.push({ row, waitUntil });
      return waitUntil === undefined;
    });
  }

  /**
   * What was sent is remembered in the links now. Until then an answered batch is looked into like one without an answer: an attempt
   * that dies in between would leave our own copies in Marketo, to be taken for edits.
   */
  async recorded(): Promise<void> {
    await this.deps.store.journal.close(this.#answered.splice(0), 'done');
  }

  /** Something else went wrong before: the next attempt looks into what was answered, and need not wait for it. */
  async failed(): Promise<void> {
    await this.deps.store.journal.answered(this.#answered.splice(0));
  }

  /**
   * @param undo takes back what was done before the check
   * @throws ApiError `superseded`: an attempt that was taken for dead and wakes up must not write (DESIGN §5, One writer)
   */
  async check(undo: () => Promise<void> = async () => undefined): Promise<void> {
    if (await this.deps.store.writers.holds(this.object, this.epoch)) return;
    await undo();
    throw new ApiError({ api: 'marketo', operation: `${this.object}.write`, kind: 'transient', code: SUPERSEDED });
  }

  /** @param call sends the batch and runs the given check directly before, when any wait for the budget is over. */
  async send(
    action: JournalAction,
    rows: readonly WriteRow[],
    call: (beforeSend: BeforeSend) => Promise<SyncResult[]>,
  ): Promise<SyncResult[]> {
    const { journal } = this.deps.store;
    const entry: JournalEntry = {
      id: `${this.object}/${randomUUID()}`,
      object: this.object,
      action,
      sentAt: new Date(),
      keys: rows.map(({ linkId }) => linkId),
      receipts: rows.map(({ keep }) => keep ?? Buffer.alloc(0)),
      state: 'unknown',
    };
    const beforeSend = async () => {
      await journal.open({ ...entry, sentAt: new Date() });
      await this.check();
    };
    try {
      const results = await call(beforeSend);
      this.#answered.push(entry.id);
      return results;
    } catch (error) {
      // Anything but a lost answer is an answer: nothing of the batch was taken.
      if (isApiError(error, 'ambiguous')) this.#holdBack(entry.keys, Date.now() + AMBIGUOUS_MS[action]);
      else if (isApiError(error)) await journal.close([entry.id], 'refused');
      throw error;
    }
  }
}
