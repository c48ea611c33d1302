import {
  type ChildWorkflowHandle,
  condition,
  getExternalWorkflowHandle,
  ParentClosePolicy,
  patched,
  sleep,
  startChild,
  workflowInfo,
} from '@temporalio/workflow';
import type { ChildResult } from './child';
import { holdAfter, PROBE_MS } from './holds';
import { incrementalSync } from './incremental-sync';
import { initialImport } from './initial-import';
import { mustLeave } from './leave';
import type { Scope } from './messages';
import { laneWaits, type Start, type Work } from './plan';
import type { Run } from './run';
import { holdOf, raiseGeneration } from './state';

/** A child of an earlier run that still runs is looked at again after this long. */
const STILL_RUNNING_MS = 5_000;
/** A resync's page or two; then live work of the lane gets its turn. */
const RESYNC_UNITS = 1;

type Running = ChildWorkflowHandle<typeof initialImport> | ChildWorkflowHandle<typeof incrementalSync>;

/**
 * The children of this run. One id for each entity: Temporal itself sees to it that an entity has one writer.
 * They are abandoned when the parent continues as new, so that a long unit is not cut short; "already started" then
 * means "still running".
 */
export class Children {
  readonly running = new Set<string>();
  /** What each child was last told, what it is to be told, and which are being told. */
  readonly #told = new Map<string, 'pause' | 'resume'>();
  readonly #wanted = new Map<string, 'pause' | 'resume'>();
  readonly #telling = new Set<string>();

  constructor(private readonly run: Run) {}

  /** What an earlier run left behind is running still, so its entity and its lane are taken. */
  adopt(): void {
    for (const name of this.run.state.left) void this.#watch(name);
  }

  start({ entity, work }: Start): void {
    const { state } = this.run;
    const { name, lane } = entity;
    // A unit at a time while another entity of the lane waits.
    const units = laneWaits(state, entity, Date.now()) ? 1 : undefined;
    this.running.add(name);
    state.lastOfLane[lane] = name;
    if (work.kind === 'resync' && state.resync.includes(name)) this.#begin(name);
    if (work.kind === 'reread' && !state.rereading.includes(name)) {
      state.rereading = [...state.rereading, name];
      raiseGeneration(state, name);
    }
    // Not awaited: the loop goes on with the other entities.
    void this.#follow(name, work, units);
  }

  /** A new generation: its own cursor; the live ones stay. */
  #begin(name: string): void {
    const { state } = this.run;
    state.resync = state.resync.filter((other) => other !== name);
    state.resyncing = [...state.resyncing.filter((other) => other !== name), name];
    raiseGeneration(state, name);
  }

  async #follow(name: string, work: Work, units: number | undefined): Promise<void> {
    try {
      const child = await this.#startChild(name, work, units);
      const result: ChildResult = await child.result();
      this.#note(name, work, result);
    } catch (error) {
      if ((error as Error).name === 'WorkflowExecutionAlreadyStartedError') return this.#watch(name);
      const reason = 'the child workflow failed: see its history';
      this.#note(name, work, { kind: 'wait', waitUntil: Date.now() + PROBE_MS, reason });
    }
    this.#ended(name);
  }

  /** A child that is not this run's own: it runs as long as a signal reaches it, and what it is told is what holds now. */
  async #watch(name: string): Promise<void> {
    this.running.add(name);
    const paused = () => this.run.state.paused || this.run.state.pausedEntities.includes(name);
    try {
      for (;;) {
        await getExternalWorkflowHandle(`${workflowInfo().workflowId}/${name}`).signal(paused() ? 'pause' : 'resume');
        await sleep(STILL_RUNNING_MS);
        await condition(() => !paused() || mustLeave());
      }
    } catch {
      this.#ended(name);
    }
  }

  #ended(name: string): void {
    this.running.delete(name);
    this.#told.delete(name);
    this.#wanted.delete(name);
    this.run.stale = true;
    this.run.woken = true;
  }

  #startChild(name: string, work: Work, units: number | undefined): Promise<Running> {
    const { state } = this.run;
    const paused = state.paused || state.pausedEntities.includes(name);
    const generation = state.generation[name] ?? 1;
    const options = {
      workflowId: `${workflowInfo().workflowId}/${name}`,
      parentClosePolicy: ParentClosePolicy.ABANDON,
      staticSummary: `${name}: ${work.kind}`,
    };
    if (work.kind === 'incremental') {
      const { dynamics, marketo } = work;
      const bound = units === undefined ? {} : { units };
      return startChild(incrementalSync, { ...options, args: [{ entity: name, paused, dynamics, marketo, ...bound }] });
    }
    const mode = work.kind === 'resync' ? 'resync' : 'import';
    const bound = work.kind === 'resync' ? { units: RESYNC_UNITS } : {};
    return startChild(initialImport, { ...options, args: [{ entity: name, generation, mode, paused, ...bound }] });
  }

  #note(name: string, work: Work, result: ChildResult): void {
    const { state } = this.run;
    const before = state.holds[name];
    delete state.holds[name];
    if (result.kind === 'done') {
      if (result.more) return;
      if (work.kind === 'import') state.imported = [...state.imported.filter((other) => other !== name), name];
      if (work.kind === 'resync') state.resyncing = state.resyncing.filter((other) => other !== name);
      if (work.kind === 'reread') state.rereading = state.rereading.filter((other) => other !== name);
      if (work.kind === 'import' || work.kind === 'reread') {
        const plan = state.entities.find((entity) => entity.name === name);
        if (plan?.untracked) state.due[name] = Date.now() + plan.everySeconds * 1_000;
      }
      return;
    }
    const hold = holdAfter(work.kind, result, before, Date.now());
    // Runs that began before an import was given up wait for it as they did.
    if (result.kind === 'wait' && hold.stopped && !patched('give-up-import')) hold.stopped = false;
    state.holds[holdOf(name, result.kind === 'wait' ? result.feed : undefined)] = hold;
  }

  /** Pause and resume go to the children too: they may be in the middle of a long import. */
  relay(message: 'pause' | 'resume', scope: Scope): void {
    const names = scope.kind === 'entity' ? [scope.entity] : this.run.state.entities.map(({ name }) => name);
    for (const name of names) {
      if (!this.running.has(name)) continue;
      this.#wanted.set(name, message);
      if (!patched('tell-once')) void this.#signal(name, message);
      else if (!this.#telling.has(name)) void this.#tell(name);
    }
  }

  /** One message at a time, and none twice: Temporal takes so many at once from a workflow, however many a person sends to it. */
  async #tell(name: string): Promise<void> {
    this.#telling.add(name);
    for (
      let wanted = this.#wanted.get(name);
      this.running.has(name) && wanted !== undefined && wanted !== this.#told.get(name);
      wanted = this.#wanted.get(name)
    ) {
      this.#told.set(name, wanted);
      await this.#signal(name, wanted);
    }
    this.#telling.delete(name);
  }

  /** A child that has just ended needs no message. */
  #signal = (name: string, message: 'pause' | 'resume'): Promise<void> =>
    getExternalWorkflowHandle(`${workflowInfo().workflowId}/${name}`)
      .signal(message)
      .catch(() => undefined);

  async drain(timeout: string): Promise<void> {
    await condition(() => this.running.size === 0 && this.run.looking.size === 0, timeout as '30 seconds');
    this.run.state.left = [...this.running];
  }
}
