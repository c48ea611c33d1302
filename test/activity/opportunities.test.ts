import { requeueDependants } from '../../activities/dependants';
import { Mortal } from '../../cli/check/stage/mortal';
import { passTime } from '../../cli/check/stage/time';
import {
  ANN,
  BO,
  BUYER,
  CY,
  customer,
  DEAL,
  dealRows,
  JUDGE,
  LONG,
  lookup,
  OTHER_ACCOUNT,
  of,
  opportunity,
  rolesIn,
  stakeholder,
} from './deals';
import { expectDone } from './driver';
import { ACCOUNT, contact, id, ORDER_LINES, TEAM } from './organisation';
import { type Stage, startStage, type World } from './world';

/** A batch whose outcome nobody lived to remember is looked into after so long. */
const ANSWER_LOST_MS = 91_000;

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage.close());

const rows = dealRows;
const roles = (world: World) => rolesIn(world);

const imported = (seed: Record<string, object[]>, config = {}) => stage.imported({ rows: seed, config });

const edit = (world: World, table: string, guid: string, values: object): Promise<string[]> =>
  world.control.editDynamics({ op: 'update', table, id: guid, values });

/** Companies of the opportunities, by their numbers. */
async function companies(world: World): Promise<unknown[]> {
  const found = await world.control.records('opportunities');
  return found
    .sort((a, b) => String(a.externalOpportunityId).localeCompare(String(b.externalOpportunityId)))
    .map(({ externalCompanyId }) => externalCompanyId);
}

describe('the customer of an opportunity (native-sync §2.7)', () => {
  it('contact only: a role, and the contact’s account or none; account only: that account and no role; both: as account only, and the contact’s role by our setting', async () => {
    const table = [
      opportunity(1, customer('contact', ANN)),
      opportunity(2, customer('contact', BO)),
      opportunity(3, customer('account', OTHER_ACCOUNT)),
      opportunity(4, { ...customer('account', OTHER_ACCOUNT), _parentcontactid_value: ANN }),
    ];
    const ours = await imported(rows(table));
    expect(await companies(ours.world)).toEqual([ACCOUNT, null, OTHER_ACCOUNT, OTHER_ACCOUNT]);
    expect(await roles(ours.world)).toEqual(['Ann Contact*', 'Ann Customer*', 'Bo Customer*']);
    const native = await imported(rows(table), { parentContactRoles: false });
    expect(await companies(native.world)).toEqual([ACCOUNT, null, OTHER_ACCOUNT, OTHER_ACCOUNT]);
    expect(await roles(native.world)).toEqual(['Ann Customer*', 'Bo Customer*']);
  });

  it('may change its kind: company and role follow', async () => {
    const { world, driver } = await imported(rows([opportunity(1, customer('account', OTHER_ACCOUNT))]));
    await edit(world, 'opportunity', DEAL, customer('contact', ANN));
    await driver.settle();
    expect(await companies(world)).toEqual([ACCOUNT]);
    expect(await roles(world)).toEqual(['Ann Customer*']);
    await edit(world, 'opportunity', DEAL, customer('account', OTHER_ACCOUNT));
    await driver.settle();
    expect(await companies(world)).toEqual([OTHER_ACCOUNT]);
    expect(await roles(world)).toEqual([]);
  });

  it('a contact that moves to another account, to none, or to its first one, takes the opportunity along', async () => {
    const { world, driver } = await imported(
      rows([opportunity(1, customer('contact', ANN)), opportunity(2, customer('contact', BO))]),
    );
    await edit(world, 'contact', ANN, of(OTHER_ACCOUNT));
    await edit(world, 'contact', BO, of(ACCOUNT));
    await driver.settle();
    expect(await companies(world)).toEqual([OTHER_ACCOUNT, ACCOUNT]);
    await edit(world, 'contact', ANN, of(null));
    await driver.settle();
    expect(await companies(world)).toEqual([null, ACCOUNT]);
    expect(await driver.parked()).toEqual({});
  });

  it('takes the opportunity along although the worker dies after the contact was written', async () => {
    const { world } = await imported(rows([opportunity(1, customer('contact', ANN))]));
    await edit(world, 'contact', ANN, of(OTHER_ACCOUNT));
    const mortal = new Mortal();
    const dying = await world.again({ mortal });
    expectDone(await dying.run('lookDynamics', ['contact']));
    mortal.dieAt({ method: 'inbox.add', about: 'opportunity', count: 1 });
    const died = dying.run('applyInbox', 'contact').finally(() => dying.close());
    await expect(died).rejects.toThrow();
    expect((await world.control.person(ANN)).externalCompanyId).toBe(OTHER_ACCOUNT);
    await passTime(world.control, ANSWER_LOST_MS);
    expectDone(await world.run('applyInbox', 'contact'));
    expectDone(await world.run('applyInbox', 'opportunity'));
    expect(await companies(world)).toEqual([OTHER_ACCOUNT]);
  });

  it('that is filtered out leaves the opportunity without company and role until it is let in', async () => {
    const { world, driver } = await imported(
      rows([opportunity(1, customer('contact', ANN))], {
        contact: [contact(1, { ...of(ACCOUNT), new_synctomkto: false })],
      }),
    );
    expect(await companies(world)).toEqual([null]);
    // Listed, since the opportunity has no role meanwhile; but not as if it were about to come.
    expect(await driver.parked()).toEqual({ [`connection:${DEAL}`]: 'not-eligible' });
    await edit(world, 'contact', ANN, { new_synctomkto: true });
    await driver.settle();
    expect(await companies(world)).toEqual([ACCOUNT]);
    expect(await roles(world)).toEqual(['Ann Customer*']);
    expect(await driver.parked()).toEqual({});
  });
});

describe('stakeholders', () => {
  it('are added, change their role, are switched off and on, and are removed: one role each', async () => {
    const { world, driver } = await imported(
      rows([opportunity(1, customer('account', ACCOUNT))], { connection: [stakeholder(1, ANN, BUYER)] }),
    );
    expect(await roles(world)).toEqual(['Ann Buyer']);
    await world.control.seedDynamics({ connection: [stakeholder(2, BO, BUYER), stakeholder(3, BO, JUDGE)] });
    await driver.settle();
    expect(await roles(world)).toEqual(['Ann Buyer', 'Bo Buyer', 'Bo Decision Maker']);
    await edit(world, 'connection', id('cc', 1), { _record2roleid_value: JUDGE });
    await edit(world, 'connection', id('cc', 2), { statecode: 1, statuscode: 2 });
    await driver.settle();
    expect(await roles(world)).toEqual(['Ann Decision Maker', 'Bo Decision Maker']);
    await edit(world, 'connection', id('cc', 2), { statecode: 0, statuscode: 1 });
    await world.control.editDynamics({ op: 'delete', table: 'connection', id: id('cc', 3) });
    await driver.settle();
    expect(await roles(world)).toEqual(['Ann Decision Maker', 'Bo Buyer']);
    expect(await driver.parked()).toEqual({});
  });

  it('of a role with a longer name than Marketo takes are kept back and listed; the others go', async () => {
    const { world, driver } = await imported(
      rows([opportunity(1, customer('account', ACCOUNT))], {
        connection: [stakeholder(1, ANN, LONG), stakeholder(2, BO, BUYER)],
      }),
    );
    expect(await roles(world)).toEqual(['Bo Buyer']);
    expect(await driver.parked()).toEqual({ [`connection:${DEAL}:role`]: 'too-long' });
    await edit(world, 'connection', id('cc', 1), { _record2roleid_value: JUDGE });
    await driver.settle();
    expect(await roles(world)).toEqual(['Ann Decision Maker', 'Bo Buyer']);
    expect(await driver.parked()).toEqual({});
  });
});

describe('roles', () => {
  it('have their primary contact by the customer, else by the parent contact, and it moves with them', async () => {
    const { world, driver } = await imported(
      rows([opportunity(1, { ...customer('account', ACCOUNT), _parentcontactid_value: BO })]),
    );
    expect(await roles(world)).toEqual(['Bo Contact*']);
    await edit(world, 'opportunity', DEAL, customer('contact', ANN));
    await driver.settle();
    expect(await roles(world)).toEqual(['Ann Customer*', 'Bo Contact']);
    await edit(world, 'opportunity', DEAL, customer('account', ACCOUNT));
    await driver.settle();
    expect(await roles(world)).toEqual(['Bo Contact*']);
  });

  it('are removed before their opportunity is', async () => {
    const { world, driver } = await imported(
      rows([opportunity(1, customer('contact', ANN))], { connection: [stakeholder(1, BO, BUYER)] }),
    );
    const since = await world.control.seq();
    await world.control.editDynamics({ op: 'delete', table: 'opportunity', id: DEAL });
    await driver.settle();
    expect(await world.control.records('opportunities')).toEqual([]);
    expect(await world.control.records('roles')).toEqual([]);
    const deleted = (await world.control.ledger('marketo', since)).flatMap((entry) =>
      entry.kind === 'delete' ? [entry.table] : [],
    );
    expect(deleted).toEqual(['roles', 'roles', 'opportunities']);
  });

  it('of an opportunity that is filtered out wait, and are there once it is let in, whichever is looked at first', async () => {
    const { world, driver } = await imported(
      rows([opportunity(1, { ...customer('contact', ANN), new_synctomkto: false })]),
    );
    expect(await roles(world)).toEqual([]);
    await edit(world, 'opportunity', DEAL, { new_synctomkto: true });
    expectDone(await world.run('lookDynamics', ['opportunity']));
    expectDone(await world.run('applyInbox', 'connection'));
    expectDone(await world.run('applyInbox', 'opportunity'));
    await driver.workOff();
    expect(await roles(world)).toEqual(['Ann Customer*']);
    // Frozen with its record there: what changes meanwhile comes when it thaws.
    await edit(world, 'opportunity', DEAL, { new_synctomkto: false });
    await driver.settle();
    await edit(world, 'opportunity', DEAL, customer('contact', BO));
    await driver.settle();
    expect(await roles(world)).toEqual(['Ann Customer*']);
    await edit(world, 'opportunity', DEAL, { new_synctomkto: true });
    expectDone(await world.run('lookDynamics', ['opportunity']));
    expectDone(await world.run('applyInbox', 'connection'));
    expectDone(await world.run('applyInbox', 'opportunity'));
    await driver.workOff();
    expect(await roles(world)).toEqual(['Bo Customer*']);
  });

  it('of a contact that is deleted in Dynamics go; of one whose person is deleted in Marketo nothing is expected', async () => {
    const { world, driver } = await imported(
      rows([opportunity(1, { ...customer('account', ACCOUNT), _parentcontactid_value: CY })], {
        connection: [stakeholder(1, ANN, BUYER), stakeholder(2, BO, BUYER)],
      }),
    );
    expect(await roles(world)).toEqual(['Ann Buyer', 'Bo Buyer', 'Cy Contact*']);
    const { id: bo } = await world.control.person(BO);
    await world.control.editMarketo({ op: 'delete', id: Number(bo) });
    await driver.settle();
    await edit(world, 'opportunity', DEAL, { _parentcontactid_value: null });
    await world.control.editDynamics(
      { op: 'delete', table: 'connection', id: id('cc', 1) },
      { op: 'delete', table: 'contact', id: ANN },
    );
    await driver.settle();
    expect(await roles(world)).toEqual([]);
    // The row itself is listed; its role is not missed.
    expect(await driver.parked()).toEqual({ [`contact:${BO}`]: 'gone-from-marketo' });
  });
});

describe('a person with a new id in Marketo', () => {
  it('has its roles, custom objects and team sent again', async () => {
    const line = {
      new_orderlineid: id('01', 1),
      new_name: 'Line',
      _new_contactid_value: ANN,
      _new_contactid_type: 'contact',
    };
    const { world, driver } = await imported(
      rows([opportunity(1, customer('contact', ANN))], {
        team: [{ teamid: TEAM, name: 'North', teamtype: 0, isdefault: false }],
        contact: [contact(1, lookup('ownerid', 'team', TEAM)), contact(2)],
        connection: [stakeholder(1, ANN, BUYER), stakeholder(2, BO, BUYER)],
        new_orderline: [line],
      }),
      { customEntities: [ORDER_LINES] },
    );
    const { store } = world.deps;
    // What a relink does: the person was made again by somebody else, and carries our id.
    const before = Number((await world.control.person(ANN)).id);
    const [after] = await world.control.seedMarketo({
      email: 'again@example.com',
      microsoftId: ANN,
      microsoftType: 'Contact',
    });
    await world.control.editMarketo({ op: 'update', id: before, values: { microsoftId: null } });
    const link = (await store.links.get([`contact:${ANN}`])).get(`contact:${ANN}`);
    if (!link) throw new Error('no link');
    await store.links.put([{ ...link, marketoId: Number(after) }], 1_000);
    await requeueDependants(world.deps, [`contact:${ANN}`]);
    await driver.workOff();
    const owners = async (object: string) => (await world.control.records(object)).map(({ leadId }) => leadId);
    const bo = (await world.control.person(BO)).id;
    expect((await owners('roles')).sort()).toEqual([after, after, bo].sort());
    expect(await owners('customobjects/microsoftOrderLine_c')).toEqual([after]);
    expect(await owners('customobjects/microsoftPersonTeam_c')).toEqual([after]);
    // And once more does no harm.
    const writes = await world.control.writes();
    await requeueDependants(world.deps, [`contact:${ANN}`]);
    await driver.workOff();
    expect(await world.control.writes()).toBe(writes);
  });
});
