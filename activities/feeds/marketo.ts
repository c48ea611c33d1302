import { isApiError } from '../../clients/errors';
import type { Activity, ActivityPage } from '../../clients/marketo/types';
import type { Cursor } from '../../clients/mongo/checkpoints';
import type { FeedEntry, InboxItem } from '../../clients/mongo/inbox';
import { entityOf, guidOf, type Link } from '../../clients/mongo/links';
import type { Deps } from '../deps';
import { stopIfCancelled } from '../failures';
import { keepHints } from '../hints';
import { entriesOf, judgeEntries } from '../persons/feed';
import { FEED_MARGIN_MS } from '../preflight';
import { queueNews } from '../push/standing';
import type { BoundEntity } from '../schema';
import { isUnexpected } from '../trouble';
import { Unexpected, withoutUnexpected } from '../unexpected';
import { readBothSides } from './both-sides';
import type { FeedLook } from './look';
import { deletionsIn, handLosses, hintOfLoss, mergersIn } from './losses';

/** While the feed says that more waits, as after an import, activities come in pages of 300: more of them at once. */
const ACTIVITY_PAGES = 10;
/** Deletions are not kept longer (marketo-api §5.6). */
const RETENTION_MS = 14 * 86_400_000;
/** marketo-api §5.5 */
const NEW_LEAD = 12;
const CHANGE_SCORE = 22;
const MERGE_LEADS = 32;

/** A hint for a person goes to the row that owns it; without one it is kept for whoever links the person. */
async function hand(deps: Deps, activities: readonly Activity[]): Promise<number> {
  const { store } = deps;
  const leadIds = [...new Set(activities.map(({ leadId }) => leadId))];
  const since = earliest(activities);
  const people = await store.people.get(leadIds);
  const entries = new Map<number, FeedEntry[]>();
  for (const activity of activities) {
    entries.set(activity.leadId, [...(entries.get(activity.leadId) ?? []), ...entriesOf(activity)]);
  }
  const byEntity = new Map<string, InboxItem[]>();
  for (const [leadId, { owner }] of people) {
    const items = byEntity.get(entityOf(owner)) ?? [];
    const told = entries.get(leadId) ?? [];
    items.push({ id: guidOf(owner), person: leadId, ...(told.length > 0 && { entries: told }) });
    byEntity.set(entityOf(owner), items);
  }
  for (const [entity, items] of byEntity) await store.inbox.add(entity, 'marketo', items, since);
  const unowned = leadIds.filter((id) => !people.has(id));
  return (
    people.size +
    (await keepHints(
      deps,
      unowned.map((marketoId) => ({ marketoId })),
    ))
  );
}

/**
 * Our own writes come back in the feed, and bring nothing new, unless one wrote over an edit that we had not seen. That of a
 * write which is not the last that was agreed on is looked at again: somebody may have made the same edit once more. An edit
 * to what was agreed on is none the less an edit: what is under way just now may agree on something else.
 */
async function withoutEchoes(deps: Deps, activities: readonly Activity[]): Promise<Activity[]> {
  const { store, schema } = deps;
  const people = await store.people.get(activities.map(({ leadId }) => leadId));
  const links = await store.links.get([...people.values()].map(({ owner }) => owner));
  const kept: Activity[] = [];
  const own: { activity: Activity; link: Link; bound: BoundEntity; entries: FeedEntry[] }[] = [];
  for (const activity of activities) {
    const owner = people.get(activity.leadId)?.owner;
    const link = owner === undefined ? undefined : links.get(owner);
    if (!owner || !link) {
      kept.push(activity);
      continue;
    }
    if (activity.activityTypeId === NEW_LEAD) continue; // linked: we made it, or adopted and read it
    // One that is not synced any more, or cannot be for now, holds up no other: its hints wait.
    const entity = entityOf(owner);
    const bound = schema.has(entity) ? await schema.usable(entity) : undefined;
    if (bound) own.push({ activity, link, bound, entries: entriesOf(activity) });
    else kept.push(activity);
  }
  const judged = await judgeEntries(deps, own);
  for (const { activity, link } of own) {
    const entries = judged.get(link.id)?.filter(({ entry }) => entry.guid === activity.marketoGUID) ?? [];
    const isNews = entries.some(({ verdict, bound, to }) => {
      const mark = bound && link.marks.get(bound.key);
      const agreed = mark?.state === 'agreed' && mark.fingerprint === to;
      return bound && !(verdict === 'ours' && agreed);
    });
    if (isNews) kept.push(activity);
  }
  return kept;
}

const earliest = (activities: readonly Activity[]): Date =>
  new Date(Math.min(Date.now(), ...activities.map(({ activityDate }) => Date.parse(activityDate) || Date.now())));

async function leadChanges(deps: Deps, page: ActivityPage): Promise<number> {
  const news = await withoutEchoes(deps, page.activities);
  await queueNews(deps, news);
  return hand(deps, news);
}

const scoresAndMerges = async (deps: Deps, { activities }: ActivityPage): Promise<number> => {
  const merges = activities.filter(({ activityTypeId }) => activityTypeId === MERGE_LEADS);
  return (await handLosses(deps, mergersIn(merges))) + (await hand(deps, activities));
};

/** Every field that may travel from Marketo, over leads and contacts. */
async function twoWayFields({ schema }: Deps): Promise<string[]> {
  const names = new Set<string>();
  for (const { name, target } of schema.entities()) {
    if (target.kind !== 'person') continue;
    for (const { rule, field } of (await schema.usable(name))?.fields ?? []) {
      // Company fields change by fan-out from the company (marketo-api §6.3): a flood of hints for nothing.
      if (rule.direction !== 'to-marketo' && !rule.ofCompany) names.add(field.name);
    }
  }
  return [...names];
}

interface Feed {
  read(token: string): Promise<ActivityPage>;
  /** What has to be told before a page that was read. @returns whether all of it has been */
  first?(): Promise<boolean>;
  use(page: ActivityPage): Promise<number>;
  /** The least that is certain of an activity that cannot be used: nothing that was told is lost. */
  useLeast(activity: Activity): Promise<number>;
}

/** @param at when the feed had been read up to the token; epoch ms. */
type FeedCursor = { token: string; at?: number };

/** Reads one feed on from its token, a page at a time; what it brings is stored before the token moves. */
async function lookAtFeed(deps: Deps, name: string, feed: Feed): Promise<FeedLook> {
  const { store, marketo } = deps;
  const id = `marketo/${name}`;
  let items = 0;
  for (let count = 0; count < ACTIVITY_PAGES; count += 1) {
    stopIfCancelled();
    const cursor = (await store.checkpoints.get<FeedCursor>(id)) as Cursor<FeedCursor | undefined>;
    const { token, at: readUntil } = cursor.value ?? {};
    const startedAt = Date.now();
    let page: ActivityPage | undefined;
    try {
      page = token === undefined ? undefined : await feed.read(token);
    } catch (error) {
      if (isApiError(error, 'too-large')) return passBy(deps, id, cursor);
      if (!isApiError(error, 'expired-token')) throw error;
    }
    if (!page) {
      // A token of that time with an overlap: activities are committed late (marketo-api §5.4), and hints may come twice.
      const since = new Date((readUntil ?? startedAt - RETENTION_MS) - FEED_MARGIN_MS);
      await store.checkpoints.move(id, cursor, { ...cursor.value, token: await marketo.pagingToken(since) });
      return { items, more: true };
    }
    if (page.activities.length > 0) {
      // The next look reads the page again.
      if (feed.first && !(await feed.first())) return { items, more: true };
      items += await useAll(deps, name, page, feed);
    }
    const at = page.moreResult ? readUntil : startedAt;
    await store.checkpoints.move(id, cursor, { token: page.nextPageToken, ...(at !== undefined && { at }) });
    if (!page.moreResult) return { items, more: false };
  }
  return { items, more: true };
}

/** An activity that meets an error which nobody expected is noted for the digest, and the least of it is used; of the others, all. */
async function useAll(deps: Deps, name: string, page: ActivityPage, { use, useLeast }: Feed): Promise<number> {
  // However many: none of them holds up the feed.
  const unexpected = new Unexpected<Activity>(Number.POSITIVE_INFINITY);
  const used = await withoutUnexpected(page.activities, unexpected, (some) => use({ ...page, activities: [...some] }));
  const feed = { id: `feed marketo/${name}`, operation: 'lookMarketo' };
  await deps.store.failures.add(unexpected.rows.map(({ place }) => ({ ...feed, code: 'unexpected', message: place })));
  for (const { row } of unexpected.rows) {
    const least = useLeast(row).catch((error: unknown) => {
      if (!isUnexpected(error)) throw error;
      return readBothSides(deps, 'unexpected', [{ marketoId: row.leadId }]);
    });
    used.push(await least);
  }
  return used.reduce((sum, one) => sum + one, 0);
}

/** That something happened to the person, whatever it was. */
const bare = (activity: Activity): Activity => ({ ...activity, activityDate: '', fields: [] });

/**
 * One activity alone is over the bound of an answer: whose it is cannot be told, and no token leads past it but that of a later time. What
 * the activities up to then would have told is found by reading both sides of all people.
 */
async function passBy(deps: Deps, id: string, cursor: Cursor<unknown>): Promise<FeedLook> {
  const { store, marketo } = deps;
  const at = Date.now();
  const token = await marketo.pagingToken(new Date(at));
  await readBothSides(deps, 'too-large');
  await store.checkpoints.move(id, cursor, { token, at });
  return { items: 0, more: true };
}

const activitiesFeed = (deps: Deps): Feed => ({
  read: (token) => deps.marketo.activities(token, [CHANGE_SCORE, MERGE_LEADS]),
  use: (page) => scoresAndMerges(deps, page),
  useLeast: async (activity) =>
    activity.activityTypeId === CHANGE_SCORE
      ? hand(deps, [bare(activity)])
      : readBothSides(deps, 'unexpected', mergersIn([activity]).map(hintOfLoss)),
});

/** The feeds, by the name of their cursor. */
const FEEDS: Record<string, (deps: Deps) => Feed> = {
  leadchanges: (deps) => ({
    read: async (token) => deps.marketo.leadChanges(token, await twoWayFields(deps)),
    use: (page) => leadChanges(deps, page),
    useLeast: async (activity) => {
      const handed = await hand(deps, [bare(activity)]);
      await queueNews(deps, [bare(activity)]);
      return handed;
    },
  }),
  activities: activitiesFeed,
  deletedleads: (deps) => ({
    read: (token) => deps.marketo.deletedLeads(token),
    // The loser of a merge was not deleted (DESIGN §5, Deletes), and may be told of here: merges up to now are told first.
    first: async () => !(await lookAtFeed(deps, 'activities', activitiesFeed(deps))).more,
    use: (page) => handLosses(deps, deletionsIn(page)),
    useLeast: ({ leadId }) => readBothSides(deps, 'unexpected', [hintOfLoss({ person: leadId })]),
  }),
};

/** How to look at a feed; nothing for a name that is none. */
export function marketoFeed(deps: Deps, name: string): (() => Promise<FeedLook>) | undefined {
  const feed = FEEDS[name];
  return feed && (() => lookAtFeed(deps, name, feed(deps)));
}
