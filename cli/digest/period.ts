import { Refused } from '../operator';

export interface Period {
  from: Date;
  to: Date;
  title: string;
  /** For the file's name. */
  day: string;
}

const DAY_MS = 86_400_000;

/** A day by UTC, or the last 24 hours. */
export function periodOf(day: string | undefined, now = new Date()): Period {
  if (day === undefined) {
    const from = new Date(now.getTime() - DAY_MS);
    return {
      from,
      to: new Date(now.getTime() + 1),
      title: 'Failures of the last 24 hours',
      day: now.toISOString().slice(0, 10),
    };
  }
  const from = new Date(`${day}T00:00:00Z`);
  const known = /^\d{4}-\d{2}-\d{2}$/.test(day) && !Number.isNaN(from.getTime()) && from.toISOString().startsWith(day);
  if (!known) throw new Refused(`--day ${day}: not a day, as 2026-11-23`);
  return { from, to: new Date(from.getTime() + DAY_MS), title: `Failures of ${day} (UTC)`, day };
}
