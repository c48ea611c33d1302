import { type Actor, as } from '../../common/actor';
import type { Clock } from '../../common/clock';
import type { MarketoSettings } from '../settings';

export type Stage = 'created' | 'queued' | 'running' | 'done' | 'failed' | 'cancelled';

/** One bulk job of either kind. Times are milliseconds since the epoch. */
export interface Job {
  id: string;
  /** `leads`, `activities`, `program/members` or `customobjects/<apiName>`. */
  object: string;
  /** On whose behalf it works: the call that brought it. */
  actor: Actor;
  stage: Stage;
  createdAt: number;
  queuedAt?: number;
  startedAt?: number;
  finishedAt?: number;
  /** The work, one piece at a time, so that other calls are answered in between. */
  work: Generator<void>;
}

/** Jobs that run at once, and all that wait or run (marketo-api §3). */
const MAX_RUNNING = 2;
const MAX_WAITING = 10;
const DAY = 86_400_000;
/** Milliseconds of work before other calls get their turn. */
const SLICE = 25;

/**
 * The queue of the imports, or that of the exports. A job is queued for `bulkLatencyMs`, runs for as long, and then does
 * its work; with `bulkStepping: 'manual'` it moves only when the control address says so (marketo-api §11).
 */
export class JobQueue<J extends Job> {
  private readonly clock: Clock;
  private readonly settings: MarketoSettings;
  private readonly days: number;
  private jobs = new Map<string, J>();
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;

  /** `days`: how long a job can be asked for. */
  constructor(clock: Clock, settings: MarketoSettings, days: number) {
    this.clock = clock;
    this.settings = settings;
    this.days = days;
  }

  add(job: J): void {
    this.jobs.set(job.id, job);
  }

  /** All jobs that can still be asked for, oldest first, brought up to the present. */
  all(): J[] {
    this.run();
    const oldest = this.clock.now() - this.days * DAY;
    for (const job of this.jobs.values()) if (job.createdAt < oldest) this.jobs.delete(job.id);
    return [...this.jobs.values()];
  }

  get(id: string): J | undefined {
    return this.all().find((job) => job.id === id);
  }

  /** Whether no further job can be queued. */
  full(): boolean {
    return this.all().filter(({ stage }) => stage === 'queued' || stage === 'running').length >= MAX_WAITING;
  }

  /** Queues a job; it starts later, never within the call that queued it. */
  enqueue(job: J): void {
    job.stage = 'queued';
    job.queuedAt = this.clock.now();
    this.schedule(this.settings.bulkLatencyMs);
  }

  /** Moves a job on by one stage: from queued to running, from running through all its work to its end. */
  step(job: J): void {
    if (job.stage === 'queued') this.start(job);
    else while (job.stage === 'running') this.work(job);
  }

  /** The instance is gone: nothing may happen any more. */
  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  /** What is due by the clock; work goes on for one slice. */
  private run(): void {
    const { bulkStepping, bulkLatencyMs } = this.settings;
    if (this.stopped || bulkStepping === 'manual') return;
    const due = (since = 0) => since + bulkLatencyMs <= this.clock.now();
    const until = Date.now() + SLICE;
    for (const job of this.jobs.values()) {
      if (job.stage === 'queued' && due(job.queuedAt)) this.start(job);
      if (due(job.startedAt)) while (job.stage === 'running' && Date.now() < until) this.work(job);
    }
    const waiting = [...this.jobs.values()].filter(({ stage }) => stage === 'queued' || stage === 'running');
    if (waiting.length === 0) return;
    const next = Math.min(...waiting.map((job) => (job.startedAt ?? job.queuedAt ?? 0) + bulkLatencyMs));
    this.schedule(next - this.clock.now());
  }

  private schedule(ms: number): void {
    clearTimeout(this.timer);
    if (!this.stopped) this.timer = setTimeout(() => this.run(), Math.max(0, ms)).unref();
  }

  private start(job: J): void {
    const running = [...this.jobs.values()].filter(({ stage }) => stage === 'running').length;
    if (running >= MAX_RUNNING) return;
    job.stage = 'running';
    job.startedAt = this.clock.now();
  }

  private work(job: J): void {
    try {
      if (as(job.actor, () => job.work.next()).done !== true) return;
      job.stage = 'done';
    } catch {
      job.stage = 'failed';
    }
    job.finishedAt = this.clock.now();
  }
}
