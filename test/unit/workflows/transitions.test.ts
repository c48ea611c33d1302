import type { Scope } from '../../../workflows/messages';
import { madeDue, pushed, transition } from '../../../workflows/transitions';
import { ACCOUNTS, CONTACTS, LEADS, state } from './states';

const ALL: Scope = { kind: 'all' };
const only = (entity: string): Scope => ({ kind: 'entity', entity });
const known = state({ phase: 'loop', entities: [ACCOUNTS, LEADS, CONTACTS] });
const hold = { until: 99, reason: 'Marketo’s daily quota', stopped: false };

describe('pause', () => {
  test('of everything', () => {
    expect(transition(known, 'pause', ALL)).toEqual({ ...known, paused: true });
  });

  test('of one entity, once however often it is said', () => {
    const once = transition(known, 'pause', only('lead'));
    expect(once).toEqual({ ...known, pausedEntities: ['lead'] });
    expect(transition(once ?? known, 'pause', only('lead'))).toEqual(once);
  });

  test('of one entity, while everything is paused, is remembered', () => {
    const paused = { ...known, paused: true };
    expect(transition(paused, 'pause', only('lead'))).toEqual({ ...paused, pausedEntities: ['lead'] });
  });
});

describe('push', () => {
  test('is kept under its name, and Marketo is looked at now', () => {
    const busy = { ...known, due: { 'marketo/leadchanges': 99, 'dynamics/lead': 7 } };
    expect(pushed(busy, { id: 1042 }, 'p1')).toEqual({
      ...busy,
      pushes: [{ id: 'p1', request: { entity: 'lead', as: 'lead', ids: [1042] } }],
      due: { 'marketo/leadchanges': 0, 'dynamics/lead': 7 },
    });
  });

  test('of a stored request only looks: it is in Mongo already', () => {
    expect(pushed(known, { request: 'r1' }, 'p1')).toEqual({ ...known, due: { 'marketo/leadchanges': 0 } });
  });

  test('as an entity that is not synced means nothing; before the preflight it is taken on trust', () => {
    const leadsOnly = state({ phase: 'loop', entities: [LEADS] });
    expect(pushed(leadsOnly, { id: 1, as: 'contact' }, 'p1')).toBeUndefined();
    expect(pushed(state(), { id: 1, as: 'contact' }, 'p1')?.pushes).toHaveLength(1);
  });
});

describe('resume', () => {
  const paused = { ...known, paused: true, pausedEntities: ['lead', 'account'], holds: { lead: hold, contact: hold } };

  test('of everything lifts every pause, and tries at once what was held', () => {
    expect(transition(paused, 'resume', ALL)).toEqual({ ...paused, paused: false, pausedEntities: [], holds: {} });
  });

  test('of one entity lifts its pause and its hold, and nothing else', () => {
    expect(transition(paused, 'resume', only('lead'))).toEqual({
      ...paused,
      pausedEntities: ['account'],
      holds: { contact: hold },
    });
  });

  test('of what is not paused changes nothing', () => {
    expect(transition(known, 'resume', ALL)).toEqual(known);
  });
});

describe('what a resume makes due', () => {
  const far = Number.MAX_SAFE_INTEGER;
  const ids = ['organisations', 'teammembership', 'dynamics/lead', 'dynamics/account', 'lead'];
  const feeds = ['marketo/leadchanges', 'marketo/activities', 'marketo/deletedleads'];
  const waiting = { ...known, due: Object.fromEntries([...ids, ...feeds].map((id) => [id, far])) };

  test('of everything: every feed, the organisations, the tables that are read whole', () => {
    expect(madeDue(waiting, ALL)).toEqual({ ...waiting, due: {} });
  });

  test('of a kind of people: its own feed and Marketo’s', () => {
    expect(Object.keys(madeDue(waiting, only('lead')).due)).toEqual([
      'organisations',
      'teammembership',
      'dynamics/account',
    ]);
  });

  test('of another entity: its own feed alone', () => {
    const left = [...ids.filter((id) => id !== 'dynamics/account'), ...feeds];
    expect(Object.keys(madeDue(waiting, only('account')).due)).toEqual(left);
  });

  test('with rubbish: nothing', () => {
    expect(madeDue(waiting, { kind: 'rubbish' })).toBe(waiting);
  });
});

test('names that come before the entities are known are kept up to a number; a resume is always heard', () => {
  let now = state();
  for (let count = 0; count < 5_000; count += 1)
    for (const message of ['pause', 'resync'] as const) now = transition(now, message, only(`table${count}`)) ?? now;
  expect(Math.max(now.pausedEntities.length, now.resync.length)).toBe(200);
  expect(transition(now, 'resume', only('table7'))?.pausedEntities).toHaveLength(199);
  expect(transition(now, 'pause', ALL)?.paused).toBe(true);
});

describe('resync', () => {
  test('of everything asks for each entity', () => {
    expect(transition(known, 'resync', ALL)).toEqual({ ...known, resync: ['account', 'lead', 'contact'] });
  });

  test('of one entity asks for it once, and leaves a pause as it is', () => {
    const asked = { ...known, paused: true, resync: ['lead'] };
    expect(transition(asked, 'resync', only('contact'))).toEqual({ ...asked, resync: ['lead', 'contact'] });
    expect(transition(asked, 'resync', only('lead'))).toEqual(asked);
  });

  test('before the entities are known is kept until they are', () => {
    expect(transition(state(), 'resync', ALL)).toEqual({ ...state(), resync: ['*'] });
    expect(transition(state(), 'resync', only('contact'))).toEqual({ ...state(), resync: ['contact'] });
  });
});

describe.each(['pause', 'resume', 'resync'] as const)('%s', (message) => {
  test('with rubbish means nothing', () => {
    expect(transition(known, message, { kind: 'rubbish' })).toBeUndefined();
  });

  test('of an entity that is not synced means nothing', () => {
    expect(transition(known, message, only('invoice'))).toBeUndefined();
  });

  test('changes nothing in place', () => {
    const before = JSON.stringify(known);
    transition(known, message, ALL);
    transition(known, message, only('lead'));
    expect(JSON.stringify(known)).toBe(before);
  });
});
