import { type ApiResponse, type Context, jsonAnswer } from '../context';
import { DataverseError } from '../errors';
import { columnOf } from '../odata/columns';
import type { QueryOptions } from '../odata/options';
import type { TableStore } from '../store';
import { needPrivilege } from '../web/privileges';
import { annotations } from './annotations';
import { contextUrl, deltaLink, nextLink } from './links';
import { pageSize } from './page';
import { projectionOf } from './secured';
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
  refuseOptions(context, options);
  needPrivilege(context, store.table, 'ReadAll');
  if (!store.table.tracked) {
    const message = `Change tracking is not enabled for entity '${store.table.logicalName}'.`;
    throw new DataverseError(400, context.settings.trackingOffCode, message);
  }
  for (const name of options.select ?? []) columnOf(store.table, name);
  const began = from?.began ?? tokenVersion(context);
  const size = pageSize(context);
  const project = projectionOf(context, store.table, options.select);
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
  const version = context.settings.deltaTokenFrom === 'first' ? began : tokenVersion(context);
  const link = more
    ? `"@odata.nextLink":${JSON.stringify(nextLink(context, { table: store.table, path: store.table.setName }, first, position))}`
    : `"@odata.deltaLink":${JSON.stringify(deltaLink(context, store.table, version))}`;
  const url = JSON.stringify(contextUrl(context, store.table, options));
  return jsonAnswer(`{"@odata.context":${url},${annotations(context)}${link},"value":[${texts.join(',')}]}`);
}

/** The options change tracking forbids, with the documented text (dataverse-api §4.2). */
export function refuseOptions(context: Context, options: QueryOptions): void {
  for (const name of ['filter', 'orderby', 'expand', 'top', 'apply'] as const) {
    if (options[name] === undefined) continue;
    const message = `The "\${${name}}" query parameter isn't supported when Change Tracking is enabled.`;
    throw new DataverseError(400, context.settings.filterWithTrackingCode, message);
  }
}

/**
 * The version a token given now stands for: that of the last write, or just below the oldest open transaction, whose
 * rows a later delta must still deliver. Whether Dataverse looks after those is not documented: `lateCommits`.
 */
export function tokenVersion({ database, settings }: Context): number {
  return settings.lateCommits === 'lost' ? database.version : database.settledVersion();
}
