import { isApiError } from '../../clients/errors';
import type { OpenRequest } from '../../clients/mongo/requests';
import { PUSH_AS, type PushRequest } from '../../model/push';
import type { Deps } from '../deps';
import type { FeedLook } from '../feeds/look';
import { queuePush } from './queue';
import { queueStanding } from './standing';

/** Pages of 300 members a look: a list of a million holds no feed. */
const PAGES = 10;

/** How far the list of the settings has been read, and when that began; epoch ms. */
type ListCursor = { list: number; at: number; next?: string };

/** Persons that operators or a setting want in Dynamics: on to the inboxes of their entity. */
export async function lookForPushes(deps: Deps): Promise<FeedLook> {
  let items = 0;
  let more = false;
  for (const as of PUSH_AS) {
    for (const open of await deps.store.pushRequests.open(as)) {
      const queued = await queueRequest(deps, open);
      items += queued.items;
      more ||= queued.more;
    }
  }
  const standing = await lookAtList(deps);
  return { items: items + standing.items, more: more || standing.more };
}

async function queueRequest(deps: Deps, open: OpenRequest<PushRequest>): Promise<FeedLook> {
  const { id, request } = open;
  const { pushRequests } = deps.store;
  const done = async (items: number, fault?: string): Promise<FeedLook> => {
    await pushRequests.close(id, open.queued + items, { fault });
    return { items, more: false };
  };
  if (!deps.schema.has(request.as)) return done(0, `${request.as} is not synced`);
  if (request.list === undefined) {
    const ids = [...new Set(request.ids)];
    await queuePush(deps, ids, request);
    return done(ids.length);
  }
  let items = 0;
  let next = open.nextLink;
  for (let page = 0; page < PAGES; page += 1) {
    const members = await membersOf(deps, request.list, next);
    if ('fault' in members) return done(items, members.fault);
    await queuePush(deps, members.ids, request);
    items += members.ids.length;
    next = members.nextPageToken;
    if (next === undefined) return done(items);
    await pushRequests.move(id, { queued: open.queued + items, nextLink: next });
  }
  return { items, more: true };
}

type Members = { ids: number[]; nextPageToken?: string } | { fault: string };

/** A list that is not there will not be there later: the request is over, and says why. */
async function membersOf({ marketo }: Deps, list: number, next: string | undefined): Promise<Members> {
  try {
    return await marketo.listMembers(list, next);
  } catch (error) {
    if (isApiError(error, 'configuration', 'refused', 'gone', 'bug')) {
      const { code = error.status } = error;
      return {
        fault: `Marketo shows no static list ${list} (${code}): check its id, and that the API user may read it`,
      };
    }
    throw error;
  }
}

/** The list of `createInDynamics: { when: list }`, every so often; a long one over several looks. */
async function lookAtList(deps: Deps): Promise<FeedLook> {
  const { store, settings, schema } = deps;
  const { when, list, as } = settings.createInDynamics;
  if (when !== 'list' || list === undefined || !schema.has(as)) return { items: 0, more: false };
  const id = 'marketo/list';
  const now = Date.now();
  let cursor = await store.checkpoints.pin<ListCursor>(id, 1, { list, at: 0 });
  const { at, next } = cursor.value.list === list ? cursor.value : { at: 0, next: undefined };
  if (next === undefined && at + settings.feeds.listEverySeconds * 1_000 > now) return { items: 0, more: false };
  const begun = { list, at: next === undefined ? now : at };
  let items = 0;
  let token = next;
  for (let page = 0; page < PAGES; page += 1) {
    const members = await membersOf(deps, list, token);
    if ('fault' in members) {
      // Whatever a kept token is good for after so long: begun anew.
      await store.checkpoints.move(id, cursor, begun);
      return { items, more: false, fault: `createInDynamics: ${members.fault}` };
    }
    items += await queueStanding(deps, members.ids);
    token = members.nextPageToken;
    if (!(await store.checkpoints.move(id, cursor, { ...begun, ...(token !== undefined && { next: token }) }))) break;
    if (token === undefined) return { items, more: false };
    cursor = { ...cursor, step: cursor.step + 1 };
  }
  return { items, more: true };
}
