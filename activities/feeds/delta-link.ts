import { isApiError } from '../../clients/errors';
import type { BoundEntity } from '../bound';
import type { Deps } from '../deps';
import { isGivenUp, readOrGiveUp } from '../failing-pages';

/** A table's place in its changes. A delta link has its `$select` in it: a column that is added later is not among what it brings. */
export interface DeltaCursor {
  link: string;
  /** The columns that the link brings; absent: not known, taken to be all. */
  select?: string[];
  renewal?: Renewal;
}

/** A tracked read of the whole table with the columns of today, for the sake of its delta link. */
interface Renewal {
  select: string[];
  /** The next page. */
  next?: string;
  /** The read is over. */
  link?: string;
  /** A page cannot be read for a row in it, or one that is over the bound of an answer: until the columns change, rows are read by id. */
  tooLarge?: true;
}

const PAGE_ROWS = 4_800;

/**
 * One page of the read that brings a link with the columns of today, where those of the link in use are not all
 * (dataverse-api §4.3: adding a column needs a new baseline; keep the old token running). Until it is there, rows that
 * lack a column are read by id (activities/rows.ts), so that live changes wait for nothing.
 */
export async function renewLink(deps: Deps, bound: BoundEntity, cursor: DeltaCursor): Promise<Renewal | undefined> {
  const { dynamics } = deps;
  const { set, select, tracked } = bound;
  const { select: had, renewal } = cursor;
  if (!tracked || had === undefined || select.every((key) => had.includes(key))) return undefined;
  const current = renewal && select.every((key) => renewal.select.includes(key)) ? renewal : undefined;
  if (current?.link !== undefined || current?.tooLarge) return current;
  const read = () =>
    current?.next === undefined
      ? dynamics.readPage({ set, select, pageSize: PAGE_ROWS, track: true })
      : dynamics.follow(current.next, PAGE_ROWS, true);
  const page = await readOrGiveUp(deps, bound, `renewal/${set}`, current?.next ?? '', read).catch((error: unknown) => {
    // The place in the read is lost (dataverse-api §14.8): it begins again.
    if (isApiError(error, 'expired-token')) return undefined;
    if (isGivenUp(error)) return 'too-large';
    throw error;
  });
  if (page === 'too-large') return { select, tooLarge: true };
  if (page?.nextLink !== undefined) return { select, next: page.nextLink };
  if (page?.deltaLink !== undefined) return { select, link: page.deltaLink };
  return { select };
}
