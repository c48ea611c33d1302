import { AFTER_CYCLE, dueFeeds, dueTables, marketoFeeds, starts } from './plan';
import type { SyncState } from './state';

/**
 * The built-in connector's pace, where a rest is set (native-sync §5.2): a lane reads its feeds to their ends, carries
 * out what they brought, and rests; one cycle at a time. These lanes' cycles are over now: when their feeds are due.
 */
export function endedCycles(
  state: SyncState,
  running: ReadonlySet<string>,
  reading: ReadonlySet<string>,
  now: number,
): Record<string, number> {
  const due: Record<string, number> = {};
  for (const lane of new Set(state.entities.map((entity) => entity.lane))) {
    const open = feedsOf(state, lane).filter((id) => state.due[id] === AFTER_CYCLE);
    if (open.length === 0 || isAtWork(state, lane, running, reading, now)) continue;
    for (const id of open) due[id] = now + state.restSeconds * 1_000;
  }
  return due;
}

const ofLane = (state: SyncState, lane: string) => state.entities.filter((entity) => entity.lane === lane);

/** Its tables and, for people, what Marketo tells. */
const feedsOf = (state: SyncState, lane: string): string[] => [
  ...ofLane(state, lane).map(({ name }) => `dynamics/${name}`),
  ...(ofLane(state, lane).some(({ person }) => person) ? marketoFeeds(state).map(([name]) => `marketo/${name}`) : []),
];

/** A feed is being read or has another page; a child runs or is to be started. */
function isAtWork(
  state: SyncState,
  lane: string,
  running: ReadonlySet<string>,
  reading: ReadonlySet<string>,
  now: number,
): boolean {
  const entities = ofLane(state, lane);
  const people = entities.some(({ person }) => person);
  return (
    feedsOf(state, lane).some((id) => reading.has(id)) ||
    entities.some(({ name }) => running.has(name)) ||
    starts(state, running, now).some(({ entity }) => entity.lane === lane) ||
    dueTables(state, now).some((entity) => entity.lane === lane) ||
    (people && dueFeeds(state, now).length > 0)
  );
}
