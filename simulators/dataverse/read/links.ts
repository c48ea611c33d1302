import type { Context } from '../context';
import { type Expansion, shape } from '../odata/expand';
import type { Table } from '../types';
import { type Position, writeSkiptoken } from './skiptoken';

const TOKENS = /^(?:\$|%24)(?:skiptoken|deltatoken)=/i;

/** The caller's own options, as sent, without the tokens. */
function ownOptions(context: Context): string[] {
  return context.request.rawQuery.split('&').filter((part) => part && !TOKENS.test(part));
}

/** `@odata.nextLink` to the page after `position` of the list at `path`. */
export function nextLink(
  context: Context,
  { table, path }: { table: Table; path: string },
  first: string | null,
  position: Position,
  options = ownOptions(context),
): string {
  const cookie = writeSkiptoken(path, table.primaryId, first, position, context.database.clock.now());
  return `${context.api}/${path}?${[...options, `$skiptoken=${encodeURIComponent(cookie)}`].join('&')}`;
}

/** `@odata.deltaLink` whose token says `<version>!<MM/dd/yyyy HH:mm:ss>` (dataverse-api §4.2). */
export function deltaLink(context: Context, table: Table, version: number): string {
  const iso = new Date(context.database.clock.now()).toISOString();
  const stamp = `${iso.slice(5, 7)}/${iso.slice(8, 10)}/${iso.slice(0, 4)} ${iso.slice(11, 19)}`;
  const token = `${version}!${stamp}`.replace(/[!/: ]/g, (mark) => `%${mark.charCodeAt(0).toString(16)}`);
  return `${context.api}/${table.setName}?${[...ownOptions(context), `$deltatoken=${token}`].join('&')}`;
}

/** `@odata.context` of a collection. */
export function contextUrl(
  context: Context,
  table: Table,
  options: { select?: readonly string[]; expand?: readonly Expansion[] },
): string {
  return `${context.api}/$metadata#${table.setName}${shape(options.select, options.expand)}`;
}
