import { setTimeout as sleep } from 'node:timers/promises';
import { ApplicationFailure } from '@temporalio/common';
import { FakeWorld } from './fake-world';
import { Harness } from './harness';

const PLAIN = [{ name: 'account', pages: 2 }, { name: 'team' }, { name: 'opportunity', wave: 1 }];

const fails = (reason: string) => () => {
  throw ApplicationFailure.nonRetryable(reason);
};
const stopped = (reason: string) => () => ({ kind: 'stopped', reason });
/** The first call waits; those after it work. */
const waitsOnce = (reason: string, ms: number) => {
  let calls = 0;
  return () => {
    calls += 1;
    return calls === 1 ? { kind: 'wait', waitUntil: Date.now() + ms, reason } : undefined;
  };
};

describe('an entity in trouble does not stop the others', () => {
  let harness: Harness;
  beforeAll(async () => {
    harness = await Harness.open();
  }, 60_000);
  afterEach(() => harness.clear());
  afterAll(() => harness.close());

  test.each(['beginImport', 'fetchPage', 'applyUnit', 'finishImport'])(
    'stopped in %s of the import: shown, the rest goes on, resume mends it',
    async (activity) => {
      const world = new FakeWorld(PLAIN);
      world.on(`${activity}/account`, stopped('privilege prvReadAccount is missing'));
      const sync = await harness.start(world);
      // The import of the later wave does not wait for it, nor does the loop.
      const status = await sync.phase('loop');
      expect(status.entities.account).toMatchObject({ stopped: 'privilege prvReadAccount is missing' });
      expect(status.entities.team?.stopped).toBeUndefined();
      await sync.until('cycles', ({ cycles }) => cycles >= 2);
      world.change('dynamics', 'team');
      await sync.worldHas('a live change of another entity', () => world.callsOf('applyInbox', 'team').length === 1);

      world.off(`${activity}/account`);
      await sync.signal('resume');
      const after = await sync.until('account imported', ({ entities }) => entities.account?.phase === 'loop');
      expect(after.entities.account?.stopped).toBeUndefined();
      expect(new Set(world.callsOf('applyUnit', 'account').map(({ unit }) => unit))).toEqual(new Set([0, 1]));
    },
  );

  test('a page that a vendor refuses to read holds neither the phase nor a later wave, and is tried again until it can be read', async () => {
    const world = new FakeWorld(PLAIN);
    world.on('fetchPage/account', fails('dynamics accounts.read: refused (400/0x80040265)'));
    const sync = await harness.start(world);
    await sync.until('shown', ({ entities }) => entities.account?.waiting !== undefined);
    const status = await sync.phase('loop', 60);
    expect(status.entities.account?.stopped).toContain('accounts.read: refused');
    await sync.until('the later wave', ({ entities }) => entities.opportunity?.phase === 'loop');
    world.off('fetchPage/account');
    const after = await sync.until('account imported', ({ entities }) => entities.account?.phase === 'loop', 60);
    expect(after.entities.account?.stopped).toBeUndefined();
    expect(new Set(world.callsOf('applyUnit', 'account').map(({ unit }) => unit))).toEqual(new Set([0, 1]));
  }, 150_000);

  test('while a mended entity is imported late, the loop of the others goes on', async () => {
    const world = new FakeWorld(PLAIN);
    world.on('beginImport/account', stopped('privilege prvReadAccount is missing'));
    const sync = await harness.start(world);
    await sync.phase('loop');
    world.off('beginImport/account');
    const gate = world.gate('applyUnit/account');
    await sync.signal('resume', 'account');
    await gate.entered;
    world.change('dynamics', 'team');
    await sync.worldHas('a live change of another entity', () => world.callsOf('applyInbox', 'team').length === 1);
    gate.release();
    await sync.until('account imported', ({ entities }) => entities.account?.phase === 'loop');
  });

  test('an activity that throws in the import: shown as waiting, tried again', async () => {
    const world = new FakeWorld(PLAIN);
    world.on('applyUnit/account', fails('unexpected answer'));
    const sync = await harness.start(world);
    const status = await sync.until('waiting', ({ entities }) => entities.account?.waiting !== undefined);
    expect(status.entities.account?.waiting?.reason).toBe('unexpected answer');
    await sync.until('team imported', ({ entities }) => entities.team?.phase === 'loop');
    world.off('applyUnit/account');
    await sync.signal('resume', 'account');
    await sync.phase('loop');
    expect(world.callsOf('fetchPage', 'account').map(({ unit }) => unit)).toEqual([0, 1]);
  });

  test('wait in the import: shown with its end, then it goes on by itself', async () => {
    const world = new FakeWorld(PLAIN);
    world.on('applyUnit/account', waitsOnce('Marketo’s daily quota is used up (607)', 2_500));
    const sync = await harness.start(world);
    const { entities } = await sync.until('waiting', (status) => status.entities.account?.waiting !== undefined);
    expect(entities.account?.waiting?.reason).toContain('607');
    expect(Date.parse(entities.account?.waiting?.until ?? '')).toBeGreaterThan(Date.now() - 1_000);
    await sync.until('team imported', (status) => status.entities.team?.phase === 'loop');
    await sync.phase('loop');
    expect((await sync.status()).entities.account?.waiting).toBeUndefined();
  });

  test.each(['applyInbox', 'writeBack'])(
    '%s in the loop: stopped, waits and throws hold that entity only',
    async (activity) => {
      const world = new FakeWorld([{ name: 'lead', lane: 'person', person: true }, { name: 'team' }]);
      const feed = activity === 'applyInbox' ? 'dynamics' : 'marketo';
      const sync = await harness.start(world);
      await sync.phase('loop');
      let teams = 0;
      for (const hook of [stopped('Access Denied (603)'), fails('unexpected answer'), waitsOnce('limit', 1_500)]) {
        world.on(`${activity}/lead`, hook);
        world.change(feed, 'lead');
        await sync.until('held', ({ entities: { lead } }) => (lead?.stopped ?? lead?.waiting) !== undefined);
        world.change('dynamics', 'team');
        teams += 1;
        await sync.worldHas('the other entity', () => world.callsOf('applyInbox', 'team').length === teams);
        world.off(`${activity}/lead`);
        await sync.signal('resume');
        await sync.worldHas('worked off', () => world.inbox.get(`${feed}/lead`) === 0);
        await sync.until('free again', ({ entities: { lead } }) => (lead?.stopped ?? lead?.waiting) === undefined);
      }
    },
  );

  test('an untracked table that is read whole goes on where a wait broke it off', async () => {
    const world = new FakeWorld([
      { name: 'teammembership', untracked: true, pages: 4, everySeconds: 1 },
      { name: 'team' },
    ]);
    const sync = await harness.start(world);
    await sync.phase('loop');
    const again = (unit: number) =>
      world.callsOf('applyUnit', 'teammembership').filter((call) => call.unit === unit && call.generation === 2);
    world.on('applyUnit/teammembership', () =>
      again(2).length === 1 ? { kind: 'wait', waitUntil: Date.now() + 500, reason: 'limit' } : undefined,
    );
    await sync.worldHas('page 2 was written', () => again(2).length === 2);
    await sync.worldHas('page 3 was written', () => again(3).length === 1);
    expect(again(0)).toHaveLength(1);
  });

  test('a look that fails is shown and tried again; other feeds are looked at', async () => {
    const world = new FakeWorld([{ name: 'lead', person: true }, { name: 'team' }]);
    const sync = await harness.start(world);
    await sync.phase('loop');
    world.on('lookMarketo', fails('HTML instead of JSON'));
    const { feeds, cycles } = await sync.until('shown', (status) => status.feeds !== undefined);
    expect(feeds?.['marketo/leadchanges']).toBe('HTML instead of JSON');
    await sync.until('Dynamics is still looked at', (status) => status.cycles > cycles + 1);
    world.off('lookMarketo');
    await sync.until('gone', (status) => status.feeds === undefined);
  });

  test('a child that someone terminates is started again', async () => {
    const world = new FakeWorld([{ name: 'account', pages: 3 }, { name: 'team' }]);
    const gate = world.gate('applyUnit/account');
    const sync = await harness.start(world);
    await gate.entered;
    await sync.child('account').terminate('by hand');
    await sync.until('shown', ({ entities }) => entities.account?.waiting !== undefined);
    gate.release();
    await sync.signal('resume');
    await sync.phase('loop');
  });

  test('the preflight that fails shows why, and recovers on resume', async () => {
    const world = new FakeWorld(PLAIN);
    world.on('preflight', stopped('another Dynamics organisation'));
    const sync = await harness.start(world);
    expect(await sync.phase('stopped')).toMatchObject({ reason: 'another Dynamics organisation', entities: {} });
    world.on('preflight', fails('unexpected answer'));
    await sync.signal('resume');
    await sync.until('the new reason', ({ reason }) => reason === 'unexpected answer');
    world.off('preflight');
    await sync.signal('resume');
    expect((await sync.phase('loop')).reason).toBeUndefined();
  });

  test('a check of the organisations that fails is shown and tried again; nothing is stopped', async () => {
    const world = new FakeWorld(PLAIN);
    const sync = await harness.start(world);
    await sync.phase('loop');
    world.on('checkOrganisations', fails('dynamics contacts.read-by-ids: transient (500)'));
    // A resume makes the check due, as after a quarter of an hour.
    await sync.signal('resume');
    const shown = await sync.until('shown', ({ feeds }) => feeds !== undefined);
    expect(shown).toMatchObject({ phase: 'loop', feeds: { organisations: expect.stringContaining('read-by-ids') } });
    expect(shown.reason).toBeUndefined();
    world.change('dynamics', 'team');
    await sync.worldHas('a live change', () => world.callsOf('applyInbox', 'team').length === 1);
    world.off('checkOrganisations');
    await sync.until('gone', ({ feeds }) => feeds === undefined, 90);
    expect(world.callsOf('checkOrganisations')).toHaveLength(2);
  }, 120_000);

  test('a wrong organisation stops everything, and a check that fails meanwhile does not start it again', async () => {
    const world = new FakeWorld(PLAIN);
    const sync = await harness.start(world);
    await sync.phase('loop');
    world.on('checkOrganisations', stopped('another Dynamics organisation'));
    await sync.signal('resume');
    await sync.phase('stopped');
    world.on('checkOrganisations', fails('unexpected answer'));
    await sync.signal('resume');
    const status = await sync.until('shown', ({ feeds }) => feeds !== undefined);
    expect(status).toMatchObject({ phase: 'stopped', reason: 'another Dynamics organisation' });
    world.off('checkOrganisations');
    await sync.signal('resume');
    await sync.phase('loop');
  });

  test('what was stopped is tried again by itself within about a minute', async () => {
    const world = new FakeWorld(PLAIN);
    const early = new FakeWorld(PLAIN);
    world.on('applyUnit/account', stopped('Access Denied (603)'));
    early.on('preflight', stopped('the client secret has expired'));
    const [sync, other] = await Promise.all([harness.start(world), harness.start(early)]);
    await Promise.all([sync.phase('loop'), other.phase('stopped')]);
    world.off('applyUnit/account');
    early.off('preflight');
    await sleep(55_000);
    await sync.until('account imported', ({ entities }) => entities.account?.phase === 'loop');
    await other.phase('loop');
  }, 100_000);
});
