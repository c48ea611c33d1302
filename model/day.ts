/** Days of a time zone (IANA), as `2026-11-23`. Made once each: a formatter costs as much as a thousand of its answers. */
const FORMATS = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = FORMATS.get(timeZone);
  if (known) return known;
  const parts = { year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' } as const;
  const made = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    ...parts,
    second: '2-digit',
    hourCycle: 'h23',
    era: 'short',
  });
  FORMATS.set(timeZone, made);
  return made;
}

/** The wall clock of a zone at an instant, as if it were UTC's; epoch ms, whole seconds. @throws RangeError for an unknown zone */
function wallClock(timeZone: string, at: number): number {
  const part = new Map(
    formatOf(timeZone)
      .formatToParts(at)
      .map(({ type, value }) => [type, value]),
  );
  const number = (type: Intl.DateTimeFormatPartTypes) => Number(part.get(type));
  const year = part.get('era')?.startsWith('B') ? 1 - number('year') : number('year');
  const wall = new Date(0);
  wall.setUTCFullYear(year, number('month') - 1, number('day'));
  return wall.setUTCHours(number('hour'), number('minute'), number('second'));
}

/** The day that an instant falls on. @param at epoch ms */
export const dayIn = (timeZone: string, at: number): string =>
  new Date(wallClock(timeZone, at)).toISOString().slice(0, 10);

const HOUR_MS = 3_600_000;

/** A day's first moment, epoch ms: midnight, or when the clocks have been put forward over it. NaN for what is no day. */
export function startOfDay(timeZone: string, day: string): number {
  const midnight = Date.parse(`${day}T00:00:00Z`);
  if (Number.isNaN(midnight)) return Number.NaN;
  // Zones are at most 14 hours ahead and 12 behind, and change at most once in between.
  const isIn = (at: number) => wallClock(timeZone, at) >= midnight;
  let [before, after] = [midnight - 16 * HOUR_MS, midnight + 14 * HOUR_MS];
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (isIn(middle)) after = middle;
    else before = middle;
  }
  return after;
}
