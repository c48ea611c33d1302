import { Driver } from './driver';
import { contact, id, lead, organisation, people } from './organisation';
import { type Stage, startStage } from './world';

/** Where the vendors leave open what they do, the service has to bear each answer. */

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage.close());

const DAY = 86_400_000;

it('an instance that refuses a second person of one e-mail: the second row is listed, and nothing turns for ever', async () => {
  const same = { emailaddress1: 'both@example.com' };
  const world = await stage.open({ rows: people([lead(1, same)], [contact(1, same)]) });
  await world.control.settings('marketo', { createOnlyEmailClash: 'refuse' });
  const driver = new Driver(world);
  await driver.importAll();
  await driver.settle();
  expect(await driver.parked()).toEqual({ [`contact:${id('c0', 1)}`]: 'refused-by-marketo' });
  await world.control.editDynamics({
    op: 'update',
    table: 'contact',
    id: id('c0', 1),
    values: { emailaddress1: 'other@example.com' },
  });
  await driver.settle();
  expect(await driver.parked()).toEqual({});
  expect(await world.control.person(id('c0', 1))).toMatchObject({ email: 'other@example.com' });
});

it('a token of the activity feed that no longer works is made anew from its time, and no edit is missed', async () => {
  const world = await stage.open({ rows: people([lead(1)]) });
  await world.control.settings('marketo', { activityTokenLifetime: 'sevenDays' });
  const driver = new Driver(world);
  await driver.importAll();
  await driver.settle();
  const person = Number((await world.control.person(id('1e', 1))).id);
  await world.control.editMarketo({ op: 'update', id: person, values: { title: 'Buyer' } });
  await world.control.post('/_sim/clock/advance', { ms: 8 * DAY });
  for (let look = 0; look < 3; look += 1) await world.run('lookMarketo', ['leadchanges', 'activities', 'deletedleads']);
  await driver.workOff();
  expect(await world.control.row('lead', id('1e', 1))).toMatchObject({ jobtitle: 'Buyer' });
});

it('pages of a tracked read that need its header again: the table is looked at after the import', async () => {
  const rows = people([lead(1), lead(2), lead(3), lead(4), lead(5)]);
  const world = await stage.open({ rows, pageRows: 2 });
  await world.control.settings('dynamics', { nextLinkNeedsPrefer: true });
  const driver = new Driver(world);
  await driver.importAll();
  await world.control.editDynamics({ op: 'update', table: 'lead', id: id('1e', 5), values: { jobtitle: 'Buyer' } });
  await driver.settle();
  expect(await world.control.person(id('1e', 5))).toMatchObject({ title: 'Buyer' });
});

it('a next link that has died in the middle of an import: the table is read from its beginning, nobody twice', async () => {
  const rows = people([lead(1), lead(2), lead(3), lead(4), lead(5)]);
  const world = await stage.open({ rows, pageRows: 2 });
  await world.control.settings('dynamics', { nextLinkLifetime: 5 });
  const driver = new Driver(world);
  await driver.preflight();
  await driver.import('lead', 'import', async (unit) => {
    if (unit === 0) await world.control.post('/_sim/clock/advance', { ms: 6 * 60_000 });
  });
  const ids = (await world.control.records('leads')).map(({ microsoftId }) => microsoftId);
  expect(ids.sort()).toEqual([1, 2, 3, 4, 5].map((n) => id('1e', n)));
});

it('a person that is not readable yet when its row changes: it is not taken for gone', async () => {
  const world = await stage.open({ rows: people([lead(1)]) });
  await world.control.settings('marketo', { newLeadReady: 'afterTwoSeconds' });
  const driver = new Driver(world);
  await driver.importAll();
  await world.control.editDynamics({ op: 'update', table: 'lead', id: id('1e', 1), values: { jobtitle: 'Buyer' } });
  await driver.settle();
  expect(await driver.parked()).toEqual({});
  expect(await world.control.person(id('1e', 1))).toMatchObject({ title: 'Buyer' });
});

it('a role that Marketo refuses is listed, and sent again only in a resync', async () => {
  const world = await stage.open({ rows: organisation() });
  const driver = new Driver(world);
  await driver.preflight();
  for (const { name } of driver.entities) if (name !== 'connection') await driver.import(name);
  await world.control.fault('marketo', {
    kind: 'skip',
    code: '1003',
    records: 300,
    endpoint: 'opportunities/roles.json',
  });
  await driver.import('connection');
  await world.control.settings('dynamics', { deltaOverlap: true });
  await driver.cycle();
  const before = await world.control.writes();
  for (let cycle = 0; cycle < 4; cycle += 1) await driver.cycle();
  expect(await world.control.writes()).toBe(before);
  expect(Object.values(await driver.parked())).toContain('refused-by-marketo');
  await world.control.noFaults('marketo');
  await driver.reread('connection', 'resync');
  expect(await driver.parked()).toEqual({});
  expect((await world.control.records('roles')).length).toBeGreaterThan(0);
});
