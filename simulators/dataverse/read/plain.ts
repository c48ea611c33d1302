import { type ApiResponse, type Context, jsonAnswer } from '../context';
import { rowScope } from '../odata/columns';
import type { QueryOptions } from '../odata/options';
import type { Row } from '../types';
import { readAggregate } from './aggregate/apply';
import { annotations } from './annotations';
import { contextUrl, nextLink } from './links';
import { COUNT_LIMIT, countOf, matching } from './matching';
import { compileOrder, firstInOrder } from './order';
import { pageSize } from './page';
import { rowText } from './row-text';
import type { Position } from './skiptoken';
import type { Source } from './source';

const SMALL_TOP = 200;

/** One page of a list without change tracking. */
export function readPlain(
  context: Context,
  source: Source,
  options: QueryOptions,
  from: Position | undefined,
): ApiResponse {
  const { prefer } = context;
  const { table } = source;
  if (options.apply !== undefined) return readAggregate(context, source, options);
  const size = pageSize(context);
  // $top is ignored where a page size is preferred (dataverse-api §3.1)
  const top = prefer.maxPageSize === undefined ? options.top : undefined;
  const limit = Math.min(size, top === undefined ? size : top - (from?.given ?? 0));
  const project = rowText(context, table, options);
  const { rows, more } = options.orderby
    ? ordered(context, source, options, from, limit, top)
    : byKey(context, source, options, from, limit);
  const id = (row: Row | undefined): string | null => (row?.[table.primaryId] as string | undefined) ?? null;
  let text = `{"@odata.context":${JSON.stringify(contextUrl(context, table, options))}`;
  const counted = options.count ? countOf(context, source, options, COUNT_LIMIT + 1) : -1;
  if (options.count) text += `,"@odata.count":${Math.min(counted, COUNT_LIMIT)}`;
  text += `,${annotations(context, counted)}"value":[${rows.map(project).join(',')}]`;
  const given = (from?.given ?? 0) + rows.length;
  if (more && (top === undefined || given < top)) {
    const position: Position = { kind: 'plain', page: (from?.page ?? 1) + 1, last: id(rows.at(-1)), given };
    text += `,"@odata.nextLink":${JSON.stringify(nextLink(context, source, id(rows[0]), position))}`;
  }
  return jsonAnswer(`${text}}`);
}

interface Page {
  rows: Row[];
  more: boolean;
}

function byKey(
  context: Context,
  source: Source,
  options: QueryOptions,
  from: Position | undefined,
  limit: number,
): Page {
  const rows: Row[] = [];
  for (const row of matching(context, source, options, from?.last ?? null)) {
    if (rows.length === limit) return { rows, more: true };
    rows.push(row);
  }
  return { rows, more: false };
}

/** Pages of an order that is not the key continue after the row last given, or after as many rows where it is gone. */
function ordered(
  context: Context,
  source: Source,
  options: QueryOptions,
  from: Position | undefined,
  limit: number,
  top: number | undefined,
): Page {
  const { table } = source;
  const order = compileOrder(rowScope(context, table), table, options.orderby!, options.aliases);
  const all = matching(context, source, options, null);
  if (top !== undefined && top <= SMALL_TOP && !from && top === limit) {
    return { rows: firstInOrder(all, order, top), more: false };
  }
  const sorted = [...all].sort(order);
  const last = from ? sorted.findIndex((row) => row[table.primaryId] === from.last) : -1;
  const start = from ? (last >= 0 ? last + 1 : from.given) : 0;
  return { rows: sorted.slice(start, start + limit), more: sorted.length > start + limit };
}
