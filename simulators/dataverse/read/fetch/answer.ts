import { type ApiResponse, type Context, jsonAnswer } from '../../context';
import { DataverseError } from '../../errors';
import type { TableStore } from '../../store';
import type { Table, Value } from '../../types';
import { contextUrl } from '../links';
import { compareValues } from '../order';
import { pageSize } from '../page';
import { aggregated } from './aggregate';
import { type Joined, joinedScope, lines, type Tables, tablesOf } from './join';
import { compileLine } from './line';
import { type Fetch, type FetchEntity, invalid, readFetchXml } from './query';
import { readXml } from './xml';

const COOKIE = 'Microsoft.Dynamics.CRM.fetchxmlpagingcookie';
const MORE = 'Microsoft.Dynamics.CRM.morerecords';
const TOTAL = 'Microsoft.Dynamics.CRM.totalrecordcount';
const TOTAL_LIMIT = 5000;
const WITHOUT_COOKIE = 50_000;

/** `GET {set}?fetchXml=…`: a page of rows, or of groups where aggregate="true" (dataverse-api §3.1). */
export function readFetch(context: Context, store: TableStore, text: string): ApiResponse {
  const fetch = readFetchXml(text);
  if (fetch.entity.name !== store.table.logicalName) {
    throw invalid(`the entity '${fetch.entity.name}' is not the one of the set '${store.table.setName}'`);
  }
  const tables = tablesOf(context, fetch.entity);
  const found = [...lines(context, fetch.entity, tables)];
  let texts: string[];
  if (fetch.aggregate) {
    const groups = aggregated(context, fetch.entity, tables, found);
    const order = ordering(
      fetch.entity.orders,
      (group: Record<string, Value>, { alias }) => group[alias ?? ''] ?? null,
    );
    texts = (order ? groups.sort(order) : groups).map((group) => JSON.stringify(group));
  } else {
    const sorted = order(context, fetch.entity, tables, found);
    texts = sorted.map(compileLine(context, fetch.entity, tables));
    if (fetch.distinct) texts = [...new Set(texts)];
  }
  return page(context, store.table, fetch, texts);
}

type Order = FetchEntity['orders'][number];

function ordering<T>(orders: readonly Order[], read: (item: T, order: Order) => Value) {
  if (orders.length === 0) return undefined;
  return (a: T, b: T): number => {
    for (const one of orders) {
      const compared = compareValues(read(a, one), read(b, one));
      if (compared !== 0) return one.descending ? -compared : compared;
    }
    return 0;
  };
}

/** In the order of the entity, then of its links; the lines come by primary key, and the sort keeps that. */
function order(context: Context, entity: FetchEntity, tables: Tables, found: Joined[]): Joined[] {
  const scope = joinedScope(context, tables);
  const all = ordersOf(entity);
  const reads = new Map(all.map(([alias, one]) => [one, scope.property(`${alias}/${one.attribute}`).read]));
  const compare = ordering(
    all.map(([, one]) => one),
    (joined: Joined, one) => (reads.get(one)!(joined) ?? null) as Value,
  );
  return compare ? found.sort(compare) : found;
}

const ordersOf = (entity: FetchEntity): [alias: string, order: Order][] => [
  ...entity.orders.map((one): [string, Order] => [entity.alias, one]),
  ...entity.links.flatMap(ordersOf),
];

function page(context: Context, table: Table, fetch: Fetch, texts: readonly string[]): ApiResponse {
  const { prefer, settings } = context;
  const size = Math.min(fetch.top ?? fetch.count ?? pageSize(context), 5000);
  const start = (fetch.page - 1) * size;
  if (fetch.cookie !== undefined) checkCookie(fetch.cookie);
  else if (start >= WITHOUT_COOKIE) {
    const message = 'Paging cookie is required when trying to retrieve a set of records on any high pages.';
    throw new DataverseError(400, '0x8004430a', message);
  }
  const shown = texts.slice(start, start + size);
  const more = fetch.top === undefined && texts.length > start + size;
  let text = `{"@odata.context":${JSON.stringify(contextUrl(context, table, {}))}`;
  if (fetch.total) text += `,"@${TOTAL}":${Math.min(texts.length, TOTAL_LIMIT)}`;
  if (fetch.total) text += `,"@${TOTAL}limitexceeded":${texts.length > TOTAL_LIMIT}`;
  const asked = (name: string): boolean => !settings.fetchCookieNeedsPrefer || prefer.annotations?.(name) === true;
  if (more && asked(COOKIE)) text += `,"@${COOKIE}":${JSON.stringify(cookie(table, fetch.page, shown))}`;
  if (asked(MORE)) text += `,"@${MORE}":${more}`;
  return jsonAnswer(`${text},"value":[${shown.join(',')}]}`);
}

/** The cookie for the next page; its inner one, which the query carries, is encoded twice (dataverse-api §3.1). */
function cookie(table: Table, number: number, texts: readonly string[]): string {
  const id = (text: string | undefined): string =>
    String((JSON.parse(text ?? '{}') as Record<string, unknown>)[table.primaryId] ?? '').toUpperCase();
  const keys = `<${table.primaryId} last="{${id(texts.at(-1))}}" first="{${id(texts[0])}}" />`;
  const inner = encodeURIComponent(encodeURIComponent(`<cookie page="${number}">${keys}</cookie>`));
  return `<cookie pagenumber="${number + 1}" pagingcookie="${inner}" istracking="False" />`;
}

function checkCookie(text: string): void {
  try {
    if (readXml(text).name === 'cookie') return;
  } catch {
    // no XML: refused below
  }
  throw new DataverseError(400, '0x80040201', 'Malformed XML in the Paging Cookie');
}
