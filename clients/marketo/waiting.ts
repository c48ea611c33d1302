import { marketoDay } from './day';

/** How long to wait before another call, by code; undefined where the code says nothing about it. */
export function waitMs(code: string, now = Date.now()): number | undefined {
  // A sliding window of 20 s is over its limit: a part of it frees some calls, never all of it at once (marketo-api §3).
  if (code === '606') return spread(2_000, 20_000);
  if (code === '615') return spread(2_000, 5_000);
  if (code === '607') return marketoDay.msUntilNextDay(new Date(now));
  // The dying token again, even after a renewal.
  if (code === '602') return 2_000;
  return undefined;
}

const spread = (from: number, to: number): number => Math.round(from + Math.random() * (to - from));
