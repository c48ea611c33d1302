import { Driver } from './driver';
import { contact, id, people } from './organisation';
import { PERSONS_ONLY, type Stage, startStage, type World } from './world';

/** What the activity feed was seen to hold, and what the service makes of it (docs/simulators.md, Recorded). */

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage.close());

const CONTACT = id('c0', 1);

interface Scene {
  world: World;
  driver: Driver;
  person: number;
}

async function scene(values: object = {}): Promise<Scene> {
  const { world, driver } = await stage.imported({ rows: people([], [contact(1, values), contact(2)]) });
  return { world, driver, person: Number((await world.control.person(CONTACT)).id) };
}

/** Writes to either side that come of these edits, once all is at rest. */
async function writesOf({ world, driver }: Scene, edits: () => Promise<unknown>): Promise<[number, number]> {
  const counts = async (): Promise<[number, number]> => [
    (await world.control.calls('dynamics')).writes,
    (await world.control.calls('marketo')).writes,
  ];
  const before = await counts();
  await edits();
  await driver.settle();
  const after = await counts();
  return [after[0] - before[0], after[1] - before[1]];
}

describe('a score that a campaign changes', () => {
  it.each(['both', 'changeScore', 'changeDataValue'])(
    'is one edit, and comes back to nobody: told by %s',
    async (scoreActivity) => {
      const stage = await scene({ mkt_leadscore: 5 });
      const { world, person } = stage;
      await world.control.settings('marketo', { scoreActivity });
      const update = { op: 'update', id: person, values: { leadScore: 15 } };
      const writes = await writesOf(stage, () => world.control.editMarketo(update));
      expect(writes).toEqual([1, 0]);
      expect(await world.control.row('contact', CONTACT)).toMatchObject({ mkt_leadscore: 15 });
      expect(await world.deps.store.conflicts.count()).toBe(0);
      expect(await writesOf(stage, async () => undefined)).toEqual([0, 0]);
    },
  );

  it('is one edit though its two activities are told one after the other, and it has moved on in between', async () => {
    const stage = await scene({ mkt_leadscore: 5 });
    const { world, driver, person } = stage;
    const score = (leadScore: number) => world.control.editMarketo({ op: 'update', id: person, values: { leadScore } });
    await score(15);
    expect((await world.run('lookMarketo', ['activities'])).kind).toBe('done');
    await driver.workOff();
    await score(25);
    expect(await writesOf(stage, async () => undefined)).toEqual([1, 0]);
    expect(await world.control.row('contact', CONTACT)).toMatchObject({ mkt_leadscore: 25 });
  });
});

describe('an old value that was empty', () => {
  it.each(['null', 'absent'])('is the same to the service as %s', async (emptyOldValue) => {
    const stage = await scene({ jobtitle: null, donotphone: false });
    const { world, person } = stage;
    await world.control.settings('marketo', { emptyOldValue });
    // Our own write over an empty field comes back in the feed.
    const values = { jobtitle: 'Buyer', donotphone: true };
    const update = { op: 'update', table: 'contact', id: CONTACT, values };
    expect(await writesOf(stage, () => world.control.editDynamics(update))).toEqual([0, 1]);
    const edit = { op: 'update', id: person, values: { city: 'Leith' } };
    expect(await writesOf(stage, () => world.control.editMarketo(edit))).toEqual([1, 0]);
    expect(await world.control.row('contact', CONTACT)).toMatchObject({ jobtitle: 'Buyer', address1_city: 'Leith' });
    expect(await world.deps.store.conflicts.count()).toBe(0);
  });

  it.each(['null', 'absent'])('and that our write went over is found, told with an old value as %s', async (form) => {
    const stage = await scene({ jobtitle: 'Buyer' });
    const { world, driver, person } = stage;
    await world.control.settings('marketo', { emptyOldValue: form });
    // A marketer empties it, and our write goes over that unseen: Marketo's activity starts from empty.
    await world.control.editDynamics({ op: 'update', table: 'contact', id: CONTACT, values: { jobtitle: 'Head' } });
    await world.run('lookDynamics', ['contact']);
    await world.control.fault('marketo', {
      kind: 'slow',
      delayMs: 300,
      endpoint: 'POST /rest/v1/leads.json',
      times: 1,
    });
    const applied = world.run('applyInbox', 'contact');
    await new Promise((resolve) => setTimeout(resolve, 150));
    await world.control.editMarketo({ op: 'update', id: person, values: { title: null } });
    await applied;
    await driver.settle();
    // Of a contact Dynamics wins; that somebody had emptied it is kept as a conflict.
    expect(await world.control.person(CONTACT)).toMatchObject({ title: 'Head' });
    expect(await world.deps.store.conflicts.count()).toBe(1);
  });
});

describe('a boolean', () => {
  it.each(['json', 'text'])('of our own write comes back to nobody, spelt as %s', async (activityBooleans) => {
    const stage = await scene({ donotbulkemail: false });
    const { world, person } = stage;
    await world.control.settings('marketo', { activityBooleans });
    const update = { op: 'update', table: 'contact', id: CONTACT, values: { donotbulkemail: true } };
    expect(await writesOf(stage, () => world.control.editDynamics(update))).toEqual([0, 1]);
    const edit = { op: 'update', id: person, values: { doNotCall: true } };
    expect(await writesOf(stage, () => world.control.editMarketo(edit))).toEqual([1, 0]);
    expect(await world.control.row('contact', CONTACT)).toMatchObject({ donotbulkemail: true, donotphone: true });
  });
});

describe('a merge by a form, told with the ids of its losers alone', () => {
  const FORM = { source: 'Web form fillout', reason: 'Form fill-out, URL: /trial' };
  const merge = ({ control }: World, operation: object) =>
    control.post('/_sim/marketo/edit', { operations: [{ op: 'merge', ...operation }], ...FORM });

  it('into a person of ours of somebody whom nobody knew is looked at, and writes nothing', async () => {
    const stage = await scene();
    const { world, driver, person } = stage;
    expect(await writesOf(stage, () => merge(world, { winner: person, anonymous: 1 }))).toEqual([0, 0]);
    expect(await driver.parked()).toEqual({});
    const edit = { op: 'update', table: 'contact', id: CONTACT, values: { jobtitle: 'Head' } };
    await world.control.editDynamics(edit);
    await driver.settle();
    expect(await world.control.person(CONTACT)).toMatchObject({ id: person, title: 'Head' });
  });

  it('of a person of ours freezes and lists its row', async () => {
    const { world, driver, person } = await scene();
    const other = Number((await world.control.person(id('c0', 2))).id);
    await merge(world, { winner: other, losers: [person], anonymous: 2 });
    await driver.settle();
    expect(await driver.parked()).toEqual({ [`contact:${CONTACT}`]: 'merged-in-marketo' });
  });
});

describe('a page of activities that has none', () => {
  it.each(['noResult', 'emptyResult'])('ends a look, and the next one goes on from it: %s', async (pageWithoutRows) => {
    const stage = await scene();
    const { world, person } = stage;
    await world.control.settings('marketo', { pageWithoutRows });
    expect(await writesOf(stage, async () => undefined)).toEqual([0, 0]);
    const edit = { op: 'update', id: person, values: { title: 'Head' } };
    expect(await writesOf(stage, () => world.control.editMarketo(edit))).toEqual([1, 0]);
    expect(await world.control.row('contact', CONTACT)).toMatchObject({ jobtitle: 'Head' });
  });
});

describe('a text area whose length nobody tells', () => {
  it.each(['strings', 'all'])('takes its 30,000 bytes, and one more is listed: describeLengths %s', async (how) => {
    const world = await stage.open({ rows: people([], [contact(1)]), config: { entities: PERSONS_ONLY } });
    await world.control.settings('marketo', { describeLengths: how });
    await world.control.schema('dynamics', {
      table: 'contact',
      do: 'setMaxLength',
      column: 'description',
      maxLength: 50_000,
    });
    const driver = new Driver(world);
    await driver.importAll();
    const write = async (description: string) => {
      await world.control.editDynamics({ op: 'update', table: 'contact', id: CONTACT, values: { description } });
      await driver.settle();
      return (await world.control.person(CONTACT)).mktoPersonNotes;
    };
    const most = `${'x'.repeat(29_998)}é`;
    expect(await write(most)).toBe(most);
    expect(await write(`${most}x`)).toBe(most);
    expect(await driver.parked()).toEqual({ [`contact:${CONTACT}:mktoPersonNotes`]: 'too-long' });
  });
});
