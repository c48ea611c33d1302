import { retryAfterMs } from '../../../clients/answer';
import { ApiError, ERROR_KINDS } from '../../../clients/errors';

const NOW = Date.UTC(2026, 10, 30, 12);
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const read = (value: string) => retryAfterMs({ headers: { 'retry-after': value } }, NOW);

test.each<[string, string, number | undefined]>([
  ['seconds', '17', 17_000],
  ['seconds with blanks', ' 17 ', 17_000],
  ['a part of a second', '0.5', 500],
  ['none', '0', 0],
  ['a negative number', '-5', 0],
  ['more than an hour', '3601', HOUR],
  ['the year 3170843', '99999999999999', HOUR],
  ['a number that JavaScript takes for infinity', '9'.repeat(400), HOUR],
  ['a large negative number', `-${'9'.repeat(400)}`, 0],
  ['a date', 'Mon, 30 Nov 2026 12:00:30 GMT', 30_000],
  ['a date in the spelling of RFC 850', 'Monday, 30-Nov-26 12:00:30 GMT', 30_000],
  ['an ISO date', '2026-11-30T12:00:30Z', 30_000],
  ['a date that is past', 'Mon, 30 Nov 2020 12:00:30 GMT', 0],
  ['the year 9999', 'Fri, 31 Dec 9999 23:59:59 GMT', HOUR],
  ['the year 275760', '+275760-09-13T00:00:00Z', undefined],
  ['a date that there is not', 'Mon, 31 Foo 2026 25:61:61 GMT', undefined],
  ['text', 'soon', undefined],
  ['text with a number', 'in 120 seconds', undefined],
  ['an exponent', '1e308', undefined],
  ['hexadecimal', '0x7fffffff', undefined],
  ['infinity', 'Infinity', undefined],
  ['no number', 'NaN', undefined],
  ['null', 'null', undefined],
  ['several values: the longest', '5, 120', 120_000],
  ['several values, one of them huge', '5, 99999999999999', HOUR],
  ['several values, one of them text', 'soon, 5', 5_000],
  ['nothing', '', undefined],
  ['a comma', ',', undefined],
])('Retry-After: %s', (_what, value, ms) => {
  expect(read(value)).toBe(ms);
});

test('no Retry-After says nothing', () => {
  expect(retryAfterMs({ headers: {} }, NOW)).toBeUndefined();
});

test.each(ERROR_KINDS)(
  'an error of kind %s waits an hour at most, one of a quota a day, wherever the number is from',
  (kind) => {
    const wait = (retryAfterMs: number) =>
      new ApiError({ api: 'marketo', operation: 'x', kind, retryAfterMs }).retryAfterMs;
    const longest = kind === 'quota' ? DAY : HOUR;
    expect([1e17, Number.POSITIVE_INFINITY, longest, longest - 1].map(wait)).toEqual([
      longest,
      longest,
      longest,
      longest - 1,
    ]);
    expect([-1, Number.NEGATIVE_INFINITY, Number.NaN].map(wait)).toEqual([0, 0, undefined]);
  },
);
