import { Driver, expectDone } from './driver';
import { id, people } from './organisation';
import { allWaitsEnd } from './waits';
import { type Stage, startStage, type World } from './world';

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage.close());

const KNOWN = id('c0', 1);
const TWIN = id('c0', 2);
const known = { contactid: KNOWN, lastname: 'Novak', emailaddress1: 'iris@example.com' };
const twin = { contactid: TWIN, lastname: 'Novak-Twin', emailaddress1: 'iris@example.com' };
const OTHERS = Object.fromEntries(
  ['team', 'teammembership', 'account', 'opportunity', 'connection'].map((name) => [name, { enabled: false }]),
);

async function scene(
  contacts: object[],
  duplicateDetection: { create?: string; update?: string } = {},
): Promise<{ world: World; driver: Driver }> {
  const world = await stage.open({ rows: people([], contacts), config: { entities: OTHERS, duplicateDetection } });
  const driver = new Driver(world);
  await driver.importAll();
  await driver.settle();
  return { world, driver };
}

/** Someone new in Marketo who has the e-mail of a contact that has a person already. */
async function push(world: World, driver: Driver, as: 'lead' | 'contact' = 'contact'): Promise<number> {
  const [iris] = (await world.control.seedMarketo({ lastName: 'Novak', email: 'iris@example.com' })) as [number];
  const request = { entity: as, as, ids: [iris] };
  expectDone(await world.run('lookMarketo', [], {}, [{ id: `push-${iris}`, request }]));
  await driver.settle();
  return iris;
}

async function listed(world: World): Promise<object[]> {
  const found: object[] = [];
  for await (const { id: row, field, reason, code, other } of world.deps.store.parked.all())
    found.push({ row, ...(field !== undefined && { field }), reason, code, other });
  return found;
}

const CODE = '0x80040333';

describe('a row that is to be made, where a rule of Dynamics knows another one', () => {
  it('is kept back with the other row’s id: creates are checked by default', async () => {
    const { world, driver } = await scene([known]);
    const iris = await push(world, driver);
    const kept = { reason: 'duplicate-in-dynamics', code: CODE, other: `contact:${KNOWN}` };
    expect(await listed(world)).toEqual([{ row: `contact:${iris}`, ...kept }]);
    expect((await world.deps.store.pushes.get([iris])).get(iris)).toMatchObject({ outcome: 'refused', ...kept });
    expect(await world.control.rows('contact')).toHaveLength(1);
  });

  it('is kept back by a rule that matches leads with contacts, too', async () => {
    const { world, driver } = await scene([known]);
    await world.control.settings('dynamics', {
      duplicateRules: [{ table: 'lead', matching: 'contact', columns: ['emailaddress1'] }],
    });
    const iris = await push(world, driver, 'lead');
    expect(await listed(world)).toEqual([
      { row: `lead:${iris}`, reason: 'duplicate-in-dynamics', code: CODE, other: `contact:${KNOWN}` },
    ]);
  });

  it('is kept back without an id where Dynamics does not tell it', async () => {
    const { world, driver } = await scene([known]);
    await world.control.settings('dynamics', { duplicatesFoundStatus: 500 });
    await world.control.fault('dynamics', { kind: 'error', code: '0x80060888', endpoint: 'RetrieveDuplicates' });
    const iris = await push(world, driver);
    expect(await listed(world)).toEqual([
      { row: `contact:${iris}`, reason: 'duplicate-in-dynamics', code: CODE, other: undefined },
    ]);
  });

  it('is made where the setting suppresses the rules', async () => {
    const { world, driver } = await scene([known], { create: 'suppress' });
    await push(world, driver);
    expect(await world.control.rows('contact')).toHaveLength(2);
    expect(await listed(world)).toEqual([]);
  });

  it.each([
    ['a lost answer', 1],
    ['two lost answers', 2],
  ])('is not taken for a duplicate of itself after %s, whatever Dynamics looks at first', async (_what, times) => {
    const { world, driver } = await scene([]);
    await world.control.settings('dynamics', { duplicatesFirst: true });
    const [iris] = (await world.control.seedMarketo({ lastName: 'Novak', email: 'iris@example.com' })) as [number];
    const request = { entity: 'contact' as const, as: 'contact' as const, ids: [iris] };
    expectDone(await world.run('lookMarketo', [], {}, [{ id: 'lost', request }]));
    await world.control.fault('dynamics', { kind: 'cut', endpoint: '$batch', times });
    // The call is made once more at once; lost again, the person waits.
    expectDone(await world.run('writeBack', 'contact'));
    expect((await world.deps.store.asides.counts()).get('contact')?.waiting ?? 0).toBe(times - 1);
    await allWaitsEnd(world);
    expectDone(await world.run('writeBack', 'contact'));
    expect((await world.deps.store.pushes.get([iris])).get(iris)).toMatchObject({ outcome: 'created' });
    await driver.settle();
    expect(await world.control.rows('contact')).toHaveLength(1);
    expect(await listed(world)).toEqual([]);
    const [row] = await world.control.rows('contact');
    expect((await world.deps.store.pushes.get([iris])).get(iris)).toMatchObject({ row: `contact:${row?.contactid}` });
  });
});

describe('an edit of Marketo that goes to a row with a duplicate', () => {
  const edit = async (world: World, driver: Driver) => {
    const { id: person } = await world.control.person(KNOWN);
    await world.control.editMarketo({ op: 'update', id: Number(person), values: { title: 'Buyer' } });
    await driver.settle();
  };

  it('arrives: updates are not checked by default', async () => {
    const { world, driver } = await scene([known, twin]);
    await edit(world, driver);
    expect(await world.control.row('contact', KNOWN)).toMatchObject({ jobtitle: 'Buyer' });
    expect(await listed(world)).toEqual([]);
  });

  it('is kept back with the other row’s id where the setting checks updates, and goes by a resync when that row is gone', async () => {
    const { world, driver } = await scene([known, twin], { update: 'check' });
    await edit(world, driver);
    expect(await world.control.row('contact', KNOWN)).toMatchObject({ jobtitle: null });
    expect(await listed(world)).toEqual([
      {
        row: `contact:${KNOWN}`,
        field: 'title',
        reason: 'duplicate-in-dynamics',
        code: CODE,
        other: `contact:${TWIN}`,
      },
    ]);
    await world.control.editDynamics({ op: 'delete', table: 'contact', id: TWIN });
    await driver.settle();
    await driver.reread('contact', 'resync');
    await driver.settle();
    expect(await world.control.row('contact', KNOWN)).toMatchObject({ jobtitle: 'Buyer' });
    expect(await listed(world)).toEqual([]);
  });
});
