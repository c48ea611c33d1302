import { randomUUID } from 'node:crypto';
import { GuidSet } from '../../../model/guid-set';

test('finds what was added, in either case, and nothing else', () => {
  const set = new GuidSet();
  const ids = Array.from({ length: 70_000 }, () => randomUUID());
  for (const id of ids) set.add(id);
  expect(ids.every((id) => set.has(id.toUpperCase()))).toBe(true);
  expect(set.has(randomUUID())).toBe(false);
});

test('ids that a server numbers in sequence stay apart', () => {
  const set = new GuidSet();
  set.add('00000001-0000-0000-0000-000000000000');
  set.add('00000003-0000-0000-0000-000000000000');
  expect(set.has('00000002-0000-0000-0000-000000000000')).toBe(false);
  expect(set.has('00000003-0000-0000-0000-000000000000')).toBe(true);
});

test('an empty one has nothing; one can be added to after it was asked', () => {
  const set = new GuidSet();
  const id = randomUUID();
  expect(set.has(id)).toBe(false);
  set.add(id);
  expect(set.has(id)).toBe(true);
});
