import { type ApiResponse, type Context, jsonAnswer } from '../context';
import { badQuery } from '../errors';
import { columnOf } from '../odata/columns';
import type { QueryOptions } from '../odata/options';
import { compileProjection } from '../odata/project';
import type { TableStore } from '../store';
import { contextUrl, deltaLink, nextLink } from './links';
import { nameOf } from './names';
import { pageSize } from './page';
import type { Position } from './skiptoken';

/**
 * The tracked read: all rows by primary key, the delta link on the last page only (dataverse-api §4.2).
 * The token dates from the first or the last page, as `deltaTokenFrom` says.
 */
export function readTracked(
  context: Context,
  store: TableStore,
  options: QueryOptions,
  from: Position | undefined,
): ApiResponse {
  refuseOptions(options);
  if (!store.table.tracked) {
    throw badQuery(`Change tracking is not enabled for entity '${store.table.logicalName}'.`);
  }
  for (const name of options.select ?? []) columnOf(store.table, name);
  const { database, prefer } = context;
  const began = from?.began ?? database.version;
  const size = pageSize(prefer);
  const project = compileProjection(store.table, options.select, prefer.annotations, nameOf(database));
  const ids = store.sortedIds();
  const texts: string[] = [];
  let first: string | null = null;
  let last: string | null = null;
  let more = false;
  for (let at = store.indexAfter(from?.last ?? null); at < ids.length; at += 1) {
    const row = store.get(ids[at]!);
    if (!row) continue;
    if (texts.length === size) {
      more = true;
      break;
    }
    last = ids[at]!;
    first ??= last;
    texts.push(project(row));
  }
  const given = (from?.given ?? 0) + texts.length;
  const position: Position = { kind: 'tracked', page: (from?.page ?? 1) + 1, last, given, began };
  const version = context.settings.deltaTokenFrom === 'first' ? began : database.version;
  const link = more
    ? `"@odata.nextLink":${JSON.stringify(nextLink(context, store, first, position))}`
    : `"@odata.deltaLink":${JSON.stringify(deltaLink(context, store, version))}`;
  const url = JSON.stringify(contextUrl(context, store, options.select));
  return jsonAnswer(`{"@odata.context":${url},${link},"value":[${texts.join(',')}]}`);
}

/** The options change tracking forbids, with the documented text (dataverse-api §4.2). */
export function refuseOptions(options: QueryOptions): void {
  for (const name of ['filter', 'orderby', 'expand', 'top'] as const) {
    if (options[name] !== undefined) {
      throw badQuery(`The "\${${name}}" query parameter isn't supported when Change Tracking is enabled.`);
    }
  }
}
