import type { Context } from '../context';
import type { TableStore } from '../store';
import { type Position, writeSkiptoken } from './skiptoken';

const TOKENS = /^(?:\$|%24)(?:skiptoken|deltatoken)=/i;

/** The caller's own options, as sent, without the tokens. */
function ownOptions(context: Context): string[] {
  return context.request.rawQuery.split('&').filter((part) => part && !TOKENS.test(part));
}

function link(context: Context, store: TableStore, token: string): string {
  return `${context.api}/${store.table.setName}?${[...ownOptions(context), token].join('&')}`;
}

/** `@odata.nextLink` to the page after `position`. */
export function nextLink(context: Context, store: TableStore, first: string | null, position: Position): string {
  const cookie = writeSkiptoken(store.table.logicalName, store.table.primaryId, first, position);
  return link(context, store, `$skiptoken=${encodeURIComponent(cookie)}`);
}

/** `@odata.deltaLink` whose token says `<version>!<MM/dd/yyyy HH:mm:ss>` (dataverse-api §4.2). */
export function deltaLink(context: Context, store: TableStore, version: number): string {
  const iso = new Date(context.database.clock.now()).toISOString();
  const stamp = `${iso.slice(5, 7)}/${iso.slice(8, 10)}/${iso.slice(0, 4)} ${iso.slice(11, 19)}`;
  const token = `${version}!${stamp}`.replace(/[!/: ]/g, (mark) => `%${mark.charCodeAt(0).toString(16)}`);
  return link(context, store, `$deltatoken=${token}`);
}

/** `@odata.context` of a collection. */
export function contextUrl(context: Context, store: TableStore, select: readonly string[] | undefined): string {
  return `${context.api}/$metadata#${store.table.setName}${select ? `(${select.join(',')})` : ''}`;
}
