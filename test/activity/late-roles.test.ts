import { passTime } from '../../cli/check/stage/time';
import { answer } from '../../cli/deletes/answer';
import { Asleep } from './asleep';
import {
  ANN,
  BO,
  BUYER,
  CY,
  customer,
  DEAL,
  dealRows,
  JUDGE,
  lookup,
  opportunity,
  rolesIn,
  stakeholder,
} from './deals';
import { Driver, expectDone } from './driver';
import { die, Interleavings } from './interleavings';
import { ACCOUNT, id } from './organisation';
import { type Stage, startStage, type World } from './world';

jest.setTimeout(600_000);

/** Longer than an answer that is lost is waited for. */
const TAKEN_FOR_DEAD_MS = 200_000;
const SECOND = id('0b', 2);
const [FIRST_LINK, LINK] = [id('cc', 1), id('cc', 2)] as const;

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage.close());

const edit = (world: World, table: string, guid: string, values: object): Promise<unknown> =>
  world.control.editDynamics({ op: 'update', table, id: guid, values });

/** The deal has a parent contact and two stakeholders; a second one has none. */
const begun = () =>
  stage.imported({
    rows: dealRows([opportunity(1, { ...customer('account', ACCOUNT), _parentcontactid_value: ANN }), opportunity(2)], {
      connection: [stakeholder(1, BO, JUDGE), stakeholder(2, BO, BUYER)],
    }),
  });
const AT_FIRST = ['Ann Contact*', 'Bo Buyer', 'Bo Decision Maker'];

/** What people do, and the roles that both deals have then. */
const CHANGES: Record<string, [change: (world: World) => Promise<unknown>, deal: string[], second?: string[]]> = {
  'another parent contact': [
    (world) => edit(world, 'opportunity', DEAL, { _parentcontactid_value: CY }),
    ['Bo Buyer', 'Bo Decision Maker', 'Cy Contact*'],
  ],
  'no parent contact': [
    (world) => edit(world, 'opportunity', DEAL, { _parentcontactid_value: null }),
    ['Bo Buyer', 'Bo Decision Maker'],
  ],
  'a contact as the customer': [
    (world) => edit(world, 'opportunity', DEAL, customer('contact', CY)),
    ['Ann Contact', 'Bo Buyer', 'Bo Decision Maker', 'Cy Customer*'],
  ],
  'another contact of a connection': [
    (world) => edit(world, 'connection', LINK, lookup('record2id', 'contact', CY)),
    ['Ann Contact*', 'Bo Decision Maker', 'Cy Buyer'],
  ],
  'another role of a connection': [
    async (world) => {
      await edit(world, 'connection', LINK, { _record2roleid_value: JUDGE });
      await edit(world, 'connection', FIRST_LINK, { _record2roleid_value: BUYER });
      await edit(world, 'connection', FIRST_LINK, lookup('record2id', 'contact', CY));
    },
    ['Ann Contact*', 'Bo Decision Maker', 'Cy Buyer'],
  ],
  'a connection that is deactivated': [
    (world) => edit(world, 'connection', LINK, { statecode: 1, statuscode: 2 }),
    ['Ann Contact*', 'Bo Decision Maker'],
  ],
  'a connection that is deleted': [
    (world) => world.control.editDynamics({ op: 'delete', table: 'connection', id: LINK }),
    ['Ann Contact*', 'Bo Decision Maker'],
  ],
  'a connection that is edited and deleted': [
    async (world) => {
      await edit(world, 'connection', LINK, { _record2roleid_value: JUDGE });
      await world.control.editDynamics({ op: 'delete', table: 'connection', id: LINK });
    },
    ['Ann Contact*', 'Bo Decision Maker'],
  ],
  'a connection that moves to another opportunity': [
    (world) => edit(world, 'connection', LINK, lookup('record1id', 'opportunity', SECOND)),
    ['Ann Contact*', 'Bo Decision Maker'],
    ['Bo Buyer'],
  ],
  'a new connection': [
    (world) => world.control.seedDynamics({ connection: [stakeholder(3, CY, BUYER)] }),
    ['Ann Contact*', 'Bo Buyer', 'Bo Decision Maker', 'Cy Buyer'],
  ],
};
const TABLES = ['opportunity', 'connection'];

async function expectRoles(world: World, what: string): Promise<void> {
  const [, deal, second = []] = CHANGES[what] ?? [];
  expect(await rolesIn(world, DEAL)).toEqual(deal);
  expect(await rolesIn(world, SECOND)).toEqual(second);
}

const look = async (world: World) => expectDone(await world.run('lookDynamics', TABLES));

describe.each(Object.keys(CHANGES))('%s', (what) => {
  const change = CHANGES[what]?.[0] as (world: World) => Promise<unknown>;

  it.each(['resync', 'import'] as const)('stands against pages of a %s that were staged before it', async (mode) => {
    const { world, driver } = await begun();
    expect(await rolesIn(world)).toEqual(AT_FIRST);
    expectDone(await world.run('beginImport', 'connection', 2, mode));
    const units: number[] = [];
    for (let unit = 0, more = true; more; unit += 1) {
      const fetched = expectDone(await world.run('fetchPage', 'connection', 2, unit, mode));
      if (fetched.rows > 0) units.push(unit);
      more = fetched.more;
    }
    expect(units.length).toBeGreaterThan(1);
    await change(world);
    await look(world);
    await driver.workOff();
    await expectRoles(world, what);
    for (const unit of units) {
      expectDone(await world.run('applyUnit', 'connection', 2, unit, mode));
      await expectRoles(world, what);
    }
    await driver.settle();
    await expectRoles(world, what);
  });
});

/** Before the epoch is taken, and after. At every point: test/truth/late-roles.test.ts. */
const POINTS = ['writers.take', 'roles.put'];

describe.each([
  'another parent contact',
  'a connection that is deleted',
  'a connection that moves to another opportunity',
])('%s', (what) => {
  const change = CHANGES[what]?.[0] as (world: World) => Promise<unknown>;

  it.each(POINTS)('stands against an attempt that was taken for dead at %s, and wakes up afterwards', async (where) => {
    const { world, driver } = await begun();
    await edit(world, 'opportunity', DEAL, { _parentcontactid_value: BO });
    await edit(world, 'connection', LINK, lookup('record2id', 'contact', ANN));
    await look(world);
    const interleavings = new Interleavings(world);
    const met = await interleavings.at(
      1,
      (call) => call === where,
      async (point) => {
        const zombie = new Asleep();
        const attempt = point.during(() => world.run('applyInbox', 'connection'), zombie.sleep);
        await Promise.race([zombie.fellAsleep, attempt]);
        await passTime(world.control, TAKEN_FOR_DEAD_MS);
        await edit(world, 'opportunity', DEAL, { _parentcontactid_value: ANN });
        await edit(world, 'connection', LINK, lookup('record2id', 'contact', BO));
        await change(world);
        await look(world);
        await driver.workOff();
        await expectRoles(world, what);
        zombie.wake();
        await attempt;
      },
    );
    expect(met).toBe(where);
    await expectRoles(world, what);
    // Whatever looks at the deal next goes by what is remembered of it.
    await edit(world, 'connection', FIRST_LINK, { description: 'seen again' });
    await driver.settle();
    await expectRoles(world, what);
  });
});

describe('what is remembered of a deal’s sources and is wrong', () => {
  /** As an older version left it, without row versions: nothing of it is true. */
  async function spoil(world: World, mapped: boolean): Promise<void> {
    const { db } = world.deps.store;
    const gone = id('cc', 9);
    const sources = {
      customer: CY,
      parentContact: null,
      connections: { [gone]: { contact: ANN, role: 'Buyer' }, [FIRST_LINK]: { contact: CY, role: 'Buyer' } },
    };
    const roles = db.collection<{ _id: string }>('roles');
    await roles.updateOne({ _id: DEAL }, { $set: { sources }, $unset: { writer: '' } });
    const connections = db.collection<{ _id: string; opportunity: string }>('connections');
    await connections.deleteMany({ _id: { $in: [gone, LINK] } });
    if (mapped) await connections.insertOne({ _id: gone, opportunity: DEAL });
  }

  it.each([true, false])(
    'is put right by a pass of the reconciliation (connections that are gone still have their opportunity: %s)',
    async (mapped) => {
      const { world, driver } = await begun();
      await spoil(world, mapped);
      await world.deps.store.db.collection('reconciliation').updateMany({}, { $set: { dueAt: new Date(0) } });
      await driver.settle();
      expect(await rolesIn(world, DEAL)).toEqual(AT_FIRST);
      // What is remembered is right by now, and not just what was sent.
      await edit(world, 'opportunity', DEAL, { _parentcontactid_value: CY });
      await driver.settle();
      expect(await rolesIn(world, DEAL)).toEqual(['Bo Buyer', 'Bo Decision Maker', 'Cy Contact*']);
      const writes = await world.control.writes();
      await driver.reread('connection', 'resync');
      await driver.settle();
      expect(await world.control.writes()).toBe(writes);
    },
  );

  it('is put right by a resync of the roles', async () => {
    const { world, driver } = await begun();
    await spoil(world, false);
    await driver.reread('connection', 'resync');
    await driver.settle();
    expect(await rolesIn(world, DEAL)).toEqual(AT_FIRST);
  });
});

it('the role of a connection that is gone stays where an operator has answered so, through resyncs and reconciliations', async () => {
  const { world, driver } = await begun();
  await world.deps.store.deletions.stop('connection');
  await world.control.editDynamics({ op: 'delete', table: 'connection', id: LINK });
  await driver.settle();
  expect(await rolesIn(world, DEAL)).toEqual(AT_FIRST);
  expect(await answer(world.deps.store, 'connection', 'keep')).toBe(1);
  await driver.settle();
  for (let pass = 0; pass < 2; pass += 1) {
    await driver.reread('connection', 'resync');
    await world.deps.store.db.collection('reconciliation').updateMany({}, { $set: { dueAt: new Date(0) } });
    await driver.settle();
  }
  expect(await rolesIn(world, DEAL)).toEqual(AT_FIRST);
  expect(await driver.parked()).toEqual({});
});

it('connections of one deal that lie in several parts of a page all make their roles', async () => {
  const others = Array.from({ length: 20 }, (_, index) => opportunity(100 + index));
  const between = Array.from({ length: 700 }, (_, index) =>
    stakeholder(1_000 + index, [ANN, BO, CY][index % 3] as string, JUDGE, id('0b', 100 + (index % 20))),
  );
  const { world } = await stage.imported({
    rows: dealRows([opportunity(1), ...others], {
      connection: [
        stakeholder(1, ANN, BUYER),
        ...between,
        stakeholder(9_000, BO, BUYER),
        stakeholder(9_001, CY, JUDGE),
      ],
    }),
  });
  expect(await rolesIn(world, DEAL)).toEqual(['Ann Buyer', 'Bo Buyer', 'Cy Decision Maker']);
  const record = (await world.deps.store.roles.get([DEAL])).get(DEAL);
  expect(record?.written.map(({ contact }) => contact).sort()).toEqual([ANN, BO, CY]);
  expect(await rolesIn(world)).toHaveLength(3 + 60);
});

describe('the roles of an opportunity that is deleted', () => {
  const remove = (world: World) => world.control.editDynamics({ op: 'delete', table: 'opportunity', id: DEAL });
  const settled = async (world: World) => {
    expect(await rolesIn(world, DEAL)).toEqual([]);
    expect((await world.control.records('opportunities')).map((one) => one.externalOpportunityId)).toEqual([SECOND]);
  };

  it('go by the roles’ own writer: in its journal, under its epoch; the deletion counts once', async () => {
    const { world, driver } = await begun();
    const { journal, deletions } = world.deps.store;
    const journalled: string[] = [];
    const open = journal.open.bind(journal);
    journal.open = (entry) => {
      journalled.push(...entry.keys.map((key) => `${entry.object} ${key}`));
      return open(entry);
    };
    await remove(world);
    await driver.settle();
    await settled(world);
    const ofRoles = `opportunities/roles connection:${DEAL}`;
    expect(journalled).toEqual([ofRoles, ofRoles, ofRoles, `opportunities opportunity:${DEAL}`]);
    expect(await deletions.recent('opportunity')).toMatchObject({ count: 1 });
  });

  const DEATHS = [
    ['opportunity', 'inbox.add'],
    ['opportunity', 'inbox.remove'],
    ['connection', 'roles.put'],
    ['connection', 'marketo.deleteObjects answered'],
    ['connection', 'inbox.add'],
    ['connection', 'inbox.remove'],
  ] as const;
  it.each(DEATHS)(
    'go, and the opportunity after them, though the worker of %s dies before %s',
    async (entity, call) => {
      const { world, driver } = await begun();
      await remove(world);
      await look(world);
      if (entity === 'connection') expectDone(await world.run('applyInbox', 'opportunity'));
      const interleavings = new Interleavings(world);
      const met = await interleavings.at(
        1,
        (one) => one === call,
        async (point) => {
          await point.during(() => world.run('applyInbox', entity), die);
          await passTime(world.control, TAKEN_FOR_DEAD_MS);
          await driver.settle();
          await settled(world);
        },
      );
      expect(met).toBe(call);
    },
  );

  it('stay where it was restored before they were removed', async () => {
    const { world, driver } = await begun();
    await remove(world);
    await look(world);
    expectDone(await world.run('applyInbox', 'opportunity'));
    await world.control.seedDynamics({
      opportunity: [opportunity(1, { ...customer('account', ACCOUNT), _parentcontactid_value: ANN })],
    });
    await driver.settle();
    expect(await rolesIn(world, DEAL)).toContain('Ann Contact*');
    expect(await world.control.records('opportunities')).toHaveLength(2);
  });

  it('are made again where it is restored afterwards', async () => {
    const { world, driver } = await begun();
    await remove(world);
    await driver.settle();
    await settled(world);
    await world.control.seedDynamics({
      opportunity: [opportunity(1, { ...customer('contact', CY), _parentcontactid_value: ANN })],
    });
    await driver.settle();
    expect(await rolesIn(world, DEAL)).toEqual(['Ann Contact', 'Cy Customer*']);
  });

  it('go where contact roles are not synced any more', async () => {
    const { world } = await begun();
    const later = await world.again({ config: { entities: { connection: { enabled: false } } } });
    const driver = new Driver(later);
    await driver.preflight();
    await remove(world);
    await driver.settle();
    await settled(world);
    await later.close();
  });

  it('do not come back by a page that was staged before', async () => {
    const { world, driver } = await begun();
    expectDone(await world.run('beginImport', 'connection', 2, 'import'));
    expectDone(await world.run('fetchPage', 'connection', 2, 0, 'import'));
    expectDone(await world.run('fetchPage', 'connection', 2, 1, 'import'));
    await remove(world);
    await look(world);
    expectDone(await world.run('applyInbox', 'opportunity'));
    expectDone(await world.run('applyInbox', 'connection'));
    for (const unit of [0, 1]) expectDone(await world.run('applyUnit', 'connection', 2, unit, 'import'));
    expect(await rolesIn(world, DEAL)).toEqual([]);
    await driver.settle();
    await settled(world);
  });
});
