import { decide } from '../../cli/conflicts/decide';
import { type Conflict, conflictKey, isOpen } from '../../clients/mongo/conflicts';
import { contact, id, lead, people } from './organisation';
import { type Stage, startStage, type World } from './world';

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage.close());

const GUID = { lead: id('1e', 1), contact: id('c0', 1) } as const;
type Table = keyof typeof GUID;
const SECOND = 1_100;
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

function withPolicy(policy: string | undefined) {
  const conflicts = policy === undefined ? {} : { firstName: policy };
  return stage.imported({
    rows: people([lead(1, { firstname: 'Anna' })], [contact(1, { firstname: 'Anna' })]),
    config: { entities: { lead: { conflicts }, contact: { conflicts } } },
  });
}

const inDynamics = (world: World, table: Table, firstname: string | null) =>
  world.control.editDynamics({ op: 'update', table, id: GUID[table], values: { firstname } });
const inMarketo = async (world: World, table: Table, firstName: string | null) =>
  world.control.editMarketo({
    op: 'update',
    id: Number((await world.control.person(GUID[table])).id),
    values: { firstName },
  });
const held = async (world: World, table: Table) => [
  (await world.control.row(table, GUID[table])).firstname,
  (await world.control.person(GUID[table])).firstName,
];
async function onlyConflict(world: World) {
  const all = [];
  for await (const conflict of world.deps.store.conflicts.all()) all.push(conflict);
  expect(all).toHaveLength(1);
  return all[0] as (typeof all)[number];
}

describe.each(['lead', 'contact'] as const)('a %s edited on both sides', (table) => {
  it.each([
    ['dynamics', 'CRM', 'CRM'],
    ['marketo', 'Form', 'Form'],
    [undefined, table === 'lead' ? 'Form' : 'CRM', table === 'lead' ? 'Form' : 'CRM'],
  ])('is settled by the policy %s', async (policy, ...expected) => {
    const { world, driver } = await withPolicy(policy);
    await inDynamics(world, table, 'CRM');
    await inMarketo(world, table, 'Form');
    await driver.settle();
    expect(await held(world, table)).toEqual(expected);
    expect(await onlyConflict(world)).toMatchObject({
      winner: expected[0] === 'CRM' ? 'dynamics' : 'marketo',
      values: { dynamics: 'CRM', marketo: 'Form' },
    });
  });

  it.each([
    ['Dynamics', 'CRM'],
    ['Marketo', 'Form'],
  ])('goes to the newest: %s was edited last', async (last, expected) => {
    const { world, driver } = await withPolicy('newest');
    if (last === 'Dynamics') await inMarketo(world, table, 'Form');
    else await inDynamics(world, table, 'CRM');
    await wait(SECOND);
    if (last === 'Dynamics') await inDynamics(world, table, 'CRM');
    else await inMarketo(world, table, 'Form');
    await driver.settle();
    expect(await held(world, table)).toEqual([expected, expected]);
  });

  it('keeps a value over none by non-empty, whichever side cleared it', async () => {
    const { world, driver } = await withPolicy('non-empty');
    await inDynamics(world, table, null);
    await inMarketo(world, table, 'Form');
    await driver.settle();
    expect(await held(world, table)).toEqual(['Form', 'Form']);
    await inDynamics(world, table, 'CRM');
    await inMarketo(world, table, null);
    await driver.settle();
    expect(await held(world, table)).toEqual(['CRM', 'CRM']);
  });

  describe.each(['dynamics', 'marketo'] as const)('and the policy asks, and the operator takes %s', (take) => {
    const chosen = take === 'dynamics' ? 'CRM' : 'Form';

    it('changes nothing before, is listed as parked, and then both sides have the chosen value', async () => {
      const { world, driver } = await withPolicy('ask');
      await inDynamics(world, table, 'CRM');
      await inMarketo(world, table, 'Form');
      await driver.settle();
      expect(await held(world, table)).toEqual(['CRM', 'Form']);
      expect(await driver.parked()).toEqual({ [`${table}:${GUID[table]}:firstName`]: 'in-conflict' });
      const conflict = await onlyConflict(world);
      expect(conflict.winner).toBe('ask');
      await decide(world.deps.store, conflictKey(conflict), take);
      await driver.workOff();
      await driver.settle();
      expect(await held(world, table)).toEqual([chosen, chosen]);
      expect(await driver.parked()).toEqual({});
      expect((await onlyConflict(world)).decided).toMatchObject({ take, outcome: 'done' });
    });

    it('writes nothing when someone has edited it since, and says so', async () => {
      const { world, driver } = await withPolicy('ask');
      await inDynamics(world, table, 'CRM');
      await inMarketo(world, table, 'Form');
      await driver.settle();
      const conflict = await onlyConflict(world);
      await inMarketo(world, table, 'CRM');
      await driver.settle();
      await inDynamics(world, table, 'Later');
      await driver.settle();
      await expect(decide(world.deps.store, conflictKey(conflict), take)).rejects.toThrow(/edited since/);
      await driver.settle();
      expect(await held(world, table)).toEqual(['Later', 'Later']);
      expect(isOpen(await onlyConflict(world))).toBe(false);
    });

    it('asks about the latest edit only', async () => {
      const { world, driver } = await withPolicy('ask');
      await inDynamics(world, table, 'CRM');
      await inMarketo(world, table, 'Form');
      await driver.settle();
      await inDynamics(world, table, 'Later');
      await driver.settle();
      const all: Conflict[] = [];
      for await (const conflict of world.deps.store.conflicts.all()) all.push(conflict);
      expect(all.filter(isOpen).map(({ values }) => values)).toEqual([{ dynamics: 'Later', marketo: 'Form' }]);
    });
  });

  it('can be flipped after it was settled, and both sides follow', async () => {
    const { world, driver } = await withPolicy(undefined);
    await inDynamics(world, table, 'CRM');
    await inMarketo(world, table, 'Form');
    await driver.settle();
    const conflict = await onlyConflict(world);
    const loser = conflict.winner === 'dynamics' ? 'marketo' : 'dynamics';
    const other = loser === 'dynamics' ? 'CRM' : 'Form';
    await decide(world.deps.store, conflictKey(conflict), loser);
    await driver.workOff();
    await driver.settle();
    expect(await held(world, table)).toEqual([other, other]);
    const before = await world.control.writes();
    for (let cycle = 0; cycle < 3; cycle += 1) await driver.cycle();
    expect(await world.control.writes()).toBe(before);
  });
});
