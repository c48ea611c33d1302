import { Driver, expectDone } from './driver';
import { loseAnswer } from './lost-answers';
import { ACCOUNT, CONTACT, CONTACT_OF_TEAM, id, OPPORTUNITY, ORDER_LINES, organisation } from './organisation';
import { fresh } from './pair';
import { allWaitsEnd } from './waits';
import { type Stage, startStage, type World } from './world';

jest.setTimeout(600_000);

let stage: Stage;
let world: World;
let driver: Driver;
beforeAll(async () => {
  stage = await startStage();
  world = await stage.open({ rows: organisation(), config: { customEntities: [ORDER_LINES] } });
  driver = new Driver(world);
  await driver.importAll();
  await driver.settle();
});
afterAll(() => stage.close());

const edit = (op: string, table: string, guid: string, values: object = {}) =>
  world.control.editDynamics({ op, table, id: guid, ...(op !== 'delete' && { values }) });

/** When what was sent is carried out: by the edit that follows, or never. */
const WHEN = ['never', 'before the next edit', 'after the next edit'] as const;
type Call = 'syncObjects' | 'deleteObjects' | 'syncLeads';

let numbers = 100;
const nextId = (kind: string): string => {
  numbers += 1;
  return id(kind, numbers);
};

/** A change whose write is not answered, another one, and the vendor in between or never; then both ends are at rest. */
async function play(
  table: string,
  call: Call,
  when: string,
  first: () => Promise<unknown>,
  then?: () => Promise<unknown>,
) {
  await world.deps.store.db.collection('deletions').deleteMany({});
  await first();
  await world.run('lookDynamics', [table, ...(table === 'connection' ? ['opportunity'] : [])]);
  const lost = loseAnswer(world, { api: 'marketo', name: call });
  expectDone(await world.run('applyInbox', table));
  expect(lost.sent()).toBe(true);
  expect((await world.deps.store.asides.counts()).get(table)?.waiting).toBe(1);
  if (when === 'before the next edit') await lost.commit();
  await then?.();
  if (when === 'after the next edit') await lost.commit();
  await allWaitsEnd(world);
  await driver.settle();
  const before = await world.control.writes();
  await driver.cycle();
  expect((await world.control.writes()) - before).toBe(0);
}

const found = async (object: string, key: string, value: string) =>
  (await world.control.records(object)).filter((record) => record[key] === value);
const LINES = 'customobjects/microsoftOrderLine_c';
const line = (guid: string) => found(LINES, 'microsoftId', guid);
const company = () => found('companies', 'externalCompanyId', ACCOUNT);
const roles = async (leadId: unknown) =>
  (await found('roles', 'externalOpportunityId', OPPORTUNITY)).filter((role) => role.leadId === leadId);

describe.each(WHEN)('a write of an object that was not answered, carried out %s', (when) => {
  it('(a company’s update) stays where nobody edits it', async () => {
    const city = fresh('City');
    await play('account', 'syncObjects', when, () => edit('update', 'account', ACCOUNT, { address1_city: city }));
    expect(await company()).toEqual([expect.objectContaining({ billingCity: city })]);
  });

  it('(a company’s update) gives way to a later one, and to what was there before', async () => {
    const [was, sent, later] = [fresh('Was'), fresh('Sent'), fresh('Later')];
    await edit('update', 'account', ACCOUNT, { address1_city: was });
    await driver.settle();
    for (const city of [later, later, was]) {
      const first = () => edit('update', 'account', ACCOUNT, { address1_city: sent });
      await play('account', 'syncObjects', when, first, () =>
        edit('update', 'account', ACCOUNT, { address1_city: city }),
      );
      expect(await company()).toEqual([expect.objectContaining({ billingCity: city })]);
      await edit('update', 'account', ACCOUNT, { address1_city: was });
      await driver.settle();
    }
  });

  it('(a custom object’s create) leaves one record, as its row is by then; none of a row that is deleted by then', async () => {
    for (const end of ['made', 'edited', 'deleted']) {
      const guid = nextId('01');
      const values = { new_name: fresh('Line'), new_quantity: 3, _new_contactid_value: CONTACT };
      const name = end === 'edited' ? fresh('Edited') : values.new_name;
      await play(
        'new_orderline',
        'syncObjects',
        when,
        () => edit('create', 'new_orderline', guid, values),
        async () => {
          if (end === 'edited') await edit('update', 'new_orderline', guid, { new_name: name });
          if (end === 'deleted') await edit('delete', 'new_orderline', guid);
        },
      );
      expect((await line(guid)).map((record) => record.name)).toEqual(end === 'deleted' ? [] : [name]);
    }
  });

  it('(a custom object’s deletion) takes it away, but not when the row has been restored', async () => {
    for (const restored of [false, true]) {
      const guid = nextId('01');
      const values = { new_name: fresh('Line'), new_quantity: 3, _new_contactid_value: CONTACT };
      await edit('create', 'new_orderline', guid, values);
      await driver.settle();
      const restore = () => (restored ? edit('create', 'new_orderline', guid, values) : Promise.resolve());
      await play('new_orderline', 'deleteObjects', when, () => edit('delete', 'new_orderline', guid), restore);
      expect((await line(guid)).map((record) => record.name)).toEqual(restored ? [values.new_name] : []);
    }
  });

  it('(a role) is there once where it is wanted, and gone where it is not wanted any more', async () => {
    const { id: leadId } = await world.control.person(CONTACT_OF_TEAM);
    for (const removed of [false, true]) {
      const guid = nextId('cc');
      const ends = {
        _record1id_value: OPPORTUNITY,
        _record1id_type: 'opportunity',
        _record2id_value: CONTACT_OF_TEAM,
        _record2id_type: 'contact',
        statecode: 0,
      };
      const before = (await roles(leadId)).length;
      const remove = () => (removed ? edit('delete', 'connection', guid) : Promise.resolve());
      await play('connection', 'syncObjects', when, () => edit('create', 'connection', guid, ends), remove);
      expect(await roles(leadId)).toHaveLength(before + (removed ? 0 : 1));
      const again = () => (removed ? Promise.resolve() : edit('create', 'connection', nextId('cc'), ends));
      if (removed) continue;
      await play('connection', 'deleteObjects', when, () => edit('delete', 'connection', guid), again);
      expect(await roles(leadId)).toHaveLength(before + 1);
      const [last] = (await world.control.rows('connection')).filter((row) => row.connectionid === id('cc', numbers));
      await play('connection', 'deleteObjects', when, () => edit('delete', 'connection', String(last?.connectionid)));
      expect(await roles(leadId)).toHaveLength(before);
    }
  });

  it('(a person’s create) makes one person, as the row is by then', async () => {
    for (const table of ['lead', 'contact'] as const) {
      for (const edited of [false, true]) {
        const guid = nextId(table === 'lead' ? '1e' : 'c0');
        const values = { lastname: 'Late', firstname: fresh('Made'), emailaddress1: `${guid}@example.com` };
        const firstname = edited ? fresh('Edited') : values.firstname;
        const then = () => (edited ? edit('update', table, guid, { firstname }) : Promise.resolve());
        await play(table, 'syncLeads', when, () => edit('create', table, guid, values), then);
        expect(await world.control.person(guid)).toMatchObject({ firstName: firstname });
        expect(await world.control.row(table, guid)).toMatchObject({ firstname });
      }
    }
  });
});
