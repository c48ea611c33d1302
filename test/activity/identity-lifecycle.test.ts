import { Driver } from './driver';
import { contact, id, lead, people } from './organisation';
import { type Stage, type StageOptions, startStage, type World } from './world';

// native-sync §6.1 and §6.5; DESIGN §5, Identity. Both settings where our default differs from the built-in connector.

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage.close());

const LEAD = id('1e', 1);
const OTHER = id('1e', 2);
const CONTACT = id('c0', 1);
const OPPORTUNITY = id('0b', 1);

const imported = (options: StageOptions) => stage.imported(options);

const personOf = async (world: World, guid: string): Promise<number> => Number((await world.control.person(guid)).id);
const owners = async (world: World) => (await world.control.records('leads')).map(({ microsoftId }) => microsoftId);
const edit = (world: World, guid: string, values: object, table = 'lead') =>
  world.control.editDynamics({ op: 'update', table, id: guid, values });

describe('an e-mail address', () => {
  it.each(['Dynamics', 'Marketo'])(
    'swapped between two people in %s goes to the other side, and swaps nobody',
    async (side) => {
      const { world, driver } = await imported({ rows: people([lead(1), lead(2)]) });
      const [one, two] = [await personOf(world, LEAD), await personOf(world, OTHER)];
      if (side === 'Dynamics') {
        await edit(world, LEAD, { emailaddress1: 'lead2@example.com' });
        await edit(world, OTHER, { emailaddress1: 'lead1@example.com' });
      } else {
        await world.control.editMarketo(
          { op: 'update', id: one, values: { email: 'lead2@example.com' } },
          { op: 'update', id: two, values: { email: 'lead1@example.com' } },
        );
      }
      await driver.settle();
      expect(await world.control.person(LEAD)).toMatchObject({
        id: one,
        email: 'lead2@example.com',
        lastName: 'Last1',
      });
      expect(await world.control.person(OTHER)).toMatchObject({
        id: two,
        email: 'lead1@example.com',
        lastName: 'Last2',
      });
      expect(await world.control.row('lead', LEAD)).toMatchObject({ emailaddress1: 'lead2@example.com' });
      expect(await world.control.row('lead', OTHER)).toMatchObject({ emailaddress1: 'lead1@example.com' });
    },
  );

  it('on a lead and a contact makes two persons; the one that was there is the lead’s', async () => {
    const same = { emailaddress1: 'same@example.com' };
    const world = await stage.open({ rows: people([lead(1, same)], [contact(1, same)]) });
    const [known] = await world.control.seedMarketo({ email: 'same@example.com' });
    const driver = new Driver(world);
    await driver.importAll();
    await driver.settle();
    expect(await personOf(world, LEAD)).toBe(known);
    expect(await owners(world)).toEqual([LEAD, CONTACT]);
    await edit(world, CONTACT, { jobtitle: 'Only mine' }, 'contact');
    await driver.settle();
    expect(await world.control.person(LEAD)).toMatchObject({ title: null });
  });
});

describe('a GUID in upper case', () => {
  const withIds = async (...leads: object[]): Promise<World> => {
    const world = await stage.open({ rows: people([lead(1), lead(2)]) });
    await world.control.post('/_sim/marketo/schema', { do: 'add', name: 'microsoftId', dataType: 'string' });
    await world.control.seedMarketo(...leads);
    return world;
  };

  it.each(['sensitive', 'insensitive'])(
    'on a person is the row’s all the same, where look-ups of text are %s',
    async (stringLookupCase) => {
      const world = await withIds({ microsoftId: LEAD.toUpperCase(), middleName: 'Known' }, { microsoftId: OTHER });
      await world.control.settings('marketo', { stringLookupCase });
      const driver = new Driver(world);
      await driver.importAll();
      await driver.settle();
      expect(await driver.parked()).toEqual({});
      expect((await world.control.records('leads')).map(({ microsoftId }) => microsoftId)).toEqual([LEAD, OTHER]);
      expect(await world.control.row('lead', LEAD)).toMatchObject({ middlename: 'Known' });
    },
  );

  it('on a person that somebody made after the import is found when its row comes', async () => {
    const world = await stage.open({ rows: people([lead(1)]) });
    const driver = new Driver(world);
    await driver.importAll();
    await world.control.seedMarketo({ email: 'lead2@example.com', microsoftId: OTHER.toUpperCase() });
    await driver.settle();
    await world.control.seedDynamics(people([lead(2)]));
    await driver.settle();
    expect((await world.control.records('leads')).map(({ microsoftId }) => microsoftId)).toEqual([LEAD, OTHER]);
  });

  it('of a row that two persons carry keeps the row back: nobody guesses', async () => {
    const world = await withIds({ microsoftId: LEAD }, { microsoftId: LEAD.toUpperCase() });
    const driver = new Driver(world);
    await driver.importAll();
    expect(await driver.parked()).toEqual({ [`lead:${LEAD}`]: 'ambiguous' });
    expect(await world.control.records('leads')).toHaveLength(3);
  });

  it('in a deletion, a request and a hint means the same row', async () => {
    const { world, driver } = await imported({ rows: people([lead(1), lead(2)]) });
    await world.control.editDynamics({ op: 'delete', table: 'lead', id: LEAD });
    const items = [
      { id: LEAD.toUpperCase(), deleted: true as const },
      { id: OTHER.toUpperCase(), resync: true as const },
    ];
    await world.deps.store.inbox.add('lead', 'dynamics', items, new Date());
    await world.deps.store.inbox.add('lead', 'marketo', [{ id: OTHER.toUpperCase() }], new Date());
    await driver.workOff();
    expect(await world.control.person(LEAD)).toMatchObject({ microsoftIsDeleted: true });
    expect(await owners(world)).toEqual([LEAD, OTHER]);
  });
});

describe('a person that was deleted in Marketo, and whose row is edited in Dynamics later', () => {
  const remove = async (world: World) =>
    world.control.editMarketo({ op: 'delete', id: await personOf(world, CONTACT) });
  const rows = {
    ...people([], [contact(1)]),
    opportunity: [
      { opportunityid: OPPORTUNITY, name: 'Deal', _customerid_value: CONTACT, _customerid_type: 'contact' },
    ],
  };

  it('tombstone (default): is not made again, by an edit as little as by a resync, and the row is listed', async () => {
    const { world, driver } = await imported({ rows });
    await remove(world);
    await driver.settle();
    await edit(world, CONTACT, { jobtitle: 'Later' }, 'contact');
    await driver.settle();
    await driver.reread('contact', 'resync');
    await driver.settle();
    expect(await owners(world)).toEqual([]);
    expect(await driver.parked()).toEqual({ [`contact:${CONTACT}`]: 'gone-from-marketo' });
  });

  it('recreate, as the built-in connector does: a new person, once, with the row’s fields and roles', async () => {
    const { world, driver } = await imported({ rows, config: { whenDeletedInMarketo: 'recreate' } });
    const before = await personOf(world, CONTACT);
    await remove(world);
    await driver.settle();
    await driver.reread('contact', 'resync');
    await driver.settle();
    expect(await owners(world)).toEqual([]); // nobody has edited the row
    await edit(world, CONTACT, { jobtitle: 'Later' }, 'contact');
    await driver.settle();
    const after = await world.control.person(CONTACT);
    expect(after.id).not.toBe(before);
    expect(after).toMatchObject({ title: 'Later', firstName: 'First1', email: 'contact1@example.com' });
    expect(await world.control.records('roles')).toMatchObject([{ leadId: after.id }]);
    expect(await driver.parked()).toEqual({});
    const writes = await world.control.writes();
    for (let cycle = 0; cycle < 2; cycle += 1) await driver.cycle();
    expect(await world.control.writes()).toBe(writes);
  });

  it('recreate, and the edit comes before the feed tells: the person is made once it is known to be deleted, not merged', async () => {
    const { world, driver } = await imported({ rows, config: { whenDeletedInMarketo: 'recreate' } });
    await remove(world);
    await edit(world, CONTACT, { jobtitle: 'Early' }, 'contact');
    await world.run('lookDynamics', ['contact']);
    await driver.workOff();
    expect(await owners(world)).toEqual([]);
    await driver.settle();
    expect(await world.control.person(CONTACT)).toMatchObject({ title: 'Early' });
  });

  it('recreate, and a person of that e-mail has come since: it is adopted, not doubled', async () => {
    const { world, driver } = await imported({ rows, config: { whenDeletedInMarketo: 'recreate' } });
    await remove(world);
    const [known] = await world.control.editMarketo({ op: 'create', values: { email: 'contact1@example.com' } });
    await driver.settle();
    await edit(world, CONTACT, { jobtitle: 'Later' }, 'contact');
    await driver.settle();
    expect(await world.control.records('leads')).toMatchObject([{ id: known, microsoftId: CONTACT, title: 'Later' }]);
  });
});

it('a row that is made again in Dynamics under another GUID gets a person of its own; the old one stays flagged', async () => {
  const { world, driver } = await imported({ rows: people([lead(1)]) });
  await world.control.editDynamics({ op: 'delete', table: 'lead', id: LEAD });
  await driver.settle();
  const values = { lastname: 'Last1', emailaddress1: 'lead1@example.com' };
  await world.control.editDynamics({ op: 'create', table: 'lead', id: OTHER, values });
  await driver.settle();
  expect(await world.control.person(LEAD)).toMatchObject({ microsoftIsDeleted: true });
  expect(await world.control.person(OTHER)).toMatchObject({ microsoftIsDeleted: false, email: 'lead1@example.com' });
});

describe('an ambiguous match in a resync', () => {
  const two = async () => {
    const world = await stage.open({ rows: people([lead(1)]) });
    const seeded = await world.control.seedMarketo({ email: 'lead1@example.com' }, { email: 'lead1@example.com' });
    const driver = new Driver(world);
    await driver.importAll();
    await driver.settle();
    expect(await driver.parked()).toEqual({ [`lead:${LEAD}`]: 'ambiguous' });
    return { world, driver, seeded };
  };

  it('is parked still; with one of the persons gone the other one is adopted', async () => {
    const { world, driver, seeded } = await two();
    await driver.reread('lead', 'resync');
    expect(await driver.parked()).toEqual({ [`lead:${LEAD}`]: 'ambiguous' });
    await world.control.editMarketo({ op: 'delete', id: seeded[0] });
    await driver.reread('lead', 'resync');
    expect(await personOf(world, LEAD)).toBe(seeded[1]);
    expect(await driver.parked()).toEqual({});
  });

  it('is over when somebody writes the row’s id on one of the persons', async () => {
    const { world, driver, seeded } = await two();
    await world.control.editMarketo({ op: 'update', id: seeded[1], values: { microsoftId: LEAD } });
    await driver.reread('lead', 'resync');
    expect(await world.control.person(LEAD)).toMatchObject({ id: seeded[1], lastName: 'Last1' });
    expect(await driver.parked()).toEqual({});
  });
});
