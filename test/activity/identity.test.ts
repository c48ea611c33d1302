import { Driver } from './driver';
import { contact, id, lead, people } from './organisation';
import { type Stage, startStage, type World } from './world';

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage.close());

const LEAD = id('1e', 1);
const CONTACT = id('c0', 1);

async function importInto(world: World): Promise<Driver> {
  const driver = new Driver(world);
  await driver.importAll();
  await driver.settle();
  return driver;
}

const opened = (adoption: string, leads: object[], contacts: object[] = []): Promise<World> =>
  stage.open({ rows: people(leads, contacts), config: { adoption } });

describe('a person of the same e-mail that is there already', () => {
  it('is adopted and merged field by field: a value beats empty, on both sides', async () => {
    const world = await opened('adopt', [lead(1, { telephone1: '+1 555 0100' })]);
    const [known] = await world.control.seedMarketo({
      email: 'LEAD1@example.com',
      firstName: 'First1',
      middleName: 'Known',
    });
    await importInto(world);
    const person = await world.control.person(LEAD);
    expect(person).toMatchObject({
      id: known,
      middleName: 'Known',
      phone: '+1 555 0100',
      lastName: 'Last1',
      microsoftType: 'Lead',
    });
    expect(await world.control.row('lead', LEAD)).toMatchObject({ middlename: 'Known' });
    expect(await world.control.records('leads')).toHaveLength(1);
  });

  it('brings its opt-out along, and takes the row’s: the more restrictive one wins without a base', async () => {
    const world = await opened('adopt', [lead(1, { donotbulkemail: false, donotphone: true })]);
    await world.control.seedMarketo({ email: 'lead1@example.com', unsubscribed: true, doNotCall: false });
    await importInto(world);
    expect(await world.control.person(LEAD)).toMatchObject({ unsubscribed: true, doNotCall: true });
    expect(await world.control.row('lead', LEAD)).toMatchObject({ donotbulkemail: true, donotphone: true });
  });

  it('with other values goes by policy: Marketo’s for a lead, Dynamics’ for a contact', async () => {
    const world = await opened('adopt', [lead(1)], [contact(1)]);
    await world.control.seedMarketo(
      { email: 'lead1@example.com', firstName: 'Theirs' },
      { email: 'contact1@example.com', firstName: 'Theirs' },
    );
    await importInto(world);
    expect(await world.control.row('lead', LEAD)).toMatchObject({ firstname: 'Theirs' });
    expect(await world.control.person(CONTACT)).toMatchObject({ firstName: 'First1' });
    expect(await world.deps.store.conflicts.count()).toBe(2);
  });

  it('is left alone by the policy create: a person of our own is made', async () => {
    const world = await opened('create', [lead(1)]);
    const [known] = await world.control.seedMarketo({ email: 'lead1@example.com', firstName: 'Theirs' });
    await importInto(world);
    expect((await world.control.person(LEAD)).id).not.toBe(known);
    expect((await world.control.records('leads')).find((person) => person.id === known)).toMatchObject({
      firstName: 'Theirs',
      microsoftId: null,
    });
  });

  it('keeps the row back by the policy park', async () => {
    const world = await opened('park', [lead(1), lead(2)]);
    await world.control.seedMarketo({ email: 'lead1@example.com' });
    const driver = await importInto(world);
    expect(await driver.parked()).toEqual({ [`lead:${LEAD}`]: 'to-be-adopted' });
    expect((await world.control.records('leads')).map(({ microsoftId }) => microsoftId)).toEqual([null, id('1e', 2)]);
  });

  it('twice keeps the row back: nobody guesses', async () => {
    const world = await opened('adopt', [lead(1)]);
    await world.control.seedMarketo({ email: 'lead1@example.com' }, { email: 'lead1@example.com' });
    const driver = await importInto(world);
    expect(await driver.parked()).toEqual({ [`lead:${LEAD}`]: 'ambiguous' });
    expect(await world.control.records('leads')).toHaveLength(2);
  });

  it('goes to the first of two rows of that e-mail; the other one gets a person of its own', async () => {
    const world = await opened('adopt', [
      lead(1, { emailaddress1: 'same@example.com' }),
      lead(2, { emailaddress1: 'same@example.com' }),
    ]);
    await world.control.seedMarketo({ email: 'same@example.com' });
    const driver = await importInto(world);
    expect(await driver.parked()).toEqual({});
    expect((await world.control.records('leads')).map(({ microsoftId }) => microsoftId).sort()).toEqual([
      LEAD,
      id('1e', 2),
    ]);
  });

  it('that comes with a new row in the loop is adopted as well', async () => {
    const world = await opened('adopt', []);
    const driver = await importInto(world);
    const [known] = await world.control.seedMarketo({ email: 'late@example.com', firstName: 'Form' });
    const [made] = await world.control.editDynamics({
      op: 'create',
      table: 'lead',
      values: { lastname: 'Late', emailaddress1: 'late@example.com' },
    });
    await driver.settle();
    expect(await world.control.person(String(made))).toMatchObject({ id: known, firstName: 'Form', lastName: 'Late' });
    expect(await world.control.row('lead', String(made))).toMatchObject({ firstname: 'Form' });
  });
});

describe('two rows of the same e-mail', () => {
  it('without a person make two persons: e-mail is an attribute, not a key', async () => {
    const world = await opened('adopt', [
      lead(1, { emailaddress1: 'same@example.com' }),
      lead(2, { emailaddress1: 'same@example.com' }),
    ]);
    const driver = await importInto(world);
    expect(await driver.parked()).toEqual({});
    expect((await world.control.person(LEAD)).id).not.toBe((await world.control.person(id('1e', 2))).id);
  });
});

describe('a lead that is qualified', () => {
  it('in the loop hands its person to the contact; the lead never writes again', async () => {
    const world = await opened('adopt', [lead(1, { subject: 'Topic' })]);
    const driver = await importInto(world);
    const before = (await world.control.person(LEAD)).id;
    await world.control.editDynamics(
      { op: 'update', table: 'lead', id: LEAD, values: { statecode: 1, statuscode: 3 } },
      {
        op: 'create',
        table: 'contact',
        id: CONTACT,
        values: {
          firstname: 'First1',
          lastname: 'Last1',
          emailaddress1: 'lead1@example.com',
          _originatingleadid_value: LEAD,
        },
      },
    );
    await driver.settle();
    const person = await world.control.person(CONTACT);
    expect(person).toMatchObject({ id: before, microsoftType: 'Contact', microsoftTopic: 'Topic' });
    await world.control.editDynamics({ op: 'update', table: 'lead', id: LEAD, values: { firstname: 'Backwards' } });
    await driver.settle();
    expect(await world.control.person(CONTACT)).toMatchObject({ firstName: 'First1' });
    expect(await world.control.records('leads')).toHaveLength(1);
  });

  it('writes of its person go to the contact afterwards', async () => {
    const world = await opened('adopt', [lead(1)], [contact(1, { _originatingleadid_value: LEAD })]);
    const driver = await importInto(world);
    const { id: person } = await world.control.person(CONTACT);
    await world.control.editMarketo({ op: 'update', id: Number(person), values: { phone: '+1 555 0123' } });
    await driver.settle();
    expect(await world.control.row('contact', CONTACT)).toMatchObject({ telephone1: '+1 555 0123' });
    expect(await world.control.row('lead', LEAD)).toMatchObject({ telephone1: null });
  });
});

describe('a link whose person is not ours', () => {
  it('is not written to: ids are small integers, and another instance has them too', async () => {
    const world = await opened('create', [lead(1)]);
    const driver = await importInto(world);
    const { id: person } = await world.control.person(LEAD);
    await world.control.editMarketo({
      op: 'update',
      id: Number(person),
      values: { microsoftId: id('99', 1), firstName: 'Stranger' },
    });
    await world.control.editDynamics({ op: 'update', table: 'lead', id: LEAD, values: { firstname: 'Ours' } });
    await driver.settle();
    expect((await world.control.records('leads')).find((record) => record.id === person)).toMatchObject({
      firstName: 'Stranger',
    });
  });
});
