import { type ApiError, isApiError } from '../clients/errors';
import { linkId } from '../clients/mongo/links';
import type { OpenRequest } from '../clients/mongo/requests';
import { GUID } from '../model/push';
import type { Deps } from './deps';
import { acceptFields } from './fields';
import { readable } from './readable';
import { idOf } from './rows';
import type { BoundEntity } from './schema';

/** Ids only, so a page is small. */
const PAGE_ROWS = 5_000;

/** Pages of 300 that may wait in the background before more are queued: minutes of work, and little to keep. */
const WAITING_PAGES = 20;

/**
 * Queues the rows of stored requests (an operator's, a backfill's), a page of each a look, while few wait. They go to the
 * background: live changes never wait for them.
 */
export async function queueRequested(deps: Deps, bound: BoundEntity): Promise<number> {
  const { store } = deps;
  const { name } = bound.entity;
  let items = 0;
  for (const open of await store.requests.open(name)) {
    if ((await store.inbox.background(name, 'dynamics')) >= WAITING_PAGES) break;
    if (isNew(open) && open.request.fields) await acceptFields(deps, name, open.request.fields);
    const { fields, table = name } = open.request;
    const { ids, nextLink, fault, absent } = await page(deps, await deps.schema.of(table), open);
    const wanted = ids.map((id) => ({ id, resync: true as const, request: open.id, ...(fields && { fields }) }));
    await store.inbox.add(name, 'dynamics', wanted, new Date(), 'background');
    const queued = open.queued + ids.length;
    // Whoever asked has gone away by now: the digest tells.
    if (fault !== undefined)
      await store.failures.add([{ id: name, operation: 'resync', code: 'refused', message: fault }]);
    if (nextLink === undefined) await store.requests.close(open.id, queued, { fault, absent });
    else await store.requests.move(open.id, { queued, nextLink });
    items += ids.length;
  }
  return items;
}

/** An operator's, not begun: fields that it names are wanted as they are now. */
const isNew = ({ request, queued, nextLink }: OpenRequest): boolean =>
  !request.backfill && queued === 0 && nextLink === undefined;

interface Page {
  ids: readonly string[];
  nextLink?: string;
  fault?: string;
  /** So many of the ids asked for are nobody's: there is no such row, and there has been none. */
  absent?: number;
}

/** The filter itself may hold values: it is not repeated. */
const faultOf = ({ code, status }: ApiError): string =>
  `Dynamics refuses the filter (${code ?? status ?? 'no code'}): correct it, and ask again`;

/** Rows that are there, and those that have gone: their records may be left. */
async function known({ dynamics, store }: Deps, bound: BoundEntity, ids: readonly string[]): Promise<Page> {
  const valid = ids.filter((id) => GUID.test(id));
  const there = new Set(await present(dynamics, bound, valid));
  const links = await store.links.get(ids.map((id) => linkId(bound.entity.name, id)));
  const found = ids.filter((id) => there.has(id.toLowerCase()) || links.has(linkId(bound.entity.name, id)));
  return { ids: found, absent: ids.length - found.length };
}

/** Ids of rows that are there, in lower case. One that cannot be read may be there: what is the matter with it is found where it is worked on. */
async function present(dynamics: Deps['dynamics'], { set, primaryId }: BoundEntity, ids: string[]): Promise<string[]> {
  const unread: string[] = [];
  const note = (id: string) => unread.push(id);
  const read = (some: readonly string[]) => dynamics.readByIds(set, primaryId, [...some], [primaryId], note);
  const rows = await readable(ids, read, note);
  return [...unread, ...rows.map((row) => idOf(row, primaryId))].map((id) => id.toLowerCase());
}

async function page(deps: Deps, bound: BoundEntity, { request, nextLink }: OpenRequest): Promise<Page> {
  const { dynamics } = deps;
  if (request.ids) return known(deps, bound, request.ids);
  const { filter } = request;
  try {
    const found = nextLink
      ? await dynamics.follow(nextLink, PAGE_ROWS)
      : await dynamics.readPage({
          set: bound.set,
          select: [bound.primaryId],
          pageSize: PAGE_ROWS,
          ...(filter !== undefined && { filter }),
        });
    const ids = found.rows.map((row) => idOf(row, bound.primaryId));
    return { ids, ...(found.nextLink !== undefined && { nextLink: found.nextLink }) };
  } catch (error) {
    // A filter that Dynamics does not understand will not be understood later.
    if (filter !== undefined && isApiError(error, 'bug', 'refused', 'configuration'))
      return { ids: [], fault: faultOf(error as ApiError) };
    throw error;
  }
}
