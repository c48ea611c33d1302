import { PAGE_ROWS } from '../../activities/fetch';
import { unitId } from '../../clients/mongo/staging';
import { Driver, expectDone } from './driver';
import { contact, id, lead, people } from './organisation';
import { type Stage, startStage } from './world';

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage.close());

describe('a delta token that has expired', () => {
  it('is reported by that table’s look alone; a catch-up finds what was changed and deleted meanwhile', async () => {
    const world = await stage.open({ rows: people([lead(1), lead(2), lead(3)], [contact(1)]) });
    const driver = new Driver(world);
    await driver.importAll();
    await driver.settle();
    await world.control.editDynamics(
      { op: 'update', table: 'lead', id: id('1e', 1), values: { firstname: 'Changed' } },
      { op: 'delete', table: 'lead', id: id('1e', 2) },
    );
    await world.control.settings('dynamics', { expireTokens: ['lead'] });
    const { feeds } = expectDone(await world.run('lookDynamics', ['lead', 'contact']));
    expect(feeds.lead).toMatchObject({ expired: true });
    expect(feeds.contact).toEqual({ items: 0, more: false });

    await driver.reread('lead');
    await driver.settle();
    expect(await world.control.person(id('1e', 1))).toMatchObject({ firstName: 'Changed' });
    expect(await world.control.person(id('1e', 2))).toMatchObject({ microsoftIsDeleted: true });
    expect(await world.control.person(id('1e', 3))).toMatchObject({ microsoftIsDeleted: false });
    await world.control.editDynamics({ op: 'update', table: 'lead', id: id('1e', 3), values: { firstname: 'After' } });
    await driver.settle();
    expect(await world.control.person(id('1e', 3))).toMatchObject({ firstName: 'After' });
  });
});

describe.each(['first', 'last'] as const)('a delta token that dates from the %s page', (deltaTokenFrom) => {
  it('loses no row that was changed, deleted or made while the table was being read', async () => {
    const world = await stage.open({ config: { adoption: 'create' } });
    await world.control.settings('dynamics', { deltaTokenFrom });
    await world.control.post('/_sim/dynamics/generate', { table: 'lead', count: PAGE_ROWS + 20, seed: 7 });
    const driver = new Driver(world);
    await driver.preflight();
    let changed = '';
    let deleted = '';
    let made = '';
    await driver.import('lead', 'import', async (unit) => {
      if (unit !== 0) return;
      // Both rows are in the page that was read already.
      const staged = (await world.deps.store.staging.get<{ leadid: string }>(unitId('lead', 1, 0), 10_000)) ?? [];
      changed = String(staged[0]?.leadid);
      deleted = String(staged[1]?.leadid);
      [made = ''] = await world.control.editDynamics(
        { op: 'create', table: 'lead', values: { lastname: 'Meanwhile' } },
        { op: 'update', table: 'lead', id: changed, values: { firstname: 'Meanwhile' } },
        { op: 'delete', table: 'lead', id: deleted },
      );
    });
    // Where the token may be too young, two more passes: what changed since, and what is gone.
    const passes = world.history.filter((answer) => Object.hasOwn(answer as object, 'unit'));
    expect(passes).toHaveLength(deltaTokenFrom === 'first' ? 2 : 4);
    await driver.settle();
    expect(await world.control.person(changed)).toMatchObject({ firstName: 'Meanwhile' });
    expect(await world.control.person(deleted)).toMatchObject({ microsoftIsDeleted: true });
    expect(await world.control.person(made)).toMatchObject({ lastName: 'Meanwhile' });
    expect(await world.control.records('leads')).toHaveLength(PAGE_ROWS + 21);
  }, 60_000);
});

describe('an import that is started again', () => {
  it('goes on where it stopped: what was staged is applied, and no page is read twice', async () => {
    const world = await stage.open({ rows: people([lead(1), lead(2)]) });
    const driver = new Driver(world);
    await driver.preflight();
    expectDone(await world.run('beginImport', 'lead', 1, 'import'));
    expectDone(await world.run('fetchPage', 'lead', 1, 0, 'import'));
    const reads = (await world.control.calls('dynamics')).byEndpoint['GET leads']?.count;
    const again = await world.again();
    const resumed = expectDone(await again.run('beginImport', 'lead', 1, 'import'));
    expect(resumed).toMatchObject({ total: 2, staged: [0] });
    expectDone(await again.run('applyUnit', 'lead', 1, 0, 'import'));
    expect((await world.control.calls('dynamics')).byEndpoint['GET leads']?.count).toBe(reads);
    expect(await world.control.records('leads')).toHaveLength(2);
    await again.close();
  });

  it('does not apply a unit twice, nor fetch one that was fetched', async () => {
    const world = await stage.open({ rows: people([lead(1)]) });
    const driver = new Driver(world);
    await driver.preflight();
    await driver.import('lead');
    const writes = await world.control.writes();
    expect(expectDone(await world.run('fetchPage', 'lead', 1, 0, 'import'))).toMatchObject({ rows: 0 });
    expect(expectDone(await world.run('applyUnit', 'lead', 1, 0, 'import'))).toMatchObject({ done: 0 });
    expect(await world.control.writes()).toBe(writes);
  });
});
