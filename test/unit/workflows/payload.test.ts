import { done } from '../../../activities/outcome';
import type { EntityCounts } from '../../../activities/status';
import { STANDARD_ENTITIES } from '../../../model/entities';
import { carry } from '../../../workflows/state';
import { dashboard, statusOf } from '../../../workflows/status';
import { looping, plan } from './states';

/** Everything there is to count, of each entity, in numbers of a busy organisation. */
const BUSY: EntityCounts = {
  done: 1_234_567,
  total: 1_234_567,
  parked: 12_345,
  pendingDynamics: 123_456,
  pendingMarketo: 123_456,
  lagSeconds: 12_345,
  pending: { inserts: 12_345, updates: 123_456, oldestInsertSeconds: 12_345, oldestUpdateSeconds: 12_345 },
  lastHour: 123_456,
  reconciled: { verified: 12_345_678, drift: 1_234, lastFullPass: '2026-11-23T12:01:30.000Z' },
};

const names = STANDARD_ENTITIES.map(({ name }) => name);
const entities = STANDARD_ENTITIES.map(({ name, lane, wave, lookEverySeconds, target }) =>
  plan(name, {
    lane,
    wave,
    everySeconds: lookEverySeconds,
    person: target.kind === 'person',
    generation: 12,
    highest: 12,
  }),
);
const counts = Object.fromEntries(names.map((name) => [name, BUSY]));
const busy = looping(entities, Date.UTC(2026, 10, 23), { counts });

const size = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

test('what a busy organisation has to say stays below 4 KB: a look, the status, the dashboard', () => {
  const feeds = Object.fromEntries(names.map((name) => [name, { items: 4_800, more: true }]));
  expect(size(done({ feeds, entities: counts }))).toBeLessThanOrEqual(4_096);
  expect(size(statusOf(busy))).toBeLessThanOrEqual(4_096);
  expect(Buffer.byteLength(dashboard(busy))).toBeLessThanOrEqual(4_096);
});

test('so does what a run hands to the next one, without what that one reads anew', () => {
  expect(size(carry(busy))).toBeLessThanOrEqual(4_096);
  const { pending: _waiting, lastHour: _written, ...kept } = BUSY;
  expect(carry(busy).counts.lead).toEqual(kept);
});
