/**
 * What is remembered of a row whose work failed: it is tried again by itself, when it is due, and nothing waits for it. A part of several
 * rows that failed as one is remembered row by row; `size` says how many they were.
 */
export interface Trouble {
  /** Rows in the call, or the part of the work, that failed last. */
  size: number;
  /** Failures of this row alone, each with a success of the operation between it and the one before. */
  failures: number;
  /** The first failure of this size's kind: together, or alone; epoch ms. */
  first: number;
  last: number;
  /** Of the vendor's system, and which of our operations failed. */
  api: 'dynamics' | 'marketo' | 'entra' | 'mongo';
  operation: string;
  /** The vendor's code, the HTTP status, or our own code of a network failure. */
  code: string;
}

export interface Failure extends Pick<Trouble, 'api' | 'operation' | 'code' | 'size'> {
  /** Epoch ms. */
  at: number;
  /** Nobody may touch the row before: the vendor may still carry out what it did not answer, or says so itself. Epoch ms. */
  waitUntil?: number;
  /** When the operation last carried out anything; epoch ms. */
  succeededAt: number;
  /** The vendor has failed at others, too, since the row failed last: at rows that nobody suspected. */
  isShaky: boolean;
}

/** What becomes of the row. `dueAt`: epoch ms. */
export type Verdict = { kind: 'aside'; trouble: Trouble; dueAt: number } | { kind: 'park'; trouble: Trouble };

const FIRST_WAIT_MS = 30_000;
const LONGEST_WAIT_MS = 3_600_000;
/** While nobody knows whether the vendor is up, it is asked once in this time. */
export const PROBE_MS = 60_000;
const FAILURES_TO_PARK = 5;
const SPREAD_MS = 600_000;
/** A part is split into so many. */
const PARTS = 8;

/**
 * A row that fails alone waits 30 s, then twice as long each time, an hour at most; it is parked after five failures over ten minutes, if the
 * operation worked for others between each two, and failed for none by chance. Rows that failed together are tried again in smaller parts at once where the operation has
 * worked for others meanwhile; else a minute later, as a probe.
 */
export function afterFailure(before: Trouble | undefined, failure: Failure): Verdict {
  const { at, waitUntil = 0, succeededAt, isShaky, ...seen } = failure;
  if (failure.size > 1) {
    const first = before && before.size > 1 ? before.first : at;
    const proven = succeededAt > first;
    const trouble = { ...seen, failures: 0, first, last: at };
    return { kind: 'aside', trouble, dueAt: Math.max(waitUntil, proven ? at : at + PROBE_MS) };
  }
  const alone = before && before.size === 1 ? before : undefined;
  const counted = alone === undefined || (succeededAt > alone.last && !isShaky);
  const failures = (alone?.failures ?? 0) + (counted ? 1 : 0);
  const trouble = { ...seen, failures, first: alone?.first ?? at, last: at };
  if (counted && failures >= FAILURES_TO_PARK && at - trouble.first >= SPREAD_MS) return { kind: 'park', trouble };
  const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (failures - 1));
  return { kind: 'aside', trouble, dueAt: Math.max(waitUntil, at + wait) };
}

/** Has nothing failed at the row? It only waits, for its time or for another row's. */
export const onlyWaits = ({ size, failures }: Pick<Trouble, 'size' | 'failures'>): boolean =>
  size === 1 && failures === 0;

/**
 * How many rows the next part with this row may have.
 *
 * @param succeededAt when the operation last worked; epoch ms
 * @param most of those at which nothing has failed
 */
export const nextSize = (trouble: Trouble, succeededAt: number, most: number): number =>
  onlyWaits(trouble) ? most : Math.max(1, Math.ceil(trouble.size / (succeededAt > trouble.first ? PARTS : 2)));

/** More rows than this, set aside with one code, are a partial outage: no row's own fault. @param hour rows written within the last hour */
export const outageLimit = (hour: number): number => Math.max(50, hour / 100);

/** More rows of a unit than this that meet an unexpected error are the service's own fault. */
export const unexpectedLimit = (unit: number): number => Math.max(20, unit / 100);
