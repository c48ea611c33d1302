import { Driver, expectDone } from './driver';
import { CONTACT_OF_TEAM, id, lead, organisation, people, TEAM } from './organisation';
import { allWaitsEnd } from './waits';
import { type Stage, startStage, type World } from './world';

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage.close());

const rows = (count: number): object[] => Array.from({ length: count }, (_, index) => lead(index + 1));
const GUIDS = (count: number): string[] => Array.from({ length: count }, (_, index) => id('1e', index + 1));

async function ready(count: number, adoption = 'adopt'): Promise<{ world: World; driver: Driver }> {
  const world = await stage.open({ rows: people(rows(count)), config: { adoption } });
  const driver = new Driver(world);
  await driver.preflight();
  return { world, driver };
}

const begin = async (world: World): Promise<void> => {
  expectDone(await world.run('beginImport', 'lead', 1, 'import'));
};
const fetchFirst = async (world: World): Promise<void> => {
  expectDone(await world.run('fetchPage', 'lead', 1, 0, 'import'));
};
const apply = (world: World) => world.run('applyUnit', 'lead', 1, 0, 'import');

/** Each row has one person, and no person is a twin. */
async function expectOneEach(world: World, count: number): Promise<void> {
  const ids = (await world.control.records('leads')).map(({ microsoftId }) => String(microsoftId));
  expect(ids.sort()).toEqual(GUIDS(count).sort());
}

/** As if so much time had passed since every batch without an answer was sent and every row was set aside. */
async function agedBy(world: World, ms: number): Promise<void> {
  const { db } = world.deps.store;
  const journal = db.collection<{ sentAt: Date }>('journal');
  for await (const { _id, sentAt } of journal.find({ state: 'unknown' })) {
    await journal.updateOne({ _id }, { $set: { sentAt: new Date(sentAt.getTime() - ms) } });
  }
  const asides = db.collection<{ dueAt: Date }>('asides');
  for await (const { _id, dueAt } of asides.find({ dueAt: { $exists: true } })) {
    await asides.updateOne({ _id }, { $set: { dueAt: new Date(dueAt.getTime() - ms) } });
  }
}

/** How many rows are set aside. */
const waiting = async (world: World, entity = 'lead'): Promise<number> =>
  (await world.deps.store.asides.counts()).get(entity)?.waiting ?? 0;

/** In how many milliseconds each row that is set aside is tried again. */
const waits = async (world: World): Promise<number[]> => {
  const asides = await world.deps.store.db.collection<{ dueAt: Date }>('asides').find({}).toArray();
  return asides.map(({ dueAt }) => dueAt.getTime() - Date.now());
};

const BROKEN = [
  ['HTML instead of JSON', { kind: 'html' }],
  ['a gateway’s HTML with status 200', { kind: 'html', status: 200 }],
  ['an answer that is cut off', { kind: 'cut' }],
  ['an empty body', { kind: 'empty' }],
  ['a connection that breaks', { kind: 'reset-before' }],
  ['a server error', { kind: 'status', status: 503 }],
] as const;

describe.each(BROKEN)('%s', (_name, fault) => {
  it('from Dynamics while a page is fetched is tried again: transient, then the page comes once', async () => {
    const { world } = await ready(3);
    await begin(world);
    await world.control.fault('dynamics', { ...fault, endpoint: 'GET leads', times: 1 });
    await expect(world.run('fetchPage', 'lead', 1, 0, 'import')).rejects.toMatchObject({
      type: 'transient',
      nonRetryable: false,
    });
    await fetchFirst(world);
    expect(expectDone(await apply(world))).toMatchObject({ done: 3, created: 3 });
    await expectOneEach(world, 3);
  });

  it('from Marketo while persons are looked for is survived: they are looked for once more at once', async () => {
    const { world } = await ready(3);
    await begin(world);
    await fetchFirst(world);
    await world.control.fault('marketo', { ...fault, endpoint: 'GET /rest/v1/leads.json', times: 1 });
    expect(expectDone(await apply(world))).toMatchObject({ done: 3, created: 3 });
    expect(await waiting(world)).toBe(0);
    await expectOneEach(world, 3);
  });

  it('from Marketo while persons are looked for, twice, sets the rows aside, then nobody is doubled', async () => {
    const { world, driver } = await ready(3);
    await begin(world);
    await fetchFirst(world);
    await world.control.fault('marketo', { ...fault, endpoint: 'GET /rest/v1/leads.json', times: 2 });
    expect(expectDone(await apply(world))).toMatchObject({ done: 3, created: 0 });
    expect(await waiting(world)).toBe(3);
    await allWaitsEnd(world);
    await driver.workOff();
    expect(await waiting(world)).toBe(0);
    await expectOneEach(world, 3);
  });

  it('from a feed stays in that feed’s own entry, and the next look brings what it had', async () => {
    const { world, driver } = await ready(1);
    await driver.importAll();
    await driver.settle();
    await world.control.editDynamics({ op: 'update', table: 'lead', id: id('1e', 1), values: { firstname: 'Late' } });
    await world.control.fault('dynamics', { ...fault, endpoint: 'GET leads', times: 1 });
    const { feeds } = expectDone(await world.run('lookDynamics', ['lead', 'contact']));
    expect(feeds.lead).toMatchObject({ items: 0, fault: expect.stringContaining('transient') });
    expect(feeds.contact).toEqual({ items: 0, more: false });
    await driver.settle();
    expect(await world.control.person(id('1e', 1))).toMatchObject({ firstName: 'Late' });
  });
});

describe('a question that should not have been asked', () => {
  it('stays in its own feed’s entry too, though no other attempt would mend it', async () => {
    const { world, driver } = await ready(1);
    await driver.importAll();
    await driver.settle();
    const endpoint = 'GET contacts';
    await world.control.editDynamics({ op: 'update', table: 'lead', id: id('1e', 1), values: { firstname: 'On' } });
    await world.control.fault('dynamics', { kind: 'error', status: 413, code: '0x8004430a', endpoint, times: 1 });
    const { feeds } = expectDone(await world.run('lookDynamics', ['contact', 'lead']));
    expect(feeds.contact).toMatchObject({ items: 0, fault: expect.stringMatching(/bug \(0x8004430a/) });
    expect(feeds.lead).toEqual({ items: 1, more: false });
  });
});

describe.each([
  ['a create that was done and never answered', { kind: 'reset-after' }, 3, [3]],
  ['a create whose answer was cut off', { kind: 'cut' }, 3, [3]],
  ['a create that a gateway answered with HTML', { kind: 'html' }, 3, [3]],
  ['a create of three calls of which one was never answered', { kind: 'reset-after' }, 700, [300, 100]],
] as const)('%s', (_name, fault, count, calls: readonly number[]) => {
  it('waits for the vendor’s time-out, then finds who is there and creates only who is missing', async () => {
    const { world, driver } = await ready(count, 'create');
    await begin(world);
    await fetchFirst(world);
    await world.control.fault('marketo', { ...fault, endpoint: 'POST /rest/v1/leads.json', times: 1 });
    const { done, created } = expectDone(await apply(world));

    // The rows of that call wait, all others are done.
    const unanswered = await waiting(world);
    expect(calls).toContain(unanswered);
    expect({ done, created }).toEqual({ done: count, created: count - unanswered });
    for (const left of await waits(world)) {
      expect(left).toBeGreaterThan(60_000);
      expect(left).toBeLessThanOrEqual(90_000);
    }
    const before = await world.control.writes();
    await driver.workOff();
    expect(await world.control.writes()).toBe(before);
    expect(await waiting(world)).toBe(unanswered);

    await agedBy(world, 90_000);
    await driver.workOff();
    expect(await waiting(world)).toBe(0);
    await expectOneEach(world, count);
    await driver.settle();
    const writes = await world.control.writes();
    await driver.reread('lead', 'resync');
    await driver.settle();
    expect(await world.control.writes()).toBe(writes);
    await expectOneEach(world, count);
  });
});

describe('a person’s bridge to its team', () => {
  it('that Marketo failed to write twice is written when its row is due', async () => {
    const world = await stage.open({ rows: organisation() });
    const driver = new Driver(world);
    await driver.preflight();
    for (const entity of ['systemuser', 'team', 'account', 'lead']) await driver.import(entity);
    expectDone(await world.run('beginImport', 'contact', 1, 'import'));
    expectDone(await world.run('fetchPage', 'contact', 1, 0, 'import'));
    const endpoint = 'POST /rest/v1/customobjects';
    await world.control.fault('marketo', { kind: 'error', code: '713', endpoint, times: 2 });
    expectDone(await world.run('applyUnit', 'contact', 1, 0, 'import'));
    const { asides } = world.deps.store;
    expect((await asides.get('contact', 'dynamics', [CONTACT_OF_TEAM])).size).toBe(1);
    expect(await world.control.records('customobjects/microsoftPersonTeam_c')).toEqual([]);
    await allWaitsEnd(world);
    await driver.workOff();
    expect(await waiting(world, 'contact')).toBe(0);
    expect(await world.control.records('customobjects/microsoftPersonTeam_c')).toEqual([
      expect.objectContaining({ microsoftId: CONTACT_OF_TEAM, teamId: TEAM }),
    ]);
  });
});

describe('a call that was answered while another of the same page failed', () => {
  it.each([
    ['a create beside an update', 'Anew', 'Made'],
    ['an update beside a create', 'Made', 'Anew'],
  ])('(%s) does not wait with it: nobody is doubled', async (_which, fails, answered) => {
    const { world, driver } = await ready(1);
    await driver.importAll();
    await driver.settle();
    await world.control.editDynamics(
      { op: 'update', table: 'lead', id: id('1e', 1), values: { firstname: 'Anew' } },
      { op: 'create', table: 'lead', id: id('1e', 2), values: { lastname: 'Made' } },
    );
    expectDone(await world.run('lookDynamics', ['lead']));
    const endpoint = 'POST /rest/v1/leads.json';
    await world.control.fault('marketo', { kind: 'error', code: '713', endpoint, contains: fails, times: 2 });
    expectDone(await world.run('applyInbox', 'lead'));
    const written = JSON.stringify(await world.control.records('leads'));
    expect(written).toContain(answered);
    expect(written).not.toContain(fails);
    // The row of the call that failed, and no longer than for its own sake.
    expect(await waiting(world)).toBe(1);
    for (const left of await waits(world)) expect(left).toBeLessThanOrEqual(30_000);
    await agedBy(world, 30_000);
    await driver.settle();
    expect(await waiting(world)).toBe(0);
    await expectOneEach(world, 2);
    expect(await world.control.person(id('1e', 1))).toMatchObject({ firstName: 'Anew' });
  });
});

describe('an update that was done and never answered', () => {
  it('is merged again after the time-out, and ends where it should', async () => {
    const { world, driver } = await ready(2);
    await driver.importAll();
    await driver.settle();
    await world.control.editDynamics({ op: 'update', table: 'lead', id: id('1e', 1), values: { firstname: 'Anew' } });
    expectDone(await world.run('lookDynamics', ['lead']));
    await world.control.fault('marketo', { kind: 'reset-after', endpoint: 'POST /rest/v1/leads.json', times: 1 });
    expectDone(await world.run('applyInbox', 'lead'));
    expect(await waiting(world)).toBe(1);
    const before = await world.control.writes();
    await driver.workOff();
    expect(await world.control.writes()).toBe(before);
    await agedBy(world, 90_000);
    await driver.settle();
    expect(await waiting(world)).toBe(0);
    expect(await world.control.person(id('1e', 1))).toMatchObject({ firstName: 'Anew' });
    expect(await world.control.row('lead', id('1e', 1))).toMatchObject({ firstname: 'Anew' });
  });
});

describe('a PATCH that was done and never answered', () => {
  it.each([
    ['once', 1, 0],
    ['twice', 2, 1],
  ])('(%s) is tried again, and the row ends where it should', async (_often, times, aside) => {
    const { world, driver } = await ready(1);
    await driver.importAll();
    await driver.settle();
    const { id: person } = await world.control.person(id('1e', 1));
    await world.control.editMarketo({ op: 'update', id: Number(person), values: { lastName: 'Returned' } });
    expectDone(await world.run('lookMarketo', ['leadchanges']));
    await world.control.fault('dynamics', { kind: 'reset-after', endpoint: 'POST $batch', times });
    expectDone(await world.run('writeBack', 'lead'));
    expect(await waiting(world)).toBe(aside);
    await allWaitsEnd(world);
    await driver.settle();
    expect(await waiting(world)).toBe(0);
    expect(await world.control.row('lead', id('1e', 1))).toMatchObject({ lastname: 'Returned' });
    expect(await world.deps.store.conflicts.count()).toBe(0);
  });
});

describe('a vendor that asks to wait', () => {
  const LIMITED = { kind: 'error', status: 429, code: '0x80072321', endpoint: 'GET leads', times: 1 };

  it('up to 20 s is an ordinary retry after that time', async () => {
    const { world } = await ready(1);
    await begin(world);
    await world.control.fault('dynamics', { ...LIMITED, retryAfterSeconds: 7 });
    await expect(world.run('fetchPage', 'lead', 1, 0, 'import')).rejects.toMatchObject({
      type: 'rate-limited',
      nextRetryDelay: 7_000,
      nonRetryable: false,
    });
  });

  it('longer for maintenance ends the activity with the time until which to wait', async () => {
    const { world } = await ready(1);
    await begin(world);
    await world.control.fault('dynamics', {
      kind: 'status',
      status: 503,
      endpoint: 'GET leads',
      times: 1,
      retryAfterSeconds: 300,
    });
    const outcome = await world.run('fetchPage', 'lead', 1, 0, 'import');
    expect(outcome).toMatchObject({ kind: 'wait', reason: expect.stringContaining('transient') });
    expect((outcome as { waitUntil: number }).waitUntil - Date.now()).toBeGreaterThan(290_000);
  });

  it.each(['99999999999999', '9'.repeat(400), 'Fri, 31 Dec 9999 23:59:59 GMT', '5, 99999999999999'])(
    'for ever ends the activity with a wait of an hour: Retry-After: %s',
    async (retryAfter) => {
      const { world } = await ready(1);
      await begin(world);
      await world.control.fault('dynamics', { ...LIMITED, retryAfter });
      const { waitUntil } = (await world.run('fetchPage', 'lead', 1, 0, 'import')) as unknown as { waitUntil: number };
      expect(waitUntil - Date.now()).toBeGreaterThan(3_500_000);
      expect(waitUntil - Date.now()).toBeLessThanOrEqual(3_600_000);
    },
  );

  it.each(['-5', 'soon', '1e308', '0x7fffffff', ''])(
    'with what is no time is an ordinary retry: Retry-After: %s',
    async (retryAfter) => {
      const { world } = await ready(1);
      await begin(world);
      await world.control.fault('dynamics', { ...LIMITED, retryAfter });
      await expect(world.run('fetchPage', 'lead', 1, 0, 'import')).rejects.toMatchObject({ type: 'rate-limited' });
    },
  );

  it('longer, and the day’s quota, end the activity with the time until which to wait', async () => {
    const { world } = await ready(1);
    await begin(world);
    await world.control.fault('dynamics', { ...LIMITED, retryAfterSeconds: 120 });
    const long = await world.run('fetchPage', 'lead', 1, 0, 'import');
    expect(long).toMatchObject({ kind: 'wait', reason: expect.stringContaining('rate-limited') });
    await fetchFirst(world);
    await world.control.fault('marketo', { kind: 'error', code: '607', endpoint: 'leads.json', times: 1 });
    expect(await apply(world)).toMatchObject({ kind: 'wait', reason: expect.stringContaining('quota') });
    expectDone(await apply(world));
    await expectOneEach(world, 1);
  });
});
