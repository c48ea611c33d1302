import { type ApiResponse, type Context, jsonAnswer } from '../context';
import { badQuery } from '../errors';
import { rowProperty } from '../odata/columns';
import { compile } from '../odata/filter';
import { type QueryOptions, readOptions } from '../odata/options';
import { parseFilter } from '../odata/parse';
import { compileProjection } from '../odata/project';
import type { TableStore } from '../store';
import type { Row } from '../types';
import { candidates } from './candidates';
import { countDelta, readDelta } from './delta';
import { contextUrl, nextLink } from './links';
import { nameOf } from './names';
import { compileOrder, firstInOrder } from './order';
import { pageSize } from './page';
import { type Position, readSkiptoken } from './skiptoken';
import { readTracked } from './tracked';

const COUNT_LIMIT = 5000; // dataverse-api §3.1
const SMALL_TOP = 200;

/** `GET {set}`: plain, tracked or delta page, as options, preferences and tokens say. */
export function readList(context: Context, store: TableStore): ApiResponse {
  const options = readOptions(context.query);
  if (options.expand !== undefined) throw badQuery('$expand of rows is not served by this simulator.');
  const token = options.skiptoken;
  const from = token === undefined ? undefined : readSkiptoken(store.table.logicalName, token);
  if (from?.kind === 'delta' || options.deltatoken !== undefined) return readDelta(context, store, options, from);
  if (from?.kind === 'tracked' || (!from && context.prefer.trackChanges)) {
    return readTracked(context, store, options, from);
  }
  return readPlain(context, store, options, from);
}

/** `GET {set}/$count`. */
export function readCount(context: Context, store: TableStore): ApiResponse {
  const options = readOptions(context.query);
  const count =
    options.deltatoken === undefined
      ? Math.min([...matching(store, options, null)].length, COUNT_LIMIT)
      : countDelta(context, store, options.deltatoken);
  return { status: 200, headers: { 'content-type': 'text/plain', 'odata-version': '4.0' }, body: String(count) };
}

function* matching(store: TableStore, options: QueryOptions, last: string | null): Generator<Row> {
  const filter = options.filter === undefined ? undefined : parseFilter(options.filter, options.aliases);
  const matches = filter && compile(filter, rowProperty(store.table));
  for (const row of candidates(store, filter, last)) if (!matches || matches(row)) yield row;
}

function readPlain(
  context: Context,
  store: TableStore,
  options: QueryOptions,
  from: Position | undefined,
): ApiResponse {
  const { prefer, database } = context;
  const size = pageSize(prefer);
  // $top is ignored where a page size is preferred (dataverse-api §3.1)
  const top = prefer.maxPageSize === undefined ? options.top : undefined;
  const limit = Math.min(size, top ?? size);
  const project = compileProjection(store.table, options.select, prefer.annotations, nameOf(database));
  const { rows, more } = options.orderby
    ? ordered(store, options, from, limit, top)
    : byKey(store, options, from, limit, top);
  const id = (row: Row | undefined): string | null => (row?.[store.table.primaryId] as string | undefined) ?? null;
  let text = `{"@odata.context":${JSON.stringify(contextUrl(context, store, options.select))}`;
  if (options.count) text += `,"@odata.count":${Math.min([...matching(store, options, null)].length, COUNT_LIMIT)}`;
  text += `,"value":[${rows.map(project).join(',')}]`;
  if (more) {
    const position: Position = {
      kind: 'plain',
      page: (from?.page ?? 1) + 1,
      last: id(rows.at(-1)),
      given: (from?.given ?? 0) + rows.length,
    };
    text += `,"@odata.nextLink":${JSON.stringify(nextLink(context, store, id(rows[0]), position))}`;
  }
  return jsonAnswer(`${text}}`);
}

interface Page {
  rows: Row[];
  more: boolean;
}

function byKey(
  store: TableStore,
  options: QueryOptions,
  from: Position | undefined,
  limit: number,
  top: number | undefined,
): Page {
  const rows: Row[] = [];
  for (const row of matching(store, options, from?.last ?? null)) {
    if (rows.length === limit) return { rows, more: top === undefined || top > limit };
    rows.push(row);
  }
  return { rows, more: false };
}

/** Pages of an order that is not the key continue after the row last given, or after as many rows where it is gone. */
function ordered(
  store: TableStore,
  options: QueryOptions,
  from: Position | undefined,
  limit: number,
  top: number | undefined,
): Page {
  const order = compileOrder(store.table, options.orderby!);
  const all = matching(store, options, null);
  if (top !== undefined && top <= SMALL_TOP) return { rows: firstInOrder(all, order, top), more: false };
  const sorted = [...all].sort(order);
  const last = from ? sorted.findIndex((row) => row[store.table.primaryId] === from.last) : -1;
  const start = from ? (last >= 0 ? last + 1 : from.given) : 0;
  const rows = sorted.slice(start, start + limit);
  return { rows, more: sorted.length > start + limit && (top === undefined || top > limit) };
}
