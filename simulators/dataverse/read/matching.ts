import type { Context } from '../context';
import { rowScope } from '../odata/columns';
import { compile } from '../odata/filter';
import type { QueryOptions } from '../odata/options';
import { parseFilter } from '../odata/parse';
import type { Row } from '../types';
import type { Source } from './source';

/** Where @odata.count stops, and /$count with it (dataverse-api §3.1). */
export const COUNT_LIMIT = 5000;

type Narrowed = Pick<QueryOptions, 'filter' | 'aliases'>;

/** The rows a $filter leaves, in order of the primary key, after `last`. */
export function* matching(context: Context, source: Source, options: Narrowed, last: string | null): Generator<Row> {
  const filter = options.filter === undefined ? undefined : parseFilter(options.filter, options.aliases);
  const matches = filter && compile(filter, rowScope(context, source.table));
  for (const row of source.rows(filter, last)) if (!matches || matches(row)) yield row;
}

/** How many rows a $filter leaves, counted up to `limit`. */
export function countOf(context: Context, source: Source, options: Narrowed, limit: number): number {
  let count = 0;
  for (const _row of matching(context, source, options, null)) {
    count += 1;
    if (count === limit) break;
  }
  return count;
}
