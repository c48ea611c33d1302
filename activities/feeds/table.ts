import type { InboxItem } from '../../clients/mongo/inbox';
import type { Deps } from '../deps';
import { noteNewest } from '../organisation';
import { queueDueRows } from '../reconcile';
import { queueRequested } from '../requests';
import type { FeedLook } from './look';

/** Two pages a feed and look (DESIGN §3): one entity's flood never holds another's look. */
const PAGES = 2;
const PAGE_ROWS = 4_800;

/** Follows a table's delta link into its inbox; then what an operator or the reconciliation wants to be read again. */
export async function lookAtTable(deps: Deps, name: string): Promise<FeedLook> {
  const { dynamics, store, schema } = deps;
  const bound = await schema.of(name);
  const id = `dynamics/${name}`;
  let items = 0;
  for (let page = 0; page < PAGES; page += 1) {
    const cursor = await store.checkpoints.get<{ link: string }>(id);
    if (!cursor) return { items, more: false };
    const { rows, deleted, nextLink, deltaLink } = await dynamics.follow(cursor.value.link, PAGE_ROWS, true);
    const found: InboxItem[] = [
      ...rows.map((row) => ({ id: String(row[bound.primaryId]), row })),
      ...deleted.map((guid) => ({ id: guid, deleted: true as const })),
    ];
    const since = oldest(rows);
    await store.inbox.add(name, 'dynamics', found, since);
    // Contact roles come from the opportunity's own columns as well.
    if (name === 'opportunity' && schema.has('connection')) {
      await store.inbox.add(
        'connection',
        'dynamics',
        rows.map((row) => ({ id: String(row[bound.primaryId]), row })),
        since,
      );
    }
    await noteNewest(deps, name, rows);
    items += found.length;
    const link = deltaLink ?? nextLink;
    // Also when nothing came: the clock of a token's expiry runs from its issue (dataverse-api §4.4).
    if (link) await store.checkpoints.move(id, cursor, { link });
    if (!nextLink) {
      const requested = await queueRequested(deps, bound);
      const again = await queueDueRows(deps, bound);
      return { items: items + requested.items + again, more: requested.more };
    }
  }
  return { items, more: true };
}

function oldest(rows: readonly Record<string, unknown>[]): Date {
  const times = rows.map((row) => Date.parse(String(row.modifiedon ?? ''))).filter((time) => !Number.isNaN(time));
  return new Date(times.length > 0 ? times.reduce((a, b) => Math.min(a, b)) : Date.now());
}
