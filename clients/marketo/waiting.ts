/** How long to wait before another call, by code; undefined where the code says nothing about it. */
export function waitMs(code: string, now = Date.now()): number | undefined {
  // A sliding window of 20 s is over its limit: a part of it frees some calls, never all of it at once (marketo-api §3).
  if (code === '606') return spread(2_000, 20_000);
  if (code === '615') return spread(2_000, 5_000);
  if (code === '607') return untilMidnightCentral(now);
  // The dying token again, even after a renewal.
  if (code === '602') return 2_000;
  return undefined;
}

const spread = (from: number, to: number): number => Math.round(from + Math.random() * (to - from));

const CENTRAL = new Intl.DateTimeFormat('en-US', {
  timeZone: 'America/Chicago',
  hourCycle: 'h23',
  hour: 'numeric',
  minute: 'numeric',
  second: 'numeric',
});

const DAY = 86_400_000;

/**
 * The daily quota comes back at midnight US Central (marketo-api §3). On the two days a year whose clocks change this is
 * an hour off at most, and whoever asks too early is told again.
 */
export function untilMidnightCentral(now: number): number {
  const part = Object.fromEntries(CENTRAL.formatToParts(now).map(({ type, value }) => [type, Number(value)]));
  const sinceMidnight = ((part.hour! * 60 + part.minute!) * 60 + part.second!) * 1_000 + (now % 1_000);
  return DAY - sinceMidnight;
}
