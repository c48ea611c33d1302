import { defaultPayloadConverter } from '@temporalio/common';
import { starts } from '../../../workflows/plan';
import { adoptEntities, carry, restore, type SyncState } from '../../../workflows/state';
import { ACCOUNTS, counts, LEADS, looping, MEMBERS, plan } from './states';

const full: SyncState = {
  v: 1,
  phase: 'loop',
  reason: 'Dynamics: the client secret has expired',
  paused: true,
  pausedEntities: ['lead'],
  entities: [ACCOUNTS, LEADS, MEMBERS],
  dropped: ['account.microsoftBusinessType'],
  changesEverySeconds: 30,
  deletionsEverySeconds: 600,
  restSeconds: 300,
  generation: { account: 2, lead: 1 },
  highest: { account: 3, lead: 1 },
  imported: ['account', 'lead'],
  resync: ['lead'],
  pushes: [{ id: 'p1', request: { entity: 'lead', as: 'lead', ids: [1042] } }],
  looping: true,
  resyncing: ['account'],
  rereading: ['teammembership'],
  left: ['contact'],
  holds: { lead: { until: 1_800_000_000_000, reason: 'Marketo’s daily quota', stopped: false } },
  due: { 'dynamics/account': 1_800_000_000_000, 'marketo/leadchanges': 1_800_000_000_001 },
  faults: { 'dynamics/account': 'no privilege prvReadAccount' },
  counts: { account: counts({ done: 5, total: 7, parked: 1, lagSeconds: 3 }) },
  lastOfLane: { person: 'lead' },
  cycles: 42,
};

test('the state that one run hands to the next survives Temporal’s converter', () => {
  const payload = defaultPayloadConverter.toPayload(carry(full));
  expect(restore(defaultPayloadConverter.fromPayload(payload))).toEqual(full);
});

test('a state without a reason has none afterwards', () => {
  const { reason: _reason, ...rest } = full;
  const back = restore(defaultPayloadConverter.fromPayload(defaultPayloadConverter.toPayload(carry(rest))));
  expect(back).toEqual(rest);
  expect('reason' in back).toBe(false);
});

test.each([[undefined], [null], [{}], [[]], ['lead'], [7], [{ v: 2, paused: true }], [{ paused: true }]])(
  'a person who starts it with %p starts it anew',
  (input) => {
    expect(restore(input)).toMatchObject({
      v: 1,
      phase: 'preflight',
      paused: false,
      entities: [],
      imported: [],
      cycles: 0,
    });
  },
);

test('waits whose end is wrong are over, and those that make sense are kept', () => {
  const now = 1_800_000_000_000;
  const hold = (until: unknown) => ({ until, reason: 'r', stopped: true });
  const wrong = [null, '1800000000000', 1e17, 1e308, -1, now + 86_400_001, {}];
  for (const at of wrong) {
    const carried = { ...full, holds: { lead: hold(at) }, due: { 'dynamics/lead': at, 'marketo/leadchanges': now } };
    expect([at, restore(JSON.parse(JSON.stringify(carried)), now)]).toMatchObject([at, { holds: { lead: hold(0) } }]);
    expect(restore(carried, now).due).toEqual({ 'marketo/leadchanges': now });
  }
  const rest = { 'dynamics/lead': Number.MAX_SAFE_INTEGER, 'dynamics/account': now + 86_400_000 };
  expect(restore({ ...full, due: rest }, now).due).toEqual(rest);
});

test('what is carried does not grow with what was said: texts are cut, and what is nested deeply is left behind', () => {
  const deep = JSON.parse(`${'['.repeat(200_000)}${']'.repeat(200_000)}`);
  const hostile = {
    ...full,
    reason: 'r'.repeat(1e6),
    holds: { lead: deep, account: { until: 5, reason: 'r'.repeat(1e6), stopped: true } },
    counts: deep,
    junk: deep,
    dropped: ['d'.repeat(1e6)],
  };
  const state = restore(hostile);
  expect(JSON.stringify(state).length).toBeLessThan(4_096);
  expect(state.holds).toEqual({ account: { until: 5, reason: 'r'.repeat(500), stopped: true } });
});

test('two runs never share a list', () => {
  restore().imported.push('lead');
  expect(restore().imported).toEqual([]);
  const carried = carry(full);
  carried.imported.push('contact');
  expect(full.imported).toEqual(['account', 'lead']);
});

test('a state of a version before this one gets what it lacks', () => {
  expect(restore({ v: 1, phase: 'loop', cycles: 3 })).toMatchObject({ cycles: 3, holds: {}, due: {}, resync: [] });
});

describe('other entities than before', () => {
  const loop = () =>
    looping([ACCOUNTS, LEADS], 0, {
      looping: true,
      generation: { account: 3, lead: 1 },
      highest: { account: 4, lead: 1 },
      pausedEntities: ['lead'],
      holds: { lead: { until: 9, reason: 'x', stopped: false } },
      faults: { 'dynamics/lead': 'no privilege prvReadLead', 'dynamics/account': 'y' },
      counts: { lead: counts({ parked: 1 }), account: counts({ total: 7 }) },
    });

  test('a new one is to be imported, and nothing else changes', () => {
    const now = loop();
    const orders = plan('new_order', { wave: 6 });
    adoptEntities(now, [ACCOUNTS, LEADS, orders], []);
    const before = loop();
    expect(now).toEqual({
      ...before,
      entities: [ACCOUNTS, LEADS, orders],
      generation: { ...before.generation, new_order: 1 },
      highest: { ...before.highest, new_order: 1 },
    });
    expect(starts(now, new Set(), 10).map(({ entity, work }) => [entity.name, work.kind])).toEqual([
      ['new_order', 'import'],
    ]);
  });

  test('one that is taken away leaves nothing behind; when it comes back it goes on with the generation that Mongo remembers', () => {
    const now = loop();
    adoptEntities(now, [ACCOUNTS], ['account.x: no such column']);
    expect(now).toMatchObject({
      imported: ['account'],
      pausedEntities: [],
      holds: {},
      dropped: ['account.x: no such column'],
    });
    expect([now.faults, Object.keys(now.counts), now.generation]).toEqual([
      { 'dynamics/account': 'y' },
      ['account'],
      { account: 3 },
    ]);
    adoptEntities(now, [ACCOUNTS, { ...LEADS, generation: 2, highest: 5 }], []);
    expect(now).toMatchObject({
      generation: { account: 3, lead: 2 },
      highest: { account: 4, lead: 5 },
      imported: ['account'],
    });
  });
});
