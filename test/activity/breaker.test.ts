import { answer, heldDeletes } from '../../cli/deletes/answer';
import { storyOf } from '../../cli/explain/story';
import { expectDone } from './driver';
import { id, lead, people } from './organisation';
import { allWaitsEnd } from './waits';
import { type Stage, startStage, type World } from './world';

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage.close());

const guid = (n: number): string => id('1e', n);
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);

const imported = (count: number) => stage.imported({ rows: people(range(1, count).map((n) => lead(n))) });

const remove = (world: World, numbers: number[]) =>
  world.control.editDynamics(...numbers.map((n) => ({ op: 'delete', table: 'lead', id: guid(n) })));
const flagged = async (world: World): Promise<number> =>
  (await world.control.records('leads')).filter(({ microsoftIsDeleted }) => microsoftIsDeleted === true).length;

describe('deletions of a small entity', () => {
  it('go through up to five, one after the other or at once', async () => {
    const { world, driver } = await imported(12);
    await remove(world, [1, 2]);
    await driver.settle();
    await remove(world, [3, 4, 5]);
    await driver.settle();
    expect(await flagged(world)).toBe(5);
    expect(await driver.parked()).toEqual({});
  });

  it('stop with the sixth within a day: it and the later ones are listed, and nothing else is held', async () => {
    const { world, driver } = await imported(12);
    await remove(world, range(1, 5));
    await driver.settle();
    await remove(world, [6]);
    await world.control.editDynamics({ op: 'update', table: 'lead', id: guid(9), values: { firstname: 'Edited' } });
    await driver.settle();
    await remove(world, [7]);
    await driver.settle();
    expect(await flagged(world)).toBe(5);
    expect(await driver.parked()).toEqual({
      [`lead:${guid(6)}`]: 'deletes-stopped',
      [`lead:${guid(7)}`]: 'deletes-stopped',
    });
    expect(await world.control.person(guid(9))).toMatchObject({ firstName: 'Edited' });
  });

  it('stop as a whole when they come at once', async () => {
    const { world, driver } = await imported(12);
    await remove(world, range(1, 8));
    await driver.settle();
    expect(await flagged(world)).toBe(0);
    expect((await heldDeletes(world.deps.store)).get('lead')).toHaveLength(8);
    const told = async () => expectDone(await world.run('readCounts', { lead: 1, contact: 1 })).entities;
    expect(await told()).toMatchObject({
      lead: { deletesStopped: true },
      contact: expect.not.objectContaining({ deletesStopped: true }),
    });
    await answer(world.deps.store, 'lead', 'delete');
    expect((await told()).lead?.deletesStopped).toBeUndefined();
  });

  it('are carried out once they are released, and later ones go through again', async () => {
    const { world, driver } = await imported(12);
    await remove(world, range(1, 8));
    await driver.settle();
    expect(await answer(world.deps.store, 'lead', 'delete')).toBe(8);
    await driver.workOff();
    expect(await flagged(world)).toBe(8);
    await remove(world, [9]);
    await driver.settle();
    expect(await flagged(world)).toBe(8); // the eight count
    expect(await driver.parked()).toEqual({ [`lead:${guid(9)}`]: 'deletes-stopped' });
  });

  it('leave Marketo as it is where the operator keeps them', async () => {
    const { world, driver } = await imported(12);
    await remove(world, range(1, 8));
    await driver.settle();
    await answer(world.deps.store, 'lead', 'keep');
    await driver.workOff();
    const { steps } = await storyOf(world.deps.store, world.deps.settings, `lead:${guid(1)}`);
    expect(steps.slice(-2)).toMatchObject([{ what: 'kept' }, { what: 'state', code: 'deleted' }]);
    await driver.settle();
    expect(await flagged(world)).toBe(0);
    expect(await driver.parked()).toEqual({});
  });

  it('count for a day only', async () => {
    const { world, driver } = await imported(12);
    await remove(world, range(1, 5));
    await driver.settle();
    const old = Math.floor(Date.now() / 3_600_000) - 25;
    await world.deps.store.db
      .collection<{ _id: string }>('deletions')
      .updateOne({ _id: 'lead' }, { $set: { hours: { [old]: 5 } } });
    await remove(world, [6]);
    await driver.settle();
    expect(await flagged(world)).toBe(6);
  });

  it('are not counted twice when an answer is lost', async () => {
    const { world, driver } = await imported(12);
    await remove(world, range(1, 4));
    await world.control.fault('marketo', {
      kind: 'status',
      status: 503,
      endpoint: 'POST /rest/v1/leads.json',
      times: 1,
    });
    await world.run('lookDynamics', ['lead']);
    expectDone(await world.run('applyInbox', 'lead'));
    expect(await flagged(world)).toBe(0);
    expect((await world.deps.store.asides.counts()).get('lead')?.waiting).toBe(4);
    await allWaitsEnd(world);
    await driver.settle();
    expect(await flagged(world)).toBe(4);
    await remove(world, [5]);
    await driver.settle();
    expect(await flagged(world)).toBe(5);
  });
});

it('a row that is restored while its deletion waits is synced as ever', async () => {
  const { world, driver } = await imported(12);
  await remove(world, range(1, 8));
  await driver.settle();
  await world.control.editDynamics({ op: 'create', table: 'lead', id: guid(3), values: { lastname: 'Back' } });
  await driver.settle();
  expect(await world.control.person(guid(3))).toMatchObject({ lastName: 'Back', microsoftIsDeleted: false });
  expect((await heldDeletes(world.deps.store)).get('lead')).toHaveLength(7);
});
