import type { Activity, ActivityPage } from '../../../clients/marketo/types';
import { clock } from './time';

/** Of the simulator's switches those that the feeds know (docs/simulators.md). */
export interface FeedSwitches {
  activityDelayMs: [least: number, most: number];
  emptyPages: boolean;
}

/** So many of them come twice where the feed repeats itself: one in so many, and so much later. */
const REPEATED = 3;
const REPEATED_AFTER_MS = 4_000;
/** One page in so many comes empty, and says that there is more. */
const EMPTY = 3;

/** What happened to people, as the feeds tell it: dated when it happened, visible later, so commits come out of order. */
export class Activities {
  readonly #visible: Activity[] = [];
  #pending: { due: number; activity: Activity }[] = [];
  #made = 0;
  #pages = 0;

  constructor(
    private readonly switches: FeedSwitches,
    private readonly repeats: boolean,
  ) {}

  add(
    activityTypeId: number,
    leadId: number,
    fields: Activity['fields'] = [],
    attributes: Activity['attributes'] = {},
  ): void {
    this.#made += 1;
    const activityDate = `${new Date(clock.now()).toISOString().slice(0, 19)}Z`;
    const activity = { marketoGUID: String(this.#made), leadId, activityDate, activityTypeId, fields, attributes };
    const [least, most] = this.switches.activityDelayMs;
    // Spread over the range without a draw, so that a schedule plays the same each time.
    const due = clock.now() + least + ((this.#made * 7_919) % Math.max(1, most - least));
    this.#pending.push({ due, activity });
    if (this.repeats && this.#made % REPEATED === 0) this.#pending.push({ due: due + REPEATED_AFTER_MS, activity });
  }

  /** The place in the feed from which everything is told that is dated then or later. */
  tokenAt(since: Date): string {
    this.#commit();
    const at = this.#visible.findIndex(({ activityDate }) => Date.parse(activityDate) >= since.getTime());
    return String(at === -1 ? this.#visible.length : at);
  }

  page(token: string, isWanted: (activity: Activity) => boolean): ActivityPage {
    this.#commit();
    const found = this.#visible.slice(Number(token));
    this.#pages += 1;
    if (this.switches.emptyPages && found.length > 0 && this.#pages % EMPTY === 0)
      return { activities: [], nextPageToken: token, moreResult: true };
    const nextPageToken = String(this.#visible.length);
    return { activities: found.filter(isWanted), nextPageToken, moreResult: false };
  }

  /** Everything that was told and will be: what `load` takes. */
  dump() {
    return { visible: [...this.#visible], pending: [...this.#pending], made: this.#made, pages: this.#pages };
  }

  load({ visible, pending, made, pages }: ReturnType<Activities['dump']>): void {
    this.#visible.push(...visible);
    this.#pending = [...pending];
    this.#made = made;
    this.#pages = pages;
  }

  #commit(): void {
    const due = this.#pending.filter((one) => one.due <= clock.now()).sort((a, b) => a.due - b.due);
    if (due.length === 0) return;
    this.#pending = this.#pending.filter((one) => !due.includes(one));
    this.#visible.push(...due.map(({ activity }) => activity));
  }
}
