import type { EntityPlan } from '../activities/preflight';
import type { SyncState } from './state';

/** What a child would do for an entity now. */
export type Work =
  | { kind: 'import' }
  | { kind: 'resync' }
  | { kind: 'reread' }
  | { kind: 'incremental'; dynamics: boolean; marketo: boolean };

export interface Start {
  entity: EntityPlan;
  work: Work;
}

const isHeld = (state: SyncState, name: string, now: number): boolean => (state.holds[name]?.until ?? 0) > now;

/** An import waits for those of earlier waves, but not for one that is stopped: its references park and wake. */
function waveOpen(state: SyncState, entity: EntityPlan): boolean {
  return state.entities.every(
    ({ name, wave }) => wave >= entity.wave || state.imported.includes(name) || state.holds[name]?.stopped === true,
  );
}

/** The work that an entity has, the most urgent first: live changes go before a resync's pages. */
function workOf(state: SyncState, entity: EntityPlan, now: number): Work | undefined {
  const { name } = entity;
  if (!state.imported.includes(name)) return waveOpen(state, entity) ? { kind: 'import' } : undefined;
  const counts = state.counts[name];
  const dynamics = (counts?.pendingDynamics ?? 0) > 0;
  const marketo = (counts?.pendingMarketo ?? 0) > 0;
  if (dynamics || marketo) return { kind: 'incremental', dynamics, marketo };
  if (state.resync.includes(name) || state.resyncing.includes(name)) return { kind: 'resync' };
  if (entity.untracked && (state.due[name] ?? 0) <= now) return { kind: 'reread' };
  return undefined;
}

/** Which children to start now: at most one a lane, and there the entity first that did not run last. */
export function starts(state: SyncState, running: ReadonlySet<string>, now: number): Start[] {
  if (state.paused) return [];
  const busy = new Set(state.entities.filter(({ name }) => running.has(name)).map(({ lane }) => lane));
  const found: Start[] = [];
  const candidates = [...state.entities].sort(
    (a, b) => Number(state.lastOfLane[a.lane] === a.name) - Number(state.lastOfLane[b.lane] === b.name),
  );
  for (const entity of candidates) {
    if (busy.has(entity.lane) || state.pausedEntities.includes(entity.name) || isHeld(state, entity.name, now)) continue;
    const work = workOf(state, entity, now);
    if (!work) continue;
    busy.add(entity.lane);
    found.push({ entity, work });
  }
  return found;
}

/** Everything that can be imported has been. */
export const importDone = (state: SyncState): boolean =>
  state.entities.every(({ name }) => state.imported.includes(name) || state.holds[name]?.stopped === true);

/** Marketo's feeds and how often each is read; merges before deletions. */
export const marketoFeeds = (state: SyncState): [string, number][] => [
  ['leadchanges', state.changesEverySeconds],
  ['activities', state.deletionsEverySeconds],
  ['deletedleads', state.deletionsEverySeconds],
];

/** Feeds due together are read by one activity. */
const TOGETHER_MS = 1_000;

export function dueTables(state: SyncState, now: number): EntityPlan[] {
  return state.entities.filter(
    ({ name, untracked }) =>
      !untracked &&
      state.imported.includes(name) &&
      !state.pausedEntities.includes(name) &&
      (state.due[`dynamics/${name}`] ?? 0) <= now + TOGETHER_MS,
  );
}

export const dueFeeds = (state: SyncState, now: number): [string, number][] =>
  state.entities.some(({ person, name }) => person && state.imported.includes(name))
    ? marketoFeeds(state).filter(([name]) => (state.due[`marketo/${name}`] ?? 0) <= now + TOGETHER_MS)
    : [];

/** The next moment at which anything is due; epoch ms. */
export function nextDue(state: SyncState, now: number): number {
  const later = [
    ...state.entities.filter(({ untracked, name }) => !untracked && state.imported.includes(name)).map(({ name }) => state.due[`dynamics/${name}`] ?? now),
    ...state.entities.filter(({ untracked, name }) => untracked && state.imported.includes(name)).map(({ name }) => state.due[name] ?? now),
    ...marketoFeeds(state).map(([name]) => state.due[`marketo/${name}`] ?? now),
    ...Object.values(state.holds).map(({ until }) => until),
  ].filter((due) => due > now);
  return later.length > 0 ? Math.min(...later) : now + 10_000;
}
