import { expectDone } from './driver';
import * as at from './organisation';
import { contact, id, lead, organisation, people } from './organisation';
import { allWaitsEnd } from './waits';
import { type Stage, startStage, type World } from './world';

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage.close());

const GUID = id('c0', 1);

const imported = (rows = people([lead(1)], [contact(1, { firstname: 'Anna', donotbulkemail: false })])) =>
  stage.imported({ rows });

const inDynamics = (world: World, values: object) =>
  world.control.editDynamics({ op: 'update', table: 'contact', id: GUID, values });
const inMarketo = async (world: World, values: object) =>
  world.control.editMarketo({ op: 'update', id: Number((await world.control.person(GUID)).id), values });
const firstNames = async (world: World) => [
  (await world.control.row('contact', GUID)).firstname,
  (await world.control.person(GUID)).firstName,
];

/** A contact whose work failed: the activity ends, and the row waits. */
async function expectSetAside(world: World, activity: 'applyInbox' | 'writeBack'): Promise<void> {
  expectDone(await world.run(activity, 'contact'));
  expect((await world.deps.store.asides.counts()).get('contact')?.waiting).toBe(1);
}

describe('a row that the feed brought and that is overtaken when it is merged', () => {
  it('is not taken for agreed because Marketo holds the same by now', async () => {
    const { world, driver } = await imported();
    await inDynamics(world, { firstname: 'Berta', donotbulkemail: true });
    await world.run('lookDynamics', ['contact']);
    await inDynamics(world, { firstname: 'Anna', donotbulkemail: false });
    await inMarketo(world, { firstName: 'Berta', unsubscribed: true });
    await driver.workOff();
    await driver.settle();
    expect(await firstNames(world)).toEqual(['Berta', 'Berta']);
    expect(await world.control.row('contact', GUID)).toMatchObject({ donotbulkemail: true });
    expect(await world.control.person(GUID)).toMatchObject({ unsubscribed: true });
  });
});

/** The call, and the one that is made at once in its place. */
const TWICE = 2;

describe('a write to Dynamics whose answer was lost', () => {
  it.each(['reset-after', 'status'] as const)(
    '(%s) is no edit of Dynamics’: a later edit in Marketo goes on',
    async (kind) => {
      const { world, driver } = await imported();
      await inMarketo(world, { firstName: 'First' });
      await world.run('lookMarketo', ['leadchanges']);
      const fault = kind === 'status' ? { kind, status: 503, commit: true } : { kind };
      await world.control.fault('dynamics', { ...fault, endpoint: '$batch', times: TWICE });
      await expectSetAside(world, 'writeBack');
      await inMarketo(world, { firstName: 'Second' });
      await allWaitsEnd(world);
      await driver.settle();
      expect(await firstNames(world)).toEqual(['Second', 'Second']);
      expect(await world.deps.store.conflicts.count()).toBe(0);
    },
  );

  it('does not come back when Marketo returns to what it held before', async () => {
    const { world, driver } = await imported();
    await inMarketo(world, { firstName: 'First' });
    await world.run('lookMarketo', ['leadchanges']);
    await world.control.fault('dynamics', { kind: 'reset-after', endpoint: '$batch', times: TWICE });
    await expectSetAside(world, 'writeBack');
    await inMarketo(world, { firstName: 'Anna' });
    await allWaitsEnd(world);
    await driver.settle();
    expect(await firstNames(world)).toEqual(['Anna', 'Anna']);
  });
});

describe('a write to Marketo whose answer was lost', () => {
  it('does not come back when Dynamics returns to what it held before', async () => {
    const { world, driver } = await imported();
    await inDynamics(world, { firstname: 'First' });
    await world.run('lookDynamics', ['contact']);
    await world.control.fault('marketo', { kind: 'reset-after', endpoint: 'POST /rest/v1/leads.json', times: 1 });
    await expectSetAside(world, 'applyInbox');
    await inDynamics(world, { firstname: 'Anna' });
    await allWaitsEnd(world);
    await driver.settle();
    expect(await firstNames(world)).toEqual(['Anna', 'Anna']);
  });

  it('is not sent for ever: once answered, the person’s own edits are edits again', async () => {
    const { world, driver } = await imported();
    await inDynamics(world, { firstname: 'First' });
    await world.run('lookDynamics', ['contact']);
    await world.control.fault('marketo', { kind: 'reset-after', endpoint: 'POST /rest/v1/leads.json', times: 1 });
    await expectSetAside(world, 'applyInbox');
    await allWaitsEnd(world);
    await driver.settle();
    await inDynamics(world, { firstname: 'Second' });
    await driver.settle();
    await inMarketo(world, { firstName: 'First' });
    await driver.settle();
    expect(await firstNames(world)).toEqual(['First', 'First']);
  });
});

describe('a reference to a row that is not expected in Marketo', () => {
  it('is filled in when the row comes after all: an account that was frozen from the beginning', async () => {
    const rows = organisation() as Record<string, Record<string, unknown>[]>;
    const accounts = (rows.accounts ?? rows.account ?? []).map((row) =>
      row.accountid === at.ACCOUNT ? { ...row, new_synctomkto: false } : row,
    );
    const { world, driver } = await imported({ ...rows, ...(rows.accounts ? { accounts } : { account: accounts }) });
    expect((await world.control.person(at.CONTACT)).externalCompanyId ?? null).toBeNull();
    expect(await driver.parked()).toEqual({});
    await world.control.editDynamics({
      op: 'update',
      table: 'account',
      id: at.ACCOUNT,
      values: { new_synctomkto: true },
    });
    await driver.settle();
    expect(await world.control.person(at.CONTACT)).toMatchObject({ externalCompanyId: at.ACCOUNT });
  });
});
