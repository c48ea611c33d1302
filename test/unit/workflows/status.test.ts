import { dashboard, statusOf } from '../../../workflows/status';
import { ACCOUNTS, CONTACTS, counts, LEADS, looping, state } from './states';

const NOW = Date.UTC(2026, 10, 23, 12, 0, 0);

test('before the preflight there is nothing to tell but the phase', () => {
  expect(statusOf(state())).toEqual({ phase: 'preflight', paused: false, cycles: 0, entities: {} });
});

test('a sync that can’t begin says why', () => {
  expect(statusOf(state({ phase: 'stopped', reason: 'Dynamics refused the client secret' }))).toEqual({
    phase: 'stopped',
    reason: 'Dynamics refused the client secret',
    paused: false,
    cycles: 0,
    entities: {},
  });
});

test('during the import each entity waits, is under way or is done', () => {
  const given = state({
    phase: 'import',
    entities: [ACCOUNTS, LEADS, CONTACTS],
    imported: ['account'],
    counts: {
      account: counts({ done: 100, total: 100, parked: 2 }),
      lead: counts({ done: 40, total: 90, lagSeconds: 5 }),
    },
  });
  expect(statusOf(given).entities).toEqual({
    account: { phase: 'loop', done: 100, total: 100, parked: 2, lagSeconds: 0 },
    lead: { phase: 'import', done: 40, total: 90, parked: 0, lagSeconds: 5 },
    contact: { phase: 'waiting', done: 0, total: 0, parked: 0, lagSeconds: 0 },
  });
});

test('pause, resync, stop and wait are told apart', () => {
  const given = looping([ACCOUNTS, LEADS, CONTACTS], NOW, {
    pausedEntities: ['account'],
    resyncing: ['lead'],
    holds: {
      lead: { until: NOW + 90_000, reason: 'Marketo’s daily quota is used up', stopped: false },
      contact: { until: NOW, reason: 'Dynamics: no privilege to write contacts', stopped: true },
    },
  });
  const { account, lead, contact } = statusOf(given).entities;
  expect(account?.phase).toBe('paused');
  expect(lead).toMatchObject({
    phase: 'resync',
    waiting: { until: '2026-11-23T12:01:30.000Z', reason: 'Marketo’s daily quota is used up' },
  });
  expect(lead).not.toHaveProperty('stopped');
  expect(contact).toMatchObject({ phase: 'loop', stopped: 'Dynamics: no privilege to write contacts' });
  expect(contact).not.toHaveProperty('waiting');
});

test('what is set aside is counted, and an outage named by its code and its beginning, in the dashboard too', () => {
  const outages = [{ code: 'marketo leads.sync 611', since: '2026-11-23T11:40:00.000Z' }];
  const given = looping([LEADS], NOW, { counts: { lead: counts({ setAside: 61, outages }) } });
  expect(statusOf(given).entities.lead).toMatchObject({ setAside: 61, outages });
  expect(dashboard(given)).toContain('outage: marketo leads.sync 611; set aside: 61');
});

test('a pause of everything shows on everything', () => {
  const status = statusOf(looping([ACCOUNTS, LEADS], NOW, { paused: true }));
  expect(status.paused).toBe(true);
  expect(Object.values(status.entities).map(({ phase }) => phase)).toEqual(['paused', 'paused']);
});

test('faults of feeds and dropped map rows are said, and only where there are any', () => {
  expect(statusOf(looping([LEADS], NOW))).not.toHaveProperty('feeds');
  expect(statusOf(looping([LEADS], NOW))).not.toHaveProperty('dropped');
  const status = statusOf(
    looping([LEADS], NOW, {
      faults: { 'marketo/activities': 'no permission' },
      dropped: ['lead.fax: Marketo has no field fax'],
    }),
  );
  expect(status.feeds).toEqual({ 'marketo/activities': 'no permission' });
  expect(status.dropped).toEqual(['lead.fax: Marketo has no field fax']);
});

test('the dashboard is one Markdown table, an entity a row', () => {
  const given = looping([ACCOUNTS, LEADS], NOW, {
    cycles: 12,
    counts: {
      account: counts({ done: 3, total: 3 }),
      lead: counts({
        done: 1_000,
        total: 1_000,
        parked: 105,
        lagSeconds: 4,
        pending: { inserts: 3, updates: 12, oldestInsertSeconds: 1, oldestUpdateSeconds: 4 },
        lastHour: 40,
      }),
    },
    holds: { account: { until: NOW, reason: 'no privilege', stopped: true } },
    faults: { 'marketo/leadchanges': 'timed out' },
  });
  expect(dashboard(given).split('\n')).toEqual([
    '**loop** · 12 cycles',
    '',
    '| entity | phase | done / total | pending | lag | last hour | parked | remark |',
    '| --- | --- | ---: | ---: | ---: | ---: | ---: | --- |',
    '| account | loop | 3 / 3 | 0 + 0 | 0 s | 0 | 0 | no privilege |',
    '| lead | loop | 1000 / 1000 | 3 + 12 | 4 s | 40 | 105 |  |',
    '',
    'marketo/leadchanges: timed out',
    '',
    'pending: records to be made + to be changed; lag: age of the oldest of them; last hour: records written in the last full clock hour; parked: rows and values that were refused',
  ]);
});

test('the dashboard says that everything is paused, and why it is stopped', () => {
  expect(dashboard(state({ phase: 'stopped', paused: true, reason: 'no connection' })).split('\n')[0]).toBe(
    '**stopped** · **paused** · no connection · 0 cycles',
  );
});

test('what waits is told apart into records to be made and to be changed, with the last hour, and only where there is any', () => {
  const waiting = { inserts: 2, updates: 0, oldestInsertSeconds: 7 };
  const given = looping([ACCOUNTS, LEADS], NOW, {
    counts: { lead: counts({ lagSeconds: 7, pending: waiting, lastHour: 300 }) },
  });
  const { account, lead } = statusOf(given).entities;
  expect(lead).toMatchObject({ pending: waiting, lastHour: 300 });
  expect(account).not.toHaveProperty('pending');
  expect(account).not.toHaveProperty('lastHour');
});

test('fields that are held back or brought over are told by entity, and stand in the dashboard', () => {
  const quarantined = [{ field: 'title', why: 'Dynamics has no column jobtitle', since: '2026-11-01T00:00:00.000Z' }];
  const backfill = { fields: ['hobby'], done: 300 };
  const state = {
    ...looping([LEADS], NOW),
    dropped: ['lead.jobtitle: as the preflight saw it', 'account.x: Marketo has no field x'],
    counts: { lead: counts({ fields: { quarantined, backfill } }) },
  };
  const status = statusOf(state);
  expect(status.entities.lead).toMatchObject({ quarantined, backfill });
  expect(status.dropped).toEqual(['account.x: Marketo has no field x']);
  expect(dashboard(state)).toMatch(/held back: title; backfill: hobby/);
});

test('the reconciliation tells how many rows it verified, how many in a million differed, and when it was last through', () => {
  const pass = '2026-11-20T04:00:00.000Z';
  const given = looping([ACCOUNTS, LEADS, CONTACTS], NOW, {
    counts: {
      account: counts({ reconciled: { verified: 0, drift: 0 } }),
      lead: counts({ reconciled: { verified: 2_000_000, drift: 7, lastFullPass: pass } }),
    },
  });
  const { account, lead, contact } = statusOf(given).entities;
  expect(account?.reconciled).toEqual({ verified: 0, driftPpm: 0 });
  expect(lead?.reconciled).toEqual({ verified: 2_000_000, driftPpm: 4, lastFullPass: pass });
  expect(contact).not.toHaveProperty('reconciled');
});
