import { dayIn, startOfDay } from '../../model/day';

/** Marketo says "midnight CST", and means the clock of the United States' Central zone, its summer time included (marketo-api §3, §8). */
const CENTRAL = 'America/Chicago';

const DAY_MS = 86_400_000;

/** Marketo's day, by which calls are counted: which one it is, and how long it lasts yet (23 hours in all, or 25, where clocks change). */
export const marketoDay = {
  day: (now: Date): string => dayIn(CENTRAL, now.getTime()),
  msUntilNextDay(now: Date): number {
    const noon = Date.parse(`${marketoDay.day(now)}T12:00:00Z`);
    return startOfDay(CENTRAL, new Date(noon + DAY_MS).toISOString().slice(0, 10)) - now.getTime();
  },
};
