import { Driver } from './driver';
import { ACCOUNT, contact, id, lead } from './organisation';
import { type Stage, startStage, type World } from './world';

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage.close());

const OTHER = id('ac', 2);
const CONTACT = id('c0', 1);
const NOWHERE = 'no-account';

const account = (guid: string, name: string, more: object = {}): object => ({ accountid: guid, name, ...more });
const of = (guid: string | null) => ({
  _parentcustomerid_value: guid,
  _parentcustomerid_type: guid === null ? null : 'account',
});

const imported = (rows: Record<string, object[]>, pageRows?: number) =>
  stage.imported({ rows, ...(pageRows !== undefined && { pageRows }) });

async function company(world: World, guid: string): Promise<Record<string, unknown> | undefined> {
  return (await world.control.records('companies')).find(({ externalCompanyId }) => externalCompanyId === guid);
}

/** A marketer edits the company through one of its people: all of them show it (native-sync §2.5). */
const editLocally = (world: World, values: object): Promise<unknown> =>
  world.control.post('/_sim/marketo/edit-object', {
    object: 'companies',
    key: { externalCompanyId: ACCOUNT },
    values,
  });

const edit = (world: World, table: string, guid: string, values: object): Promise<string[]> =>
  world.control.editDynamics({ op: 'update', table, id: guid, values });

describe('an account', () => {
  it('that is renamed is renamed on all its people in Marketo, however many pages they filled, and on no others', async () => {
    const people = Array.from({ length: 25 }, (_, index) => contact(index + 1, of(ACCOUNT)));
    const { world, driver } = await imported(
      {
        account: [account(ACCOUNT, 'Harbour'), account(OTHER, 'Quay')],
        lead: [lead(1, { _parentaccountid_value: ACCOUNT })],
        contact: [...people, contact(26, of(OTHER)), contact(27)],
      },
      10,
    );
    const before = await world.control.calls('marketo');
    await edit(world, 'account', ACCOUNT, { name: 'Harbour Optics' });
    await driver.settle();
    const found = (await world.control.records('leads')).map(({ company: name }) => name ?? null);
    expect(found.filter((name) => name === 'Harbour Optics')).toHaveLength(26);
    expect(found.filter((name) => name === 'Quay')).toHaveLength(1);
    expect(found.filter((name) => name === null)).toHaveLength(1);
    // One company was written; its people show it by themselves, and the feed's echo of that moves nothing.
    expect((await world.control.calls('marketo')).writes).toBe(before.writes + 1);
    expect(await driver.parked()).toEqual({});
  });

  it('overrides, when it is next updated, what was edited of its company in Marketo, and Dynamics never hears of it', async () => {
    const { world, driver } = await imported({
      account: [account(ACCOUNT, 'Harbour', { address1_city: 'Leith', telephone1: '+44 131 555 0100' })],
      contact: [contact(1, of(ACCOUNT))],
    });
    await editLocally(world, { company: 'Harbor', billingCity: 'Spoilt' });
    await driver.settle();
    expect(await company(world, ACCOUNT)).toMatchObject({ company: 'Harbor', billingCity: 'Spoilt' });
    await edit(world, 'account', ACCOUNT, { telephone1: '+44 131 555 0199' });
    await driver.settle();
    expect(await company(world, ACCOUNT)).toMatchObject({
      company: 'Harbour',
      billingCity: 'Leith',
      mainPhone: '+44 131 555 0199',
    });
    expect(await world.control.row('account', ACCOUNT)).toMatchObject({ name: 'Harbour', address1_city: 'Leith' });
    await editLocally(world, { billingCity: 'Spoilt again' });
    await driver.reread('account', 'resync');
    expect(await company(world, ACCOUNT)).toMatchObject({ billingCity: 'Leith' });
  });
});

describe('a contact', () => {
  it('that moves to another account moves its person, and to none moves it to the placeholder and back', async () => {
    const { world, driver } = await imported({
      account: [account(ACCOUNT, 'Harbour'), account(OTHER, 'Quay')],
      contact: [contact(1, of(ACCOUNT))],
    });
    const shown = async () => {
      const { externalCompanyId, company: name } = await world.control.person(CONTACT);
      return [externalCompanyId, name];
    };
    expect(await shown()).toEqual([ACCOUNT, 'Harbour']);
    await edit(world, 'contact', CONTACT, of(OTHER));
    await driver.settle();
    expect(await shown()).toEqual([OTHER, 'Quay']);
    await edit(world, 'contact', CONTACT, of(null));
    await driver.settle();
    expect(await shown()).toEqual([NOWHERE, '(no account)']);
    const writes = await world.control.writes();
    await driver.reread('contact', 'resync');
    await driver.settle();
    expect(await world.control.writes()).toBe(writes);
    await edit(world, 'contact', CONTACT, of(ACCOUNT));
    await driver.settle();
    expect(await shown()).toEqual([ACCOUNT, 'Harbour']);
  });

  it('whose account is filtered out is not waiting; it has its company as soon as that is let in', async () => {
    const { world, driver } = await imported({
      account: [account(ACCOUNT, 'Harbour', { new_synctomkto: false })],
      contact: [contact(1, of(ACCOUNT))],
    });
    expect(await driver.parked()).toEqual({});
    expect((await world.control.person(CONTACT)).externalCompanyId).toBeNull();
    await edit(world, 'account', ACCOUNT, { new_synctomkto: true });
    await driver.settle();
    expect(await world.control.person(CONTACT)).toMatchObject({ externalCompanyId: ACCOUNT, company: 'Harbour' });
  });

  it('that waited for its account stops waiting when that arrives filtered out, and has it when it is let in', async () => {
    // The table has the filter's column from the start.
    const { world, driver } = await imported({
      account: [account(OTHER, 'Quay', { new_synctomkto: null })],
      contact: [contact(1, of(ACCOUNT))],
    });
    expect(await driver.parked()).toEqual({ [`contact:${CONTACT}:externalCompanyId`]: 'missing-reference' });
    await world.control.seedDynamics({ account: [account(ACCOUNT, 'Harbour', { new_synctomkto: false })] });
    await driver.settle();
    expect(await driver.parked()).toEqual({});
    expect((await world.control.person(CONTACT)).externalCompanyId).toBeNull();
    await edit(world, 'account', ACCOUNT, { new_synctomkto: null });
    await driver.settle();
    expect(await world.control.person(CONTACT)).toMatchObject({ externalCompanyId: ACCOUNT });
  });

  it('whose account Marketo refuses is not waiting; it has its company when the account has been mended', async () => {
    const world = await stage.open({
      rows: { account: [account(ACCOUNT, 'Harbour')], contact: [contact(1, of(ACCOUNT))] },
    });
    await world.control.fault('marketo', { kind: 'skip', code: '1006', endpoint: 'companies', records: 300, after: 1 });
    const driver = new Driver(world);
    await driver.importAll();
    await driver.settle();
    expect(await driver.parked()).toEqual({ [`account:${ACCOUNT}`]: 'refused-by-marketo' });
    expect((await world.control.person(CONTACT)).externalCompanyId).toBeNull();
    await world.control.noFaults('marketo');
    await edit(world, 'account', ACCOUNT, { name: 'Harbour Optics' });
    await driver.settle();
    expect(await driver.parked()).toEqual({});
    expect(await world.control.person(CONTACT)).toMatchObject({ company: 'Harbour Optics' });
  });
});
