import type { Clock } from '../../common/clock';
import type { Value } from '../fields';
import type { MarketoSettings } from '../settings';
import { pop, push } from './heap';

/** Activity types the instance writes (marketo-api §5.5). */
export const TYPE = {
  newLead: 12,
  changeDataValue: 13,
  changeScore: 22,
  mergeLeads: 32,
  deleteLead: 37,
  pushLead: 145,
} as const;

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
  /** Of a custom activity, or another type with attributes of its own. */
  custom?: { primary?: string; attributes: { name: string; value: unknown }[] };
}

interface Pending {
  due: number;
  activity: Activity;
}

const DAY = 86_400_000;
const TWENTY_FIVE_MONTHS = 760 * DAY;
/** How long a type is kept: marketo-api §5.6; New Lead for ever, all others 25 months. */
const RETENTION: Record<number, number> = { 37: 14 * DAY, 13: 90 * DAY, 22: 90 * DAY };

/**
 * The activity store: an activity is dated when it happens and becomes visible later, after a random delay, so commits
 * come out of order. A token is a position in commit order, so its holder always sees late commits, though they are
 * dated earlier; who seeds a poll by date loses them (marketo-api §5.4).
 */
export class ActivityLog {
  private readonly clock: Clock;
  private readonly settings: MarketoSettings;
  private readonly draw: () => number;
  private committed: (Activity | undefined)[] = [];
  /** Highest date up to each position; finds the first position at or after a date. */
  private highest: number[] = [];
  private pending: Pending[] = [];
  private held = false;
  private sweptAt = 0;
  private seq = 0;

  /** `draw` gives 0 ≤ x < 1. */
  constructor(clock: Clock, settings: MarketoSettings, draw: () => number) {
    this.clock = clock;
    this.settings = settings;
    this.draw = draw;
  }

  /** Adds one, dated now unless the caller dates it; gives its number. */
  append(activity: Omit<Activity, 'seq' | 'at'>, at?: number): number {
    this.seq += 1;
    const now = this.clock.now();
    const entry = compact(activity, at ?? now, this.seq);
    const [least, most] = this.settings.activityDelayMs;
    if (most <= 0 && this.pending.length === 0 && !this.held) {
      this.commit(entry);
      return this.seq;
    }
    push(this.pending, { due: now + least + this.draw() * (most - least), activity: entry });
    if (this.pending.length % 1024 === 0) this.drain();
    return entry.seq;
  }

  /** From now on nothing becomes visible, until `release`. */
  hold(): void {
    this.drain();
    this.held = true;
  }

  /** What was held becomes visible as it falls due, its dates unchanged. */
  release(): void {
    this.held = false;
  }

  /** The number of visible activities: the position behind the last one. */
  end(): number {
    this.drain();
    return this.committed.length;
  }

  /** How many are held in memory, visible or not. */
  size(): number {
    return this.committed.reduce((sum, activity) => sum + (activity ? 1 : 0), this.pending.length);
  }

  /** The activity at a position, unless the store has dropped it by age. */
  at(position: number): Activity | undefined {
    const activity = this.committed[position];
    if (!activity) return undefined;
    return this.isOld(activity) ? undefined : activity;
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

  private isOld({ type, at }: Activity): boolean {
    const kept = RETENTION[type] ?? (type === TYPE.newLead ? undefined : TWENTY_FIVE_MONTHS);
    return kept !== undefined && at < this.clock.now() - kept;
  }

  /** Once a day the old ones are dropped; their positions stay, since tokens name positions. */
  private sweep(now: number): void {
    if (this.sweptAt > 0 && now - this.sweptAt < DAY) return;
    if (this.sweptAt > 0) {
      this.committed.forEach((activity, position) => {
        if (activity && this.isOld(activity)) this.committed[position] = undefined;
      });
    }
    this.sweptAt = now;
  }

  private drain(): void {
    const now = this.clock.now();
    this.sweep(now);
    if (this.held) return;
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

/** Values are logged as strings, an empty one not at all (marketo-api §5.3). */
export function oldAndNew(from: Value, to: Value): { from?: string; to?: string } {
  return { ...(from !== null && { from: String(from) }), ...(to !== null && { to: String(to) }) };
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
