import { type ApiResponse, type Context, jsonAnswer } from '../context';
import { random } from '../data/random';
import { DataverseError } from '../errors';
import type { QueryOptions } from '../odata/options';
import type { TableStore } from '../store';
import { annotations } from './annotations';
import { contextUrl, deltaLink, nextLink } from './links';
import { pageSize } from './page';
import { projectionOf } from './secured';
import type { Position } from './skiptoken';
import { refuseOptions, tokenVersion } from './tracked';

const OVERLAP = 25; // versions delivered again when deltaOverlap is on
const DAY_MS = 86_400_000;

/** One page of changes since the token: changed rows by version, then deletions (dataverse-api §4.3). */
export function readDelta(
  context: Context,
  store: TableStore,
  options: QueryOptions,
  from: Position | undefined,
): ApiResponse {
  refuseOptions(context, options);
  const { settings } = context;
  const since = from?.since ?? readToken(context, store, options.deltatoken!);
  const began = from?.began ?? tokenVersion(context);
  const size = pageSize(context);
  const project = projectionOf(context, store.table, options.select);
  const start = settings.deltaOverlap ? since - OVERLAP : since;
  const items: string[] = [];
  let part = from?.part ?? 'changed';
  let after = from?.after ?? start;
  if (part === 'changed') {
    const rows = store.changedSince(after, size + 1);
    for (const row of rows.slice(0, size)) {
      items.push(project(row));
      after = row.versionnumber as number;
    }
    if (rows.length <= size) {
      part = 'deleted';
      after = start;
    }
  }
  let more = part === 'changed';
  if (part === 'deleted') {
    const room = size - items.length;
    const gone = store.deletedSince(after, room + 1);
    const url = JSON.stringify(`${context.api}/$metadata#${store.table.setName}/$deletedEntity`);
    for (const { id, version } of gone.slice(0, room)) {
      items.push(`{"@odata.context":${url},"id":"${id}","reason":"deleted"}`);
      after = version;
    }
    more = gone.length > room;
  }
  const page = (from?.page ?? 1) + 1;
  if (settings.deltaShuffle) shuffle(items, since + page);
  const position: Position = { kind: 'delta', page, last: null, given: 0, began, since, part, after };
  const version = settings.deltaTokenFrom === 'first' ? began : tokenVersion(context);
  const link = more
    ? `"@odata.nextLink":${JSON.stringify(nextLink(context, { table: store.table, path: store.table.setName }, null, position))}`
    : `"@odata.deltaLink":${JSON.stringify(deltaLink(context, store.table, version))}`;
  const url = JSON.stringify(`${contextUrl(context, store.table, options)}/$delta`);
  const answer = jsonAnswer(`{"@odata.context":${url},${annotations(context)}${link},"value":[${items.join(',')}]}`);
  return { ...answer, changes: true };
}

/** `{set}/$count?$deltatoken=…`: how many items the delta would hold. */
export function countDelta(context: Context, store: TableStore, token: string): number {
  const since = readToken(context, store, token);
  const all = Number.MAX_SAFE_INTEGER;
  return store.changedSince(since, all).length + store.deletedSince(since, all).length;
}

/** The version of a token; throws 0x80044352 where it is too old; what a token that is none gives is a switch. */
function readToken(context: Context, store: TableStore, token: string): number {
  const match = /^(\d+)!(\d{2})\/(\d{2})\/(\d{4}) (\d{2}:\d{2}:\d{2})$/.exec(token);
  if (!match) {
    const { corruptTokenStatus, corruptTokenCode } = context.settings;
    throw new DataverseError(corruptTokenStatus, corruptTokenCode, 'The delta token is not valid.');
  }
  const [, version, month, day, year, time] = match;
  const issued = Date.parse(`${year}-${month}-${day}T${time}Z`);
  const days = Number([...context.database.store('organization').rows.values()][0]?.expirechangetrackingindays ?? 7);
  const below = context.database.expiredBelow.get(store.table.logicalName) ?? 0;
  const ahead = context.settings.aheadTokenExpired && Number(version) > context.database.version;
  if (ahead || Number(version) < below || issued + days * DAY_MS < context.database.clock.now()) {
    throw new DataverseError(
      context.settings.expiredTokenStatus,
      '0x80044352',
      'Version stamp associated with the client has expired. Please perform a full sync.',
    );
  }
  return Number(version);
}

/** Another order, the same for the same seed. */
function shuffle(items: string[], seed: number): void {
  const { below } = random(seed);
  for (let at = items.length - 1; at > 0; at -= 1) {
    const other = below(at + 1);
    [items[at], items[other]] = [items[other]!, items[at]!];
  }
}
