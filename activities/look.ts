import { ApplicationFailure, CancelledFailure } from '@temporalio/activity';
import { isApiError } from '../clients/errors';
import type { PushRequest } from '../model/push';
import { allEnded } from './all-ended';
import { withCurrentFields } from './current-fields';
import type { Deps } from './deps';
import { PLANS, reasonOf, run, stopIfCancelled, UNKNOWN_WAIT_MS } from './failures';
import type { FeedLook } from './feeds/look';
import { marketoFeed } from './feeds/marketo';
import { lookAtTable } from './feeds/table';
import { done, type Outcome } from './outcome';
import { lookForPushes } from './push/look';
import { countsOf, type EntityCounts } from './status';
import { placeOf } from './trouble';
import { withKey } from './with-key';

export interface Look {
  feeds: Record<string, FeedLook>;
  /** What waits now, by entity: so that the parent needs no second activity to learn it. */
  entities: Record<string, EntityCounts>;
}

/** A push as a signal asked for it; the workflow has named it, so that it is kept once. */
export interface AskedPush {
  id: string;
  request: PushRequest;
}

const AT_ONCE = 4;
const DAY_MS = 24 * 3_600_000;
const KEEP_UNOWNED_MS = 24 * 3_600_000;
const KEEP_JOURNAL_MS = 2 * 3_600_000;
/** Longer than the receipts that they belong to (model/receipts.ts). */
const KEEP_TRACES_MS = 25 * 3_600_000;

/** However little a vendor asks for. */
const LEAST_REST_MS = 5_000;

/** A fault of one feed stays in its own entry: none is a reason to throw away what the other feeds brought. */
async function guarded(deps: Deps, name: string, look: () => Promise<FeedLook>): Promise<FeedLook> {
  try {
    return await withKey(() => withCurrentFields(deps, look));
  } catch (error) {
    if (isApiError(error, 'expired-token')) {
      // A change of the table's columns may be why (dataverse-api §4.4): the catch-up shall read those of today.
      if (deps.schema.has(name)) deps.schema.forget(name);
      return { items: 0, more: false, expired: true };
    }
    if (error instanceof CancelledFailure) throw error;
    return { items: 0, more: false, ...faultOf(error) };
  }
}

function faultOf(error: unknown): Pick<FeedLook, 'fault' | 'waitUntil'> {
  if (!isApiError(error)) {
    const isTold = error instanceof ApplicationFailure;
    return { fault: isTold ? error.message : `unexpected: ${error instanceof Error ? placeOf(error) : 'unknown'}` };
  }
  const fault = reasonOf(error);
  const plan = PLANS[error.kind];
  if (plan === 'stop' || plan === 'fail') return { fault };
  const asked = error.retryAfterMs ?? (error.kind === 'quota' ? UNKNOWN_WAIT_MS : 0);
  return { fault, waitUntil: Date.now() + Math.max(LEAST_REST_MS, asked) };
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
    for (let next = queue.shift(); next; next = queue.shift()) {
      stopIfCancelled();
      feeds[next[0]] = await guarded(deps, next[0], next[1]);
    }
  };
  await allEnded(Array.from({ length: atOnce }, worker), () => void queue.splice(0));
  return done({ feeds, entities: await countsOf(deps, generations) });
}

async function keepPushes({ store }: Deps, pushes: readonly AskedPush[]): Promise<void> {
  for (const { id, request } of pushes) await store.pushRequests.add(id, request);
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

  /** Stores what signals asked for, for the next look to find: more than a run can carry on. Once each, however often it is told. */
  keepPushes: (pushes: readonly AskedPush[]): Promise<Outcome<object>> =>
    run(async () => {
      await keepPushes(deps, pushes);
      return done({});
    }),

  /**
   * Reads these Marketo feeds into the inboxes; also forgets what is too old to be of use.
   *
   * @param pushes what signals asked for: kept before anything else is done
   */
  lookMarketo: (
    feeds: string[],
    generations: Record<string, number> = {},
    pushes: readonly AskedPush[] = [],
  ): Promise<Outcome<Look>> =>
    run(async () => {
      const { store } = deps;
      await keepPushes(deps, pushes);
      await store.unowned.forget(new Date(Date.now() - KEEP_UNOWNED_MS));
      await store.journal.forget(new Date(Date.now() - KEEP_JOURNAL_MS));
      await store.traces.forget(new Date(Date.now() - KEEP_TRACES_MS));
      // With the slow feeds: once in a few minutes is often enough.
      if (feeds.includes('deletedleads')) {
        await store.failures.forget(new Date(Date.now() - deps.settings.keepFailuresDays * DAY_MS));
        await store.synced.forget(new Date(Date.now() - DAY_MS));
      }
      const wanted = feeds.flatMap((name): [string, () => Promise<FeedLook>][] => {
        const look = marketoFeed(deps, name);
        return look ? [[name, look]] : [];
      });
      // In the order asked for: deletions after merges; whoever goes to Dynamics after the hints about them.
      return lookAtAll(deps, [...wanted, ['push', () => lookForPushes(deps)]], 1, generations);
    }),
});
