import type { EntityPlan } from '../activities/preflight';
import { holdOf, type SyncState } from './state';

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

/** Imported, or not to be waited for: it is stopped, or fails for good (holds.ts). What refers to it waits, and wakes. */
const isSettled = (state: SyncState, name: string): boolean =>
  state.imported.includes(name) || state.pausedEntities.includes(name) || state.holds[name]?.stopped === true;

/** An import waits for those of earlier waves. */
const waveOpen = (state: SyncState, entity: EntityPlan): boolean =>
  state.entities.every(({ name, wave }) => wave >= entity.wave || isSettled(state, name));

/** The work that an entity has, the most urgent first: live changes go before a resync's pages. */
function workOf(state: SyncState, entity: EntityPlan, now: number): Work | undefined {
  const { name } = entity;
  if (!state.imported.includes(name)) return waveOpen(state, entity) ? { kind: 'import' } : undefined;
  const counts = state.counts[name];
  const dynamics = (counts?.pendingDynamics ?? 0) > 0 && !isHeld(state, holdOf(name, 'dynamics'), now);
  const marketo = (counts?.pendingMarketo ?? 0) > 0 && !isHeld(state, holdOf(name, 'marketo'), now);
  if (dynamics || marketo) return { kind: 'incremental', dynamics, marketo };
  if (state.resync.includes(name) || state.resyncing.includes(name)) return { kind: 'resync' };
  if (entity.untracked && (state.due[name] ?? 0) <= now) return { kind: 'reread' };
  return undefined;
}

/** Does another entity of the lane have work too? */
export const laneWaits = (state: SyncState, { name, lane }: EntityPlan, now: number): boolean =>
  state.entities.some(
    (other) =>
      other.lane === lane &&
      other.name !== name &&
      !state.pausedEntities.includes(other.name) &&
      !isHeld(state, other.name, now) &&
      workOf(state, other, now) !== undefined,
  );

/** Which children to start now: at most one a lane, and there the entity first that did not run last. */
export function starts(state: SyncState, running: ReadonlySet<string>, now: number): Start[] {
  if (state.paused) return [];
  const busy = new Set(state.entities.filter(({ name }) => running.has(name)).map(({ lane }) => lane));
  const found: Start[] = [];
  const candidates = [...state.entities].sort(
    (a, b) => Number(state.lastOfLane[a.lane] === a.name) - Number(state.lastOfLane[b.lane] === b.name),
  );
  for (const entity of candidates) {
    if (busy.has(entity.lane) || state.pausedEntities.includes(entity.name) || isHeld(state, entity.name, now))
      continue;
    const work = workOf(state, entity, now);
    if (!work) continue;
    busy.add(entity.lane);
    found.push({ entity, work });
  }
  return found;
}

/** Everything that can be imported has been. */
export const importDone = (state: SyncState): boolean => state.entities.every(({ name }) => isSettled(state, name));

/** Marketo's feeds and how often each is read; merges before deletions. */
export const marketoFeeds = (state: SyncState): [string, number][] => [
  ['leadchanges', state.changesEverySeconds],
  ['activities', state.deletionsEverySeconds],
  ['deletedleads', state.deletionsEverySeconds],
];

/** When a feed is due that its lane's rest does not let be read before the cycle is over. Plain JSON has no Infinity. */
export const AFTER_CYCLE = Number.MAX_SAFE_INTEGER;

/** Feeds due together are read by one activity; a rest is not cut short for that. */
const TOGETHER_MS = 1_000;
const soon = ({ restSeconds }: SyncState, now: number): number => (restSeconds > 0 ? now : now + TOGETHER_MS);

/** Tables and feeds that a look reads. */
const tables = (state: SyncState): EntityPlan[] =>
  state.entities.filter(
    ({ name, untracked }) => !untracked && state.imported.includes(name) && !state.pausedEntities.includes(name),
  );
const feeds = (state: SyncState): [string, number][] =>
  state.entities.some(({ person, name }) => person && state.imported.includes(name)) ? marketoFeeds(state) : [];

export const dueTables = (state: SyncState, now: number): EntityPlan[] =>
  tables(state).filter(({ name }) => (state.due[`dynamics/${name}`] ?? 0) <= soon(state, now));

export const dueFeeds = (state: SyncState, now: number): [string, number][] =>
  feeds(state).filter(([name]) => (state.due[`marketo/${name}`] ?? 0) <= soon(state, now));

/** When to look again if nothing is due. */
const AT_LATEST_MS = 10_000;

/** The next moment at which anything is due; epoch ms. At once, when a look left more behind or took too long. */
export function nextDue(state: SyncState, now: number, looking: ReadonlySet<string> = new Set()): number {
  // There are no looks before the loop; the end of one that is under way wakes the loop by itself.
  const looks =
    state.phase === 'loop'
      ? [
          ...(looking.has('dynamics') ? [] : tables(state).map(({ name }) => `dynamics/${name}`)),
          ...(looking.has('marketo') ? [] : feeds(state).map(([name]) => `marketo/${name}`)),
        ]
      : [];
  const untracked = state.entities.filter((entity) => entity.untracked).map(({ name }) => state.due[name] ?? now);
  const holds = Object.values(state.holds).map(({ until }) => until);
  // What is past among these has a child of its own, which wakes the loop when it ends.
  const later = [...untracked, ...holds].filter((due) => due > now);
  // The end of a cycle wakes the loop too.
  const waiting = looks.map((id) => Math.max(now, state.due[id] ?? now)).filter((due) => due !== AFTER_CYCLE);
  const due = [...waiting, ...later];
  return due.length > 0 ? Math.min(...due) : now + AT_LATEST_MS;
}
