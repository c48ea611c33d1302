import fc from 'fast-check';
import { scopeOf } from '../../workflows/messages';
import { AFTER_CYCLE, dueFeeds, dueTables, nextDue, starts } from '../../workflows/plan';
import { endedCycles } from '../../workflows/rest';
import { carry, restore, type SyncState } from '../../workflows/state';
import { dashboard, statusOf } from '../../workflows/status';
import { transition } from '../../workflows/transitions';
import { ACCOUNTS, CONTACTS, counts, LEADS, MEMBERS, plan, state, USERS } from '../unit/workflows/states';

const NOW = 1_800_000_000_000;
const ALL = [USERS, MEMBERS, ACCOUNTS, LEADS, CONTACTS, plan('opportunity', { wave: 4 })];
const NAMES = ALL.map(({ name }) => name);
const FEEDS = [
  ...NAMES.map((name) => `dynamics/${name}`),
  'teammembership',
  'marketo/leadchanges',
  'marketo/activities',
  'marketo/deletedleads',
];

const some = fc.subarray(NAMES);
const moment = fc.integer({ min: NOW - 20_000, max: NOW + 20_000 });
const perEntity = <T>(value: fc.Arbitrary<T>) => fc.dictionary(fc.constantFrom(...NAMES), value);
const states: fc.Arbitrary<SyncState> = fc
  .record({
    phase: fc.constantFrom('preflight' as const, 'import' as const, 'loop' as const, 'stopped' as const),
    paused: fc.boolean(),
    pausedEntities: some,
    entities: fc.subarray(ALL),
    imported: some,
    resync: some,
    resyncing: some,
    holds: perEntity(fc.record({ until: moment, reason: fc.constant('r'), stopped: fc.boolean() })),
    due: fc.dictionary(fc.constantFrom(...FEEDS), moment),
    counts: perEntity(fc.record({ pendingDynamics: fc.nat(2), pendingMarketo: fc.nat(2) }).map(counts)),
    lastOfLane: fc.constantFrom<Record<string, string>>({}, { person: 'lead' }, { person: 'contact' }),
  })
  .map(state);

const RUNS = { numRuns: 1_000 };
const messages = fc.constantFrom('pause' as const, 'resume' as const, 'resync' as const);
const payloads = fc.oneof(
  fc.constantFrom(undefined, null, ...NAMES),
  fc.record({ entity: fc.constantFrom(...NAMES) }),
  fc.anything(),
);

test('no message throws, whatever it carries, and the state it leaves can be handed on', () => {
  fc.assert(
    fc.property(states, fc.array(fc.tuple(messages, payloads), { maxLength: 6 }), (begin, sent) => {
      let now = begin;
      for (const [message, payload] of sent) now = transition(now, message, scopeOf(payload)) ?? now;
      expect(restore(carry(now))).toEqual(now);
      expect(Object.keys(statusOf(now).entities)).toEqual(now.entities.map(({ name }) => name));
      expect(dashboard(now)).toContain(now.phase);
    }),
    RUNS,
  );
});

test('messages about one entity leave the others’ intent as it was', () => {
  fc.assert(
    fc.property(states, messages, fc.constantFrom(...NAMES), (begin, message, entity) => {
      const next = transition(begin, message, { kind: 'entity', entity });
      const others = (list: readonly string[] = []) => list.filter((name) => name !== entity).sort();
      expect(next === undefined).toBe(begin.entities.length > 0 && !begin.entities.some(({ name }) => name === entity));
      if (!next) return;
      expect(next.paused).toBe(begin.paused);
      for (const list of ['pausedEntities', 'resync', 'resyncing', 'imported'] as const)
        expect(others(next[list])).toEqual(others(begin[list]));
    }),
    RUNS,
  );
});

test('never two of a lane, never one that is paused, held or running, never anything while paused', () => {
  fc.assert(
    fc.property(states, some, (given, running) => {
      const started = starts(given, new Set(running), NOW);
      if (given.paused) expect(started).toEqual([]);
      const lanes = started.map(({ entity }) => entity.lane);
      expect(new Set(lanes).size).toBe(lanes.length);
      for (const { entity } of given.entities
        .filter(({ name }) => running.includes(name))
        .map((one) => ({ entity: one })))
        expect(lanes).not.toContain(entity.lane);
      for (const { entity, work } of started) {
        expect(given.pausedEntities).not.toContain(entity.name);
        expect(given.holds[entity.name]?.until ?? 0).toBeLessThanOrEqual(NOW);
        expect(work.kind === 'import').toBe(!given.imported.includes(entity.name));
      }
    }),
    RUNS,
  );
});

test('no lane with work that may run stays idle', () => {
  fc.assert(
    fc.property(states, (given) => {
      const started = new Set(starts({ ...given, paused: false }, new Set(), NOW).map(({ entity }) => entity.lane));
      for (const { name, lane } of given.entities) {
        const pending = (given.counts[name]?.pendingDynamics ?? 0) + (given.counts[name]?.pendingMarketo ?? 0) > 0;
        const may = !given.pausedEntities.includes(name) && (given.holds[name]?.until ?? 0) <= NOW;
        if (may && given.imported.includes(name) && pending) expect(started).toContain(lane);
      }
    }),
    RUNS,
  );
});

test('with a rest, a cycle ends neither before its lane’s work does nor without a next one', () => {
  const resting = fc.tuple(states, some).map(([given, names]) => {
    const due = Object.fromEntries(names.map((name) => [`dynamics/${name}`, AFTER_CYCLE]));
    return { ...given, restSeconds: 300, due: { ...given.due, ...due } };
  });
  fc.assert(
    fc.property(resting, some, some, (given, running, read) => {
      const reading = new Set(read.map((name) => `dynamics/${name}`));
      const ended = endedCycles(given, new Set(running), reading, NOW);
      for (const { name, lane } of given.entities) {
        if (given.due[`dynamics/${name}`] !== AFTER_CYCLE) continue;
        const mates = given.entities.filter((entity) => entity.lane === lane);
        const works = mates.some((mate) => running.includes(mate.name) || reading.has(`dynamics/${mate.name}`));
        if (works) expect(ended).not.toHaveProperty([`dynamics/${name}`]);
        // A lane whose cycle stays open has something left that will wake the loop.
        else if (ended[`dynamics/${name}`] === undefined) {
          const open = starts(given, new Set(running), NOW).some(({ entity }) => entity.lane === lane);
          const due = dueTables(given, NOW).some((entity) => entity.lane === lane);
          expect(open || due || (lane === 'person' && dueFeeds(given, NOW).length > 0)).toBe(true);
        } else expect(ended[`dynamics/${name}`]).toBe(NOW + 300_000);
      }
    }),
    RUNS,
  );
});

test('it wakes in time, never in the past, and at once only where a look has something to read', () => {
  fc.assert(
    fc.property(states, (given) => {
      const wake = nextDue(given, NOW);
      expect(wake).toBeGreaterThanOrEqual(NOW);
      if (wake === NOW) expect([...dueTables(given, NOW), ...dueFeeds(given, NOW)]).not.toEqual([]);
      if (given.phase !== 'loop') return;
      for (const { name } of dueTables(given, NOW))
        expect(wake).toBeLessThanOrEqual(Math.max(NOW, given.due[`dynamics/${name}`] ?? NOW));
      for (const [name] of dueFeeds(given, NOW))
        expect(wake).toBeLessThanOrEqual(Math.max(NOW, given.due[`marketo/${name}`] ?? NOW));
    }),
    RUNS,
  );
});
