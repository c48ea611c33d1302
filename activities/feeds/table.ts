import type { DynamicsPage } from '../../clients/dynamics/types';
import { ApiError } from '../../clients/errors';
import type { InboxItem } from '../../clients/mongo/inbox';
import type { BoundEntity } from '../bound';
import type { Deps } from '../deps';
import { isGivenUp, readOrGiveUp } from '../failing-pages';
import { noticeFields } from '../fields';
import { noteNewest } from '../organisation';
import { READER } from '../park';
import { queueDueRows } from '../reconcile';
import { queueRequested } from '../requests';
import { hintOf, idOf, lightSelect } from '../rows';
import { Unexpected, withoutUnexpected } from '../unexpected';
import { parkUnexpected } from '../unexpected-rows';
import { type DeltaCursor, renewLink } from './delta-link';
import type { FeedLook } from './look';

/** Two pages a feed and look (DESIGN §3): one entity's flood never holds another's look. */
const PAGES = 2;
const PAGE_ROWS = 4_800;

/** Follows a table's delta link into its inbox; then what an operator, a backfill or the reconciliation wants to be read again. */
export async function lookAtTable(deps: Deps, name: string): Promise<FeedLook> {
  const { store } = deps;
  const bound = await noticeFields(deps, name);
  const id = `dynamics/${name}`;
  let items = 0;
  for (let page = 0; page < PAGES; page += 1) {
    const cursor = await store.checkpoints.get<DeltaCursor>(id);
    if (!cursor) return { items, more: false };
    if (!cursor.value) throw damagedLink();
    const { rows, deleted, nextLink, deltaLink } = await readOn(deps, bound, id, cursor.value);
    const found: InboxItem[] = [
      ...rows.map((row) => hintOf(bound, row)),
      ...deleted.map((guid) => ({ id: guid, deleted: true as const })),
    ];
    const since = oldest(rows);
    await queue(deps, name, found, since);
    // Contact roles come from the opportunity's own columns as well.
    if (name === 'opportunity' && deps.schema.has('connection')) {
      const items = rows.map((row) => ({ id: idOf(row, bound.primaryId), row }));
      await queue(deps, 'connection', items, since);
    }
    await noteNewest(deps, name, rows);
    items += found.length;
    const link = deltaLink ?? nextLink;
    // Also when nothing came: the clock of a token's expiry runs from its issue (dataverse-api §4.4).
    if (link) await store.checkpoints.move(id, cursor, next(cursor.value, link, !nextLink));
    if (!nextLink) {
      const requested = await queueRequested(deps, bound);
      const again = await queueDueRows(deps, bound);
      // Last: while it fails the table goes on with the link that it has.
      await renew(deps, bound, id);
      return { items: items + requested + again, more: false };
    }
  }
  return { items, more: true };
}

/** Nobody knows how far the table had been read: a catch-up has to follow, as if the link had expired. */
const damagedLink = (): ApiError =>
  new ApiError({ api: 'mongo', operation: 'checkpoints.get', kind: 'expired-token', code: 'DAMAGED' });

/** What cannot be queued is listed; the others are. */
async function queue(deps: Deps, entity: string, items: readonly InboxItem[], since: Date): Promise<void> {
  const unexpected = new Unexpected<InboxItem>(items.length);
  await withoutUnexpected(items, unexpected, (some) => deps.store.inbox.add(entity, 'dynamics', some, since));
  await parkUnexpected(deps, entity, 'dynamics', unexpected.rows, READER);
}

/**
 * A changed row that alone is over the bound of an answer, or for which no page is answered, is not known by its id, and its delta link leads to nothing else: a catch-up has to
 * follow, as if the link had expired. It reads past the row and makes a link whose rows are short (activities/fetch.ts).
 */
function readOn(deps: Deps, bound: BoundEntity, id: string, { link, select }: DeltaCursor): Promise<DynamicsPage> {
  const read = () => deps.dynamics.follow(link, PAGE_ROWS, true);
  const wide = select === undefined || select.length > lightSelect(bound).length;
  if (!wide) return read();
  return readOrGiveUp(deps, bound, id, link, read).catch((error: unknown) => {
    if (!isGivenUp(error)) throw error;
    const { api, operation, code } = error;
    throw new ApiError({ api, operation, kind: 'expired-token', ...(code !== undefined && { code }) });
  });
}

/**
 * @param atEnd the link just followed has brought everything until now. A link that was renewed before this look then
 *   takes its place: nothing lies between the two, whichever page of its read the new one dates from (dataverse-api §14.3).
 */
function next(cursor: DeltaCursor, link: string, atEnd: boolean): DeltaCursor {
  const { renewal } = cursor;
  if (atEnd && renewal?.link !== undefined) return { link: renewal.link, select: renewal.select };
  return { ...cursor, link };
}

async function renew(deps: Deps, bound: BoundEntity, id: string): Promise<void> {
  const { checkpoints } = deps.store;
  const cursor = await checkpoints.get<DeltaCursor>(id);
  if (!cursor?.value) return;
  const { renewal, ...rest } = cursor.value;
  const going = await renewLink(deps, bound, cursor.value);
  if (going !== renewal) await checkpoints.move(id, cursor, { ...rest, ...(going && { renewal: going }) });
}

function oldest(rows: readonly Record<string, unknown>[]): Date {
  const times = rows
    .map(({ modifiedon }) => (typeof modifiedon === 'string' ? Date.parse(modifiedon) : Number.NaN))
    .filter((time) => !Number.isNaN(time));
  return new Date(times.length > 0 ? times.reduce((a, b) => Math.min(a, b)) : Date.now());
}
