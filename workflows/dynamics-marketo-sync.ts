import {
  allHandlersFinished,
  condition,
  continueAsNew,
  log,
  patched,
  setCurrentDetails,
  setDefaultSignalHandler,
  setHandler,
  uuid4,
  workflowInfo,
} from '@temporalio/workflow';
import { Children } from './children';
import { mustLeave, quiet } from './leave';
import { checkIfDue, readCounts, runPreflight, startLooks } from './look';
import { pause, push, resume, resync, scopeOf, status } from './messages';
import { importDone, nextDue, starts } from './plan';
import { keepAllPushes, keepPushes } from './pushes';
import { endedCycles } from './rest';
import type { Run } from './run';
import { carry, isState, restore, type SyncState } from './state';
import { dashboard, statusOf } from './status';
import { type Message, madeDue, pushed, transition } from './transitions';

/** Children may go on without their parent; it waits so long for them before it continues as new. */
const DRAIN = '30 seconds';
/** The loop never turns without waiting: time stands still in a workflow that doesn't yield. */
const LEAST_MS = 200;
/** How often progress is read while an import runs. */
const PROGRESS_MS = 5_000;
/** How often a sync that was stopped before it began tries again by itself. */
const PROBE = '60 seconds';

/**
 * The parent: preflight → import → loop. One run is a phase's worth of history; it reads its state from its input,
 * looks at both systems, starts a child for each entity that has work, and never waits for one entity because of
 * another (DESIGN §3).
 */
export async function dynamicsMarketoSync(input?: unknown): Promise<void> {
  const run: Run = { state: stateOf(input), woken: false, stale: true, looking: new Set(), reading: new Set() };
  const children = new Children(run);
  listen(run, children);
  children.adopt();

  while (!workflowInfo().continueAsNewSuggested) {
    // No timer: a pause costs nothing while it lasts.
    await condition(() => !run.state.paused || mustLeave());
    if (mustLeave()) break;
    run.woken = false;
    await keepPushes(run);
    if (run.state.entities.length === 0) await runPreflight(run);
    else await checkIfDue(run);
    if (run.state.phase === 'stopped') {
      setCurrentDetails(dashboard(run.state));
      // What runs still belongs to the wrong organisation, or will be told the same.
      children.relay('pause', { kind: 'all' });
      await until(run, PROBE);
      continue;
    }
    // Never back to `import`: while one entity is read late or anew, the others are looked at.
    run.state.looping ||= importDone(run.state);
    run.state.phase = run.state.looping ? 'loop' : 'import';
    startLooks(run);
    // A look brings the counts with it.
    if (run.stale || !importDone(run.state)) await readCounts(run);
    for (const start of starts(run.state, children.running, Date.now())) children.start(start);
    Object.assign(run.state.due, endedCycles(run.state, children.running, run.reading, Date.now()));
    setCurrentDetails(dashboard(run.state));
    await until(run, Math.max(LEAST_MS, nextWake(run, children) - Date.now()));
  }
  await children.drain(DRAIN);
  await condition(allHandlersFinished);
  await keepAllPushes(run);
  await quiet();
  await keepAllPushes(run);
  await continueAsNew<typeof dynamicsMarketoSync>(carry(run.state));
}

/**
 * What the run before handed on; a run that a person started has no input (rubbish.ts), and begins an ordinary sync. From a state that
 * another version wrote and this one does not know, nothing must be made afresh: the task fails until a worker takes it that does.
 */
function stateOf(input: unknown): SyncState {
  if (input === undefined) return restore();
  if (!isState(input)) throw new Error('the state that the last run handed on is none that this version knows');
  return restore(input, Date.now());
}

/** Handlers set intent and nothing more; the loop acts on it. */
function listen(run: Run, children: Children): void {
  const on = (message: Message) => (payload?: unknown) => {
    const scope = scopeOf(payload);
    const next = transition(run.state, message, scope);
    if (!next) {
      log.warn('signal ignored: neither nothing nor an entity that is synced', { signal: message });
      return;
    }
    run.state = message === 'resume' && patched('resume-makes-due') ? madeDue(next, scope) : next;
    run.woken = true;
    if (message === 'resync') return;
    children.relay(message, scope);
    setCurrentDetails(dashboard(run.state));
  };
  setHandler(status, () => statusOf(run.state), { description: 'Where the sync stands, per entity' });
  setHandler(pause, on('pause'), { description: 'Stop after the unit under way: nothing, or an entity’s name' });
  setHandler(resume, on('resume'), {
    description: 'Go on, and try again what was stopped: nothing, or an entity’s name',
  });
  setHandler(resync, on('resync'), {
    description: 'Read both sides again and settle them: nothing, or an entity’s name',
  });
  setHandler(
    push,
    (payload?: unknown) => {
      const next = pushed(run.state, payload, uuid4());
      if (!next) {
        log.warn('signal ignored: not a person or list to push', { signal: 'push' });
        return;
      }
      run.state = next;
      run.woken = true;
    },
    { description: 'Make rows in Dynamics of persons of Marketo: { id | list, as, owner }, or { request }' },
  );
  setDefaultSignalHandler((signal) => log.warn('signal ignored: not one of pause, resume, resync, push', { signal }));
}

/** Until something happens, or this long. */
async function until(run: Run, timeout: number | string): Promise<void> {
  await condition(() => run.woken || mustLeave(), timeout as number);
  run.woken = false;
}

function nextWake({ state, looking }: Run, children: Children): number {
  const now = Date.now();
  const due = nextDue(state, now, looking);
  return children.running.size > 0 && !importDone(state) ? Math.min(due, now + PROGRESS_MS) : due;
}
