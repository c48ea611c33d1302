import { expectDone } from './driver';
import { contact, id, people } from './organisation';
import { type Stage, startStage, type World } from './world';

/** Dataverse tells a column that we may not read as empty, or masked, and says so nowhere: that is never an edit. */

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage.close());

const ONE = id('c0', 1);
const TWO = id('c0', 2);
const PHONES = { mobilephone: '+44 20 7946 0001', donotbulkemail: true };

const imported = () => stage.imported({ rows: people([], [contact(1, PHONES), contact(2, PHONES)]), config: {} });

const edit = (world: World, guid: string, values: object) =>
  world.control.editDynamics({ op: 'update', table: 'contact', id: guid, values });

async function held(world: World): Promise<string[]> {
  const { entities } = expectDone(await world.run('readCounts', { contact: 1 }));
  return (entities.contact?.fields?.quarantined ?? []).map(({ field }) => field);
}

const HIDDEN = ['contact.mobilephone', 'contact.donotbulkemail'];

describe.each([
  ['denied', 'denyColumns'],
  ['masked', 'maskColumns'],
])('a column that is %s', (_what, list) => {
  const hide = (world: World, columns: string[]) =>
    world.control.settings('dynamics', { privileges: { [list]: columns } });

  it.each([
    ['unsecured before', []],
    ['secured before', HIDDEN],
  ])(
    'while the sync runs (%s) leaves both sides as they are, and its field alone is left out',
    async (_was, before) => {
      const { world, driver } = await imported();
      await world.control.settings('dynamics', { privileges: { secureColumns: before } });
      world.deps.schema.forget();
      await driver.rounds(1);
      expect(await held(world)).toEqual([]);
      await hide(world, HIDDEN);
      await edit(world, ONE, { jobtitle: 'Boss' });
      await driver.rounds(3);
      expect(await world.control.person(ONE)).toMatchObject({
        title: 'Boss',
        mobilePhone: PHONES.mobilephone,
        unsubscribed: true,
      });
      expect((await held(world)).sort()).toEqual(['mobilePhone', 'unsubscribed']);
      await driver.reread('contact', 'resync');
      expect(await world.control.person(TWO)).toMatchObject({ mobilePhone: PHONES.mobilephone, unsubscribed: true });

      // What happens meanwhile is not lost.
      await edit(world, TWO, { mobilephone: '+44 20 7946 0002' });
      await driver.rounds(2);
      await hide(world, []);
      world.deps.schema.forget();
      await driver.rounds(3);
      expect(await held(world)).toEqual([]);
      await driver.reread('contact', 'resync');
      expect(await world.control.person(ONE)).toMatchObject({ mobilePhone: PHONES.mobilephone, unsubscribed: true });
      expect(await world.control.person(TWO)).toMatchObject({ mobilePhone: '+44 20 7946 0002' });
      expect(await world.control.row('contact', ONE)).toMatchObject(PHONES);
      expect(await driver.parked()).toEqual({});
    },
  );
});

it('a row that a page told while the column was hidden is read again once it is not', async () => {
  const { world, driver } = await imported();
  await world.control.settings('dynamics', { privileges: { denyColumns: HIDDEN } });
  await edit(world, ONE, { jobtitle: 'Boss' });
  expectDone(await world.run('lookDynamics', ['contact']));
  await world.control.settings('dynamics', { privileges: { denyColumns: [] } });
  await driver.rounds(2);
  expect(await world.control.person(ONE)).toMatchObject({ title: 'Boss', mobilePhone: PHONES.mobilephone });
});

it('a column that may be read and is cleared is cleared', async () => {
  const { world, driver } = await imported();
  await edit(world, ONE, { mobilephone: null });
  await driver.rounds(1);
  expect(await world.control.person(ONE)).toMatchObject({ mobilePhone: null });
});

it('the column of the row filter stops its entity, and lets in nobody', async () => {
  const frozen = contact(1, { ...PHONES, jobtitle: 'Buyer', new_synctomkto: true });
  const { world, driver } = await stage.imported({ rows: people([], [frozen]), config: {} });
  await edit(world, ONE, { new_synctomkto: false });
  await driver.rounds(1);
  await world.control.settings('dynamics', { privileges: { denyColumns: ['contact.new_synctomkto'] } });
  await edit(world, ONE, { jobtitle: 'Boss' });
  expectDone(await world.run('lookDynamics', ['contact']));
  expect(await world.run('applyInbox', 'contact')).toMatchObject({ kind: 'stopped' });
  expect(await world.control.person(ONE)).toMatchObject({ title: 'Buyer' });
  await world.control.settings('dynamics', { privileges: { denyColumns: [] } });
  world.deps.schema.forget();
  await driver.rounds(2);
  expect(await world.control.person(ONE)).toMatchObject({ title: 'Buyer' });
});
