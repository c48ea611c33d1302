import { Context } from '@temporalio/activity';
import type { FeedLook } from '../../activities/feeds/look';
import type { AskedPush } from '../../activities/look';
import type { Outcome } from '../../activities/outcome';
import type { EntityPlan } from '../../activities/preflight';

/** One call of a stubbed activity. */
export interface Call {
  activity: string;
  /** The entity, or for a look the feeds, joined by commas. */
  of: string;
  generation?: number;
  unit?: number;
  mode?: string;
  startedAt: number;
  endedAt?: number;
}

/** What a test lets happen in an activity's place: an outcome instead of the work, an error, or a wait before it. */
export type Hook = () => unknown;

/** Holds an activity until it is released. */
export interface Gate {
  /** Resolves when an activity stands at the gate. */
  entered: Promise<void>;
  release(): void;
}

interface Cursor {
  generation: number;
  unit: number;
  finished: boolean;
}

export type EntityOf = Partial<EntityPlan> & { name: string; pages?: number };

/** The waves of DESIGN §3, as few tables as show them. */
export const STANDARD: EntityOf[] = [
  { name: 'systemuser', wave: 0 },
  { name: 'team', wave: 0 },
  { name: 'account', wave: 1, pages: 2 },
  { name: 'lead', wave: 2, lane: 'person', person: true, pages: 3 },
  { name: 'contact', wave: 3, lane: 'person', person: true, pages: 3 },
  { name: 'opportunity', wave: 4 },
  { name: 'connection', wave: 5 },
];

/** Two systems in memory, as far as the workflows see them: pages to import, changes to look at, counts. */
export class FakeWorld {
  readonly entities: EntityPlan[];
  readonly calls: Call[] = [];
  readonly cursors = new Map<string, Cursor>();
  readonly staged = new Map<string, Set<number>>();
  readonly applied = new Map<string, number>();
  /** Changes not looked at yet, then those that wait in the inbox; by `dynamics/<entity>` or `marketo/<entity>`. */
  readonly arrived = new Map<string, number>();
  readonly inbox = new Map<string, number>();
  /** What a look was told to push. */
  readonly pushes: AskedPush[] = [];
  /** The next look tells that this table's delta token is too old. */
  readonly expired = new Set<string>();
  readonly #pages: Map<string, number>;
  readonly #hooks = new Map<string, Hook>();
  readonly #releases = new Set<() => void>();

  constructor(
    entities: readonly EntityOf[] = STANDARD,
    readonly changesEverySeconds = 1,
    readonly restSeconds = 0,
  ) {
    this.entities = entities.map(({ pages: _pages, ...plan }) => ({
      lane: plan.name,
      wave: 0,
      everySeconds: 1,
      untracked: false,
      person: false,
      ...plan,
    }));
    this.#pages = new Map(entities.map(({ name, pages }) => [name, pages ?? 1]));
  }

  pagesOf = (entity: string): number => this.#pages.get(entity) ?? 1;

  /** `hook` runs before each call of `<activity>/<entity>` (or of `<activity>`); what it returns replaces the work. */
  on(key: string, hook: Hook): void {
    this.#hooks.set(key, hook);
  }

  off(key: string): void {
    this.#hooks.delete(key);
  }

  /** Holds the next calls of that activity until the gate is released. */
  gate(key: string): Gate {
    let enter: () => void = () => undefined;
    let open: () => void = () => undefined;
    const entered = new Promise<void>((resolve) => {
      enter = resolve;
    });
    const opened = new Promise<void>((resolve) => {
      open = resolve;
    });
    const release = () => {
      this.off(key);
      open();
    };
    this.#releases.add(release);
    this.on(key, () => {
      enter();
      return opened;
    });
    return { entered, release };
  }

  /** For the end of a test: nothing may stand at a gate any longer. */
  releaseAll(): void {
    for (const release of this.#releases) release();
  }

  /** Runs a call: notes it, lets a hook have its way, else does `work`. */
  async call<T>(call: Omit<Call, 'startedAt'>, work: () => Outcome<T>): Promise<Outcome<T>> {
    const noted: Call = { ...call, startedAt: Date.now() };
    this.calls.push(noted);
    // As the service does: an activity that stands at a gate is not a dead one.
    const beat = setInterval(() => Context.current().heartbeat(), 5_000);
    try {
      const hook = this.#hooks.get(`${call.activity}/${call.of}`) ?? this.#hooks.get(call.activity);
      const instead = hook ? await hook() : undefined;
      return instead === undefined ? work() : (instead as Outcome<T>);
    } finally {
      clearInterval(beat);
      noted.endedAt = Date.now();
    }
  }

  callsOf(activity: string, of?: string): Call[] {
    return this.calls.filter((call) => call.activity === activity && (of === undefined || call.of === of));
  }

  /** Calls that write, in the order of their start. */
  writes(): Call[] {
    return this.calls.filter(({ activity }) => ['applyUnit', 'applyInbox', 'writeBack'].includes(activity));
  }

  change(feed: 'dynamics' | 'marketo', entity: string, count = 1): void {
    const key = `${feed}/${entity}`;
    this.arrived.set(key, (this.arrived.get(key) ?? 0) + count);
  }

  /** What a look brings: all that arrived goes to the inbox. */
  look(feed: 'dynamics' | 'marketo', entity: string): FeedLook {
    const key = `${feed}/${entity}`;
    const items = this.arrived.get(key) ?? 0;
    this.arrived.delete(key);
    if (items > 0) this.inbox.set(key, (this.inbox.get(key) ?? 0) + items);
    if (this.expired.delete(entity)) return { items: 0, more: false, expired: true };
    return { items, more: false };
  }

  /** Works off one inbox item. @returns whether there are more. */
  take(feed: 'dynamics' | 'marketo', entity: string): boolean {
    const key = `${feed}/${entity}`;
    const left = Math.max(0, (this.inbox.get(key) ?? 0) - 1);
    this.inbox.set(key, left);
    return left > 0;
  }
}
