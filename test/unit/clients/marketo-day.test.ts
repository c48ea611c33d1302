import { marketoDay } from '../../../clients/marketo/day';
import { waitMs } from '../../../clients/marketo/waiting';

const HOUR = 3_600_000;

test.each([
  ['winter', '2026-01-10T05:59:30.250Z', '2026-01-09', 29_750],
  ['winter, midnight', '2026-01-10T06:00:00Z', '2026-01-10', 24 * HOUR],
  ['summer', '2026-07-10T04:00:00Z', '2026-07-09', HOUR],
  ['summer, midnight', '2026-07-10T05:00:00Z', '2026-07-10', 24 * HOUR],
  ['the day of 23 hours: midnight', '2026-03-08T06:00:00Z', '2026-03-08', 23 * HOUR],
  ['the day of 23 hours: behind the change', '2026-03-08T08:00:00Z', '2026-03-08', 21 * HOUR],
  ['the day of 23 hours: its last moment', '2026-03-09T04:59:59.999Z', '2026-03-08', 1],
  ['the day of 25 hours: midnight', '2026-11-01T05:00:00Z', '2026-11-01', 25 * HOUR],
  ['the day of 25 hours: one o’clock the second time', '2026-11-01T07:00:00Z', '2026-11-01', 23 * HOUR],
  ['the day of 25 hours: its last moment', '2026-11-02T05:59:59.999Z', '2026-11-01', 1],
  ['the end of a year', '2027-01-01T05:00:00Z', '2026-12-31', HOUR],
])('Marketo’s day in %s', (_what, at, day, left) => {
  const now = new Date(at);
  expect([marketoDay.day(now), marketoDay.msUntilNextDay(now)]).toEqual([day, left]);
  expect(waitMs('607', now.getTime())).toBe(left);
});
