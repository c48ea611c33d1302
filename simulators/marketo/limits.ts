import type { Clock } from '../common/clock';
import { dayOf } from './day';
import { MarketoFault, UNCOUNTED_CODES } from './errors';
import type { MarketoSettings } from './settings';

interface Day {
  total: number;
  errors: Map<string, number>;
}

/**
 * Rate, concurrency and daily quota of the instance (marketo-api §3). The window slides; a call refused by it counts
 * for the day but takes no place in the window. A day ends at midnight US Central.
 */
export class Limits {
  private readonly clock: Clock;
  private readonly settings: MarketoSettings;
  /** Arrival times of the calls in the window, from `first` on. */
  private arrivals: number[] = [];
  private first = 0;
  private running = 0;
  private days = new Map<string, Day>();
  private dayText = '';
  private dayUntil = 0;

  constructor(clock: Clock, settings: MarketoSettings) {
    this.clock = clock;
    this.settings = settings;
  }

  /** Admits a call or throws 607, 606 or 615; a call admitted must be ended by `leave`. */
  enter(): void {
    const { enabled, calls, windowMs, concurrent, daily } = this.settings.limits;
    const day = this.today();
    day.total += 1;
    if (enabled) {
      const now = this.clock.now();
      while (this.first < this.arrivals.length && (this.arrivals[this.first] as number) <= now - windowMs)
        this.first += 1;
      if (this.first > 1000) {
        this.arrivals = this.arrivals.slice(this.first);
        this.first = 0;
      }
      if (day.total > daily) throw new MarketoFault('607');
      if (this.arrivals.length - this.first >= calls) {
        throw new MarketoFault('606', `Max rate limit '${calls}' exceeded with in '${windowMs / 1000}' secs`);
      }
      this.arrivals.push(now);
      if (this.running >= concurrent) throw new MarketoFault('615', `Concurrent access limit '${concurrent}' reached`);
    }
    this.running += 1;
  }

  leave(): void {
    this.running -= 1;
  }

  /** Notes the outcome of a counted call; by default some codes are given back to the quota (§0.2). */
  outcome(code: string): void {
    const day = this.today();
    if (this.settings.quotaCounts === 'allButStarred' && UNCOUNTED_CODES.has(code))
      day.total = Math.max(0, day.total - 1);
    day.errors.set(code, (day.errors.get(code) ?? 0) + 1);
  }

  /** Counts by day, newest first, at most `days` of them. */
  statistics(days: number): { date: string; total: number; errors: Map<string, number> }[] {
    this.today();
    return [...this.days.entries()]
      .sort(([a], [b]) => (a < b ? 1 : -1))
      .slice(0, days)
      .map(([date, day]) => ({ date, ...day }));
  }

  private today(): Day {
    const now = this.clock.now();
    if (now >= this.dayUntil || now < this.dayUntil - 60_000) {
      this.dayText = dayOf(now);
      this.dayUntil = now - (now % 60_000) + 60_000; // the date can only change on a full minute
    }
    const known = this.days.get(this.dayText);
    if (known) return known;
    const fresh: Day = { total: 0, errors: new Map() };
    this.days.set(this.dayText, fresh);
    return fresh;
  }
}
