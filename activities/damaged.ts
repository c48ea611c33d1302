import type { DynamicsRow } from '../clients/dynamics/types';
import type { Feed, InboxPage } from '../clients/mongo/inbox';
import { isDamaged } from '../clients/mongo/sealer';
import type { Taken } from '../clients/mongo/staging';
import { isoOf } from '../model/instant';
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

/** Dataverse takes no year before that in a filter; whatever a row said of itself, no feed goes back so far. */
const EARLIEST_MS = Date.UTC(1900, 0, 1);

/**
 * A page of the inbox that is damaged: it is put out of the way and counted, and what it may have held is read again, from a little before the
 * page came.
 */
export async function readAgain(deps: Deps, bound: BoundEntity, feed: Feed, page: InboxPage): Promise<void> {
  const { store } = deps;
  const { name } = bound.entity;
  const since = sinceOf(page);
  const { asked = 0 } = page;
  // Which rows were woken or asked for nothing else remembers: all of them are read.
  if (feed === 'dynamics') {
    await requestRows(deps, name, page.id, asked > 0 ? undefined : since);
    await queueDeleted(deps, bound);
  } else if (!(await turnBack(deps, since))) await requestRows(deps, name, page.id);
  const lost = feed === 'marketo' && asked > 0 ? `; ${asked} pushes or decisions in it have to be given again` : '';
  const message = `a page of the inbox is damaged: ${feed} is read again from ${secondOf(since)}${lost}`;
  await store.failures.add([{ id: name, operation: `inbox.${feed}`, code: 'damaged', message }]);
  await store.inbox.putAside(page.id);
}

/** A chunk of a staged page. Of one that is damaged nobody knows which rows it held: all are read again, beside the live changes. */
export async function takeStaged(
  deps: Deps,
  entity: string,
  unit: string,
  chunk: number,
  epoch: number,
): Promise<Taken<DynamicsRow> | undefined> {
  try {
    return await deps.store.staging.take<DynamicsRow>(unit, chunk, epoch);
  } catch (error) {
    if (!isDamaged(error)) throw error;
    await requestRows(deps, entity, `${unit}/${chunk}`);
    return undefined;
  }
}

/** A little before what the page held changed, or before the page came: its name begins with that time (clients/mongo/inbox.ts). */
function sinceOf({ id, since }: InboxPage): Date {
  const times = [since.getTime(), Number(/(\d{15})-/.exec(id)?.[1]), Date.now()].filter(Number.isFinite);
  return new Date(Math.max(EARLIEST_MS, Math.min(...times) - FEED_MARGIN_MS));
}

const secondOf = (at: Date): string => `${isoOf(at).slice(0, 19)}Z`;

/**
 * Asks for rows that were modified since then to be read again, beside the live changes; for all rows without a time, and of a table that does
 * not tell. Contact roles come from the opportunities' own columns as well as from connections.
 *
 * @param damaged names what could not be opened
 */
async function requestRows({ store, schema }: Deps, entity: string, damaged: string, since?: Date): Promise<void> {
  const id = `damaged-${damaged.replace(/[^\w-]/g, '-')}`;
  const others = entity === 'connection' && schema.has('opportunity') ? ['opportunity'] : [];
  for (const table of [entity, ...others]) {
    const isOwn = table === entity;
    const { modifiedon } = (await schema.table(table)).columns;
    await store.requests.add(isOwn ? id : `${id}-${table}`, {
      entity,
      ...(!isOwn && { table }),
      ...(since && modifiedon && { filter: `modifiedon ge ${secondOf(since)}` }),
    });
  }
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
