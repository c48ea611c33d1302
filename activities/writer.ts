import { randomUUID } from 'node:crypto';
import { ApiError, isApiError } from '../clients/errors';
import { Turns } from '../clients/keep';
import type { BeforeSend, SyncResult } from '../clients/marketo/types';
import { bytes } from '../clients/mongo/bytes';
import type { JournalAction, JournalEntry } from '../clients/mongo/journal';
import type { Link } from '../clients/mongo/links';
import { unpackMarks, unpackReceipts, withoutParked } from '../model/fingerprint';
import { trailed } from '../model/trail';
import type { Deps } from './deps';
import { doubt } from './doubt';
import { findCarriers } from './persons/find';
import { wake } from './references';
import { newLink } from './rows';
import type { Failed } from './send';
import { SUPERSEDED } from './trouble';

/** Their record says itself what is not known of them (roles/apply.ts). */
const ROLES = 'opportunities/roles';
/** Longest server time-outs of the calls we write by: until then the vendor may still commit what it did not answer (marketo-api §3). */
const AMBIGUOUS_MS: Record<JournalAction, number> = { create: 90_000, update: 90_000, delete: 90_000, merge: 180_000 };

/** A person that was made just now may not be readable yet (marketo-api §4.3). */
const READY_MS = 5_000;

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
    /** Of what its parts do at once. */
    readonly turns = new Turns(),
  ) {}

  /** Takes the epoch; then settles what earlier attempts left unanswered, as far as that can be done by now. */
  static async open(deps: Deps, object: string): Promise<Writer> {
    const writer = new Writer(deps, object, await deps.store.writers.take(object));
    await writer.lookIntoUnanswered();
    return writer;
  }

  /** The same right, for work whose outcomes are recorded together. */
  part(): Writer {
    const part = new Writer(this.deps, this.object, this.epoch, this.busy, this.turns);
    part.again = this.again;
    return part;
  }

  /** Calls without an answer, and answers that nobody has recorded. While the vendor may still carry one out, its rows wait, and no others. */
  async lookIntoUnanswered(): Promise<void> {
    for (const entry of await this.deps.store.journal.unanswered(this.object)) {
      const until = entry.sentAt.getTime() + silenceOf(entry);
      if (until > Date.now()) this.#holdBack(entry.keys, until);
      else await this.#lookInto(entry);
    }
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
      const waitUntil = this.busyUntil([row, ...others]);
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

  /** People whom we have deleted after all are nobody's loss: a row that has come back meanwhile is made again. */
  async #forgetDeleted(rows: readonly string[]): Promise<void> {
    const { store, marketo } = this.deps;
    const links = [...(await store.links.get(rows)).values()].filter(({ marketoId }) => typeof marketoId === 'number');
    const ids = links.map(({ marketoId }) => Number(marketoId));
    const there = new Set((await marketo.leadsBy('id', ids, ['id'])).map(({ id }) => Number(id)));
    const gone = links.filter(({ marketoId }) => !there.has(Number(marketoId)));
    await store.links.put(
      gone.map((link): Link => {
        const { marketoId: _deleted, receipts: _told, unsureMarketo: _unsure, ...rest } = link;
        return { ...rest, marks: new Map(), appliedVersion: 0, dirty: true };
      }),
      this.epoch,
    );
  }

  /** The time for a late commit has passed: what is there now was committed, what isn't never will be. */
  async #lookInto(entry: JournalEntry): Promise<void> {
    const { store } = this.deps;
    const kept = (index: number): Uint8Array => {
      const receipt = entry.receipts[index];
      return receipt === undefined ? Buffer.alloc(0) : bytes(receipt);
    };
    if (entry.object === 'person' && entry.action === 'create') {
      const before = await store.links.get(entry.keys);
      const carriers = await findCarriers(this.deps, this, entry.keys);
      const links = entry.keys.flatMap((key, index): Link[] => {
        const marketoId = carriers.get(key);
        if (typeof marketoId !== 'number') return [];
        // A row that was parked, or had another person, has a link, which says what is listed of it.
        const fresh: Link = { ...(before.get(key) ?? newLink(key, store.links.epoch)), state: 'linked' };
        const at = entry.sentAt.getTime();
        const made = trailed(fresh, [
          { at, what: 'lost-answer', keys: [] },
          { at, what: 'created', rule: 'first-copy', keys: [] },
        ]);
        const marks = unpackMarks(kept(index));
        // What was kept back is not listed yet: the next merge keeps it back again, and lists it.
        const agreed = withoutParked(marks, new Set(marks.keys()));
        return [{ ...fresh, ...made, marketoId, marks: agreed, dirty: true }];
      });
      await store.links.put(links, this.epoch);
      await wake(
        store,
        links.map(({ id }) => id),
      );
    }
    if (entry.object === 'person' && entry.action === 'delete') await this.#forgetDeleted(entry.keys);
    // A merge is found done or not by whoever takes its rows up again: the losers' persons are there, or are not.
    // Updates are merged again on what both sides hold now: Marketo may hold what was sent, as our own copy, and the feed
    // may tell of it.
    if (entry.object === 'person' && entry.action === 'update') {
      const links = await store.links.get(entry.keys);
      const adopted = entry.keys.filter((key) => links.get(key)?.marketoId === undefined);
      const carriers = await findCarriers(this.deps, this, adopted);
      const told = entry.keys.flatMap((key, index): Link[] => {
        // One that was adopted has no link yet: what it was given is our own copy all the same.
        const known = links.get(key) ?? { ...newLink(key, store.links.epoch), dirty: true };
        const person = carriers.get(key);
        const link: Link = typeof person === 'number' ? { ...known, state: 'linked', marketoId: person } : known;
        const receipts = unpackReceipts(kept(index));
        if (receipts.length === 0) return [];
        const unsureMarketo = [...(link.unsureMarketo ?? []), ...receipts];
        const keys = receipts.map((receipt) => receipt.key);
        const lost = trailed(link, [{ at: entry.sentAt.getTime(), what: 'lost-answer', keys }]);
        return [{ ...link, ...lost, receipts: [...(link.receipts ?? []), ...receipts], unsureMarketo }];
      });
      await store.links.put(told, this.epoch);
    }
    if (entry.object !== 'person' && entry.object !== ROLES) await doubt(this.deps, entry.keys, this.epoch);
    await store.journal.close([entry.id], 'done');
  }
}
