import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  type ChildWorkflowHandle,
  condition,
  getExternalWorkflowHandle,
  ParentClosePolicy,
  startChild,
  workflowInfo,
} from '@temporalio/workflow';
import type { ChildResult } from './child';
import type { Run } from './dynamics-marketo-sync';
import { incrementalSync } from './incremental-sync';
import { initialImport } from './initial-import';
import type { Scope } from './messages';
import type { Start, Work } from './plan';

/** A child of an earlier run that still runs is looked at again after this long. */
const STILL_RUNNING_MS = 5_000;
/** How often a stopped entity is tried again by itself. */
const PROBE_MS = 60_000;
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

  constructor(private readonly run: Run) {}

  start({ entity: { name, lane }, work }: Start): void {
    const { state } = this.run;
    this.running.add(name);
    state.lastOfLane[lane] = name;
    if (work.kind === 'resync' && state.resync.includes(name)) this.#begin(name);
    if (work.kind === 'reread') state.generation[name] = (state.generation[name] ?? 1) + 1;
    // Not awaited: the loop goes on with the other entities.
    void this.#follow(name, work);
  }

  /** A new generation: its own cursor; the live ones stay. */
  #begin(name: string): void {
    const { state } = this.run;
    state.resync = state.resync.filter((other) => other !== name);
    state.resyncing = [...state.resyncing.filter((other) => other !== name), name];
    state.generation[name] = (state.generation[name] ?? 1) + 1;
  }

  async #follow(name: string, work: Work): Promise<void> {
    try {
      const child = await this.#startChild(name, work);
      const result: ChildResult = await child.result();
      this.#note(name, work, result);
    } catch (error) {
      const still = error instanceof WorkflowExecutionAlreadyStartedError;
      const reason = still
        ? 'a unit of an earlier run is still under way'
        : 'the child workflow failed: see its history';
      this.run.state.holds[name] = {
        until: Date.now() + (still ? STILL_RUNNING_MS : PROBE_MS),
        reason,
        stopped: false,
      };
    }
    this.running.delete(name);
    this.run.woken = true;
  }

  #startChild(name: string, work: Work): Promise<Running> {
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
      return startChild(incrementalSync, { ...options, args: [{ entity: name, paused, dynamics, marketo }] });
    }
    const mode = work.kind === 'resync' ? 'resync' : 'import';
    const units = work.kind === 'resync' ? { units: RESYNC_UNITS } : {};
    return startChild(initialImport, { ...options, args: [{ entity: name, generation, mode, paused, ...units }] });
  }

  #note(name: string, work: Work, result: ChildResult): void {
    const { state } = this.run;
    delete state.holds[name];
    if (result.kind === 'done') {
      if (result.more) return;
      if (work.kind === 'import') state.imported = [...state.imported.filter((other) => other !== name), name];
      if (work.kind === 'resync') state.resyncing = state.resyncing.filter((other) => other !== name);
      if (work.kind === 'import' || work.kind === 'reread') {
        const plan = state.entities.find((entity) => entity.name === name);
        if (plan?.untracked) state.due[name] = Date.now() + plan.everySeconds * 1_000;
      }
      return;
    }
    state.holds[name] =
      result.kind === 'wait'
        ? { until: result.waitUntil, reason: result.reason, stopped: false }
        : { until: Date.now() + PROBE_MS, reason: result.reason, stopped: true };
  }

  /** Pause and resume go to the children too: they may be in the middle of a long import. */
  relay(message: 'pause' | 'resume', scope: Scope): void {
    const names = scope.kind === 'entity' ? [scope.entity] : this.run.state.entities.map(({ name }) => name);
    for (const name of names) {
      if (!this.running.has(name) && !(name in this.run.state.holds)) continue;
      // A child that has just ended needs no message.
      getExternalWorkflowHandle(`${workflowInfo().workflowId}/${name}`)
        .signal(message)
        .catch(() => undefined);
    }
  }

  async drain(timeout: string): Promise<void> {
    await condition(() => this.running.size === 0, timeout as '30 seconds');
  }
}
