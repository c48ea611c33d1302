import type { Driver } from './driver';
import * as at from './organisation';
import { contact, id, lead, organisation, people } from './organisation';
import { type Stage, startStage, type World } from './world';

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage.close());

const imported = (rows = organisation()) => stage.imported({ rows });

const personId = async (world: World, guid: string): Promise<number> => Number((await world.control.person(guid)).id);
const patches = async (world: World): Promise<number> => (await world.control.calls('dynamics')).writes;

describe('the same field edited on both sides', () => {
  const rows = () => people([lead(1, { donotbulkemail: false })], [contact(1, { donotbulkemail: false })]);
  const guids = [['lead', id('1e', 1)] as const, ['contact', id('c0', 1)] as const];

  async function editedOnBothSides(dynamics: object, marketo: object): Promise<{ world: World; driver: Driver }> {
    const { world, driver } = await imported(rows());
    for (const [table, guid] of guids) {
      await world.control.editDynamics({ op: 'update', table, id: guid, values: dynamics });
      await world.control.editMarketo({ op: 'update', id: await personId(world, guid), values: marketo });
    }
    await driver.settle();
    return { world, driver };
  }

  it('is settled for leads by Marketo, for contacts by Dynamics, and each conflict is kept', async () => {
    const { world } = await editedOnBothSides({ firstname: 'FromDynamics' }, { firstName: 'FromMarketo' });
    expect(await world.control.row('lead', id('1e', 1))).toMatchObject({ firstname: 'FromMarketo' });
    expect(await world.control.person(id('1e', 1))).toMatchObject({ firstName: 'FromMarketo' });
    expect(await world.control.row('contact', id('c0', 1))).toMatchObject({ firstname: 'FromDynamics' });
    expect(await world.control.person(id('c0', 1))).toMatchObject({ firstName: 'FromDynamics' });
    expect(await world.deps.store.conflicts.count()).toBe(2);
  });

  it('loses nothing when the edits are of different fields', async () => {
    const { world } = await editedOnBothSides({ firstname: 'FromDynamics' }, { lastName: 'FromMarketo' });
    for (const [table, guid] of guids) {
      expect(await world.control.row(table, guid)).toMatchObject({
        firstname: 'FromDynamics',
        lastname: 'FromMarketo',
      });
      expect(await world.control.person(guid)).toMatchObject({ firstName: 'FromDynamics', lastName: 'FromMarketo' });
    }
    expect(await world.deps.store.conflicts.count()).toBe(0);
  });
});

describe('a system at rest', () => {
  it('makes no write over many cycles after edits each way, whatever the feed brings of our own writes', async () => {
    const { world, driver } = await imported();
    await world.control.settings('marketo', { emptyPages: true, sameValueActivity: true });
    await world.control.settings('dynamics', { deltaOverlap: true, deltaShuffle: true });
    await world.control.editDynamics({ op: 'update', table: 'lead', id: at.LEAD, values: { firstname: 'Grete' } });
    await world.control.editMarketo({
      op: 'update',
      id: await personId(world, at.CONTACT),
      values: { title: 'Chief Buyer' },
    });
    for (let cycle = 0; cycle < 4; cycle += 1) await driver.cycle();
    const before = await world.control.writes();
    const patched = await patches(world);
    for (let cycle = 0; cycle < 6; cycle += 1) await driver.cycle();
    expect(await world.control.writes()).toBe(before);
    expect(await patches(world)).toBe(patched);
    expect(await world.control.person(at.LEAD)).toMatchObject({ firstName: 'Grete' });
    expect(await world.control.row('contact', at.CONTACT)).toMatchObject({ jobtitle: 'Chief Buyer' });
  });
});
