import { AFTER_CYCLE, dueFeeds, dueTables, nextDue } from '../../../workflows/plan';
import { endedCycles } from '../../../workflows/rest';
import type { SyncState } from '../../../workflows/state';
import { ACCOUNTS, CONTACTS, counts, LEADS, looping, MEMBERS } from './states';

const NOW = 1_800_000_000_000;
const REST = 300;
const PEOPLE = [
  'dynamics/lead',
  'dynamics/contact',
  'marketo/leadchanges',
  'marketo/activities',
  'marketo/deletedleads',
];

/** In the loop; these feeds were read to their ends in a cycle that goes on. */
const inCycle = (feeds: string[], more: Partial<SyncState> = {}): SyncState => {
  const given = looping([MEMBERS, ACCOUNTS, LEADS, CONTACTS], NOW, { restSeconds: REST, ...more });
  return { ...given, due: { ...given.due, ...Object.fromEntries(feeds.map((id) => [id, AFTER_CYCLE])) } };
};
const ended = (given: SyncState, running: string[] = [], reading: string[] = []) =>
  Object.keys(endedCycles(given, new Set(running), new Set(reading), NOW)).sort();

describe('a cycle with a rest', () => {
  test('is over when its feeds are read and nothing is left: they are due five minutes from then', () => {
    expect(endedCycles(inCycle(['dynamics/account']), new Set(), new Set(), NOW)).toEqual({
      'dynamics/account': NOW + 300_000,
    });
    expect(ended(inCycle(PEOPLE))).toEqual([...PEOPLE].sort());
  });

  test('goes on while a child of its lane runs, whichever of the lane’s entities it is', () => {
    expect(ended(inCycle(PEOPLE), ['contact'])).toEqual([]);
    expect(ended(inCycle(PEOPLE), ['account'])).toEqual([...PEOPLE].sort());
  });

  test('goes on while something waits to be carried out, but not for one that is held or paused', () => {
    const waiting = { counts: { lead: counts({ pendingMarketo: 1 }) } };
    expect(ended(inCycle(PEOPLE, waiting))).toEqual([]);
    const held = { lead: { until: NOW + 60_000, reason: 'quota', stopped: false } };
    expect(ended(inCycle(PEOPLE, { ...waiting, holds: held }))).toEqual([...PEOPLE].sort());
    expect(ended(inCycle(PEOPLE, { ...waiting, pausedEntities: ['lead'] }))).toEqual([...PEOPLE].sort());
  });

  test('goes on while one of its feeds is being read, or has another page; other lanes’ don’t matter', () => {
    expect(ended(inCycle(PEOPLE), [], ['marketo/leadchanges'])).toEqual([]);
    expect(ended(inCycle(PEOPLE), [], ['dynamics/account'])).toEqual([...PEOPLE].sort());
    const another = inCycle(PEOPLE.slice(1));
    another.due['dynamics/lead'] = NOW - 1_000;
    expect(ended(another)).toEqual([]);
  });

  test('does not end twice: what rests already keeps its time', () => {
    expect(ended(inCycle([]))).toEqual([]);
  });

  test('rests to the end: no feed is read along with one that is due a little earlier', () => {
    const given = inCycle([]);
    given.due = { ...given.due, 'dynamics/account': NOW, 'dynamics/lead': NOW + 500, 'marketo/activities': NOW + 500 };
    expect(dueTables(given, NOW)).toEqual([ACCOUNTS]);
    expect(dueFeeds(given, NOW)).toEqual([]);
  });

  test('is no reason to wake: its end wakes the loop by itself', () => {
    const feeds = [...PEOPLE, 'dynamics/account'];
    expect(nextDue(inCycle(feeds, { holds: { lead: { until: NOW + 700, reason: 'r', stopped: false } } }), NOW)).toBe(
      NOW + 700,
    );
    const given = inCycle(feeds);
    expect(nextDue({ ...given, due: { ...given.due, teammembership: NOW - 1 } }, NOW)).toBe(NOW + 10_000);
  });
});
