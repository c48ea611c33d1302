import { patched } from '@temporalio/workflow';
import type { Look } from '../activities/look';
import type { Outcome } from '../activities/outcome';
import { boundedInstant } from '../model/instant';
import { onDynamics, onMarketo, onSync } from './options';
import { AFTER_CYCLE, dueFeeds, dueTables } from './plan';
import { CARRIED_PUSHES, tooManyPushes } from './pushes';
import type { Run } from './run';
import { adoptEntities, raiseGeneration, type SyncState } from './state';
import { tolerant } from './tolerant';

/** A look that failed is tried again after this long. */
const AGAIN_MS = 5_000;
/** A restore or a copy is found out within this (DESIGN §5, the right organisation). */
const CHECK_MS = 15 * 60_000;
/** A check that failed is tried again after this long, and three times as long as it took: nothing is started while it goes on. */
const CHECK_AGAIN_MS = 60_000;
const CHECK_FAULT = 'organisations';

/** Both systems reachable and the right ones; until then the sync stands still and says why. */
export async function runPreflight(run: Run): Promise<void> {
  const found = await tolerant(onDynamics.preflight());
  const { state } = run;
  if (found.kind !== 'done') {
    state.phase = 'stopped';
    state.reason = found.reason;
    return;
  }
  // Absent in a history from before there was a rest.
  const { entities, dropped, changesEverySeconds, deletionsEverySeconds, restSeconds = 0 } = found;
  const { reason: _reason, ...rest } = state;
  const names = entities.map(({ name }) => name);
  run.state = {
    ...rest,
    phase: 'import',
    entities,
    dropped,
    changesEverySeconds,
    deletionsEverySeconds,
    restSeconds,
    generation: Object.fromEntries(entities.map(({ name, generation }) => [name, generation ?? 1])),
    highest: Object.fromEntries(entities.map(({ name, highest }) => [name, highest ?? 1])),
    due: { organisations: Date.now() + CHECK_MS },
    resync: state.resync.includes('*') ? [] : state.resync.filter((name) => names.includes(name)),
    pausedEntities: state.pausedEntities.filter((name) => names.includes(name)),
  };
}

/**
 * Still the right organisations, and not set back? Otherwise everything stands still before another write. A check that failed tells
 * neither: what was stopped stays so, what goes on goes on, and `status` says why it is not known.
 */
export async function checkIfDue(run: Run): Promise<void> {
  const { state } = run;
  if (state.phase !== 'stopped' && (state.due.organisations ?? 0) > Date.now()) return;
  const begun = Date.now();
  const checked = await tolerant(onDynamics.checkOrganisations());
  const now = Date.now();
  // Runs that began before a failed check was a wait are stopped by it, as they were.
  if (checked.kind === 'stopped' || (checked.kind === 'failed' && !patched('check-again'))) {
    run.state.phase = 'stopped';
    run.state.reason = checked.reason;
    return;
  }
  if (checked.kind !== 'done') {
    run.state.faults[CHECK_FAULT] = checked.reason;
    run.state.due.organisations =
      checked.kind === 'wait'
        ? boundedInstant(checked.waitUntil, now)
        : now + Math.min(CHECK_MS, Math.max(CHECK_AGAIN_MS, 3 * (now - begun)));
    return;
  }
  delete run.state.faults[CHECK_FAULT];
  if (checked.entities) adoptEntities(run.state, checked.entities, checked.dropped ?? []);
  run.state.phase = 'loop';
  delete run.state.reason;
  run.state.due.organisations = now + CHECK_MS;
}

/**
 * Looks at the feeds that are due. Not awaited: a slow look at one system holds neither the other's nor the children;
 * the loop is woken when it ends. Before the import is over there is nothing to look at.
 */
export function startLooks(run: Run): void {
  const { state } = run;
  if (state.phase !== 'loop') return;
  const now = Date.now();
  const tables = dueTables(state, now).map(({ name, everySeconds }): Due => [name, everySeconds]);
  const feeds = dueFeeds(state, now);
  if (tables.length > 0 && !run.looking.has('dynamics')) void look(run, 'dynamics', tables, now);
  if (feeds.length > 0 && !run.looking.has('marketo')) void look(run, 'marketo', feeds, now);
}

/** A feed's name, and the seconds from look to look. */
type Due = [string, number];

async function look(run: Run, api: 'dynamics' | 'marketo', feeds: Due[], startedAt: number): Promise<void> {
  run.looking.add(api);
  for (const [name, seconds] of feeds) {
    run.state.due[`${api}/${name}`] = dueAgain(run.state, startedAt, seconds);
    run.reading.add(`${api}/${name}`);
  }
  const names = feeds.map(([name]) => name);
  const pushes = tooManyPushes(run) ? run.state.pushes.slice(0, CARRIED_PUSHES) : run.state.pushes;
  const summary = { summary: `look: ${names.join(', ')}` };
  const found = await tolerant(
    api === 'dynamics'
      ? onDynamics.lookDynamics.executeWithOptions(summary, [names, run.state.generation])
      : onMarketo.lookMarketo.executeWithOptions(summary, [names, run.state.generation, pushes]),
  );
  if (api === 'dynamics') run.state.cycles += 1;
  if (found.kind === 'done') run.state.counts = found.entities;
  note(run.state, api, feeds, found, startedAt);
  if (api === 'marketo' && found.kind === 'done') notePushes(run.state, pushes, found);
  run.looking.delete(api);
  for (const name of names) run.reading.delete(`${api}/${name}`);
  run.woken = true;
}

/** A feed that is read to its end is due again so long after this look began; under a rest, once its lane's cycle is over. */
const dueAgain = ({ restSeconds }: SyncState, startedAt: number, seconds: number): number =>
  restSeconds > 0 ? AFTER_CYCLE : startedAt + seconds * 1_000;

/** From start to start; at once when more waits. */
function note(
  state: SyncState,
  api: 'dynamics' | 'marketo',
  feeds: Due[],
  look: Outcome<Look> | { kind: 'failed'; reason: string },
  startedAt: number,
): void {
  for (const [name, seconds] of feeds) {
    const id = `${api}/${name}`;
    if (look.kind !== 'done') {
      state.faults[id] = look.reason;
      state.due[id] = look.kind === 'wait' ? boundedInstant(look.waitUntil, Date.now()) : Date.now() + AGAIN_MS;
      continue;
    }
    const feed = look.feeds[name];
    if (!feed) continue;
    if (feed.fault === undefined) delete state.faults[id];
    else state.faults[id] = feed.fault;
    const again = feed.more ? startedAt : dueAgain(state, startedAt, seconds);
    state.due[id] = feed.waitUntil === undefined ? again : boundedInstant(feed.waitUntil, Date.now());
    if (feed.expired) catchUp(state, name);
  }
}

/** They are in Mongo now; what is left of a long list is queued at once. */
function notePushes(state: SyncState, kept: SyncState['pushes'], { feeds: { push } }: Look): void {
  const ids = new Set(kept.map(({ id }) => id));
  state.pushes = state.pushes.filter(({ id }) => !ids.has(id));
  if (push?.fault === undefined) delete state.faults['marketo/push'];
  else state.faults['marketo/push'] = push.fault;
  const asked = state.pushes.length > 0;
  if (push?.more || asked) state.due['marketo/leadchanges'] = 0;
}

/** The delta token is too old: the entity is read whole once more, with deletions by id. */
function catchUp(state: SyncState, entity: string): void {
  raiseGeneration(state, entity);
  state.imported = state.imported.filter((name) => name !== entity);
}

/** Progress, parked and pending counts: Mongo holds the truth about them. */
export async function readCounts(run: Run): Promise<void> {
  run.stale = false;
  const counts = await tolerant(onSync.readCounts.executeWithOptions({ summary: 'progress' }, [run.state.generation]));
  if (counts.kind === 'done') run.state.counts = counts.entities;
  // A resync asked for before the preflight knew the entities meant all of them: the import does that anyway.
  run.state.resync = run.state.resync.filter((name) => run.state.entities.some((entity) => entity.name === name));
}
