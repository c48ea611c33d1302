import { Driver } from './driver';
import { contact, id, lead, people } from './organisation';
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
