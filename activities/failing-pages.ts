import { ApiError, isApiError } from '../clients/errors';
import type { Health } from '../clients/health';
import type { Deps } from './deps';
import type { BoundEntity } from './schema';
import { isVendorTrouble } from './trouble';

/** Failures at one page, in a row: however far they lie apart, as Dynamics may say when to come again. */
interface Failures {
  page: string;
  times: number;
  /** Epoch ms. */
  first: number;
  last: number;
}

const KEEPS_FAILING = 'KEEPS_FAILING';

/** The page cannot be read, and nothing leads past it but a read with fewer columns. */
export const isGivenUp = (error: unknown): error is ApiError =>
  isApiError(error, 'too-large') || (isApiError(error, 'refused') && error.code === KEEPS_FAILING);

const TIMES = 5;
const FOR_MS = 10 * 60_000;
/** Attempts that follow each other sooner are one failure. */
const APART_MS = 60_000;

/** In this process, by place: another one has a view of its own, as of the vendors' health. */
const ofProcess = new WeakMap<Health, Map<string, Failures>>();

/**
 * Reads a page of a table. Dynamics may fail at each read of it for a row that it holds: that is so if it has failed time after time for ten
 * minutes, and the same operation has succeeded each time in between. Else it may be down, and the page is asked for again later.
 *
 * @param place whose pages these are
 * @param page another page of that place is another text
 * @throws ApiError `refused` where it fails for a row
 */
export async function readOrGiveUp<T>(
  deps: Deps,
  bound: BoundEntity,
  place: string,
  page: string,
  read: () => Promise<T>,
): Promise<T> {
  const all = ofProcess.get(deps.health) ?? new Map<string, Failures>();
  ofProcess.set(deps.health, all);
  try {
    const answer = await read();
    all.delete(place);
    return answer;
  } catch (error) {
    if (!isVendorTrouble(error)) throw error;
    const now = Date.now();
    const known = all.get(place);
    const goesOn = known?.page === page;
    if (goesOn && now - known.last < APART_MS) throw error;
    if (!goesOn || !(await worksFor(deps, bound, error, known.last))) {
      all.set(place, { page, times: 1, first: now, last: now });
      throw error;
    }
    const failures = { ...known, times: known.times + 1, last: now };
    all.set(place, failures);
    if (failures.times <= TIMES || now - failures.first < FOR_MS) throw error;
    throw new ApiError({ api: 'dynamics', operation: error.operation, kind: 'refused', code: KEEPS_FAILING });
  }
}

/** Has the operation succeeded since, for others? A read of the table is tried with another page of it; a link is of other tables too. */
async function worksFor(
  { dynamics, health }: Deps,
  { set, primaryId }: BoundEntity,
  { operation }: ApiError,
  since: number,
): Promise<boolean> {
  if (operation === `${set}.read`) {
    try {
      await dynamics.readPage({ set, select: [primaryId], pageSize: 1, probe: true });
      return true;
    } catch (error) {
      if (!isApiError(error)) throw error;
      return false;
    }
  }
  return health.succeededAt('dynamics', operation) > since;
}
