import { deletionLimit } from '../../../model/breaker';

test.each([
  [0, 5],
  [10, 5],
  [50, 5],
  [100, 10],
  [999, 99],
  [1_000, 100],
  [20_000, 100],
  [40_000, 200],
  [1_000_000, 5_000],
])('of %i rows, %i may be deleted within a day', (rows, limit) => {
  expect(deletionLimit(rows)).toBe(limit);
});
