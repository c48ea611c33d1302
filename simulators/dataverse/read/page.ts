import type { Preferences } from '../odata/prefer';

const MAX_PAGE = 5000; // rows, standard tables (dataverse-api §3.2)

/** Rows of a page: what the caller prefers, at most 5,000. */
export function pageSize(prefer: Preferences): number {
  return Math.min(prefer.maxPageSize ?? MAX_PAGE, MAX_PAGE);
}
