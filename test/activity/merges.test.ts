import { storyOf } from '../../cli/explain/story';
import { type Driver, expectDone } from './driver';
import { contact, id, lead, ORDER_LINES, people } from './organisation';
import { allWaitsEnd } from './waits';
import { type Stage, startStage, type World } from './world';

// native-sync §4.4 and §6.2, row by row.

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage.close());

const WINNER = id('c0', 1);
const LOSER = id('c0', 2);
const OPPORTUNITY = id('0b', 1);
const YES = { new_synctomkto: true };
const NO = { new_synctomkto: false };
const MERGE_CALL = '/merge.json';

type Imported = { world: World; driver: Driver };

const imported = (rows: Record<string, object[]>, config: object = {}) => stage.imported({ rows, config });

const two = (ofWinner: object = {}, ofLoser: object = {}) => people([], [contact(1, ofWinner), contact(2, ofLoser)]);
const mergeInDynamics = (world: World, values: object = {}) =>
  world.control.editDynamics({ op: 'merge', table: 'contact', winner: WINNER, loser: LOSER, values });
const personOf = async (world: World, guid: string): Promise<number> => Number((await world.control.person(guid)).id);
const owners = async (world: World) => (await world.control.records('leads')).map(({ microsoftId }) => microsoftId);
const stateOf = async (world: World, row: string) => (await world.deps.store.links.get([row])).get(row)?.state;

/** How often each endpoint was called that merges. */
async function mergeCalls(world: World): Promise<number[]> {
  const calls = (await world.control.calls('marketo')).byEndpoint;
  return Object.entries(calls).flatMap(([endpoint, { count }]) => (endpoint.endsWith(MERGE_CALL) ? [count] : []));
}

describe('two contacts are merged in Dynamics', () => {
  it.each([
    ['Yes', 'Yes', YES, YES, [WINNER]],
    ['Yes', 'No', YES, NO, [WINNER]],
    ['No', 'Yes', NO, YES, [LOSER]],
    ['No', 'No', NO, NO, []],
  ])('the winner’s filter decides: winner %s, loser %s', async (_winner, _loser, ofWinner, ofLoser, expected) => {
    const { world, driver } = await imported(two(ofWinner, ofLoser));
    await mergeInDynamics(world, { jobtitle: 'Chosen' });
    await driver.settle();
    expect(await owners(world)).toEqual(expected);
    const [person] = await world.control.records('leads');
    expect(person?.title ?? null).toBe(expected[0] === WINNER ? 'Chosen' : null);
  });

  it('winner No, with a person from before: neither is synced any more; once the winner is Yes, the two are one person', async () => {
    const { world, driver } = await imported(two(YES, YES));
    await world.control.editDynamics({ op: 'update', table: 'contact', id: WINNER, values: NO });
    await mergeInDynamics(world);
    await driver.settle();
    expect(await owners(world)).toEqual([WINNER, LOSER]);
    await world.control.editMarketo({ op: 'update', id: await personOf(world, LOSER), values: { title: 'Stale' } });
    await driver.settle();
    expect(await world.control.row('contact', LOSER)).toMatchObject({ jobtitle: null });
    await world.control.editDynamics({ op: 'update', table: 'contact', id: WINNER, values: YES });
    await driver.settle();
    expect(await owners(world)).toEqual([WINNER]);
  });

  it('the persons are merged, the winner’s values stay unless empty, and an opt-out of either stands', async () => {
    const { world, driver } = await imported(
      two(
        { telephone1: '+1 555 0100' },
        { telephone1: '+1 555 0199', mobilephone: '+1 555 0200', donotbulkemail: true },
      ),
    );
    const winner = await personOf(world, WINNER);
    const loser = await personOf(world, LOSER);
    // No longer empty: said to be false.
    for (const unsubscribed of [true, false])
      await world.control.editMarketo({ op: 'update', id: winner, values: { unsubscribed } });
    await mergeInDynamics(world);
    await driver.settle();
    expect(await world.control.person(WINNER)).toMatchObject({
      id: winner,
      phone: '+1 555 0100',
      mobilePhone: '+1 555 0200',
      unsubscribed: true,
    });
    expect(await world.control.row('contact', WINNER)).toMatchObject({
      telephone1: '+1 555 0100',
      mobilephone: '+1 555 0200',
      donotbulkemail: true,
    });
    expect(await owners(world)).toEqual([WINNER]);
    expect(await stateOf(world, `contact:${LOSER}`)).toBe('superseded');
    const { steps } = await storyOf(world.deps.store, world.deps.settings, `contact:${LOSER}`);
    expect(steps).toContainEqual(expect.objectContaining({ what: 'merged', code: `into ${winner}` }));
    const survivor = await storyOf(world.deps.store, world.deps.settings, `contact:${WINNER}`);
    expect(survivor.steps).toContainEqual(expect.objectContaining({ what: 'merged', code: `with ${loser}` }));
    const writes = await world.control.writes();
    for (let cycle = 0; cycle < 3; cycle += 1) await driver.cycle();
    expect(await world.control.writes()).toBe(writes);
    expect(await driver.parked()).toEqual({});
  });

  it.each([
    ['', []],
    [', after both persons were merged in Marketo', ['merge']],
  ])('an opt-out of the loser stands that had not come to its person yet%s', async (_when, inMarketo) => {
    const { world, driver } = await imported(two());
    const out = { donotbulkemail: true, donotphone: true };
    const winner = await personOf(world, WINNER);
    await world.control.editDynamics({ op: 'update', table: 'contact', id: LOSER, values: out });
    if (inMarketo.length > 0) {
      await mergeInMarketo(world, winner, await personOf(world, LOSER));
      await driver.settle();
      expect(await stateOf(world, `contact:${LOSER}`)).toBe('merged');
    }
    await mergeInDynamics(world);
    await driver.settle();
    expect(await world.control.person(WINNER)).toMatchObject({ id: winner, unsubscribed: true, doNotCall: true });
    expect(await world.control.row('contact', WINNER)).toMatchObject(out);
  });

  it('an opt-in of the loser that a marketer made since is no opt-out', async () => {
    const { world, driver } = await imported(two({}, { donotbulkemail: true }));
    const values = { unsubscribed: false };
    await world.control.editMarketo({ op: 'update', id: await personOf(world, LOSER), values });
    await mergeInDynamics(world);
    await driver.settle();
    expect(await world.control.person(WINNER)).toMatchObject({ unsubscribed: false });
  });

  it('by the setting flag both persons stay, and the loser’s says that its row is gone', async () => {
    const { world, driver } = await imported(two(), { whenMergedInDynamics: 'flag' });
    await mergeInDynamics(world);
    await driver.settle();
    expect(await world.control.person(WINNER)).toMatchObject({ microsoftIsDeleted: false });
    expect(await world.control.person(LOSER)).toMatchObject({ microsoftIsDeleted: true });
    await world.control.editDynamics({ op: 'update', table: 'contact', id: LOSER, values: { jobtitle: 'Dead' } });
    await driver.settle();
    expect(await world.control.person(LOSER)).toMatchObject({ title: null });
  });

  it('before the first import: the loser gets no person', async () => {
    const { world } = await imported(two({}, { merged: true, _masterid_value: WINNER, statecode: 1, statuscode: 2 }));
    expect(await owners(world)).toEqual([WINNER]);
  });

  it('one after the other: all persons go into the last winner’s', async () => {
    const LAST = id('c0', 3);
    const { world, driver } = await imported(people([], [contact(1), contact(2), contact(3)]));
    await mergeInDynamics(world);
    await world.control.editDynamics({ op: 'merge', table: 'contact', winner: LAST, loser: WINNER });
    await driver.settle();
    expect(await owners(world)).toEqual([LAST]);
  });

  it('thirty losers of one winner go in two calls', async () => {
    const all = Array.from({ length: 31 }, (_, index) => contact(index + 1));
    const { world, driver } = await imported(people([], all));
    await world.control.editDynamics(
      ...all
        .slice(1)
        .map((_, index) => ({ op: 'merge', table: 'contact', winner: WINNER, loser: id('c0', index + 2) })),
    );
    await driver.settle();
    expect(await owners(world)).toEqual([WINNER]);
    expect(await mergeCalls(world)).toEqual([2]);
  });

  it.each([true, false])(
    'roles and custom objects hang on the winner’s person (Marketo moves them: %s)',
    async (moves) => {
      const { world, driver } = await imported(
        {
          ...two(),
          opportunity: [
            { opportunityid: OPPORTUNITY, name: 'Deal', _customerid_value: LOSER, _customerid_type: 'contact' },
          ],
          new_orderline: [{ new_orderlineid: id('01', 1), new_name: 'Line', _new_contactid_value: LOSER }],
        },
        { customEntities: [ORDER_LINES] },
      );
      await world.control.settings('marketo', { mergeMovesRoles: moves, mergeMovesCustomObjects: moves });
      const winner = await personOf(world, WINNER);
      await mergeInDynamics(world);
      await driver.settle();
      expect(await world.control.records('roles')).toMatchObject([{ leadId: winner, role: 'Customer' }]);
      expect(await world.control.records('customobjects/microsoftOrderLine_c')).toMatchObject([{ leadId: winner }]);
    },
  );

  it.each([
    ['before it was done', 'reset-before'],
    ['after it was done', 'reset-after'],
  ])('an answer that is lost %s is looked into, and the merge is done once', async (_when, kind) => {
    const { world, driver } = await imported(two());
    await mergeInDynamics(world, { jobtitle: 'Chosen' });
    await world.control.fault('marketo', { kind, endpoint: MERGE_CALL, times: 1 });
    expectDone(await world.run('lookDynamics', ['contact']));
    expectDone(await world.run('applyInbox', 'contact'));
    const { asides, db } = world.deps.store;
    // Until the vendor's own time-out has passed the loser is left alone, though it is tried; the winner goes on.
    expect((await asides.counts()).get('contact')?.waiting).toBe(1);
    expect(await world.control.person(WINNER)).toMatchObject({ title: 'Chosen' });
    const due = { $set: { dueAt: new Date(0) } };
    await db.collection<{ _id: string }>('asides').updateOne({ _id: `contact/dynamics:${LOSER}` }, due);
    expectDone(await world.run('applyInbox', 'contact'));
    expect((await asides.counts()).get('contact')?.waiting).toBe(1);
    expect(await mergeCalls(world)).toEqual([1]);
    expect(await stateOf(world, `contact:${LOSER}`)).toBe('linked');
    await allWaitsEnd(world);
    await driver.settle();
    expect(await mergeCalls(world)).toEqual([kind === 'reset-after' ? 1 : 2]);
    expect(await owners(world)).toEqual([WINNER]);
    expect(await world.control.person(WINNER)).toMatchObject({ title: 'Chosen' });
    expect(await stateOf(world, `contact:${LOSER}`)).toBe('superseded');
  });

  it('a merge that Marketo refuses is listed, and harms nobody else', async () => {
    const { world, driver } = await imported(two());
    await world.control.fault('marketo', { kind: 'error', code: '1077', endpoint: MERGE_CALL, times: 2 });
    await mergeInDynamics(world, { jobtitle: 'Chosen' });
    await driver.settle();
    expect(await driver.parked()).toEqual({ [`contact:${LOSER}`]: 'refused-by-marketo' });
    expect(await world.control.person(WINNER)).toMatchObject({ title: 'Chosen' });
    await driver.reread('contact', 'resync');
    await driver.settle();
    expect(await owners(world)).toEqual([WINNER]);
    expect(await driver.parked()).toEqual({});
  });
});

const mergeInMarketo = async (world: World, winner: number, loser: number) =>
  world.control.editMarketo({ op: 'merge', winner, losers: [loser] });

describe.each([true, false])('two persons are merged in Marketo (the loser shows as deleted too: %s)', (inDeleted) => {
  async function open(rows: Record<string, object[]>, config: object = {}): Promise<Imported> {
    const opened = await imported(rows, config);
    await opened.world.control.settings('marketo', { mergeLosersInDeleted: inDeleted });
    return opened;
  }

  it('both have a row: the loser’s is marked, frozen and listed', async () => {
    const { world, driver } = await open(two());
    await mergeInMarketo(world, await personOf(world, WINNER), await personOf(world, LOSER));
    await driver.settle();
    expect(await driver.parked()).toEqual({ [`contact:${LOSER}`]: 'merged-in-marketo' });
    expect(await stateOf(world, `contact:${LOSER}`)).toBe('merged');
    const { steps } = await storyOf(world.deps.store, world.deps.settings, `contact:${LOSER}`);
    expect(steps).toContainEqual(
      expect.objectContaining({ what: 'merged', code: `into ${await personOf(world, WINNER)}` }),
    );
    await world.control.editDynamics({ op: 'update', table: 'contact', id: LOSER, values: { jobtitle: 'Dead' } });
    await driver.settle();
    expect(await owners(world)).toEqual([WINNER]);
    expect(await world.control.person(WINNER)).toMatchObject({ title: null });
    // Merged in Dynamics too, it is nobody's trouble any more.
    await mergeInDynamics(world);
    await driver.settle();
    expect(await driver.parked()).toEqual({});
  });

  it('is not made again either where deleted persons are', async () => {
    const { world, driver } = await open(two(), { whenDeletedInMarketo: 'recreate' });
    await mergeInMarketo(world, await personOf(world, WINNER), await personOf(world, LOSER));
    await driver.settle();
    await world.control.editDynamics({ op: 'update', table: 'contact', id: LOSER, values: { jobtitle: 'Dead' } });
    await driver.settle();
    expect(await owners(world)).toEqual([WINNER]);
  });

  it.each([
    ['the deletions have been looked at, and the merges not since', ['deletedleads']],
    ['nothing has been looked at', []],
  ])('is not made again either before its merge is told of: %s', async (_when, feeds) => {
    const { world, driver } = await open(two(), { whenDeletedInMarketo: 'recreate' });
    await mergeInMarketo(world, await personOf(world, WINNER), await personOf(world, LOSER));
    if (feeds.length > 0) await world.run('lookMarketo', feeds);
    await driver.workOff();
    await world.control.editDynamics({ op: 'update', table: 'contact', id: LOSER, values: { jobtitle: 'Dead' } });
    await world.run('lookDynamics', ['contact']);
    await driver.workOff();
    await driver.reread('contact', 'resync');
    expect(await owners(world)).toEqual([WINNER]);
    await driver.settle();
    expect(await owners(world)).toEqual([WINNER]);
    expect(await driver.parked()).toEqual({ [`contact:${LOSER}`]: 'merged-in-marketo' });
  });

  it('the surviving person has no row: the row goes on with it, without a base, and sends all that belongs to it again', async () => {
    const { world, driver } = await open(
      {
        ...people([], [contact(2, { jobtitle: 'Ours' })]),
        opportunity: [
          { opportunityid: OPPORTUNITY, name: 'Deal', _customerid_value: LOSER, _customerid_type: 'contact' },
        ],
        new_orderline: [{ new_orderlineid: id('01', 1), new_name: 'Line', _new_contactid_value: LOSER }],
      },
      { customEntities: [ORDER_LINES] },
    );
    await world.control.settings('marketo', { mergeMovesRoles: false, mergeMovesCustomObjects: false });
    const [stranger] = await world.control.editMarketo({
      op: 'create',
      values: { email: 'other@example.com', firstName: 'Form', title: 'Theirs', middleName: 'Known' },
    });
    await mergeInMarketo(world, Number(stranger), await personOf(world, LOSER));
    await driver.settle();
    expect(await world.control.person(LOSER)).toMatchObject({ id: stranger, title: 'Ours', middleName: 'Known' });
    expect(await world.control.row('contact', LOSER)).toMatchObject({ middlename: 'Known', jobtitle: 'Ours' });
    expect(await world.control.records('roles')).toMatchObject([{ leadId: stranger }]);
    expect(await world.control.records('customobjects/microsoftOrderLine_c')).toMatchObject([{ leadId: stranger }]);
    expect(await driver.parked()).toEqual({});
  });

  it('an edit in Dynamics that comes before the feeds tell finds the row’s id on the surviving person', async () => {
    const { world, driver } = await open(people([], [contact(2)]));
    const [stranger] = await world.control.editMarketo({ op: 'create', values: { email: 'other@example.com' } });
    await mergeInMarketo(world, Number(stranger), await personOf(world, LOSER));
    await world.control.editDynamics({ op: 'update', table: 'contact', id: LOSER, values: { jobtitle: 'Early' } });
    await world.run('lookDynamics', ['contact']);
    await driver.workOff();
    expect(await world.control.person(LOSER)).toMatchObject({ id: stranger, title: 'Early' });
  });
});

it('leads merge as contacts do', async () => {
  const { world, driver } = await imported(people([lead(1), lead(2)]));
  const person = await personOf(world, id('1e', 1));
  await world.control.editDynamics({ op: 'merge', table: 'lead', winner: id('1e', 1), loser: id('1e', 2) });
  await driver.settle();
  expect((await world.control.records('leads')).map(({ id: one }) => one)).toEqual([person]);
});
