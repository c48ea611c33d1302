import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { TEAM } from '../../cli/check/stage/organisation';
import type { Facts } from './answer';
import type { EachFault } from './each';
import { EACH_TIME } from './each-time';
import { MANY_UNREAD } from './many-unread';
import { CONTACTS } from './outages';
import { POISONED } from './poisoned';
import { EDITED, REFUSING_READS, UNREAD } from './unread';

/** None in practice: so that a hung process ends. */
const PATIENCE_MS = 3_600_000;

let told: Record<string, Facts>;

/** Both systems in memory and a clock of its own, in a process of its own (test/truth/model.test.ts says why). Durations are simulated seconds. */
beforeAll(async () => {
  const program = [join(__dirname, '../truth/in-node.cjs'), '{}', join(__dirname, 'answer.ts')];
  const { stdout } = await promisify(execFile)(process.execPath, program, { timeout: PATIENCE_MS });
  told = JSON.parse(stdout) as Record<string, Facts>;
}, PATIENCE_MS);

const played = (story: string): Facts => told[story] ?? {};

const number = (value: unknown): number => (typeof value === 'number' ? value : Number.POSITIVE_INFINITY);
const TEN_MINUTES = 600;

describe('Marketo fails at a whole call because of a record', () => {
  it.each([
    ['one of 300', 1],
    ['two of 300', 2],
    ['one of 300, refused', 1],
  ])(
    '%s: the others arrive within ten minutes, nothing is parked, and the record goes once Marketo takes it',
    (story, bad) => {
      const { arrived, parked, setAside, cured } = played(story);
      expect(number(arrived)).toBeLessThanOrEqual(TEN_MINUTES);
      expect({ parked, setAside, cured }).toEqual({ parked: [], setAside: bad, cured: true });
    },
  );

  it('because there are too many: the calls get smaller, and nothing is parked or fails again', () => {
    const { arrived, parked, failed } = played('too large');
    expect((arrived as unknown[]).map(number).every((seconds) => seconds <= TEN_MINUTES)).toBe(true);
    // The first call of 300, and the half of it that is tried as a probe.
    expect({ parked, failed }).toEqual({ parked: [], failed: 2 });
  });
});

it.each(POISONED)(
  'nothing else is going on, and %s, %s at records %s of %i: the others arrive, and nothing is parked',
  (system, fault, where, of) => {
    const { arrived, parked } = played(`poisoned: ${[system, fault, where, of].join(', ')}`);
    // One that is left over of many can be told from them by one call a minute only.
    expect(number(arrived)).toBeLessThanOrEqual(where === 'all but the last' ? 2 * TEN_MINUTES : TEN_MINUTES);
    expect(parked).toEqual([]);
  },
);

describe('Marketo is against one record of several, in a write of another kind than values', () => {
  const FAILING: readonly EachFault[] = ['refused', 'lost-before'];
  const REFUSING: readonly EachFault[] = ['rejected', 'skipped'];
  const row = 'row: refused-by-marketo';
  const bridge = 'microsoftPersonTeam: refused-by-marketo';
  /** Of which kind, and what is listed of the record where Marketo refuses it. */
  const KINDS = [
    ['bridge', bridge],
    ['bridge that goes', bridge],
    ['bridge of a deletion', bridge],
    ['flag', row],
    ['deletion', row],
    ['merge', row],
    ['flag of a loser', row],
    ['opt-out', row],
    ['record', row],
  ] as const;
  const of = (faults: readonly EachFault[]) =>
    KINDS.flatMap(([kind, what]) => faults.map((fault) => [kind, fault, what] as const))
      // A merge has no answer for each record.
      .filter(([kind, fault]) => kind !== 'merge' || fault !== 'skipped');

  it.each(of(FAILING))(
    '%s, %s: the others get through within ten minutes, and it goes when the fault is over',
    (kind, fault) => {
      const { arrived, cured, left } = played(`each ${kind}: ${fault}`);
      expect(number(arrived)).toBeLessThanOrEqual(TEN_MINUTES);
      expect({ cured, left }).toEqual({ cured: true, left: {} });
    },
  );

  it.each(of(REFUSING))('%s, %s: the others get through at once, and it is listed', (kind, fault, what) => {
    const { arrived, listed, trouble = [] } = played(`each ${kind}: ${fault}`);
    expect({ arrived, listed, trouble }).toEqual({ arrived: 15, listed: what, trouble: [] });
  });

  it.each(
    of(REFUSING).filter(([kind]) =>
      ['bridge', 'bridge that goes', 'merge', 'flag of a loser', 'opt-out'].includes(kind),
    ),
  )('%s, %s: an edit or a resync takes it up again', (kind, fault) => {
    expect(played(`each ${kind}: ${fault}`)).toMatchObject({ cured: true, left: {} });
  });

  it.each(REFUSING)('an opt-out that does not arrive, %s: nothing is merged away that holds it', (fault) => {
    expect(played(`each opt-out: ${fault}`)).toMatchObject({ kept: true });
  });

  it.each(REFUSING)(
    'a bridge of a person that is deleted, %s: the person goes, and the link goes on naming the team',
    (fault) => {
      const { person, owed } = played(`each bridge of a deletion: ${fault}`);
      expect({ person, owed }).toEqual({ person: undefined, owed: TEAM });
    },
  );
});

describe('a write was never answered, and what came of one of its records cannot be read', () => {
  it.each(UNREAD)(
    '%s: all others go on, those of the same write within ten minutes; the record waits or is listed, and is made up for once it is read again, with no copy',
    (how) => {
      const { optOut, edit, back, rest, told, cured, people, open, left, trouble } = played(
        `unread after a lost answer: ${how}`,
      );
      expect([optOut, edit, back].map(number).every((seconds) => seconds <= 15)).toBe(true);
      expect(number(rest)).toBeLessThanOrEqual(TEN_MINUTES);
      const expected = { told: 2, cured: true, people: 20, open: 0, left: [], trouble: [] };
      expect({ told, cured, people, open, left, trouble }).toEqual(expected);
    },
  );

  it.each(UNREAD)('%s, of opportunities: just so', (how) => {
    const { rest, cured, open, trouble } = played(`unread record after a lost answer: ${how}`);
    expect(number(rest)).toBeLessThanOrEqual(TEN_MINUTES);
    expect({ cured, open, trouble }).toEqual({ cured: true, open: 0, trouble: [] });
  });
});

describe('a vendor refuses to read one row, or its person', () => {
  const reads = (['dynamics', 'marketo'] as const).flatMap((api) =>
    REFUSING_READS.flatMap((how) => EDITED.map((edited) => [edited, api, how] as const)),
  );
  it.each(reads)(
    'of %s, %s %s: all others go on at once; it is listed while others get through, and an edit takes it up again',
    (edited, api, how) => {
      const { arrived, optOut, edit, back, listed, cured, left, trouble } = played(
        `unread of ${edited}: ${api} ${how}`,
      );
      expect([arrived, optOut, edit, back].map(number).every((seconds) => seconds <= 15)).toBe(true);
      const expected = { listed: 'row: keeps-failing', cured: true, left: [], trouble: [] };
      expect({ listed, cured, left, trouble }).toEqual(expected);
    },
  );

  it('or each of them: that is told, and no row is blamed', () => {
    const { atOnce, calls, waiting, outages, parked, trouble } = played('unread at all');
    expect({ waiting, outages, parked, trouble }).toEqual({ waiting: 60, outages: 1, parked: [], trouble: [] });
    // Far fewer than one for each row; then a part of them, ever smaller, and one row stand for all each minute.
    expect(number(atOnce)).toBeLessThan(20);
    expect(number(calls)).toBeLessThan(120);
  });
});

it.each(MANY_UNREAD)(
  '%s, %s: what goes to %s waits for none of many rows that it refuses to read (%s): the others and opt-outs arrive, no row is parked',
  (...story) => {
    const { arrived, waiting, outages, optOut, parked, cured } = played(`many unread: ${story.join(', ')}`);
    // One that is left over of many can be told from them by one part a minute only.
    expect(number(arrived)).toBeLessThanOrEqual(story[3].startsWith('all but') ? 2 * TEN_MINUTES : TEN_MINUTES);
    expect({ waiting, parked, cured }).toEqual({ waiting: true, parked: [], cured: true });
    expect(number(optOut)).toBeLessThanOrEqual(15);
    if (story[3].startsWith('each')) expect(outages).toBe(1);
  },
);

it.each([['refused page: first'], ['refused page: next']])(
  '%s: Dynamics refuses each page of an import with one row in it, which is listed; the others are imported, and their changes follow',
  (story) => {
    expect(played(story)).toEqual({ people: 11, told: 1, edited: true, fewReads: true });
  },
);

it.each([
  ['failing page: first'],
  ['failing page: next'],
  ['failing page: first, come again in 11 minutes'],
  ['failing page: next, come again in 11 minutes'],
])(
  '%s: Dynamics fails at each page of an import with one row in it: after ten minutes, or five waits, the others are imported, and the row is told of',
  (story) => {
    expect(played(story)).toEqual({ people: 11, told: 1, edited: true });
  },
);

it('Dynamics fails at each page of changes with one row in it: after ten minutes the others come, and the row is told of; no page fails after that', () => {
  expect(played('failing page: a change')).toEqual({ beside: true, later: true, told: 1, failedLater: 0 });
});

it('all of Dynamics fails for 40 minutes of an import: no row is blamed, and it goes on where it was', () => {
  expect(played('failing page: all of Dynamics')).toEqual({ people: 12, first: [true] });
});

it.each([['an outage and once more'], ['all links']])(
  'Dynamics fails at %s: no table is given up and read whole again',
  (story) => {
    expect(played(`failing page: ${story}`)).toEqual({ times: 0 });
  },
);

it.each([['failing joined row'], ['refused joined row']])(
  'a %s, a user, keeps the memberships of no other from coming; its own is set aside',
  (story) => {
    expect(played(story)).toEqual({ members: 1, left: 0, told: 1 });
  },
);

it.each([
  ['authority', 9],
  ['configuration', 9],
  // At the page, and at the rows that are then read by id: never one by one.
  ['refused', 40],
])(
  'no user can be read (%s): the memberships are not searched one by one, and all come once users can be read',
  (kind, most) => {
    const { calls, arrived } = played(`joined rows: ${kind}`);
    expect(arrived).toBe(true);
    expect(number(calls)).toBeLessThanOrEqual(most);
  },
);

it('Marketo fails at each call with one of 300 records, and asks to come again in an hour: the others arrive within ten minutes, and each call waits', () => {
  const { arrived, failed, parked } = played('come again in an hour');
  expect(number(arrived)).toBeLessThanOrEqual(TEN_MINUTES);
  expect(number(failed)).toBeLessThanOrEqual(10);
  expect(parked).toEqual([]);
});

it('as many strange rows as are their own fault stay so when their page is taken up again; each row is counted once', () => {
  expect(played('many strange rows')).toEqual({
    failed: 1,
    people: 2_476,
    parked: 24,
    left: [],
    done: 2_500,
    total: 2_500,
  });
});

it.each([
  ['account', 'Newest'],
  ['contact', 'Newest'],
  ['contact, emptied', null],
])(
  'a row in two pages that are written together ends as it is now, whichever page is done first: %s',
  (story, newest) => {
    expect(played(`pages together: ${story}`)).toEqual({ marketo: newest, dynamics: newest });
  },
);

it('a row that caused an unexpected error in the first of two pages, and is corrected in the second, is not listed', () => {
  expect(played('pages together: corrected')).toEqual({ title: 'Newest', parked: [] });
});

it('an edit of a person whose entity is not synced any more holds up no other', () => {
  expect(played('a former entity')).toEqual({ arrived: 15, trouble: [] });
});

it.each(EACH_TIME)(
  'a row at which Dynamics is against each write (%s) is tried less and less often and then listed; others go on',
  (how) => {
    const { arrived, inTenMinutes, listed, cured, left } = played(`each time: ${how}`);
    expect(number(arrived)).toBeLessThanOrEqual(15);
    expect(number(inTenMinutes)).toBeLessThanOrEqual(7);
    expect({ listed, cured, left }).toEqual({ listed: 'row: keeps-failing', cured: true, left: [] });
  },
);

describe('Dynamics at one row of several', () => {
  it.each([['one row fails'], ['one row is not answered for']])(
    '%s: others go on, opt-outs and the other direction too; it is parked only after ten minutes in which others got through; an edit takes it up again',
    (story) => {
      const { optOut, forward, setAside, early, late, cured, left, arrived } = played(story);
      expect({ optOut, forward }).toEqual({ optOut: 15, forward: 15 });
      expect(number(arrived)).toBeLessThanOrEqual(TEN_MINUTES);
      expect({ setAside, early, cured, left }).toEqual({ setAside: 1, early: [], cured: true, left: [] });
      expect(late).toEqual([expect.stringMatching(/^contact:c0000000-\S+ keeps-failing dynamics (500|no-answer)$/)]);
    },
  );

  it('a plug-in fails for two rows in five: the others are at most 30 s late, one outage is listed, no row is parked, and all go when it is over', () => {
    const { latest, waiting, outages, parked, cured, after } = played('a plug-in');
    expect(number(latest)).toBeLessThanOrEqual(30);
    expect({ waiting, outages, parked, cured, after }).toEqual({
      waiting: 80,
      outages: 1,
      parked: [],
      cured: true,
      after: { waiting: 0, outages: 0 },
    });
  });
});

it.each(CONTACTS)(
  'one contact stands for many at which Dynamics fails: leads that fail in the same way wait for none of them (%s), and no row is parked',
  (contacts) => {
    const { told, optOut, parked } = played(`outage of contacts: ${contacts}`);
    expect({ told, parked }).toEqual({ told: ['contact', 'lead'], parked: [] });
    expect(number(optOut)).toBeLessThanOrEqual(TEN_MINUTES);
  },
);

describe('an error that nobody expected', () => {
  const place = 'ApiError in clients/dynamics/checks (guid)';
  it.each([
    ['a lookup that holds no id', 'contact:c0000000-0000-4000-8000-000000000500'],
    ['an id in braces', 'contact:c0000000-0000-4000-8000-000000000500'],
    ['an id that is none', 'contact:no-id'],
  ])('%s: its row is listed with the error’s class and place, and all others are imported and go on', (story, id) => {
    expect(played(story)).toMatchObject({
      people: 20,
      parked: [`${id} unexpected ${place}`],
      places: [place],
      edited: 15,
      trouble: [],
    });
  });

  it('of more rows than can be their own fault: the entity is stopped with the class and place, and nothing is parked', () => {
    const { parked, places, trouble } = played('more than can be their own fault');
    expect({ parked, places }).toEqual({ parked: [], places: [] });
    expect(trouble).toEqual([`applyUnits contact: 21 of 300 rows met an unexpected error: ${place}`]);
  });

  it('is looked into again by a resync, and by nothing that does not concern it', () => {
    expect(played('strange, then a resync')).toEqual({ before: 1, still: 1, after: [], there: true });
  });

  it('is looked into again by another version of the service, and not by the same one', () => {
    const listed = [`contact:c0000000-0000-4000-8000-000000000500 unexpected ${place}`];
    expect(played('another version')).toEqual({
      before: listed,
      same: listed,
      after: [],
      there: true,
    });
  });
});

describe('what waits cannot be opened', () => {
  it('pages that are damaged are put out of the way and counted, and what they held is read again', () => {
    const { arrived, damaged, parked } = played('damaged pages');
    expect({ arrived, parked }).toEqual({ arrived: true, parked: [] });
    expect(number(damaged)).toBeGreaterThanOrEqual(2);
  });

  it('how far feeds and a resync have come: they are read again, and nothing is lost', () => {
    expect(played('damaged cursors')).toEqual({ hits: true, arrived: true, later: true, parked: [], trouble: [] });
  });

  it.each([['damaged aside'], ['damaged aside for which work comes']])(
    '%s: the row is read again, and neither the others nor its entity notice',
    (story) => {
      expect(played(story)).toEqual({
        waiting: 1,
        arrived: true,
        own: true,
        damaged: 1,
        parked: [],
        left: 0,
        trouble: [],
      });
    },
  );

  it('damaged parked: a new version of the service reads the row again, and the check of the organisations goes on', () => {
    expect(played('damaged parked')).toEqual({ before: 1, arrived: true, own: true, after: [] });
  });

  it('damaged roles: the opportunities are read again for them as well as the connections', () => {
    const [first, second] = ['c0000000-0000-4000-8000-000000000010', 'c0000000-0000-4000-8000-000000000011'];
    expect(played('damaged roles')).toEqual({ before: [first], after: [second], trouble: [] });
    expect(played('damaged roles, staged')).toEqual({ hits: 1, after: [first], trouble: [] });
  });

  it.each(['-271821', '0001', '9999'])(
    'damaged, with a row of the year %s: it is read again from a time that can be asked for',
    (year) => {
      const { filters, ...facts } = played(`damaged, time ${year}`);
      expect(facts).toEqual({ arrived: true, later: true, trouble: [] });
      expect(filters).toEqual([expect.stringMatching(/^modifiedon ge (1900|20\d\d)-\d\d-\d\dT[\d:]{8}Z$/)]);
    },
  );

  it('under another key nothing is put away: the entity is stopped until the key is right again', () => {
    expect(played('another key')).toEqual({
      trouble: [expect.stringContaining('SYNC_DATA_KEY is not the key that this database was written with') as string],
      kept: 12,
      damaged: 0,
      parked: [],
      arrived: true,
    });
    expect(played('another key, set aside')).toEqual({
      trouble: [expect.stringContaining('SYNC_DATA_KEY is not the key that this database was written with') as string],
      waiting: 1,
      damaged: 0,
      own: true,
    });
  });
});

describe('a vendor is down for 40 minutes while people edit', () => {
  it.each([['marketo is down'], ['dynamics is down']])(
    '%s: one call a minute asks each operation whether it is up, nothing is parked, and both sides are equal afterwards',
    (story) => {
      const { parked, recovered, most, operations } = played(story);
      expect({ parked, recovered, most }).toEqual({ parked: [], recovered: true, most: 1 });
      expect(number(operations)).toBeGreaterThan(1);
    },
  );
});

it.each([['marketo fails at random'], ['dynamics fails at random']])(
  '%s, three calls in ten: nothing is parked, and both sides are equal once it is over',
  (story) => {
    expect(played(story)).toEqual({ parked: [], recovered: true });
  },
);
