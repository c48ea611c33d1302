import { ACCOUNT, organisation } from './organisation';
import { Pair, TABLES, type Table } from './pair';
import { type Stage, startStage } from './world';

/** What a vendor makes of our value by itself is not an edit: the source keeps its value, and the field is listed. */

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage.close());

const SMILE = 'Chief \u{1f600} Buyer';

const row = (pair: Pair, table: Table) => pair.world.control.row(table, pair.guid(table));
const person = (pair: Pair, table: Table) => pair.world.control.person(pair.guid(table));
const parked = (pair: Pair) => pair.driver.parked();
const fieldOf = (pair: Pair, table: Table, name: string): string => `${table}:${pair.guid(table)}:${name}`;

describe.each(TABLES)('a value of a %s that Marketo alters', (table) => {
  it.each([
    ['cut at a character outside the plane', { beyondBmp: 'cut' }, 'Chief'],
    ['stored without it', { beyondBmp: 'strip' }, 'Chief  Buyer'],
  ])('is kept in Dynamics and listed: %s', async (_how, settings, held) => {
    const pair = await Pair.open(stage);
    await pair.world.control.settings('marketo', settings);
    await pair.inDynamics(table, { jobtitle: SMILE });
    await pair.settle();
    expect(String((await person(pair, table)).title).trim()).toBe(held);
    expect(await row(pair, table)).toMatchObject({ jobtitle: SMILE });
    expect(await parked(pair)).toEqual({ [fieldOf(pair, table, 'title')]: 'altered-by-marketo' });
    // Other edits of both sides travel, and nothing is written at rest.
    await pair.inDynamics(table, { telephone1: '+1 555 0100' });
    await pair.inMarketo(table, { city: 'Leith' });
    await pair.settle();
    expect(await person(pair, table)).toMatchObject({ phone: '+1 555 0100' });
    expect(await row(pair, table)).toMatchObject({ jobtitle: SMILE, address1_city: 'Leith' });
    const writes = await pair.world.control.writes();
    await pair.settle();
    expect(await pair.world.control.writes()).toBe(writes);
    // A shorter text is taken whole: nothing is listed any more.
    await pair.inDynamics(table, { jobtitle: 'Chief Buyer' });
    await pair.settle();
    expect(await person(pair, table)).toMatchObject({ title: 'Chief Buyer' });
    expect(await parked(pair)).toEqual({});
  });

  it('is edited by a marketer afterwards: that goes to Dynamics', async () => {
    const pair = await Pair.open(stage);
    await pair.world.control.settings('marketo', { beyondBmp: 'cut' });
    await pair.inDynamics(table, { jobtitle: SMILE });
    await pair.settle();
    await pair.inMarketo(table, { title: 'Head of Buying' });
    await pair.settle();
    expect(await row(pair, table)).toMatchObject({ jobtitle: 'Head of Buying' });
    expect(await parked(pair)).toEqual({});
  });

  it('before its activity comes, and the pair is merged for another field', async () => {
    const pair = await Pair.open(stage);
    await pair.world.control.settings('marketo', { beyondBmp: 'cut' });
    await pair.inDynamics(table, { jobtitle: SMILE });
    await pair.world.run('lookDynamics', [table]);
    await pair.world.run('applyInbox', table);
    await pair.inDynamics(table, { telephone1: '+1 555 0100' });
    await pair.world.run('lookDynamics', [table]);
    await pair.driver.workOff();
    await pair.settle();
    expect(await row(pair, table)).toMatchObject({ jobtitle: SMILE });
    expect(await parked(pair)).toEqual({ [fieldOf(pair, table, 'title')]: 'altered-by-marketo' });
  });
});

describe.each(TABLES)('a marketer’s cut of a %s', (table) => {
  it('two seconds after our write arrives in Dynamics', async () => {
    const pair = await Pair.open(stage);
    await pair.inDynamics(table, { jobtitle: 'Chief Buyer' });
    await pair.world.run('lookDynamics', [table]);
    await pair.world.run('applyInbox', table);
    await pair.world.control.post('/_sim/clock/advance', { ms: 2_000 });
    await pair.inMarketo(table, { title: 'Chief' });
    await pair.settle();
    expect(await row(pair, table)).toMatchObject({ jobtitle: 'Chief' });
    expect(await parked(pair)).toEqual({});
  });

  it('arrives though the pair was merged for another field before its activity came', async () => {
    const pair = await Pair.open(stage);
    await pair.inDynamics(table, { jobtitle: 'Chief Buyer' });
    await pair.settle();
    await pair.inMarketo(table, { title: 'Chief' });
    await pair.inDynamics(table, { telephone1: '+1 555 0100' });
    await pair.world.run('lookDynamics', [table]);
    await pair.world.run('applyInbox', table);
    await pair.settle();
    expect(await row(pair, table)).toMatchObject({ jobtitle: 'Chief', telephone1: '+1 555 0100' });
    expect(await parked(pair)).toEqual({});
  });
});

describe.each(TABLES)('a value of a %s that a plug-in of Dynamics alters', (table) => {
  it('is kept in Marketo and listed', async () => {
    const pair = await Pair.open(stage);
    await pair.world.control.settings('dynamics', { pluginAlters: [{ table, column: 'jobtitle', how: 'cut' }] });
    await pair.inMarketo(table, { title: 'Chief Purchasing Officer' });
    await pair.settle();
    expect(await row(pair, table)).toMatchObject({ jobtitle: 'Chief Purc' });
    expect(await person(pair, table)).toMatchObject({ title: 'Chief Purchasing Officer' });
    expect(await parked(pair)).toEqual({ [fieldOf(pair, table, 'title')]: 'altered-by-dynamics' });
    const writes = await pair.world.control.writes();
    await pair.settle();
    expect(await pair.world.control.writes()).toBe(writes);
    // A user's edit to the very text that Marketo holds settles it.
    await pair.world.control.settings('dynamics', { pluginAlters: [] });
    await pair.inDynamics(table, { jobtitle: 'Chief Purchasing Officer' });
    await pair.settle();
    expect(await parked(pair)).toEqual({});
  });

  it('in its spelling alone comes to rest, unlisted', async () => {
    const pair = await Pair.open(stage);
    await pair.world.control.settings('dynamics', { pluginAlters: [{ table, column: 'telephone1', how: 'format' }] });
    await pair.inMarketo(table, { phone: '+1 (555) 0100' });
    await pair.settle();
    expect(await row(pair, table)).toMatchObject({ telephone1: '155-501-00' });
    expect(await person(pair, table)).toMatchObject({ phone: '+1 (555) 0100' });
    expect(await parked(pair)).toEqual({});
    await pair.inDynamics(table, { jobtitle: 'Buyer' });
    await pair.settle();
    expect(await person(pair, table)).toMatchObject({ phone: '+1 (555) 0100', title: 'Buyer' });
  });
});

describe('a record of a one-way entity that Marketo alters', () => {
  it('is written a second time, then listed and left alone; another value goes', async () => {
    const { world, driver } = await stage.imported({ rows: organisation() });
    await world.control.settings('marketo', { beyondBmp: 'cut' });
    const name = `Harbour \u{1f600} Optics`;
    await world.control.editDynamics({ op: 'update', table: 'account', id: ACCOUNT, values: { name } });
    await driver.settle();
    const company = async () =>
      (await world.control.records('companies')).find(({ externalCompanyId }) => externalCompanyId === ACCOUNT);
    expect(String((await company())?.company).trim()).toBe('Harbour');
    const before = await world.control.writes();
    await driver.reread('account', 'resync');
    expect(await world.control.writes()).toBe(before + 1);
    await driver.reread('account', 'resync');
    await driver.reread('account', 'resync');
    expect(await world.control.writes()).toBe(before + 1);
    expect(await driver.parked()).toEqual({ [`account:${ACCOUNT}:company`]: 'altered-by-marketo' });
    await world.control.editDynamics({ op: 'update', table: 'account', id: ACCOUNT, values: { name: 'Harbour' } });
    await driver.settle();
    expect(await driver.parked()).toEqual({});
  });
});
