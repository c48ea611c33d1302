import { digestText, rowOf, rowOfParked } from '../../cli/digest/report';
import type { Failure } from '../../clients/mongo/failures';
import { unpackTrail } from '../../model/trail';
import { Driver } from './driver';
import { contact, id, lead, people } from './organisation';
import { type Stage, startStage, type World } from './world';

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage.close());

const LEAD = id('1e', 1);
const DAY_MS = 86_400_000;

async function failuresOf(
  { deps: { store } }: World,
  from = new Date(0),
  to = new Date(Date.now() + DAY_MS),
): Promise<Failure[]> {
  const found: Failure[] = [];
  for await (const failure of store.failures.between(from, to)) found.push(failure);
  return found;
}

describe('the digest', () => {
  it('has what failed of records and of entities, and what was mended since; kept as long as the setting says', async () => {
    const world = await stage.open({ rows: people([lead(1, { emailaddress1: 'no-dot@localhost' })], [contact(1)]) });
    const { store } = world.deps;
    const driver = new Driver(world);
    await driver.importAll();
    expect(await failuresOf(world)).toEqual([
      {
        id: `lead:${LEAD}`,
        field: 'email',
        operation: 'create',
        reason: 'invalid-email',
        count: 1,
        first: expect.any(Date),
        last: expect.any(Date),
      },
    ]);

    // A feed at fault, an entity that may not be written, an attempt that failed.
    await world.control.fault('marketo', {
      kind: 'error',
      code: '611',
      message: 'no',
      endpoint: 'leadchanges',
      times: 1,
    });
    await world.run('lookMarketo', ['leadchanges']);
    await world.control.fault('marketo', {
      kind: 'error',
      code: '603',
      message: 'no',
      endpoint: 'POST /rest/v1/leads.json',
      times: 1,
    });
    await world.control.editDynamics({
      op: 'update',
      table: 'lead',
      id: LEAD,
      values: { emailaddress1: 'dotted@example.com', firstname: 'Kanari' },
    });
    await world.run('lookDynamics', ['lead']);
    expect(await world.run('applyInbox', 'lead')).toMatchObject({ kind: 'stopped' });
    const open = (await failuresOf(world)).filter(({ mendedAt }) => !mendedAt);
    expect(open.map(({ id: of, operation, code }) => [of, operation, code])).toEqual([
      ['feed leadchanges', 'lookMarketo', 'fault'],
      ['lead', 'applyInbox', 'stopped'],
      [`lead:${LEAD}`, 'create', undefined],
    ]);
    expect(open[1]?.message).toMatch(/^marketo .*authority \(603/);

    await driver.settle();
    const all = await failuresOf(world);
    expect(all.filter(({ mendedAt }) => !mendedAt)).toEqual([]);
    expect(all).toHaveLength(3);

    // The same again the same day: one entry, counted, open again.
    await world.control.editDynamics({ op: 'update', table: 'lead', id: LEAD, values: { emailaddress1: 'no@dot' } });
    await driver.settle();
    const again = (await failuresOf(world)).filter(({ field }) => field === 'email');
    expect(again.map(({ operation, mendedAt }) => [operation, mendedAt])).toEqual([['update', undefined]]);
    expect(again[0]?.count).toBe(2);
    const text = digestText('Failures', (await failuresOf(world)).map(rowOf));
    expect(text).toContain('Failures: 3, of which 2 were mended');
    expect(text).toContain('1 × invalid-email: Marketo takes only ASCII addresses with a dot in the domain');
    expect(text).toContain(`update to marketo ${LEAD} email, 2 times`);

    // What is kept back now, since when.
    const kept = [];
    for await (const entry of store.parked.all()) kept.push(rowOfParked(entry));
    expect(kept).toMatchObject([{ entity: 'lead', id: LEAD, field: 'email', direction: 'to-marketo', count: 1 }]);

    const old = new Date(Date.now() - 29 * DAY_MS);
    const older = new Date(Date.now() - 31 * DAY_MS);
    await store.failures.add([{ id: 'contact', operation: 'applyInbox', code: 'stopped' }], old);
    await store.failures.add([{ id: 'account', operation: 'applyInbox', code: 'stopped' }], older);
    await world.run('lookMarketo', ['deletedleads']);
    expect((await failuresOf(world, new Date(0), new Date(Date.now() - DAY_MS))).map(({ id: of }) => of)).toEqual([
      'contact',
    ]);
  });

  it('and the trails hold no value, whatever people type and whatever is refused', async () => {
    const world = await stage.open({ rows: people([lead(1), lead(2)], [contact(1), contact(2)]) });
    const driver = new Driver(world);
    await driver.importAll();
    const random = seeded(7);
    const pick = <T>(of: readonly T[]): T => of[Math.floor(random() * of.length)] as T;
    const canary = () => pick(['Canaryson', 'canary@nodot', 'canary@example.com', 'canary'.repeat(60), 'Canarÿ']);
    for (let story = 0; story < 4; story += 1) {
      for (const n of [1, 2]) {
        const [table, row] = pick([['lead', id('1e', n)] as const, ['contact', id('c0', n)] as const]);
        const column = pick(['firstname', 'emailaddress1', 'address1_city', 'jobtitle']);
        await world.control.editDynamics({ op: 'update', table, id: row, values: { [column]: canary() } });
        const person = Number((await world.control.person(row)).id);
        const field = pick(['firstName', 'city', 'title', 'middleName', 'rating']);
        await world.control.editMarketo({ op: 'update', id: person, values: { [field]: canary() } }).catch(refused);
      }
      const fault = pick(['1003', '611', '1006']);
      const endpoint = pick(['POST /rest/v1/leads.json', 'leadchanges', 'GET /rest/v1/leads.json']);
      await world.control.fault('marketo', {
        kind: 'error',
        code: fault,
        message: "Invalid value 'Canaryson'",
        endpoint,
        times: 1,
      });
      await driver.cycle().catch(refused);
      await world.control.noFaults('marketo');
    }
    await driver.settle();

    const trails: string[] = [];
    for await (const { id: row, trail } of world.deps.store.links.all('contact')) trails.push(row, told(trail));
    for await (const { id: row, trail } of world.deps.store.links.all('lead')) trails.push(row, told(trail));
    const failures = JSON.stringify(await failuresOf(world));
    expect(failures.length).toBeGreaterThan(100);
    expect(trails.join().length).toBeGreaterThan(300);
    expect(`${trails.join()}${failures}`).not.toMatch(/canar/i);
  });
});

const told = (trail: Uint8Array | undefined): string =>
  `${Buffer.from(trail ?? []).toString('latin1')}${JSON.stringify(unpackTrail(trail ?? new Uint8Array()))}`;

/** A fault that was asked for, or an edit that Marketo itself refuses. */
const refused = (error: unknown): void => expect(error).toBeInstanceOf(Error);

function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return state / 2 ** 31;
  };
}

describe('pending counts', () => {
  it('tell records to be made from records to be changed, the oldest of each, and what was written in the last full hour', async () => {
    const world = await stage.open({ rows: people([lead(1)]) });
    const { store } = world.deps;
    const driver = new Driver(world);
    await driver.importAll();
    await driver.settle();
    await world.control.seedDynamics({ lead: [lead(2), lead(3)] });
    await world.control.editDynamics({ op: 'update', table: 'lead', id: LEAD, values: { firstname: 'Changed' } });
    await world.control.editDynamics({ op: 'delete', table: 'lead', id: id('1e', 3) });
    await world.run('lookDynamics', ['lead']);
    const counts = async () => {
      const read = await world.run('readCounts', { lead: 1 });
      return read.kind === 'done' ? read.entities.lead : undefined;
    };
    // One page: the lead that was made, the one that was changed, a deletion of one that never came.
    expect((await counts())?.pending).toMatchObject({ inserts: 1, updates: 2 });
    expect((await counts())?.pending).toHaveProperty('oldestInsertSeconds');
    expect((await counts())?.pending).toHaveProperty('oldestUpdateSeconds');
    await driver.settle();
    expect(await counts()).not.toHaveProperty('pending');

    // What an hour wrote is told when the next has begun; it may have begun meanwhile.
    const now = Date.now();
    const hours = [await store.synced.lastHour(now), await store.synced.lastHour(now + 3_600_000)];
    expect(hours.reduce((sum, hour) => sum + (hour.get('lead') ?? 0), 0)).toBe(3);
    const page = { since: new Date(), inserts: 0 };
    await store.inbox.add('lead', 'marketo', [{ id: LEAD }], page.since);
    expect((await store.inbox.pending()).get('lead')).toMatchObject({ ...page, marketo: 1, oldestUpdate: page.since });
  });
});
