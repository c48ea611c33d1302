import { contact, id, lead, ORDER_LINES, people } from './organisation';
import { type Stage, startStage, type World } from './world';

// native-sync §4.3 and §6.3, row by row.

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage.close());

const LEAD = id('1e', 1);
const MADE = id('c0', 9);
const EXISTING = id('c0', 1);
const OPPORTUNITY = id('0b', 1);
const YES = { new_synctomkto: true };
const NO = { new_synctomkto: false };
/** Contacts have the filter's column, and this one is nobody's business. */
const BYSTANDER = contact(2, NO);

const imported = (rows: Record<string, object[]>, config: object = {}) => stage.imported({ rows, config });

const everyone = async (world: World) =>
  (await world.control.records('leads')).map(({ id: person, microsoftId, microsoftType }) => [
    person,
    microsoftId,
    microsoftType,
  ]);

const asContact = (values: object = {}) => ({
  op: 'create',
  table: 'contact',
  id: MADE,
  values: {
    firstname: 'First1',
    lastname: 'Last1',
    emailaddress1: 'lead1@example.com',
    _originatingleadid_value: LEAD,
    ...values,
  },
});
const asQualified = (values: object = {}) => ({
  op: 'update',
  table: 'lead',
  id: LEAD,
  values: { statecode: 1, statuscode: 3, ...values },
});

describe('a lead is qualified, and a contact made of it', () => {
  it('No, No: nothing is synced', async () => {
    const { world, driver } = await imported(people([lead(1, NO)], [BYSTANDER]));
    await world.control.editDynamics(asQualified(), asContact(NO));
    await driver.settle();
    expect(await everyone(world)).toEqual([]);
  });

  it('Yes, Yes: the contact is synced, and is the same person', async () => {
    const { world, driver } = await imported(people([lead(1, YES)], [BYSTANDER]));
    const { id: person } = await world.control.person(LEAD);
    await world.control.editDynamics(asQualified(), asContact(YES));
    await driver.settle();
    expect(await everyone(world)).toEqual([[person, MADE, 'Contact']]);
  });

  it('No, Yes: a new contact appears in Marketo, and the lead never does', async () => {
    const { world, driver } = await imported(people([lead(1, NO)], [BYSTANDER]));
    await world.control.editDynamics(asQualified(), asContact(YES));
    await driver.settle();
    await world.control.editDynamics(asQualified(YES));
    await driver.settle();
    expect((await everyone(world)).map(([, ...rest]) => rest)).toEqual([[MADE, 'Contact']]);
  });

  it('No, Yes with a person from before the No: the same person goes on as the contact', async () => {
    const { world, driver } = await imported(people([lead(1, YES)], [BYSTANDER]));
    const { id: person } = await world.control.person(LEAD);
    await world.control.editDynamics(asQualified(NO));
    await driver.settle();
    await world.control.editDynamics(asContact(YES));
    await driver.settle();
    expect(await everyone(world)).toEqual([[person, MADE, 'Contact']]);
  });

  it('Yes, No: the lead’s data are updated, the contact is not synced; once it is Yes it takes the person over', async () => {
    const { world, driver } = await imported(people([lead(1, YES)], [BYSTANDER]));
    const { id: person } = await world.control.person(LEAD);
    await world.control.editDynamics(asQualified(), asContact(NO));
    await driver.settle();
    expect(await world.control.person(LEAD)).toMatchObject({ id: person, leadStatus: 'Qualified' });
    expect(await everyone(world)).toEqual([[person, LEAD, 'Lead']]);
    await world.control.editDynamics({ op: 'update', table: 'contact', id: MADE, values: YES });
    await driver.settle();
    expect(await everyone(world)).toEqual([[person, MADE, 'Contact']]);
  });

  it('though the contact comes before the lead was ever seen: the lead gets no person', async () => {
    const { world, driver } = await imported({});
    await world.control.editDynamics(
      { op: 'create', table: 'lead', id: LEAD, values: { lastname: 'Last1', statecode: 1, statuscode: 3 } },
      asContact(),
    );
    await world.run('lookDynamics', ['contact']);
    await driver.workOff();
    await driver.settle();
    expect((await everyone(world)).map(([, ...rest]) => rest)).toEqual([[MADE, 'Contact']]);
  });

  it('takes the lead’s bridge to its team away, and makes the contact’s', async () => {
    const owner = { _ownerid_value: id('70', 1), _ownerid_type: 'team' };
    const { world, driver } = await imported({
      team: [{ teamid: id('70', 1), name: 'North', teamtype: 0 }],
      ...people([lead(1, owner)]),
    });
    await world.control.editDynamics(asQualified(), asContact(owner));
    await driver.settle();
    const bridges = await world.control.records('customobjects/microsoftPersonTeam_c');
    expect(bridges.map(({ microsoftId }) => microsoftId)).toEqual([MADE]);
  });
});

const into = asQualified({ _parentcontactid_value: EXISTING });
const both = (ofLead: object, ofContact: object) => people([lead(1, ofLead)], [contact(1, ofContact)]);

describe('a lead is qualified into an existing contact', () => {
  it('Yes, Yes: the two persons become one, the contact’s; the lead never writes again', async () => {
    const { world, driver } = await imported(both({ ...YES, telephone1: '+1 555 0100', donotphone: true }, YES));
    const { id: person } = await world.control.person(EXISTING);
    await world.control.editDynamics(into);
    await driver.settle();
    expect(await everyone(world)).toEqual([[person, EXISTING, 'Contact']]);
    // What only the lead's person had goes on, and so does its opt-out.
    expect(await world.control.row('contact', EXISTING)).toMatchObject({ telephone1: '+1 555 0100', donotphone: true });
    expect(await world.control.person(EXISTING)).toMatchObject({ firstName: 'First1', doNotCall: true });
    await world.control.editDynamics({ op: 'update', table: 'lead', id: LEAD, values: { firstname: 'Backwards' } });
    await driver.settle();
    expect(await world.control.person(EXISTING)).toMatchObject({ firstName: 'First1' });
    const links = await world.deps.store.links.get([`lead:${LEAD}`]);
    expect(links.get(`lead:${LEAD}`)).toMatchObject({
      state: 'superseded',
      into: `contact:${EXISTING}`,
      marketoId: person,
    });
    expect(await driver.parked()).toEqual({});
  });

  it('an opt-out of the lead stands that had not come to its person yet', async () => {
    const { world, driver } = await imported(both(YES, YES));
    const out = { donotbulkemail: true, donotphone: true };
    await world.control.editDynamics({ op: 'update', table: 'lead', id: LEAD, values: out });
    await world.control.editDynamics(into);
    await driver.settle();
    expect(await world.control.person(EXISTING)).toMatchObject({ unsubscribed: true, doNotCall: true });
    expect(await world.control.row('contact', EXISTING)).toMatchObject(out);
  });

  it('Yes, No: the lead’s data are updated; once the contact is Yes the two persons become one', async () => {
    const { world, driver } = await imported(both(YES, YES));
    await world.control.editDynamics({ op: 'update', table: 'contact', id: EXISTING, values: NO });
    await driver.settle();
    await world.control.editDynamics(into);
    await driver.settle();
    expect(await world.control.person(LEAD)).toMatchObject({ leadStatus: 'Qualified' });
    expect(await everyone(world)).toHaveLength(2);
    await world.control.editDynamics({ op: 'update', table: 'contact', id: EXISTING, values: YES });
    await driver.settle();
    expect((await everyone(world)).map(([, ...rest]) => rest)).toEqual([[EXISTING, 'Contact']]);
  });

  it.each([
    ['No', 'Yes', NO, YES, [EXISTING]],
    ['No', 'No', NO, NO, []],
  ])('%s, %s: the lead stays where it is', async (_lead, _contact, ofLead, ofContact, expected) => {
    const { world, driver } = await imported(both(ofLead, ofContact));
    await world.control.editDynamics(into);
    await driver.settle();
    expect((await everyone(world)).map(([, guid]) => guid)).toEqual(expected);
  });

  it('before the first import: no person is made for the lead, and none has to be merged', async () => {
    const { world } = await imported(
      both({ statecode: 1, statuscode: 3, _parentcontactid_value: EXISTING }, { _originatingleadid_value: null }),
    );
    expect((await everyone(world)).map(([, guid]) => guid)).toEqual([EXISTING]);
    expect(
      (await world.control.calls('marketo')).byEndpoint['POST /rest/v1/leads/{leadId}/merge.json'],
    ).toBeUndefined();
  });

  it('that was made of it, as where QualifyLead sets both: one person all the way', async () => {
    const { world, driver } = await imported(people([lead(1)]));
    const { id: person } = await world.control.person(LEAD);
    await world.control.editDynamics(asQualified({ _parentcontactid_value: MADE }), asContact());
    await driver.settle();
    expect(await everyone(world)).toEqual([[person, MADE, 'Contact']]);
  });

  it('the contact’s roles and the lead’s custom objects hang on the one person, though Marketo moves neither', async () => {
    const lines = { ...ORDER_LINES, belongsTo: { column: 'new_leadid', entity: 'lead' } };
    const { world, driver } = await imported(
      {
        ...both({}, {}),
        opportunity: [
          { opportunityid: OPPORTUNITY, name: 'Deal', _customerid_value: EXISTING, _customerid_type: 'contact' },
        ],
        new_orderline: [{ new_orderlineid: id('01', 1), new_name: 'Line', _new_leadid_value: LEAD }],
      },
      { customEntities: [lines] },
    );
    await world.control.settings('marketo', { mergeMovesCustomObjects: false, mergeMovesRoles: false });
    const { id: person } = await world.control.person(EXISTING);
    await world.control.editDynamics(into);
    await driver.settle();
    expect(await world.control.records('customobjects/microsoftOrderLine_c')).toMatchObject([{ leadId: person }]);
    expect(await world.control.records('roles')).toMatchObject([{ leadId: person }]);
  });
});
