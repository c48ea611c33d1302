import { dayIn, startOfDay } from '../../../model/day';

test.each([
  ['ahead of UTC', 'Europe/Berlin', '2026-05-02', '2026-05-01T22:00:00.000Z'],
  ['behind it', 'America/Los_Angeles', '2026-05-02', '2026-05-02T07:00:00.000Z'],
  ['the farthest ahead', 'Pacific/Kiritimati', '2026-05-02', '2026-05-01T10:00:00.000Z'],
  ['the farthest behind', 'Etc/GMT+12', '2026-05-02', '2026-05-02T12:00:00.000Z'],
  ['by a quarter of an hour', 'Asia/Kathmandu', '2026-05-02', '2026-05-01T18:15:00.000Z'],
  ['midnight is left out', 'America/Santiago', '2024-09-08', '2024-09-08T04:00:00.000Z'],
  ['midnight is left out, Beirut', 'Asia/Beirut', '2024-03-31', '2024-03-30T22:00:00.000Z'],
  ['midnight comes twice', 'America/Havana', '2026-11-01', '2026-11-01T04:00:00.000Z'],
  ['a leap day', 'Europe/Berlin', '2028-02-29', '2028-02-28T23:00:00.000Z'],
  ['long ago', 'Europe/Berlin', '1850-01-01', '1849-12-31T23:06:32.000Z'],
])('the first moment of a day: %s', (_what, zone, day, start) => {
  const at = startOfDay(zone, day);
  expect(new Date(at).toISOString()).toBe(start);
  expect(dayIn(zone, at)).toBe(day);
  expect(dayIn(zone, at - 1) < day).toBe(true);
});

test('of what is no day there is none', () => {
  expect(startOfDay('UTC', 'soon')).toBeNaN();
  expect(startOfDay('UTC', '2026-13-01')).toBeNaN();
});
