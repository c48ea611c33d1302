import type { HttpAnswer } from './http';
import { boundedWaitMs } from './wait';

const SECONDS = /^-?\d+(\.\d+)?$/;
/** RFC 9110 §5.6.7 in its three spellings, and ISO 8601: `Date.parse` alone would make a date of any text with a number in it. */
const DATE = /^((mon|tue|wed|thu|fri|sat|sun)[a-z]*,? |\d{4}-\d\d-\d\d)/i;

/**
 * `Retry-After`, in seconds or as a date (RFC 9110 §10.2.3), in milliseconds from `now`: never below 0, never more than an hour.
 * Of several values the longest counts; undefined where there is none that can be read.
 */
export function retryAfterMs(answer: Pick<HttpAnswer, 'headers'>, now = Date.now()): number | undefined {
  const header: unknown = answer.headers['retry-after'];
  if (header === undefined || header === null) return undefined;
  const values = (Array.isArray(header) ? header : [header]).flatMap((value) => valuesIn(String(value).trim()));
  const waits = values.map((value) => waitMs(value, now)).filter((ms) => !Number.isNaN(ms));
  return waits.length === 0 ? undefined : boundedWaitMs('transient', Math.max(...waits));
}

/** A date has a comma of its own. */
const valuesIn = (header: string): string[] =>
  DATE.test(header) ? [header] : header.split(',', 10).map((value) => value.trim());

function waitMs(value: string, now: number): number {
  if (SECONDS.test(value)) return Number(value) * 1_000;
  return DATE.test(value) ? Date.parse(value) - now : Number.NaN;
}
