import type { Clock } from '../../common/clock';
import type { MarketoSettings } from '../settings';

/** Activity types the instance writes (marketo-api §5.5). */
export const TYPE = { newLead: 12, changeDataValue: 13, changeScore: 22, mergeLeads: 32, deleteLead: 37 } as const;

/** Who made the change, as the activity shows it (marketo-api §5.7). */
export interface Origin {
  source: string;
  reason: string;
  campaignId?: number;
  requestId?: string;
  method?: string;
}

/** One activity as held; `fieldId`, `from`, `to` belong to types 13 and 22, the rest to single types. */
export interface Activity {
  type: number;
  leadId: number;
  at: number;
  origin: Origin;
  seq: number;
  fieldId?: number;
  from?: string;
  to?: string;
  personName?: string;
  mergedIds?: number[];
}

interface Pending {
  due: number;
  activity: Activity;
}

const DAY = 86_400_000;
/** How long a type is kept: marketo-api §5.6. */
const RETENTION: Record<number, number> = { 37: 14 * DAY, 13: 90 * DAY, 22: 90 * DAY };

/**
 * The activity store: an activity is dated when it happens and becomes visible later, after a random delay, so commits
 * come out of order. A token is a position in commit order, so its holder always sees late commits, though they are
 * dated earlier; who seeds a poll by date loses them (marketo-api §5.4).
 */
export class ActivityLog {
  private readonly clock: Clock;
  private readonly settings: MarketoSettings;
  private committed: Activity[] = [];
  /** Highest date up to each position; finds the first position at or after a date. */
  private highest: number[] = [];
  private pending: Pending[] = [];
  private seq = 0;

  constructor(clock: Clock, settings: MarketoSettings) {
    this.clock = clock;
    this.settings = settings;
  }

  append(activity: Omit<Activity, 'seq' | 'at'>): void {
    this.seq += 1;
    const now = this.clock.now();
    const entry = compact(activity, now, this.seq);
    const [least, most] = this.settings.activityDelayMs;
    if (most <= 0 && this.pending.length === 0) {
      this.commit(entry);
      return;
    }
    push(this.pending, { due: now + least + Math.random() * (most - least), activity: entry });
    if (this.pending.length % 1024 === 0) this.drain();
  }

  /** The number of visible activities: the position behind the last one. */
  end(): number {
    this.drain();
    return this.committed.length;
  }

  /** The activity at a position, unless the store has dropped it by age. */
  at(position: number): Activity | undefined {
    const activity = this.committed[position];
    if (!activity) return undefined;
    const kept = RETENTION[activity.type];
    return kept !== undefined && activity.at < this.clock.now() - kept ? undefined : activity;
  }

  /** First position whose activity is dated at or after `since`. */
  positionOf(since: number): number {
    this.drain();
    let low = 0;
    let high = this.highest.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.highest[middle] as number) >= since) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  private drain(): void {
    const now = this.clock.now();
    while (this.pending.length > 0 && (this.pending[0] as Pending).due <= now) {
      this.commit((pop(this.pending) as Pending).activity);
    }
  }

  private commit(activity: Activity): void {
    const last = this.highest[this.highest.length - 1] ?? 0;
    this.committed.push(activity);
    this.highest.push(Math.max(last, activity.at));
  }
}

/** Plain literals, not spreads: V8 then keeps a million of them in half the space. */
function compact(activity: Omit<Activity, 'seq' | 'at'>, at: number, seq: number): Activity {
  const { type, leadId, origin, fieldId, from, to } = activity;
  if (type === TYPE.newLead) return { type, leadId, at, origin, seq };
  if (fieldId === undefined) return { ...activity, at, seq };
  if (from === undefined)
    return to === undefined
      ? { type, leadId, at, origin, seq, fieldId }
      : { type, leadId, at, origin, seq, fieldId, to };
  return to === undefined
    ? { type, leadId, at, origin, seq, fieldId, from }
    : { type, leadId, at, origin, seq, fieldId, from, to };
}

/** Binary heap, earliest due first. */
function push(heap: Pending[], entry: Pending): void {
  let child = heap.push(entry) - 1;
  while (child > 0) {
    const parent = (child - 1) >> 1;
    if ((heap[parent] as Pending).due <= entry.due) break;
    heap[child] = heap[parent] as Pending;
    child = parent;
  }
  heap[child] = entry;
}

function pop(heap: Pending[]): Pending | undefined {
  const top = heap[0];
  const last = heap.pop();
  if (!top || !last || heap.length === 0) return top;
  let hole = 0;
  for (;;) {
    let child = 2 * hole + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && (heap[child + 1] as Pending).due < (heap[child] as Pending).due) child += 1;
    if ((heap[child] as Pending).due >= last.due) break;
    heap[hole] = heap[child] as Pending;
    hole = child;
  }
  heap[hole] = last;
  return top;
}
