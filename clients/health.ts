import { type Api, ApiError } from './errors';

/** So many failures in a row, and the operation is taken to be down. */
const FAILURES = 3;
/** Then one call is let through in this time, to see whether it is up again. */
export const PROBE_MS = 60_000;
/** A smaller size is given up after so many calls of that size in a row were answered. */
const CALLS_TO_GROW = 10;
/** The size that failed is not tried again before this. */
const REMEMBER_MS = 3_600_000;

const OUTAGE = 'OUTAGE';

interface Operation {
  /** In a row. */
  failures: number;
  /** The last call was let through; epoch ms. */
  calledAt: number;
  /** A call carried something out; epoch ms. */
  succeededAt: number;
  /** Records a call takes for now, and the size that failed last; absent: as many as usual. */
  size?: { now: number; calls: number; failed: number; at: number };
}

/**
 * How each operation of a vendor fares in this process: while one is down, one call a minute asks whether it is up again; and a call that
 * fails with many records is followed by smaller ones. Another process has a view of its own.
 */
export class Health {
  readonly #operations = new Map<string, Operation>();
  /** When a vendor failed last at rows that nobody suspected; epoch ms. */
  readonly #unsuspectedAt = new Map<Api, number>();
  /** Failures in a row, of whichever operations: then one failure of an operation is enough to know. */
  readonly #ofApi = new Map<Api, number>();

  #of(api: Api, operation: string): Operation {
    const key = `${api} ${operation}`;
    const known = this.#operations.get(key) ?? { failures: 0, calledAt: 0, succeededAt: 0 };
    this.#operations.set(key, known);
    return known;
  }

  /** Before a call. @throws ApiError `transient`, with the time until a call is let through, while the operation is down */
  admit(api: Api, operation: string): void {
    const one = this.#of(api, operation);
    const now = Date.now();
    const wait = one.calledAt + PROBE_MS - now;
    const isDown = one.failures >= FAILURES || (one.failures > 0 && (this.#ofApi.get(api) ?? 0) >= FAILURES);
    if (isDown && wait > 0) {
      throw new ApiError({ api, operation, kind: 'transient', code: OUTAGE, retryAfterMs: Math.min(wait, PROBE_MS) });
    }
    one.calledAt = now;
  }

  /** The vendor answered. @param done what was asked for; of a write that is told by `succeeded`, record by record */
  answered(api: Api, operation: string, done: boolean): void {
    const one = this.#of(api, operation);
    one.failures = 0;
    this.#ofApi.set(api, 0);
    if (done) one.succeededAt = Date.now();
  }

  failed(api: Api, operation: string): void {
    this.#of(api, operation).failures += 1;
    this.#ofApi.set(api, (this.#ofApi.get(api) ?? 0) + 1);
  }

  /** @param records in the call that carried them, or some of them, out */
  succeeded(api: Api, operation: string, records: number): void {
    const one = this.#of(api, operation);
    one.failures = 0;
    this.#ofApi.set(api, 0);
    one.succeededAt = Date.now();
    const { size } = one;
    if (!size || records < size.now) return;
    size.calls += 1;
    if (size.calls < CALLS_TO_GROW) return;
    const remembered = Date.now() - size.at < REMEMBER_MS;
    const grown = remembered ? Math.min(size.now * 2, Math.max(1, Math.floor(size.failed * 0.75))) : size.now * 2;
    if (!remembered && grown >= size.failed) delete one.size;
    else one.size = { ...size, now: Math.max(size.now, grown), calls: 0 };
  }

  /** When the operation last carried something out; epoch ms, 0: not since this process began. */
  succeededAt(api: Api, operation: string): number {
    return this.#of(api, operation).succeededAt;
  }

  /** The vendor failed at rows that had not failed before: a row that fails at such a time may do so by chance. */
  failedUnsuspected(api: Api): void {
    this.#unsuspectedAt.set(api, Date.now());
  }

  /** Has the vendor failed at no row since then that nobody suspected? @param at epoch ms */
  isSteadySince(api: Api, at: number): boolean {
    return (this.#unsuspectedAt.get(api) ?? 0) <= at;
  }

  /** A call with so many records failed as a whole: the next ones have half as many. */
  tooLarge(api: Api, operation: string, records: number): void {
    if (records < 2) return;
    const one = this.#of(api, operation);
    // A part of a call that failed before says nothing new.
    if (one.size && records < one.size.now) return;
    one.size = { now: Math.ceil(records / 2), calls: 0, failed: records, at: Date.now() };
  }

  /** It was one record's fault, not the size's. */
  foundRecord(api: Api, operation: string): void {
    delete this.#of(api, operation).size;
  }

  /** @returns how many records a call may have, of so many as usual */
  most(api: Api, operation: string, usual: number): number {
    return Math.min(usual, this.#of(api, operation).size?.now ?? usual);
  }
}

/** The call was not sent, as the operation is down. */
export const isOutage = (error: unknown): boolean => error instanceof ApiError && error.code === OUTAGE;
