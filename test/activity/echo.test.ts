import { APPLICATION_USER_ID } from '../../simulators/dataverse/builtin';
import { Driver } from './driver';
import * as at from './organisation';
import { contact, id, organisation, people } from './organisation';
import { type Stage, startStage, type World } from './world';

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage.close());

const GUID = id('c0', 1);

async function synced(echo: 'by-value' | 'by-user', rows = people([], [contact(1)])) {
  // Somebody who makes the edits that are not ours.
  const world = await stage.open({ rows: { systemuser: organisation().systemuser ?? [], ...rows }, config: { echo } });
  const driver = new Driver(world);
  await driver.importAll();
  await driver.settle();
  return { world, driver };
}

/** As the user that the service signs in as: another integration may share it. */
const asOurUser = (world: World, ...operations: object[]) =>
  world.control.post('/_sim/dynamics/edit', { operations, user: APPLICATION_USER_ID }) as Promise<{ ids: string[] }>;
const edit = (values: object, row = { table: 'contact', id: GUID }) => ({ op: 'update', ...row, values });
const inMarketo = async (world: World, values: object) =>
  world.control.editMarketo({ op: 'update', id: Number((await world.control.person(GUID)).id), values });

describe.each(['by-value', 'by-user'] as const)('with the echo rule %s', (echo) => {
  it('the first import copies rows that our own user wrote, too', async () => {
    const { world } = await synced(echo);
    expect(await world.control.row('contact', GUID)).toMatchObject({ _modifiedby_value: APPLICATION_USER_ID });
    expect(await world.control.person(GUID)).toMatchObject({ firstName: 'First1' });
  });

  it('what was written back from Marketo makes no write to Marketo', async () => {
    const { world, driver } = await synced(echo);
    await inMarketo(world, { firstName: 'Form' });
    const before = await world.control.writes();
    await driver.settle();
    expect(await world.control.row('contact', GUID)).toMatchObject({
      firstname: 'Form',
      _modifiedby_value: APPLICATION_USER_ID,
    });
    expect(await world.control.writes()).toBe(before + 1);
  });

  it.each([
    ['before its row is looked at', ['lookMarketo', 'writeBack', 'lookDynamics', 'applyInbox']],
    ['after its row was looked at', ['lookDynamics', 'lookMarketo', 'writeBack', 'applyInbox']],
  ] as const)('a person’s edit goes to Marketo though our write-back comes %s', async (_when, steps) => {
    const { world, driver } = await synced(echo);
    await world.control.editDynamics(edit({ lastname: 'User' }));
    await inMarketo(world, { firstName: 'Form' });
    for (const step of steps) {
      if (step === 'lookDynamics') await world.run(step, ['contact']);
      else if (step === 'lookMarketo') await world.run(step, ['leadchanges']);
      else await world.run(step, 'contact');
    }
    await driver.settle();
    expect(await world.control.row('contact', GUID)).toMatchObject({ firstname: 'Form', lastname: 'User' });
    expect(await world.control.person(GUID)).toMatchObject({ firstName: 'Form', lastName: 'User' });
  });

  it('a row that our user lets through the filter goes to Marketo', async () => {
    const { world, driver } = await synced(echo, people([], [contact(1, { new_synctomkto: false })]));
    expect(await world.control.records('leads')).toEqual([]);
    await asOurUser(world, edit({ new_synctomkto: true }));
    await driver.settle();
    expect(await world.control.person(GUID)).toMatchObject({ firstName: 'First1' });
  });
});

describe('an edit by another integration under our own user', () => {
  it('travels by value, as anyone’s does, and comes to rest', async () => {
    const { world, driver } = await synced('by-value');
    await asOurUser(world, edit({ firstname: 'Integration' }));
    await driver.settle();
    expect(await world.control.person(GUID)).toMatchObject({ firstName: 'Integration' });
    const before = await world.control.writes();
    for (let cycle = 0; cycle < 3; cycle += 1) await driver.cycle();
    expect(await world.control.writes()).toBe(before);
  });

  it('stays behind by user, until somebody else changes the row', async () => {
    const { world, driver } = await synced('by-user');
    const before = await world.control.writes();
    await asOurUser(world, edit({ firstname: 'Integration' }));
    await driver.settle();
    expect(await world.control.person(GUID)).toMatchObject({ firstName: 'First1' });
    expect(await world.control.writes()).toBe(before);
    await world.control.editDynamics(edit({ lastname: 'User' }));
    await driver.settle();
    expect(await world.control.person(GUID)).toMatchObject({ firstName: 'Integration', lastName: 'User' });
  });

  it('stays behind by user, until somebody changes the person', async () => {
    const { world, driver } = await synced('by-user');
    await asOurUser(world, edit({ firstname: 'Integration' }));
    await inMarketo(world, { lastName: 'Form' });
    await driver.settle();
    expect(await world.control.person(GUID)).toMatchObject({ firstName: 'Integration', lastName: 'Form' });
    expect(await world.control.row('contact', GUID)).toMatchObject({ firstname: 'Integration', lastname: 'Form' });
  });

  it('is mended by a resync', async () => {
    const { world, driver } = await synced('by-user');
    await asOurUser(world, edit({ firstname: 'Integration' }));
    await driver.settle();
    await driver.reread('contact', 'resync');
    expect(await world.control.person(GUID)).toMatchObject({ firstName: 'Integration' });
  });

  it('makes no person by user: a new row waits until somebody else changes it', async () => {
    const { world, driver } = await synced('by-user');
    const values = { lastname: 'Made', emailaddress1: 'made@example.com' };
    const { ids } = await asOurUser(world, { op: 'create', table: 'contact', values });
    await driver.settle();
    expect(await world.control.records('leads')).toHaveLength(1);
    await world.control.editDynamics(edit({ lastname: 'User' }, { table: 'contact', id: String(ids[0]) }));
    await driver.settle();
    expect(await world.control.person(String(ids[0]))).toMatchObject({ lastName: 'User' });
  });

  it('is no other on a table that goes one way', async () => {
    const { world, driver } = await synced('by-user', organisation());
    const account = { table: 'account', id: at.ACCOUNT };
    await asOurUser(world, edit({ name: 'Integration' }, account));
    await driver.settle();
    expect(await world.control.records('companies')).not.toContainEqual(
      expect.objectContaining({ company: 'Integration' }),
    );
    await world.control.editDynamics(edit({ telephone1: '+1 555 0199' }, account));
    await driver.settle();
    expect(await world.control.records('companies')).toContainEqual(
      expect.objectContaining({ company: 'Integration', mainPhone: '+1 555 0199' }),
    );
  });
});
