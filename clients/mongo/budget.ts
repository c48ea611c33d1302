import { type Collection, type Db, MongoServerError } from 'mongodb';
import { type Api, ApiError } from '../errors';
import type { Governor, Permit } from '../governor';
import { inTurn, kept } from '../keep';

export interface BudgetOptions {
  api: Api;
  /** Calls that the window allows us, after the operator's share. */
  calls: number;
  /** Length of the vendor's sliding window, ms. */
  windowMs: number;
  /** Calls at once. */
  concurrent: number;
  /** Calls a lease covers: 1 keeps the window exact; more spare Mongo where the window holds thousands. */
  callsPerLease: number;
  /** Calls a day, and where the vendor's day ends; absent: not counted. */
  daily?: { calls: number; day(now: Date): string; msUntilNextDay(now: Date): number };
}

/** A call holds its slot at most this long: longer than the client's own time-out. */
const CALL_MS = 120_000;
const POLL_MS = 100;

interface Lease {
  id: string;
  /** Calls that may still be sent under it. */
  left: number;
  running: number;
}

const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/**
 * One budget for all workers: as many slot documents as the window has calls. A call holds its slot from sending until
 * a window's length after its answer, so that no sliding window of the vendor's overflows, whenever it counts the
 * call. Times are Mongo's clock. A worker that dies leaves its slots locked for CALL_MS, never for good.
 */
export class Budget implements Governor {
  readonly #slots: Collection<{ _id: string; freeAt: number }>;
  readonly #days: Collection<{ _id: string; calls: number }>;
  readonly #slotIds: string[];
  #clockOffset = 0;
  readonly #ready = kept(() => this.#prepare());
  #running = 0;
  #lease: Lease | undefined;
  #queue: (() => void)[] = [];
  /** Slots that this process gave back, the longest free first, and since when they are free: a guess to try first. */
  readonly #givenBack = new Map<string, number>();
  /** Slots never tried yet by this process: none is known to be taken. */
  readonly #untried: string[];
  /** One at a time in this process, so that the order of asking is the order of getting. */
  readonly #inTurn = inTurn();

  constructor(
    private readonly db: Db,
    private readonly options: BudgetOptions,
  ) {
    this.#slots = db.collection('budget');
    this.#days = db.collection('budgetDays');
    const slots = Math.max(1, Math.floor(options.calls / options.callsPerLease));
    this.#slotIds = Array.from({ length: slots }, (_, slot) => `${options.api}/${String(slot).padStart(4, '0')}`);
    // From a place of its own, or all workers would try the same ones.
    const from = Math.floor(Math.random() * slots);
    this.#untried = [...this.#slotIds.slice(from), ...this.#slotIds.slice(0, from)];
  }

  async acquire(): Promise<Permit> {
    await this.#ready();
    await this.#enter();
    try {
      await this.#countDay();
      const lease = await this.#inTurn(() => this.#take());
      let released = false;
      return {
        release: () => {
          if (released) return;
          released = true;
          this.#leave();
          this.#giveBack(lease);
        },
      };
    } catch (error) {
      this.#leave();
      throw error;
    }
  }

  /** At most `concurrent` of this process at once; first come, first served. */
  async #enter(): Promise<void> {
    if (this.#running >= this.options.concurrent) await new Promise<void>((resolve) => this.#queue.push(resolve));
    else this.#running += 1;
  }

  #leave(): void {
    const next = this.#queue.shift();
    if (next) next();
    else this.#running -= 1;
  }

  #now(): number {
    return Date.now() + this.#clockOffset;
  }

  async #prepare(): Promise<void> {
    const before = Date.now();
    const hello = await this.db.command({ hello: 1 });
    this.#clockOffset = new Date(hello.localTime as Date).getTime() - (before + Date.now()) / 2;
    await this.#slots.bulkWrite(
      this.#slotIds.map((_id) => ({
        updateOne: { filter: { _id }, update: { $setOnInsert: { freeAt: 0 } }, upsert: true },
      })),
      { ordered: false },
    );
  }

  async #take(): Promise<Lease> {
    if (this.#lease && this.#lease.left > 0) {
      this.#lease.left -= 1;
      this.#lease.running += 1;
      return this.#lease;
    }
    for (;;) {
      const slot = await this.#claim();
      if (slot !== undefined) {
        this.#lease = { id: slot, left: this.options.callsPerLease - 1, running: 1 };
        return this.#lease;
      }
      const [next] = this.#givenBack.values();
      await wait(Math.max(1, Math.min(POLL_MS, (next ?? Number.POSITIVE_INFINITY) - this.#now())));
    }
  }

  /** A free slot, or undefined. One that is likely to be free is tried by its id: a search among thousands takes 100 ms. */
  async #claim(): Promise<string | undefined> {
    const now = this.#now();
    const [oldest] = this.#givenBack;
    const guess = oldest && oldest[1] <= now ? oldest[0] : this.#untried.pop();
    const found =
      (guess === undefined ? undefined : await this.#lock(guess, now)) ??
      (await this.#lock({ $in: this.#slotIds }, now));
    if (guess !== undefined) this.#givenBack.delete(guess);
    if (found !== undefined) this.#givenBack.delete(found);
    return found;
  }

  /** Mongo alone decides whether a slot is free. */
  async #lock(_id: string | { $in: string[] }, now: number): Promise<string | undefined> {
    const freeAt = now + CALL_MS + this.options.windowMs;
    const slot = await this.#slots
      .findOneAndUpdate({ _id, freeAt: { $lte: now } }, { $set: { freeAt } })
      .catch((error: unknown) => {
        if (error instanceof MongoServerError && error.code === 112) return null; // write conflict: someone else's slot
        throw error;
      });
    return slot?._id;
  }

  #giveBack(lease: Lease): void {
    lease.running -= 1;
    if (lease.left > 0 || lease.running > 0) return;
    const freeAt = this.#now() + this.options.windowMs;
    this.#givenBack.set(lease.id, freeAt);
    // Not awaited: were it lost, the slot is free again after CALL_MS.
    this.#slots.updateOne({ _id: lease.id }, { $set: { freeAt } }).catch(() => this.#reportLost());
  }

  /** Lost give-backs, for metrics: each costs a slot for CALL_MS. */
  lost = 0;
  #reportLost(): void {
    this.lost += 1;
  }

  async #countDay(): Promise<void> {
    const { daily, api } = this.options;
    if (!daily) return;
    const now = new Date(this.#now());
    const document = await this.#days.findOneAndUpdate(
      { _id: `${api}/${daily.day(now)}` },
      { $inc: { calls: 1 } },
      { upsert: true, returnDocument: 'after' },
    );
    if ((document?.calls ?? 0) > daily.calls) {
      throw new ApiError({ api, operation: 'budget', kind: 'quota', retryAfterMs: daily.msUntilNextDay(now) });
    }
  }

  /** Calls counted against the day so far. */
  async usedToday(): Promise<number> {
    const { daily, api } = this.options;
    if (!daily) return 0;
    return (await this.#days.findOne({ _id: `${api}/${daily.day(new Date(this.#now()))}` }))?.calls ?? 0;
  }
}
