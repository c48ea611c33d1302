import type { Scope } from '../../../workflows/messages';
import { pushed, transition } from '../../../workflows/transitions';
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
