/** The last instant that ISO 8601 writes with four digits of a year; JavaScript's own range ends in the year 275760. */
const LAST_MS = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/** In place of a time that is none. */
export const UNKNOWN_TIME = 'unknown';

/** No wait is longer than a vendor's day, nor is any interval that can be set. */
const LONGEST_WAIT_MS = 86_400_000;
/** For a wait whose end cannot be read. */
const UNKNOWN_WAIT_MS = 60_000;

const isTime = (at: unknown): at is number => typeof at === 'number' && Number.isFinite(at);

/**
 * A time as ISO 8601 in UTC. Unlike `toISOString` it never throws: what was computed from a vendor's answer, stored or carried over
 * from another run may be anything. @param at epoch ms, or a Date
 */
export function isoOf(at: unknown): string {
  const ms = at instanceof Date ? at.getTime() : at;
  return isTime(ms) && Math.abs(ms) <= LAST_MS ? new Date(ms).toISOString() : UNKNOWN_TIME;
}

/** A time to wait for, as an activity answered it; epoch ms. Never later than a day from now, and a minute from now if it is no time. */
export const boundedInstant = (at: unknown, now: number): number =>
  isTime(at) ? Math.min(at, now + LONGEST_WAIT_MS) : now + UNKNOWN_WAIT_MS;

/** Can one wait for this? Not if it is no time at all, or further away than anything that waits may be. */
export const isPlausible = (at: unknown, now: number): at is number =>
  isTime(at) && at >= 0 && at <= Math.min(now + LONGEST_WAIT_MS, LAST_MS);
