import { setTimeout as sleep } from 'node:timers/promises';
import { FakeWorld, STANDARD } from './fake-world';
import { Harness } from './harness';
import { countActions } from './history';

const PERSONS = [
  { name: 'lead', lane: 'person', person: true },
  { name: 'contact', lane: 'person', person: true },
];

/** temporal §H.12 */
const ACTIONS_PER_IDLE_CYCLE = 5;

describe('the loop', () => {
  let harness: Harness;
  beforeAll(async () => {
    harness = await Harness.open();
  }, 60_000);
  afterEach(() => harness.clear());
  afterAll(() => harness.close());

  test('an idle cycle costs at most five actions, and no child', async () => {
    // The default intervals, five times as fast: 10 s, 60 s and 15 s.
    const entities = STANDARD.map((entity) => ({ ...entity, everySeconds: entity.wave === 0 ? 12 : 2 }));
    const world = new FakeWorld(entities, 3);
    const sync = await harness.start(world);
    await sync.phase('loop');
    await sync.until('the first looks are over', ({ cycles }) => cycles >= 2);
    const before = await sync.historyLength();
    const writes = world.writes().length;
    await sleep(13_000);
    const { actions, cycles } = await countActions(harness, sync.id, before);
    expect(cycles).toBeGreaterThanOrEqual(5);
    expect(actions / cycles).toBeLessThanOrEqual(ACTIONS_PER_IDLE_CYCLE);
    expect(world.writes()).toHaveLength(writes);
  });

  test('what a look finds is carried out, in both directions', async () => {
    const world = new FakeWorld();
    const sync = await harness.start(world);
    await sync.phase('loop');
    world.change('dynamics', 'account', 2);
    world.change('dynamics', 'lead');
    world.change('marketo', 'contact');
    await sync.worldHas('account', () => world.callsOf('applyInbox', 'account').length === 2);
    await sync.worldHas('lead', () => world.callsOf('applyInbox', 'lead').length === 1);
    await sync.worldHas('contact', () => world.callsOf('writeBack', 'contact').length === 1);
  });

  test('an entity that restarted workers bring is imported beside the running cycle, once', async () => {
    const world = new FakeWorld([{ name: 'account' }, { name: 'new_order', wave: 6, pages: 2 }]);
    const [account, order] = world.entities;
    if (!account || !order) throw new Error('two entities');
    world.on('preflight', () => ({ kind: 'done', entities: [account], dropped: [], changesEverySeconds: 1 }));
    const sync = await harness.start(world);
    await sync.phase('loop');
    const gate = world.gate('fetchPage/new_order');
    world.on('checkOrganisations', () => ({ kind: 'done', entities: [account, order], dropped: [] }));
    // A resume makes the check due, as after a quarter of an hour.
    await sync.signal('resume');
    await gate.entered;
    world.change('dynamics', 'account');
    await sync.worldHas('account meanwhile', () => world.callsOf('applyInbox', 'account').length === 1);
    expect(await sync.status()).toMatchObject({ phase: 'loop', entities: { new_order: { phase: 'import' } } });
    gate.release();
    await sync.until('it is looked at like the others', ({ entities }) => entities.new_order?.phase === 'loop');
    expect(world.callsOf('applyUnit', 'new_order')).toHaveLength(2);
    expect(world.callsOf('beginImport', 'account')).toHaveLength(1);
    expect(world.callsOf('preflight')).toHaveLength(1);
  });

  test('a look that outlasts its interval holds neither the other system nor the children, and turns no loop hot', async () => {
    const world = new FakeWorld(PERSONS.map((person) => ({ ...person, everySeconds: 1 })));
    const sync = await harness.start(world);
    await sync.phase('loop');
    const gate = world.gate('lookMarketo');
    await gate.entered;
    const { cycles } = await sync.status();
    const before = await sync.historyLength();
    world.change('dynamics', 'lead');
    await sync.worldHas('the edit', () => world.callsOf('applyInbox', 'lead').length === 1);
    await sync.until('Dynamics is looked at meanwhile', (now) => now.cycles >= cycles + 5);
    expect((await sync.historyLength()) - before).toBeLessThan(400);
    gate.release();
  });

  test('with a rest, a lane reads again only so long after its work is done; another lane does not wait for it', async () => {
    const world = new FakeWorld([...PERSONS, { name: 'account' }], 1, 2);
    const sync = await harness.start(world);
    await sync.phase('loop');
    await sync.until('the first look is over', ({ cycles }) => cycles >= 1);
    world.on('applyInbox/lead', () => sleep(3_000));
    world.change('dynamics', 'lead');
    await sync.worldHas('the edit', () => world.callsOf('applyInbox', 'lead').length === 1);
    const looks = (table: string) => world.callsOf('lookDynamics').filter(({ of }) => of.split(',').includes(table));
    const before = { lead: looks('lead').length, account: looks('account').length };
    await sync.worldHas('the next cycle', () => looks('lead').length > before.lead);
    const [applied] = world.callsOf('applyInbox', 'lead');
    const next = looks('lead')[before.lead];
    expect((next?.startedAt ?? 0) - (applied?.endedAt ?? Number.POSITIVE_INFINITY)).toBeGreaterThanOrEqual(2_000);
    expect(looks('account').length).toBeGreaterThan(before.account);
  });

  test('leads never beside contacts in the loop, and they take turns', async () => {
    const world = new FakeWorld(PERSONS);
    const sync = await harness.start(world);
    await sync.phase('loop');
    world.on('applyInbox', () => sleep(40));
    for (const { name } of PERSONS) {
      world.change('dynamics', name, 6);
      world.change('marketo', name, 3);
    }
    await sync.worldHas(
      'all done',
      () => [...world.inbox.values()].every((left) => left === 0) && world.arrived.size === 0,
    );
    const spans = world.writes().filter(({ activity }) => activity !== 'applyUnit');
    expect(spans).toHaveLength(18);
    for (const [index, { of, startedAt }] of spans.entries()) {
      const previous = spans[index - 1];
      if (previous && previous.of !== of) expect(startedAt).toBeGreaterThanOrEqual(previous.endedAt ?? Infinity);
    }
    // After a unit (one page of each direction) it is the other's turn, as long as that one waits.
    const turns = spans.map(({ of }) => of);
    expect(new Set(turns.slice(0, 4)).size).toBe(2);
    expect(new Set(turns.slice(4, 8)).size).toBe(2);
  });

  test('an expired delta token: that table is read once more, the others go on', async () => {
    const world = new FakeWorld([{ name: 'account', pages: 3 }, { name: 'team' }]);
    const sync = await harness.start(world);
    await sync.phase('loop');
    const gate = world.gate('applyUnit/account');
    world.expired.add('account');
    await gate.entered;
    world.change('dynamics', 'team');
    await sync.worldHas('team goes on', () => world.callsOf('applyInbox', 'team').length === 1);
    gate.release();
    const again = () => world.callsOf('applyUnit', 'account').filter(({ generation }) => generation === 2);
    await sync.worldHas('caught up', () => again().length === 3);
    await sync.until('in the loop again', ({ entities }) => entities.account?.phase === 'loop');
    world.change('dynamics', 'account');
    await sync.worldHas('live again', () => world.callsOf('applyInbox', 'account').length === 1);
    expect(world.callsOf('beginImport', 'account').filter(({ generation }) => generation === 2)).toHaveLength(1);
    expect(world.callsOf('beginImport', 'team')).toHaveLength(1);
  });

  test('an untracked table is read whole each time it is due', async () => {
    const world = new FakeWorld([{ name: 'teammembership', untracked: true, everySeconds: 1 }]);
    const sync = await harness.start(world);
    await sync.phase('loop');
    await sync.worldHas('read three times', () => world.callsOf('finishImport').length >= 3);
    const [first, second, third] = world.callsOf('finishImport').map(({ generation }) => generation);
    expect([first, second, third]).toEqual([1, 2, 3]);
    expect(world.callsOf('lookDynamics')).toEqual([]);
  });

  test('a page of changes that one run of a child cannot finish is gone on with', async () => {
    const world = new FakeWorld([{ name: 'account' }]);
    const sync = await harness.start(world);
    await sync.phase('loop');
    world.change('dynamics', 'account', 23);
    await sync.worldHas('all', () => world.callsOf('applyInbox').length === 23);
  });
});
