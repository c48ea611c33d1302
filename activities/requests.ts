import { type ApiError, isApiError } from '../clients/errors';
import type { OpenRequest } from '../clients/mongo/requests';
import type { Deps } from './deps';
import { reasonOf } from './failures';
import type { BoundEntity } from './schema';

/** Ids only, so a page is small; one a look, so that a request for everything holds no feed. */
const PAGE_ROWS = 5_000;

/** Queues the rows that operators asked for, a page of each request at a time. @returns whether more of them wait. */
export async function queueRequested(deps: Deps, bound: BoundEntity): Promise<{ items: number; more: boolean }> {
  let items = 0;
  let more = false;
  for (const open of await deps.store.requests.open(bound.entity.name)) {
    const { ids, nextLink, fault } = await page(deps, bound, open);
    const { fields } = open.request;
    const wanted = ids.map((id) => ({ id, resync: true as const, ...(fields && { fields }) }));
    await deps.store.inbox.add(bound.entity.name, 'dynamics', wanted, new Date());
    const queued = open.queued + ids.length;
    if (nextLink === undefined) await deps.store.requests.close(open.id, queued, fault);
    else await deps.store.requests.move(open.id, { queued, nextLink });
    items += ids.length;
    more ||= nextLink !== undefined;
  }
  return { items, more };
}

interface Page {
  ids: string[];
  nextLink?: string;
  fault?: string;
}

async function page({ dynamics }: Deps, bound: BoundEntity, { request, nextLink }: OpenRequest): Promise<Page> {
  if (request.ids) return { ids: request.ids };
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
    const ids = found.rows.map((row) => String(row[bound.primaryId]));
    return { ids, ...(found.nextLink !== undefined && { nextLink: found.nextLink }) };
  } catch (error) {
    // A filter that Dynamics does not understand will not be understood later.
    if (filter !== undefined && isApiError(error, 'bug', 'refused', 'configuration'))
      return { ids: [], fault: reasonOf(error as ApiError) };
    throw error;
  }
}
