import type { AskedPush } from '../activities/look';
import type { EntityPlan } from '../activities/preflight';
import type { EntityCounts } from '../activities/status';
import { readState } from './carried';

export type Phase = 'preflight' | 'import' | 'loop' | 'stopped';

/** What keeps an entity from being worked on. */
export interface Hold {
  /** Epoch ms: tried again then. */
  until: number;
  reason: string;
  /** Someone has to act: shown as `stopped`. */
  stopped: boolean;
  /** Epoch ms: it came no further since then. Absent: written before this was kept. */
  since?: number;
}

/** Where a hold is kept: of an entity, or of one of its directions, by the system that its work comes from. */
export const holdOf = (name: string, feed?: 'dynamics' | 'marketo'): string => (feed ? `${name}/${feed}` : name);

/** All that a run hands to the next one. Plain JSON: a Map or a Date would not survive (temporal §0.9). */
export interface SyncState {
  v: 1;
  phase: Phase;
  reason?: string;
  paused: boolean;
  pausedEntities: string[];
  entities: EntityPlan[];
  dropped: string[];
  changesEverySeconds: number;
  deletionsEverySeconds: number;
  /** Rest after each cycle of a lane (rest.ts); 0: none. */
  restSeconds: number;
  /** By entity: raised by a resync, a catch-up or a whole read. */
  generation: Record<string, number>;
  /** The highest generation ever given out, by entity: the next one is higher. */
  highest: Record<string, number>;
  imported: string[];
  /** Asked for by a person, not begun yet. */
  resync: string[];
  /** Asked for by a signal, not yet kept in Mongo. */
  pushes: AskedPush[];
  /** The first import is over. */
  looping: boolean;
  /** Resyncs under way. */
  resyncing: string[];
  /** Untracked tables that are being read whole again. */
  rereading: string[];
  /** Entities whose child was still running when the last run continued as new. */
  left: string[];
  holds: Record<string, Hold>;
  /** When each feed is due; epoch ms. */
  due: Record<string, number>;
  /** Faults of feeds, by feed. */
  faults: Record<string, string>;
  counts: Record<string, EntityCounts>;
  /** The entity of each lane that ran last: the others go first. */
  lastOfLane: Record<string, string>;
  cycles: number;
}

const empty = (): SyncState => ({
  v: 1,
  phase: 'preflight',
  paused: false,
  pausedEntities: [],
  entities: [],
  dropped: [],
  changesEverySeconds: 15,
  deletionsEverySeconds: 300,
  restSeconds: 0,
  generation: {},
  highest: {},
  imported: [],
  resync: [],
  pushes: [],
  looping: false,
  resyncing: [],
  rereading: [],
  left: [],
  holds: {},
  due: {},
  faults: {},
  counts: {},
  lastOfLane: {},
  cycles: 0,
});

/** Is this what a run hands to the next one? */
export const isState = (input: unknown): boolean =>
  typeof input === 'object' && input !== null && (input as { v?: unknown }).v === 1;

/**
 * From what the last run carried; from anything else, a state that knows nothing yet. Of a state, what makes no sense
 * is left out (carried.ts). @param now epoch ms: a wait may end a day later at most; left out, no time is too late
 */
export function restore(input?: unknown, now: number = Number.POSITIVE_INFINITY): SyncState {
  return { ...empty(), ...(isState(input) ? readState(input, now) : {}) };
}

/** A new generation: its own cursor and counts. */
export function raiseGeneration(state: SyncState, entity: string): void {
  const next = Math.max(state.generation[entity] ?? 1, state.highest[entity] ?? 1) + 1;
  state.generation[entity] = next;
  state.highest[entity] = next;
}

/**
 * The workers were restarted with other entities. A new one is imported beside the running cycle, one that was there before goes on where
 * it stopped; one that was taken away is left alone.
 */
export function adoptEntities(state: SyncState, entities: EntityPlan[], dropped: string[]): void {
  const names = new Set(entities.map(({ name }) => name));
  const gone = state.entities.filter(({ name }) => !names.has(name)).map(({ name }) => name);
  for (const { name, generation, highest } of entities) {
    state.generation[name] ??= generation ?? 1;
    state.highest[name] ??= highest ?? generation ?? 1;
  }
  for (const list of ['imported', 'resync', 'resyncing', 'rereading', 'pausedEntities'] as const) {
    state[list] = state[list].filter((name) => names.has(name));
  }
  for (const name of gone) {
    for (const feed of [undefined, 'dynamics', 'marketo'] as const) delete state.holds[holdOf(name, feed)];
    delete state.faults[`dynamics/${name}`];
    delete state.counts[name];
    // Another run of it begins with what Mongo remembers.
    delete state.generation[name];
    delete state.highest[name];
  }
  state.entities = entities;
  state.dropped = dropped;
}

/** What only `status` shows of the counts stays behind: the next run reads them first, and a payload has 4 KB. */
export function carry(state: SyncState): SyncState {
  const counts = Object.entries(state.counts).map(([name, { pending: _waits, lastHour: _written, ...kept }]) => [
    name,
    kept,
  ]);
  return restore({ ...state, counts: Object.fromEntries(counts) });
}
