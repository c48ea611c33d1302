import type { Literal } from './ast';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const FOREVER = 8.64e15; // the last moment a Date knows

/** A half-open span of milliseconds since the epoch. */
type Span = [from: number, to: number];

export interface Range {
  /** How many values the function takes. */
  values: 0 | 1;
  of: (now: number, value: Literal) => Span;
  /** Matches what lies outside. */
  outside?: boolean;
}

const day = (ms: number): number => Math.floor(ms / DAY) * DAY;
/** Weeks begin on Sunday; 1970-01-04 was one. */
const week = (ms: number): number => Math.floor((ms - 3 * DAY) / (7 * DAY)) * 7 * DAY + 3 * DAY;
const months = (ms: number, add: number): number => {
  const date = new Date(ms);
  return date.setUTCMonth(date.getUTCMonth() + add);
};
const month = (ms: number, add: number): number =>
  Date.UTC(new Date(ms).getUTCFullYear(), new Date(ms).getUTCMonth() + add);
const year = (ms: number, add: number): number => Date.UTC(new Date(ms).getUTCFullYear() + add, 0);

/** What LastX, NextX and OlderThanX count, as a step from a moment. */
const STEPS: Record<string, (ms: number, count: number) => number> = {
  Minutes: (ms, count) => ms + (count * HOUR) / 60,
  Hours: (ms, count) => ms + count * HOUR,
  Days: (ms, count) => ms + count * DAY,
  Weeks: (ms, count) => ms + count * 7 * DAY,
  Months: (ms, count) => months(ms, count),
  Years: (ms, count) => months(ms, 12 * count),
};

const fixed = (of: (now: number) => Span): Range => ({ values: 0, of });
const dated = (of: (at: number) => Span): Range => ({ values: 1, of: (_now, value) => of(Date.parse(String(value))) });

/** The query functions of time (dataverse-api §3.1), in UTC, where an organisation takes the caller's time zone. */
export const RANGES: Record<string, Range> = {
  On: dated((at) => [day(at), day(at) + DAY]),
  NotOn: { ...dated((at) => [day(at), day(at) + DAY]), outside: true },
  OnOrAfter: dated((at) => [day(at), FOREVER]),
  OnOrBefore: dated((at) => [-FOREVER, day(at) + DAY]),
  Today: fixed((now) => [day(now), day(now) + DAY]),
  Yesterday: fixed((now) => [day(now) - DAY, day(now)]),
  Tomorrow: fixed((now) => [day(now) + DAY, day(now) + 2 * DAY]),
  Last7Days: fixed((now) => [day(now) - 7 * DAY, now]),
  Next7Days: fixed((now) => [now, day(now) + 8 * DAY]),
  ThisWeek: fixed((now) => [week(now), week(now) + 7 * DAY]),
  LastWeek: fixed((now) => [week(now) - 7 * DAY, week(now)]),
  NextWeek: fixed((now) => [week(now) + 7 * DAY, week(now) + 14 * DAY]),
  ThisMonth: fixed((now) => [month(now, 0), month(now, 1)]),
  LastMonth: fixed((now) => [month(now, -1), month(now, 0)]),
  NextMonth: fixed((now) => [month(now, 1), month(now, 2)]),
  ThisYear: fixed((now) => [year(now, 0), year(now, 1)]),
  LastYear: fixed((now) => [year(now, -1), year(now, 0)]),
  NextYear: fixed((now) => [year(now, 1), year(now, 2)]),
};

for (const [unit, step] of Object.entries(STEPS)) {
  // from the beginning of the day, where days or more are counted
  const start = (ms: number): number => (unit === 'Hours' ? ms : day(ms));
  if (unit !== 'Minutes') {
    RANGES[`LastX${unit}`] = { values: 1, of: (now, count) => [start(step(now, -Number(count))), now] };
    RANGES[`NextX${unit}`] = {
      values: 1,
      of: (now, count) => [now, start(step(now, Number(count)) + (unit === 'Hours' ? 0 : DAY))],
    };
  }
  RANGES[`OlderThanX${unit}`] = { values: 1, of: (now, count) => [-FOREVER, step(now, -Number(count))] };
}
