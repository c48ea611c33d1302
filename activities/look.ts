import { isApiError } from '../clients/errors';
import type { Activity, ActivityPage } from '../clients/marketo/types';
import type { Cursor } from '../clients/mongo/checkpoints';
import type { FeedEntry, InboxItem } from '../clients/mongo/inbox';
import { entityOf, guidOf, type Link } from '../clients/mongo/links';
import type { Deps } from './deps';
import { PLANS, reasonOf, run, settle } from './failures';
import { noteNewest } from './organisation';
import { done, type Outcome } from './outcome';
import { entriesOf, judgeEntries } from './persons/feed';
import { FEED_MARGIN_MS } from './preflight';
import { queueDueRows } from './reconcile';
import { queueRequested } from './requests';
import type { BoundEntity } from './schema';
import { countsOf, type EntityCounts } from './status';

/** What one feed brought, or what keeps it from bringing anything. */
export interface FeedLook {
  items: number;
  /** Another page waits already. */
  more: boolean;
  fault?: string;
  /** The feed may not be read before then; epoch ms. */
  waitUntil?: number;
  /** The delta token is too old: a catch-up has to follow. */
  expired?: true;
}

export interface Look {
  feeds: Record<string, FeedLook>;
  /** What waits now, by entity: so that the parent needs no second activity to learn it. */
  entities: Record<string, EntityCounts>;
}

/** Two pages a feed and look (DESIGN §3): one entity's flood never holds another's look. */
const PAGES = 2;
/** While the feed says that more waits, as after an import, activities come in pages of 300: more of them at once. */
const ACTIVITY_PAGES = 10;
const AT_ONCE = 4;
const PAGE_ROWS = 4_800;
const KEEP_UNOWNED_MS = 24 * 3_600_000;
const KEEP_JOURNAL_MS = 2 * 3_600_000;
/** Longer than the receipts that they belong to (model/receipts.ts). */
const KEEP_TRACES_MS = 25 * 3_600_000;
/** Deletions are not kept longer (marketo-api §5.6). */
const RETENTION_MS = 14 * 86_400_000;
/** marketo-api §5.5 */
const NEW_LEAD = 12;
const CHANGE_SCORE = 22;
const MERGE_LEADS = 32;

async function lookAtTable(deps: Deps, name: string): Promise<FeedLook> {
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

/** A hint for a person goes to the row that owns it; without one it is kept for whoever links the person. */
async function hand({ store }: Deps, activities: readonly Activity[]): Promise<number> {
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
    items.push({ id: guidOf(owner), ...(told.length > 0 && { entries: told }) });
    byEntity.set(entityOf(owner), items);
  }
  for (const [entity, items] of byEntity) await store.inbox.add(entity, 'marketo', items, since);
  await store.unowned.add(leadIds.filter((id) => !people.has(id)));
  return people.size;
}

/**
 * Our own writes come back in the feed, and bring nothing new, unless one wrote over an edit that we had not seen. Nor
 * does an entry that says what the link remembers as agreed: every edit makes an entry of its own, so a later one
 * would speak up itself.
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
    own.push({ activity, link, bound: await schema.of(entityOf(owner)), entries: entriesOf(activity) });
  }
  const judged = await judgeEntries(deps, own);
  for (const { activity, link } of own) {
    const entries = judged.get(link.id)?.filter(({ entry }) => entry.guid === activity.marketoGUID) ?? [];
    const isNews = entries.some(({ verdict, bound, to }) => {
      const mark = bound && link.marks.get(bound.key);
      const agreed = mark?.state === 'agreed' && mark.fingerprint === to;
      return verdict === 'overtook' || (verdict === 'news' && !agreed);
    });
    if (isNews) kept.push(activity);
  }
  return kept;
}

const earliest = (activities: readonly Activity[]): Date =>
  new Date(Math.min(Date.now(), ...activities.map(({ activityDate }) => Date.parse(activityDate) || Date.now())));

async function leadChanges(deps: Deps, page: ActivityPage): Promise<number> {
  return hand(deps, await withoutEchoes(deps, page.activities));
}

/** Gone from Marketo: the link becomes a tombstone, and a later CRM edit doesn't make the person again. */
async function deletedLeads({ store }: Deps, page: ActivityPage): Promise<number> {
  const people = await store.people.get(page.activities.map(({ leadId }) => leadId));
  const links = await store.links.get([...people.values()].map(({ owner }) => owner));
  const gone = [...links.values()].filter((link) => link.state === 'linked' && people.has(Number(link.marketoId)));
  await store.links.mark(
    gone.map(({ id }) => id),
    'tombstone',
  );
  return gone.length;
}

const scoresAndMerges = (deps: Deps, { activities }: ActivityPage): Promise<number> => hand(deps, activities);

/** Every field that may travel from Marketo, over leads and contacts. */
async function twoWayFields({ schema, settings }: Deps): Promise<string[]> {
  const names = new Set<string>();
  for (const { name, target } of settings.entities) {
    if (target.kind !== 'person') continue;
    for (const { rule, field } of (await schema.usable(name))?.fields ?? []) {
      // Company fields change by fan-out from the company (marketo-api §6.3): a flood of hints for nothing.
      if (rule.direction !== 'to-marketo' && !rule.ofCompany) names.add(field.name);
    }
  }
  return [...names];
}

type Feed = { read(token: string): Promise<ActivityPage>; use(page: ActivityPage): Promise<number> };

/** @param at when the feed had been read up to the token; epoch ms. */
type FeedCursor = { token: string; at?: number };

async function lookAtFeed({ store, marketo }: Deps, name: string, { read, use }: Feed): Promise<FeedLook> {
  const id = `marketo/${name}`;
  let items = 0;
  for (let count = 0; count < ACTIVITY_PAGES; count += 1) {
    const cursor = (await store.checkpoints.get<FeedCursor>(id)) as Cursor<FeedCursor>;
    const startedAt = Date.now();
    let page: ActivityPage;
    try {
      page = await read(cursor.value.token);
    } catch (error) {
      if (!isApiError(error, 'expired-token')) throw error;
      // A token of that time with an overlap: activities are committed late (marketo-api §5.4), and hints may come twice.
      const since = new Date((cursor.value.at ?? startedAt - RETENTION_MS) - FEED_MARGIN_MS);
      await store.checkpoints.move(id, cursor, { ...cursor.value, token: await marketo.pagingToken(since) });
      return { items, more: true };
    }
    if (page.activities.length > 0) items += await use(page);
    const at = page.moreResult ? cursor.value.at : startedAt;
    await store.checkpoints.move(id, cursor, { token: page.nextPageToken, ...(at !== undefined && { at }) });
    if (!page.moreResult) return { items, more: false };
  }
  return { items, more: true };
}

/** A fault of one feed stays in its own entry. */
async function guarded(look: () => Promise<FeedLook>): Promise<FeedLook> {
  try {
    return await look();
  } catch (error) {
    if (isApiError(error, 'expired-token')) return { items: 0, more: false, expired: true };
    if (isApiError(error, 'transient', 'rate-limited')) {
      return { items: 0, more: false, fault: reasonOf(error), waitUntil: Date.now() + (error.retryAfterMs ?? 5_000) };
    }
    // A question that is refused is no reason to throw away what the other feeds brought.
    if (isApiError(error) && PLANS[error.kind] === 'fail') return { items: 0, more: false, fault: reasonOf(error) };
    const outcome = settle(error);
    if (outcome.kind === 'wait') return { items: 0, more: false, fault: outcome.reason, waitUntil: outcome.waitUntil };
    return { items: 0, more: false, fault: outcome.reason };
  }
}

async function lookAtAll(
  deps: Deps,
  looks: [string, () => Promise<FeedLook>][],
  atOnce: number,
  generations: Record<string, number>,
): Promise<Outcome<Look>> {
  const feeds: Record<string, FeedLook> = {};
  const queue = [...looks];
  const worker = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) feeds[next[0]] = await guarded(next[1]);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return done({ feeds, entities: await countsOf(deps, generations) });
}

export const createLook = (deps: Deps) => ({
  /** Follows the delta links of these tables into the inboxes. */
  lookDynamics: (tables: string[], generations: Record<string, number> = {}): Promise<Outcome<Look>> =>
    run(() =>
      lookAtAll(
        deps,
        tables.map((name) => [name, () => lookAtTable(deps, name)]),
        AT_ONCE,
        generations,
      ),
    ),

  /** Reads these Marketo feeds into the inboxes; also forgets what is too old to be of use. */
  lookMarketo: (feeds: string[], generations: Record<string, number> = {}): Promise<Outcome<Look>> =>
    run(async () => {
      const { marketo, store } = deps;
      const all: Record<string, Feed> = {
        leadchanges: {
          read: async (token) => marketo.leadChanges(token, await twoWayFields(deps)),
          use: (page) => leadChanges(deps, page),
        },
        // Merges first: a deletion of a person that was merged away is not a deletion (DESIGN §5, Deletes).
        activities: {
          read: (token) => marketo.activities(token, [CHANGE_SCORE, MERGE_LEADS]),
          use: (page) => scoresAndMerges(deps, page),
        },
        deletedleads: { read: (token) => marketo.deletedLeads(token), use: (page) => deletedLeads(deps, page) },
      };
      await store.unowned.forget(new Date(Date.now() - KEEP_UNOWNED_MS));
      await store.journal.forget(new Date(Date.now() - KEEP_JOURNAL_MS));
      await store.traces.forget(new Date(Date.now() - KEEP_TRACES_MS));
      const wanted = feeds.flatMap((name): [string, () => Promise<FeedLook>][] => {
        const feed = all[name];
        return feed ? [[name, () => lookAtFeed(deps, name, feed)]] : [];
      });
      // In the order asked for: deletions after merges.
      return lookAtAll(deps, wanted, 1, generations);
    }),
});
