import fc from 'fast-check';
import { boundedInstant, isoOf, isPlausible } from '../../../model/instant';

const NOW = Date.UTC(2026, 10, 30);
const DAY = 86_400_000;
const anything = () => fc.oneof(fc.double(), fc.maxSafeInteger(), fc.anything(), fc.date({ noInvalidDate: false }));

test('a time is written as ISO 8601', () => {
  expect(isoOf(NOW)).toBe('2026-11-30T00:00:00.000Z');
  expect(isoOf(new Date(NOW))).toBe('2026-11-30T00:00:00.000Z');
});

test.each<[unknown]>([[Number.NaN], [1e17], [8.64e15], [-1e300], [null], ['2026'], [{}], [new Date(Number.NaN)]])(
  'what is no time is called unknown: %p',
  (at) => expect(isoOf(at)).toBe('unknown'),
);

test('nothing at all makes a time throw', () => {
  fc.assert(fc.property(anything(), (at) => expect(typeof isoOf(at)).toBe('string')));
});

test('no wait is longer than a day, whatever it is taken from', () => {
  expect(boundedInstant(NOW + 5, NOW)).toBe(NOW + 5);
  fc.assert(
    fc.property(anything(), (at) => {
      const bounded = boundedInstant(at, NOW);
      expect(Number.isFinite(bounded) && bounded <= NOW + DAY).toBe(true);
    }),
  );
});

test('plausible are the times that a bounded wait can have set', () => {
  expect([0, NOW, NOW + DAY].map((at) => isPlausible(at, NOW))).toEqual([true, true, true]);
  expect([NOW + DAY + 1, 1e300, -1, Number.NaN, null, '5'].map((at) => isPlausible(at, NOW))).toEqual(
    Array.from({ length: 6 }, () => false),
  );
});
