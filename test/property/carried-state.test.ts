import fc from 'fast-check';
import { dueFeeds, dueTables, nextDue, starts } from '../../workflows/plan';
import { endedCycles } from '../../workflows/rest';
import type { SyncState } from '../../workflows/state';
import { carry, restore } from '../../workflows/state';
import { dashboard, statusOf } from '../../workflows/status';
import { madeDue, pushed, transition } from '../../workflows/transitions';
import { CONTACTS, LEADS, looping, MEMBERS } from '../unit/workflows/states';

const NOW = 1_800_000_000_000;
const DAY = 86_400_000;
const whole = looping([LEADS, CONTACTS, MEMBERS], NOW - 1_000_000, {
  holds: { lead: { until: NOW, reason: 'r', stopped: false } },
  faults: { 'dynamics/lead': 'f' },
  counts: { lead: { done: 1, total: 2, parked: 0, pendingDynamics: 1, pendingMarketo: 0, lagSeconds: 1 } },
});

/** What is no time, as a hostile vendor, another version or JSON may leave it behind. */
const wrongTime = () =>
  fc.oneof(fc.constantFrom(null, '', '2026-11-30', 1e17, 1e308, -1, -1e300, {}, [], true), fc.double(), fc.jsonValue());

/** A state of which some fields are anything at all, and some have anything in the place of a field of theirs. */
const spoilt = (): fc.Arbitrary<unknown> => {
  const keys = Object.keys(whole).filter((key) => key !== 'v');
  const field = fc.tuple(
    fc.constantFrom(...keys),
    fc.oneof(
      fc.jsonValue({ maxDepth: 4 }),
      fc.dictionary(
        fc.constantFrom('lead', 'contact', 'dynamics/lead'),
        fc.oneof(
          wrongTime(),
          fc.record({ until: wrongTime(), reason: fc.jsonValue(), stopped: fc.jsonValue() }),
          fc.jsonValue(),
        ),
      ),
      fc.array(fc.oneof(fc.constantFrom('lead', 'contact'), fc.jsonValue())),
    ),
  );
  return fc.array(field).map((fields) => JSON.parse(JSON.stringify({ ...whole, ...Object.fromEntries(fields) })));
};

const all = { kind: 'all' } as const;
const one = { kind: 'entity', entity: 'lead' } as const;

/** Everything that a run does with its state; gives the state as it goes on. */
function use(state: SyncState): void {
  expect(typeof dashboard(state)).toBe('string');
  JSON.stringify(statusOf(state));
  for (const scope of [all, one])
    for (const message of ['pause', 'resume', 'resync'] as const) {
      const next = transition(state, message, scope);
      if (next) expect(restore(carry(madeDue(next, scope)), NOW)).toMatchObject({ v: 1 });
    }
  pushed(state, { id: 1 }, 'p');
  const nothing = new Set<string>();
  starts(state, nothing, NOW);
  dueTables(state, NOW);
  dueFeeds(state, NOW);
  endedCycles(state, nothing, nothing, NOW);
  const next = nextDue(state, NOW);
  expect(next).toBeGreaterThanOrEqual(NOW);
  expect(next).toBeLessThanOrEqual(NOW + DAY);
}

test('whatever a state holds, a run can go on with it, and nothing in it waits longer than a day', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.jsonValue(),
        fc.jsonValue().map((v) => ({ v: 1, ...(v as object) })),
        spoilt(),
      ),
      (input) => {
        const state = restore(input, NOW);
        use(state);
        expect(Object.values(state.holds).every(({ until }) => until >= 0 && until <= NOW + DAY)).toBe(true);
      },
    ),
    { numRuns: 2_000 },
  );
});

test('a state that has been read can be read again, and is the same', () => {
  fc.assert(
    fc.property(spoilt(), (input) => {
      const state = restore(input, NOW);
      expect(restore(JSON.parse(JSON.stringify(state)), NOW)).toEqual(state);
    }),
  );
});
