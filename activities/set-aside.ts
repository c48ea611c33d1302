import type { Aside } from '../clients/mongo/aside';
import type { Feed, InboxItem } from '../clients/mongo/inbox';
import { entityOf, guidOf, type Link, linkId } from '../clients/mongo/links';
import { failingOf, outageOf } from '../clients/mongo/outage';
import type { Parked } from '../model/park';
import { GUID } from '../model/push';
import { afterFailure, outageLimit, PROBE_MS, type Trouble, type Verdict } from '../model/set-aside';
import type { Deps } from './deps';
import { type Lister, park } from './park';
import { newLink } from './rows';
import type { Failed } from './send';

/** A row whose work is left undone. */
export interface ItemTrouble {
  item: InboxItem;
  /** Absent: nothing went wrong, the row only has to wait. */
  failed?: Failed;
  /** Epoch ms. */
  waitUntil?: number;
  /** It failed with so many others, and nothing got through, that it may be the vendor who is against all of them. */
  isOutage?: boolean;
}

/** Why a row waits of which nothing has failed: a call about it, or about one that it depends on, was not answered. */
const UNANSWERED = { api: 'marketo', operation: 'write', code: 'unanswered' } as const;

/**
 * Rows whose work is left undone are stored with the time when they are tried again; one that fails by itself again and again, while others
 * get through, is parked.
 *
 * @param known rows that were set aside before, by id
 */
export async function setAside(
  deps: Deps,
  entity: string,
  feed: Feed,
  troubles: readonly ItemTrouble[],
  known: ReadonlyMap<string, Aside>,
  lister: Lister,
): Promise<void> {
  if (troubles.length === 0) return;
  const { asides } = deps.store;
  const outages = await asides.outages();
  const elsewhere = new Set([...outages.values()].flatMap((one) => (one.entity === entity ? [] : one.failing)));
  const rows = new Map<string, ItemTrouble & { items: InboxItem[] }>();
  for (const trouble of troubles) {
    const id = trouble.item.id.toLowerCase();
    rows.set(id, { ...trouble, items: [...(rows.get(id)?.items ?? []), trouble.item] });
  }
  const parked: Aside[] = [];
  const waiting: Aside[] = [];
  const begun = new Map<string, Trouble>();
  for (const [id, { items, failed, waitUntil, isOutage: begins }] of rows) {
    const before = known.get(id);
    if (failed && !before) deps.health.failedUnsuspected(failed.error.api);
    const verdict = verdictOn(deps, before, failed, waitUntil);
    const { trouble } = verdict;
    const isOutage = trouble.size === 1 && outages.has(outageOf(entity, trouble));
    const aside = {
      id,
      items,
      trouble,
      since: before?.since ?? new Date(),
      ...(before?.step !== undefined && { step: before.step }),
    };
    const isPark = verdict.kind === 'park';
    // Where many rows fail just so, of another entity perhaps, it is none of these rows' fault either.
    const isElsewhere = elsewhere.has(failingOf(trouble));
    if (begins || (isPark && isElsewhere)) begun.set(failingOf(trouble), trouble);
    const isMany = isElsewhere || (isPark && isOutage && (await asides.alike(entity, trouble)) > outageLimit(0));
    if (isPark && !isMany) parked.push({ ...aside, parked: 'keeps-failing' });
    else if (isPark) waiting.push({ ...aside, outage: true });
    else waiting.push({ ...aside, dueAt: new Date(verdict.dueAt), ...(isOutage && { outage: true as const }) });
  }
  for (const { trouble } of parked) deps.health.foundRecord(trouble.api, trouble.operation);
  await parkFailing(deps, entity, feed, parked, lister);
  await asides.put(entity, feed, [...waiting, ...parked]);
  for (const trouble of begun.values()) await asides.begin(entity, trouble);
  await noteOutages(deps, entity, waiting);
}

function verdictOn(deps: Deps, before: Aside | undefined, failed: Failed | undefined, waitUntil = 0): Verdict {
  const at = Date.now();
  const waits = (until: number): Verdict => {
    const trouble = before?.trouble ?? { ...UNANSWERED, size: 1, failures: 0, first: at, last: at };
    return { kind: 'aside', trouble, dueAt: until };
  };
  if (!failed) return waits(waitUntil);
  const { error, size } = failed;
  const { api, operation, status, code = String(status ?? 'no-answer'), retryAfterMs = 0 } = error;
  // Parked before: what has come since is a new beginning.
  const known = before?.parked === undefined ? before?.trouble : undefined;
  const isShaky = known !== undefined && !deps.health.isSteadySince(api, known.last);
  const succeededAt = deps.health.succeededAt(api, operation);
  // When to come again was said of the call: of several rows it is not known whether it was about them, so they are asked about as probes are.
  const until = Math.max(waitUntil, at + (size > 1 ? Math.min(retryAfterMs, PROBE_MS) : retryAfterMs));
  return afterFailure(known, { api, operation, code, size, at, waitUntil: until, succeededAt, isShaky });
}

/** So many rows fail alone with one code that it is no row's own fault. */
async function noteOutages({ store }: Deps, entity: string, waiting: readonly Aside[]): Promise<void> {
  const fresh = waiting.filter(({ trouble, outage }) => trouble.size === 1 && trouble.failures > 0 && !outage);
  const kinds = new Map(fresh.map(({ trouble }) => [failingOf(trouble), trouble] as const));
  for (const trouble of kinds.values()) {
    const alike = await store.asides.alike(entity, trouble);
    if (alike <= outageLimit(0)) continue;
    if (alike > outageLimit(await store.synced.recent(entity))) await store.asides.begin(entity, trouble);
  }
}

/** Rows whose work is done are not set aside any more; one that was a probe of an outage tells that it is over. */
export async function forgetAside(
  deps: Deps,
  entity: string,
  feed: Feed,
  done: readonly Aside[],
  lister: Lister,
): Promise<void> {
  if (done.length === 0) return;
  const { store } = deps;
  const outages = await store.asides.outages();
  for (const outage of new Set(done.map(({ trouble }) => outageOf(entity, trouble))))
    if (outages.has(outage)) await store.asides.end(outage);
  for (const { id, parked } of done) if (parked !== undefined) await unpark(deps, linkId(entity, id), parked, lister);
  await store.asides.remove(entity, feed, done);
}

/** What its work has parked of the row since stays. */
async function unpark(deps: Deps, id: string, reason: Parked['reason'], lister: Lister): Promise<void> {
  const ours = (await deps.store.parked.of(id)).some((one) => one.field === undefined && one.reason === reason);
  if (ours) await park(deps, lister, [{ id, was: [''], now: [] }]);
}

/** Until somebody edits the row, or asks for a resync: then it is merged in full. */
async function parkFailing(
  deps: Deps,
  entity: string,
  feed: Feed,
  rows: readonly Aside[],
  lister: Lister,
): Promise<void> {
  if (rows.length === 0) return;
  await parkRows(
    deps,
    rows.map(({ id, trouble }) => ({ id: linkId(entity, id), parked: parkedAs(trouble, feed) })),
    lister,
  );
}

const parkedAs = ({ api, code }: Trouble, feed: Feed): Parked => ({
  reason: 'keeps-failing',
  code: `${api} ${code}`.slice(0, 32),
  ...(feed === 'marketo' && { direction: 'to-dynamics' as const }),
});

/** Contact roles have no links, nor has a row without an id, nor what a push has not made yet. */
const hasLink = (id: string): boolean => GUID.test(guidOf(id)) && entityOf(id) !== 'connection';

/** Lists rows as a whole, and has their links remember it. */
export async function parkRows(
  deps: Deps,
  rows: readonly { id: string; parked: Parked }[],
  lister: Lister,
): Promise<void> {
  const { store } = deps;
  const withLinks = rows.filter(({ id }) => hasLink(id));
  const links = await store.links.get(withLinks.map(({ id }) => id));
  await park(
    deps,
    lister,
    rows.map(({ id, parked }) => ({ id, was: [], now: [parked] })),
  );
  const after = withLinks.map(({ id }): Link => {
    const link = links.get(id) ?? newLink(id, store.links.epoch);
    const state = link.marketoId === undefined && link.state === 'linked' ? 'refused' : link.state;
    return { ...link, state, dirty: true, parked: [...new Set([...link.parked, ''])] };
  });
  await store.links.put(after, lister.epoch);
}
