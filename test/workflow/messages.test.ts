import { setTimeout as sleep } from 'node:timers/promises';
import { FakeWorld, STANDARD } from './fake-world';
import { Harness, logged, type Sync } from './harness';

const resyncs = (world: FakeWorld, entity?: string) =>
  world.callsOf('applyUnit', entity).filter(({ mode }) => mode === 'resync');

const ignored = () => logged.filter(({ message }) => message.startsWith('signal ignored')).length;

describe('resync, and signals that mean nothing', () => {
  let harness: Harness;
  let world: FakeWorld;
  let sync: Sync;
  beforeAll(async () => {
    harness = await Harness.open();
  }, 60_000);
  beforeEach(async () => {
    world = new FakeWorld();
    sync = await harness.start(world);
    await sync.phase('loop');
  });
  afterEach(() => harness.clear());
  afterAll(() => harness.close());

  test('resync with nothing reads every entity again, a new generation of each', async () => {
    await sync.signal('resync');
    const all = STANDARD.reduce((sum, { pages }) => sum + (pages ?? 1), 0);
    await sync.worldHas('all pages settled', () => resyncs(world).length === all);
    await sync.until('over', ({ entities }) => Object.values(entities).every(({ phase }) => phase === 'loop'));
    expect(new Set(resyncs(world).map(({ generation }) => generation))).toEqual(new Set([2]));
  });

  test.each([
    ['a name', 'contact'],
    ['an object', { entity: 'contact' }],
    ['another case', ' Contact '],
  ])('resync with %s reads that entity again, and only that', async (_what, payload) => {
    await sync.signal('resync', payload);
    await sync.worldHas('three pages', () => resyncs(world, 'contact').length === 3);
    await sync.until('over', ({ entities }) => entities.contact?.phase === 'loop');
    await sleep(1_000);
    expect(resyncs(world)).toHaveLength(3);
  });

  test('live changes of the lane get their turn between the pages of a resync', async () => {
    const gate = world.gate('applyUnit/contact');
    await sync.signal('resync', 'contact');
    await gate.entered;
    world.change('dynamics', 'lead');
    await sync.worldHas('the look saw it', () => (world.inbox.get('dynamics/lead') ?? 0) > 0);
    gate.release();
    await sync.worldHas(
      'both done',
      () => resyncs(world).length === 3 && world.callsOf('applyInbox', 'lead').length === 1,
    );
    const writes = world
      .writes()
      .slice(-4)
      .map(({ of }) => of);
    expect(writes.indexOf('lead')).toBeGreaterThan(0);
    expect(writes.indexOf('lead')).toBeLessThan(3);
  });

  test('resync while paused happens after the resume', async () => {
    await sync.signal('pause');
    await sync.until('paused', ({ paused }) => paused);
    await sync.signal('resync', 'account');
    await sleep(1_500);
    expect(resyncs(world)).toEqual([]);
    await sync.signal('resume');
    await sync.worldHas('read again', () => resyncs(world, 'account').length === 2);
  });

  test.each<[string, unknown]>([
    ['an unknown entity', 'nonsense'],
    ['a sentence', 'please do; drop table'],
    ['a number', 7],
    ['a list', ['contact']],
    ['an object without an entity', { table: 'contact' }],
    ['an entity that is no name', { entity: { name: 'contact' } }],
    ['true', true],
  ])('resync with %s is ignored and logged', async (_what, payload) => {
    const before = ignored();
    await sync.signal('resync', payload);
    await sync.until('logged', () => ignored() > before);
    const { cycles } = await sync.status();
    await sync.until('the loop goes on', (status) => status.cycles > cycles);
    expect(resyncs(world)).toEqual([]);
  });

  test.each(['pause', 'resume'])('%s with rubbish is ignored', async (name) => {
    const before = ignored();
    await sync.signal(name, 'no such entity!');
    await sync.until('logged', () => ignored() > before);
    expect(await sync.status()).toMatchObject({ phase: 'loop', paused: false });
  });

  test('push hands each wish to the next look, once, whoever it is for', async () => {
    await sync.signal('push', { id: 1042 });
    await sync.signal('push', { list: 1001, as: 'contact', owner: 'nadia@example.com' });
    await sync.worldHas('both', () => world.pushes.length === 2);
    const { cycles } = await sync.status();
    await sync.until('the loop goes on', (status) => status.cycles > cycles);
    expect(world.pushes.map(({ request }) => request)).toEqual([
      { entity: 'lead', as: 'lead', ids: [1042] },
      { entity: 'contact', as: 'contact', list: 1001, owner: 'nadia@example.com' },
    ]);
    expect(new Set(world.pushes.map(({ id }) => id)).size).toBe(2);
  });

  test('push while paused waits for the resume; a look that failed is told again, by the same name', async () => {
    await sync.signal('pause');
    await sync.until('paused', ({ paused }) => paused);
    await sync.signal('push', { id: 1042, as: 'contact' });
    await sleep(1_500);
    expect(world.pushes).toEqual([]);
    let failed = 0;
    world.on('lookMarketo', () => {
      failed += 1;
      return failed === 1 ? { kind: 'stopped', reason: 'no permission' } : undefined;
    });
    await sync.signal('resume');
    await sync.worldHas('told', () => world.pushes.length === 1);
    expect(failed).toBeGreaterThan(1);
  });

  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['a sentence', 'please do; drop table'],
    ['a person and a list', { id: 1, list: 2 }],
    ['an entity that is not synced', { id: 1, as: 'account' }],
    ['a misspelt key', { id: 1, onwer: 'nadia@example.com' }],
  ])('push with %s is ignored and logged', async (_what, payload) => {
    const before = ignored();
    await sync.signal('push', payload);
    await sync.until('logged', () => ignored() > before);
    const { cycles } = await sync.status();
    await sync.until('the loop goes on', (status) => status.cycles > cycles);
    expect(world.pushes).toEqual([]);
  });

  test('a signal of an unknown name is ignored and logged', async () => {
    const before = ignored();
    await sync.signal('puase');
    await sync.until('logged', () => ignored() > before);
    const { cycles } = await sync.status();
    await sync.until('the loop goes on', (status) => status.cycles > cycles);
  });
});
