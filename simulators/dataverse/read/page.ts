import type { Context } from '../context';

const MAX_PAGE = 5000; // rows, standard tables (dataverse-api §3.2)

/** Rows of a page: what the caller prefers, at most 5,000; half of it where `shortPages` is on. */
export function pageSize({ prefer, settings }: Pick<Context, 'prefer' | 'settings'>): number {
  const asked = Math.min(prefer.maxPageSize ?? MAX_PAGE, MAX_PAGE);
  return settings.shortPages ? Math.ceil(asked / 2) : asked;
}
