import { dueFeeds, dueTables, importDone, nextDue, starts } from '../../../workflows/plan';
import type { SyncState } from '../../../workflows/state';
import { ACCOUNTS, CONTACTS, counts, LEADS, looping, MEMBERS, state, USERS } from './states';

const NOW = 1_800_000_000_000;
const ALL = [USERS, MEMBERS, ACCOUNTS, LEADS, CONTACTS];
const started = (given: SyncState, running: string[] = []) =>
  starts(given, new Set(running), NOW).map(({ entity, work }) => `${entity.name}: ${work.kind}`);

describe('the import', () => {
  const begin = state({ phase: 'import', entities: ALL });
  const after = (...imported: string[]) => ({ ...begin, imported });

  test('begins with the first wave, its lanes side by side', () => {
    expect(started(begin)).toEqual(['systemuser: import', 'teammembership: import']);
  });

  test('goes on to a wave when all of the earlier ones are done', () => {
    expect(started(after('systemuser'), ['teammembership'])).toEqual([]);
    expect(started(after('systemuser', 'teammembership'))).toContain('account: import');
    expect(started(after('systemuser', 'teammembership'))).not.toContain('lead: import');
  });

  test('takes leads before contacts, never beside them', () => {
    const people = after('systemuser', 'teammembership', 'account');
    expect(started(people)).toContain('lead: import');
    expect(started(people)).not.toContain('contact: import');
    expect(started({ ...people, imported: [...people.imported, 'lead'] })).toContain('contact: import');
  });

  test('does not wait for an entity that is stopped: references to it park, and wake', () => {
    const stopped = {
      ...after('systemuser', 'teammembership'),
      holds: { account: { until: NOW + 1, reason: 'no privilege', stopped: true } },
    };
    expect(started(stopped)).toContain('lead: import');
  });

  test('does not wait for an entity that someone paused', () => {
    expect(started({ ...after('systemuser', 'teammembership'), pausedEntities: ['account'] })).toContain(
      'lead: import',
    );
  });

  test('waits for one that only waits for a vendor', () => {
    const waiting = {
      ...after('systemuser', 'teammembership'),
      holds: { account: { until: NOW + 1, reason: 'quota', stopped: false } },
    };
    expect(started(waiting)).not.toContain('lead: import');
  });

  test('is over when all are imported, stopped or paused', () => {
    expect(importDone(begin)).toBe(false);
    expect(importDone(after('systemuser', 'teammembership', 'account', 'lead'))).toBe(false);
    expect(importDone(after('systemuser', 'teammembership', 'account', 'lead', 'contact'))).toBe(true);
    const three = after('systemuser', 'teammembership', 'account');
    expect(
      importDone({
        ...three,
        holds: { lead: { until: NOW, reason: 'r', stopped: true } },
        pausedEntities: ['contact'],
      }),
    ).toBe(true);
  });
});

describe('the loop', () => {
  const pending = { pendingDynamics: 1 };

  test('starts nothing where nothing is to be done', () => {
    expect(started(looping(ALL, NOW))).toEqual([]);
  });

  test('starts those that have something in an inbox, and says which', () => {
    const given = looping(ALL, NOW, { counts: { account: counts(pending), lead: counts({ pendingMarketo: 2 }) } });
    expect(starts(given, new Set(), NOW)).toEqual([
      { entity: ACCOUNTS, work: { kind: 'incremental', dynamics: true, marketo: false } },
      { entity: LEADS, work: { kind: 'incremental', dynamics: false, marketo: true } },
    ]);
  });

  test('runs one of a lane, and lets the other go first next time', () => {
    const both = looping(ALL, NOW, { counts: { lead: counts(pending), contact: counts(pending) } });
    expect(started(both)).toEqual(['lead: incremental']);
    expect(started({ ...both, lastOfLane: { person: 'lead' } })).toEqual(['contact: incremental']);
    expect(started({ ...both, lastOfLane: { person: 'contact' } })).toEqual(['lead: incremental']);
    expect(started(both, ['contact'])).toEqual([]);
  });

  test('starts nothing while paused, and nothing of a paused or held entity', () => {
    const given = looping(ALL, NOW, { counts: { account: counts(pending), contact: counts(pending) } });
    expect(started({ ...given, paused: true })).toEqual([]);
    expect(started({ ...given, pausedEntities: ['account'] })).toEqual(['contact: incremental']);
    expect(started({ ...given, holds: { account: { until: NOW + 1, reason: 'r', stopped: false } } })).toEqual([
      'contact: incremental',
    ]);
    expect(started({ ...given, holds: { account: { until: NOW, reason: 'r', stopped: true } } })).toContain(
      'account: incremental',
    );
  });

  test('live changes go before a resync’s pages', () => {
    const asked = looping(ALL, NOW, { resync: ['lead'], resyncing: ['account'] });
    expect(started(asked)).toEqual(['account: resync', 'lead: resync']);
    expect(started({ ...asked, counts: { lead: counts(pending) } })).toEqual(['account: resync', 'lead: incremental']);
  });

  test('reads an untracked table again when it is due', () => {
    expect(started(looping(ALL, NOW, { due: { teammembership: NOW } }))).toEqual(['teammembership: reread']);
    expect(started(looping(ALL, NOW, { due: { teammembership: NOW + 1 } }))).toEqual([]);
  });
});

describe('what is due', () => {
  const names = (given: SyncState) => dueTables(given, NOW).map(({ name }) => name);

  test('tables that were never looked at, or not for long enough; those due within a second go along', () => {
    const due = { 'dynamics/systemuser': NOW + 999, 'dynamics/account': NOW + 2_000, 'dynamics/lead': NOW - 5 };
    expect(names(looping(ALL, NOW, { due }))).toEqual(['systemuser', 'lead', 'contact']);
  });

  test('no table that is untracked, paused or not imported', () => {
    expect(
      names(looping(ALL, NOW, { due: {}, imported: ['teammembership', 'account', 'lead'], pausedEntities: ['lead'] })),
    ).toEqual(['account']);
  });

  test('Marketo’s feeds once there are people, at their own pace, merges before deletions', () => {
    const given = looping(ALL, NOW, { due: {} });
    expect(dueFeeds(given, NOW)).toEqual([
      ['leadchanges', 15],
      ['activities', 300],
      ['deletedleads', 300],
    ]);
    expect(dueFeeds({ ...given, imported: ['account'] }, NOW)).toEqual([]);
    expect(
      dueFeeds({ ...given, due: { 'marketo/leadchanges': NOW + 5_000, 'marketo/activities': NOW + 5_000 } }, NOW),
    ).toEqual([['deletedleads', 300]]);
  });
});

describe('the next moment to wake', () => {
  test('is the earliest of what is due later', () => {
    const given = looping(ALL, NOW);
    expect(nextDue({ ...given, due: { ...given.due, 'dynamics/lead': NOW + 4_000 } }, NOW)).toBe(NOW + 4_000);
    expect(nextDue({ ...given, due: { ...given.due, 'marketo/leadchanges': NOW + 3_000 } }, NOW)).toBe(NOW + 3_000);
    expect(nextDue({ ...given, due: { ...given.due, teammembership: NOW + 2_000 } }, NOW)).toBe(NOW + 2_000);
    expect(nextDue({ ...given, holds: { lead: { until: NOW + 1_000, reason: 'r', stopped: true } } }, NOW)).toBe(
      NOW + 1_000,
    );
  });

  test('is now where a feed has another page, or fell due while the look was under way', () => {
    const given = looping(ALL, NOW);
    expect(nextDue({ ...given, due: { ...given.due, 'dynamics/contact': NOW - 1 } }, NOW)).toBe(NOW);
    expect(nextDue({ ...given, due: { ...given.due, 'marketo/leadchanges': NOW - 1 } }, NOW)).toBe(NOW);
  });

  test('is not now for what no look would read: a paused table, or anything before the loop', () => {
    const given = looping([ACCOUNTS, LEADS], NOW);
    const overdue = { ...given, due: { ...given.due, 'dynamics/account': NOW - 1, 'dynamics/lead': NOW + 7_000 } };
    expect(nextDue({ ...overdue, pausedEntities: ['account'] }, NOW)).toBe(NOW + 7_000);
    expect(nextDue({ ...overdue, phase: 'import' }, NOW)).toBeGreaterThan(NOW);
  });

  test('leaves out a look that is under way: its end wakes the loop', () => {
    const given = looping(ALL, NOW);
    const overdue = { ...given, due: { ...given.due, 'dynamics/contact': NOW - 1 } };
    expect(nextDue(overdue, NOW, new Set(['dynamics']))).toBeGreaterThan(NOW);
    expect(nextDue(overdue, NOW, new Set(['marketo']))).toBe(NOW);
  });

  test('is not now for an untracked table that is due: its child wakes the loop', () => {
    const given = looping([MEMBERS], NOW, { due: { teammembership: NOW - 1 } });
    expect(nextDue(given, NOW)).toBe(NOW + 10_000);
  });
});
