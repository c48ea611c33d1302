import { Driver } from './driver';
import * as at from './organisation';
import { contact, id, lead, organisation, people } from './organisation';
import { type Stage, startStage } from './world';

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage.close());

const imported = (rows: Record<string, object[]>) => stage.imported({ rows });

const LEAD = id('1e', 1);
const CONTACT = id('c0', 1);

describe('a value that Marketo cannot take', () => {
  it('is parked by its field with a reason, while the rest of its row and the other rows go', async () => {
    const { world, driver } = await imported(
      people([lead(1, { emailaddress1: 'no-dot@localhost', subject: 'x'.repeat(300), firstname: 'Still' }), lead(2)]),
    );
    expect(await driver.parked()).toEqual({
      [`lead:${LEAD}:email`]: 'invalid-email',
      [`lead:${LEAD}:microsoftTopic`]: 'too-long',
    });
    expect(await world.control.person(LEAD)).toMatchObject({ firstName: 'Still', email: null, microsoftTopic: null });
    expect(await world.control.person(id('1e', 2))).toMatchObject({ email: 'lead2@example.com' });
  });

  it('goes when it has been corrected, and is no longer listed', async () => {
    const { world, driver } = await imported(people([lead(1, { emailaddress1: 'no-dot@localhost' })]));
    await world.control.editDynamics({
      op: 'update',
      table: 'lead',
      id: LEAD,
      values: { emailaddress1: 'dotted@example.com' },
    });
    await driver.settle();
    expect(await world.control.person(LEAD)).toMatchObject({ email: 'dotted@example.com' });
    expect(await driver.parked()).toEqual({});
  });

  it('is left alone in both directions while it stays: nothing is written again, and Dynamics keeps it', async () => {
    const { world, driver } = await imported(people([lead(1, { emailaddress1: 'no-dot@localhost' })]));
    const before = await world.control.writes();
    await driver.cycle();
    await driver.reread('lead', 'resync');
    await driver.settle();
    expect(await world.control.writes()).toBe(before);
    expect(await world.control.row('lead', LEAD)).toMatchObject({ emailaddress1: 'no-dot@localhost' });
    expect(await driver.parked()).toEqual({ [`lead:${LEAD}:email`]: 'invalid-email' });
  });

  it('is found out also when only Marketo knows: the field that it names is left out, the rest is sent again', async () => {
    const world = await stage.open({
      rows: people([lead(1, { emailaddress1: 'dots..twice@example.com', firstname: 'Still' }), lead(2)]),
    });
    const driver = new Driver(world);
    await driver.importAll();
    expect(await world.control.person(LEAD)).toMatchObject({ firstName: 'Still', email: null });
    expect(await driver.parked()).toEqual({ [`lead:${LEAD}:email`]: 'refused-by-marketo' });
    expect(await world.control.person(id('1e', 2))).toMatchObject({ email: 'lead2@example.com' });
  });

  it('of an option without a label is parked', async () => {
    const { world, driver } = await imported(people([lead(1, { leadqualitycode: 1 })]));
    await world.control.settings('dynamics', { schemaChangeExpiresTokens: false });
    await world.control.editDynamics({
      op: 'update',
      table: 'lead',
      id: LEAD,
      values: { leadqualitycode: 77, firstname: 'Other' },
    });
    // The option goes, the row keeps its code.
    await world.control.schema('dynamics', { table: 'lead', do: 'removeOption', column: 'leadqualitycode', value: 77 });
    await driver.settle();
    expect(await driver.parked()).toEqual({ [`lead:${LEAD}:rating`]: 'unknown-option' });
    expect(await world.control.person(LEAD)).toMatchObject({ firstName: 'Other', rating: 'Hot' });
  });
});

describe('a value that Dynamics cannot take', () => {
  it('is parked by its field, while the other fields of the person go', async () => {
    const { world, driver } = await imported(people([lead(1, { leadqualitycode: 1 })]));
    const { id: person } = await world.control.person(LEAD);
    await world.control.editMarketo({
      op: 'update',
      id: Number(person),
      values: { rating: 'Lukewarm', middleName: 'M'.repeat(60), firstName: 'Gone' },
    });
    await driver.settle();
    expect(await world.control.row('lead', LEAD)).toMatchObject({
      firstname: 'Gone',
      leadqualitycode: 1,
      middlename: null,
    });
    expect(await driver.parked()).toEqual({
      [`lead:${LEAD}:rating`]: 'unknown-option',
      [`lead:${LEAD}:middleName`]: 'too-long',
    });
    await world.control.editMarketo({ op: 'update', id: Number(person), values: { rating: 'Cold', middleName: 'M' } });
    await driver.settle();
    expect(await world.control.row('lead', LEAD)).toMatchObject({ leadqualitycode: 3, middlename: 'M' });
    expect(await driver.parked()).toEqual({});
  });

  it('because a plug-in forbids it is parked with Dynamics’ code, and Marketo keeps it', async () => {
    const { world, driver } = await imported(people([], [contact(1)]));
    await world.control.settings('dynamics', { pluginAborts: ['contact'] });
    const { id: person } = await world.control.person(CONTACT);
    await world.control.editMarketo({ op: 'update', id: Number(person), values: { firstName: 'Forbidden' } });
    await driver.settle();
    expect(await driver.parked()).toEqual({ [`contact:${CONTACT}:firstName`]: 'refused-by-dynamics' });
    expect(await world.control.person(CONTACT)).toMatchObject({ firstName: 'Forbidden' });
    const patched = (await world.control.calls('dynamics')).writes;
    await driver.cycle();
    await driver.cycle();
    expect((await world.control.calls('dynamics')).writes).toBe(patched);
  });
});

describe('a reference', () => {
  const account = { accountid: at.ACCOUNT, name: 'Late Ltd' };

  it('to a row that is not there yet parks itself, while its row goes, and wakes when the target comes', async () => {
    const { world, driver } = await imported(
      people([], [contact(1, { _parentcustomerid_value: at.ACCOUNT, _parentcustomerid_type: 'account' })]),
    );
    expect(await driver.parked()).toEqual({ [`contact:${CONTACT}:externalCompanyId`]: 'missing-reference' });
    expect(await world.control.person(CONTACT)).toMatchObject({ firstName: 'First1', externalCompanyId: null });
    await world.control.seedDynamics({ account: [account] });
    await driver.settle();
    expect(await world.control.person(CONTACT)).toMatchObject({ externalCompanyId: at.ACCOUNT });
    expect(await driver.parked()).toEqual({});
  });

  it('to a row that was imported later, because it was in a later page or wave, wakes too', async () => {
    const world = await stage.open({ rows: organisation() });
    const driver = new Driver(world);
    await driver.preflight();
    for (const { name } of [...driver.entities].reverse()) await driver.import(name);
    await driver.settle();
    expect(await driver.parked()).toEqual({});
    expect(await world.control.person(at.CONTACT)).toMatchObject({
      externalCompanyId: at.ACCOUNT,
      externalSalesPersonId: at.USER,
    });
    expect(await world.control.records('roles')).toHaveLength(3);
  });

  it('to a row that never goes is empty and waits for nothing', async () => {
    const { world, driver } = await imported({
      account: [{ ...account, new_synctomkto: false }],
      ...people(
        [],
        [contact(1, { _parentcustomerid_value: at.ACCOUNT, _parentcustomerid_type: 'account', donotbulkemail: true })],
      ),
    });
    expect(await driver.parked()).toEqual({});
    expect(await world.control.person(CONTACT)).toMatchObject({ unsubscribed: true, externalCompanyId: null });
  });
});

describe('the row filter', () => {
  it('freezes a row in both directions, removes nothing, and merges both sides when it is yes again', async () => {
    const { world, driver } = await imported(people([], [contact(1, { new_synctomkto: null })]));
    const { id: person } = await world.control.person(CONTACT);
    await world.control.editDynamics({
      op: 'update',
      table: 'contact',
      id: CONTACT,
      values: { new_synctomkto: false, firstname: 'Hidden' },
    });
    await driver.settle();
    await world.control.editMarketo({ op: 'update', id: Number(person), values: { lastName: 'Unseen' } });
    await driver.settle();
    expect(await world.control.person(CONTACT)).toMatchObject({ firstName: 'First1', lastName: 'Unseen' });
    expect(await world.control.row('contact', CONTACT)).toMatchObject({ firstname: 'Hidden', lastname: 'Last1' });
    await world.control.editDynamics({ op: 'update', table: 'contact', id: CONTACT, values: { new_synctomkto: true } });
    await driver.settle();
    expect(await world.control.person(CONTACT)).toMatchObject({ firstName: 'Hidden', lastName: 'Unseen' });
    expect(await world.control.row('contact', CONTACT)).toMatchObject({ firstname: 'Hidden', lastname: 'Unseen' });
  });
});
