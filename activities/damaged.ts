import type { Feed, InboxPage } from '../clients/mongo/inbox';
import type { Deps } from './deps';
import { queueDeleted } from './missing';
import { FEED_MARGIN_MS } from './preflight';
import type { BoundEntity } from './schema';

const DAY_MS = 86_400_000;
/** How long Marketo keeps what each feed tells (marketo-api §5.6), less a day. */
const KEPT_MS: Readonly<Record<string, number>> = {
  leadchanges: 85 * DAY_MS,
  activities: 85 * DAY_MS,
  deletedleads: 13 * DAY_MS,
};

/**
 * A page of the inbox that is damaged: it is put out of the way and counted, and what it may have held is read again, from a little before the
 * page came.
 */
export async function readAgain(deps: Deps, bound: BoundEntity, feed: Feed, page: InboxPage): Promise<void> {
  const { store } = deps;
  const { name } = bound.entity;
  const since = new Date(Math.min(page.since.getTime(), arrivedAt(page)) - FEED_MARGIN_MS);
  if (feed === 'dynamics' || !(await turnBack(deps, since))) await requestRows(deps, bound, feed, page.id, since);
  if (feed === 'dynamics') await queueDeleted(deps, bound);
  const message = `a page of the inbox is damaged: ${feed} is read again from ${since.toISOString().slice(0, 19)}Z`;
  await store.failures.add([{ id: name, operation: `inbox.${feed}`, code: 'damaged', message }]);
  await store.inbox.putAside(page.id);
}

/** The page's name begins with the time when it came (clients/mongo/inbox.ts). */
function arrivedAt({ id, since }: InboxPage): number {
  const at = Number(/(\d{15})-/.exec(id)?.[1]);
  return Number.isFinite(at) ? at : since.getTime();
}

/** Rows that were modified since; of Marketo's feeds whose past is not kept, or a table that does not say when, all rows. */
async function requestRows(
  { store, schema }: Deps,
  bound: BoundEntity,
  feed: Feed,
  id: string,
  since: Date,
): Promise<void> {
  const { name } = bound.entity;
  const { modifiedon } = (await schema.table(name)).columns;
  const filter =
    feed === 'dynamics' && modifiedon ? { filter: `modifiedon ge ${since.toISOString().slice(0, 19)}Z` } : {};
  await store.requests.add(`damaged-${id.replace(/[^\w-]/g, '-')}`, { entity: name, ...filter });
}

/** All of Marketo's feeds are read again from then on. @returns false where one of them does not go back so far */
async function turnBack({ store, marketo }: Deps, since: Date): Promise<boolean> {
  let isKept = true;
  for (const [feed, keptMs] of Object.entries(KEPT_MS)) {
    const id = `marketo/${feed}`;
    const cursor = await store.checkpoints.get<{ token: string; at?: number }>(id);
    if (!cursor) continue;
    const from = Math.max(since.getTime(), Date.now() - keptMs);
    if (from > since.getTime()) isKept = false;
    await store.checkpoints.move(id, cursor, { token: await marketo.pagingToken(new Date(from)), at: from });
  }
  return isKept;
}
