import { rateOf } from '../../../cli/bench/rate';
import { isMet, percentile } from '../../../cli/bench/report';

/** 100 calls of 300 leads, one every 100 ms, then nothing until 21 s are over: the pattern that slots make. */
function bursts(windows: number): { at: number; created: number; calls: number }[] {
  const samples = [{ at: 0, created: 0, calls: 0 }];
  for (let window = 0; window < windows; window += 1) {
    for (let call = 1; call <= 100; call += 1) {
      const calls = window * 100 + call;
      samples.push({ at: window * 21_000 + call * 100, created: calls * 300, calls });
    }
  }
  return samples;
}

test('a rate is taken from burst to burst, so that the last burst does not flatter it', () => {
  const rate = rateOf(bursts(10), 100, 1);
  expect(rate?.windows).toBe(9);
  // 30,000 leads every 21 s, of 1,500 a second.
  expect(rate?.leadsPerSecond).toBeCloseTo(1428.57, 2);
  expect(rate?.ofGranted).toBeCloseTo(0.952, 3);
  expect(rate?.callsOfGranted).toBeCloseTo(0.952, 3);
});

test('with less than two windows there is no rate', () => {
  expect(rateOf(bursts(1), 100, 1)).toBeUndefined();
});

test.each([
  ['≥ 0.85', 0.85, true],
  ['≥ 0.85', 0.84, false],
  ['≤ 3.6', 3.7, false],
  ['= 0', 0, true],
  ['= 0', 1, false],
])('the goal %s is met by %p: %p', (goal, value, met) => {
  expect(isMet({ name: 'x', at: 'here', goal, value })).toBe(met);
});

test('what was not measured meets no goal', () => {
  expect(isMet({ name: 'x', at: 'here', goal: '≤ 1', value: undefined })).toBeUndefined();
});

test('a percentile is one of the values', () => {
  expect(percentile([4, 1, 3, 2], 0.5)).toBe(2);
  expect(percentile([4, 1, 3, 2], 0.95)).toBe(4);
  expect(percentile([], 0.5)).toBeUndefined();
});
