import { versionIn } from '../clients/dynamics/checks';
import { isApiError } from '../clients/errors';
import type { Deps } from './deps';

/** A transaction that is still open may hold a lower version than rows that were committed since (dataverse-api §4.6). */
const OPEN_TRANSACTION_MS = 15 * 60_000;

/** The highest version of a table's rows that were modified before an open transaction can have begun; 0: none. */
export async function highestOldVersion({ dynamics, schema }: Deps, table: string, startedAt: number): Promise<number> {
  const before = new Date(startedAt - OPEN_TRANSACTION_MS).toISOString().slice(0, 19);
  const { entitySetName, primaryIdAttribute, columns } = await schema.table(table);
  if (!columns.modifiedon || !columns.versionnumber) return 0;
  const { rows } = await dynamics.readPage({
    set: entitySetName,
    select: [primaryIdAttribute, 'versionnumber'],
    filter: `modifiedon le ${before}Z`,
    orderby: 'versionnumber desc',
    pageSize: 1,
  });
  return versionIn(rows[0]?.versionnumber) ?? 0;
}

/** The version in a delta token, where it shows one: `<version>!<time>` (dataverse-api §4.2); opaque otherwise. */
function tokenVersion(deltaLink: string): number | undefined {
  const token = /[?&]\$?deltatoken=([^&]+)/i.exec(decodeURIComponent(deltaLink))?.[1];
  const version = /^(\d+)!/.exec(token ?? '')?.[1];
  return version === undefined ? undefined : Number(version);
}

/**
 * Is the delta token older than the first page? It is when its version had been given out long before: row versions
 * are numbered over all tables, so any synced table may show it. Then nothing can have fallen between page and token.
 */
export async function datesFromFirstPage(
  deps: Deps,
  cursor: { v0: number; startedAt: number },
  deltaLink: string,
): Promise<boolean> {
  const version = tokenVersion(deltaLink);
  if (version === undefined) return false;
  if (version <= cursor.v0) return true;
  for (const { name } of deps.schema.entities()) {
    // A table that can't be read tells nothing; it is no reason to stop this one.
    const highest = await highestOldVersion(deps, name, cursor.startedAt).catch((error: unknown) => {
      if (isApiError(error, 'authority', 'configuration')) return 0;
      throw error;
    });
    if (version <= highest) return true;
  }
  return false;
}
