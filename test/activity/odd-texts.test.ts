import { PERSON_IDENTITY } from '../../model/entities';
import { bindEntity } from '../unit/model/created';
import { Driver } from './driver';
import * as at from './organisation';
import { contact, id, lead, ORDER_LINES } from './organisation';
import { type Stage, startStage, type World } from './world';

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage.close());

/** Texts that a program takes for something else, and blanks that are none (others are empty on both sides). */
const TEXTS = [
  ...[
    'false',
    'False',
    '0',
    '-0',
    'null',
    'undefined',
    'NaN',
    'Infinity',
    'true',
    'TRUE',
    '[]',
    '{}',
    '[object Object]',
  ],
  ...['constructor', '__proto__', 'toString', 'hasOwnProperty', '\u200b', '\u2060', '\u0085', '\u0001'],
];
const BLANKS = ['', ' ', '\t\r\n', '\u00a0', '\u2003', '\u3000', '\ufeff', '\u2028'];

/** Names of columns that hold any text, with the field of each. */
function texts(entity: string): [column: string, field: string][] {
  const bound = bindEntity(entity).bound.filter(
    ({ kind, rule, field, column }) =>
      kind === 'text' &&
      !rule.optional &&
      rule.direction !== 'to-dynamics' &&
      field.dataType !== 'email' &&
      (column.maxLength ?? 99) >= 15,
  );
  return bound.map(({ column, field }) => [column.logicalName, field.name]);
}
const ofRow = (entity: string, text: string | null) =>
  Object.fromEntries(texts(entity).map(([column]) => [column, text]));
const ofRecord = (entity: string, text: string | null) =>
  Object.fromEntries(texts(entity).map(([, field]) => [field, text]));

/** The entity's rows, one a text, behind those of the organisation. */
const TABLES = {
  lead: (number: number, text: string) => lead(100 + number, ofRow('lead', text)),
  contact: (number: number, text: string) => contact(100 + number, ofRow('contact', text)),
  account: (number: number, text: string) => ({ accountid: id('ac', 100 + number), ...ofRow('account', text) }),
  opportunity: (number: number, text: string) => ({
    opportunityid: id('0b', 100 + number),
    ...ofRow('opportunity', text),
    statecode: 0,
    statuscode: 1,
    _customerid_value: at.ACCOUNT,
    _customerid_type: 'account',
  }),
  new_orderline: (number: number, text: string) => ({
    new_orderlineid: id('01', 100 + number),
    new_name: text,
    new_product: text,
    _new_contactid_value: at.CONTACT,
  }),
} as const;
type Name = keyof typeof TABLES;
const KEYS: Record<Name, [prefix: string, object: string, key: string]> = {
  lead: ['1e', 'leads', PERSON_IDENTITY.id],
  contact: ['c0', 'leads', PERSON_IDENTITY.id],
  account: ['ac', 'companies', 'externalCompanyId'],
  opportunity: ['0b', 'opportunities', 'externalOpportunityId'],
  new_orderline: ['01', 'customobjects/microsoftOrderLine_c', 'microsoftId'],
};

function rows(): Record<string, object[]> {
  const all = at.organisation();
  for (const [table, make] of Object.entries(TABLES))
    all[table]?.push(...TEXTS.map((text, number) => make(number, text)));
  TEXTS.forEach((name, number) => {
    const [role, connection] = [id('d0', 100 + number), id('cc', 100 + number)];
    all.connectionrole?.push({ connectionroleid: role, name, category: 1000, statecode: 0, statuscode: 1 });
    all.connection?.push({
      ...all.connection[0],
      connectionid: connection,
      _record2roleid_value: role,
      _relatedconnectionid_value: null,
    });
  });
  return all;
}

async function held(world: World, entity: Name, number: number) {
  const [prefix, object, key] = KEYS[entity];
  const guid = id(prefix, 100 + number);
  return (await world.control.records(object)).find((record) => record[key] === guid) ?? {};
}

describe('a text that Marketo composes', () => {
  test('is no edit, comes to rest, and stays in Dynamics as it was', async () => {
    const name = 'Zoe\u0308 \u1112\u1161\u11ab';
    const rows = {
      lead: [lead(101, { ...ofRow('lead', name) })],
      contact: [contact(101, { ...ofRow('contact', name) })],
    };
    const world = await stage.open({ rows });
    await world.control.settings('marketo', { composesText: true });
    const driver = new Driver(world);
    await driver.importAll();
    await driver.settle();
    for (const table of ['lead', 'contact'] as const) {
      await world.control.editDynamics({
        op: 'update',
        table,
        id: id(KEYS[table][0], 101),
        values: { jobtitle: `Che\u0301f ${name}` },
      });
      await driver.settle();
      const before = await world.control.writes();
      await driver.reread(table, 'resync');
      await driver.settle();
      expect(await world.control.writes()).toBe(before);
      expect(await held(world, table, 1)).toMatchObject({
        lastName: name.normalize('NFC'),
        title: `Ch\u00e9f ${name.normalize('NFC')}`,
      });
      expect(await world.control.row(table, id(KEYS[table][0], 101))).toMatchObject({
        lastname: name,
        jobtitle: `Che\u0301f ${name}`,
      });
    }
    expect(await world.deps.store.conflicts.count()).toBe(0);
  });
});

describe('a text that looks like something else is a text', () => {
  test('when rows are first copied, in every text of every entity, and in the names of roles', async () => {
    const { world, driver } = await stage.imported({ rows: rows(), config: { customEntities: [ORDER_LINES] } });
    for (const entity of Object.keys(TABLES) as Name[]) {
      for (const [number, text] of TEXTS.entries()) {
        expect({ entity, text, ...(await held(world, entity, number)) }).toMatchObject(ofRecord(entity, text));
      }
    }
    const roles = (await world.control.records('roles')).map(({ role }) => role);
    expect(roles).toEqual(expect.arrayContaining(TEXTS));
    expect(await driver.parked()).toEqual({});
    const before = await world.control.writes();
    for (const entity of Object.keys(TABLES)) await driver.reread(entity, 'resync');
    await driver.settle();
    expect(await world.control.writes()).toBe(before);
  });

  test.each(['lead', 'contact'] as const)('in edits of a %s, both ways, and emptied again', async (table) => {
    const none = TEXTS.map((_, number) => (table === 'lead' ? lead(100 + number) : contact(100 + number)));
    const { world, driver } = await stage.imported({ rows: { [table]: none } });
    const [prefix] = KEYS[table];
    const guid = (number: number) => id(prefix, 100 + number);
    const named = { lastname: 'Lind' };
    const inDynamics = (text: (number: number) => string | null) =>
      world.control.editDynamics(
        ...TEXTS.map((_, number) => ({
          op: 'update',
          table,
          id: guid(number),
          values: { ...ofRow(table, text(number)), ...(text(number)?.trim() ? {} : named) },
        })),
      );
    const inMarketo = async (text: (number: number) => string | null) => {
      const persons = new Map((await world.control.records('leads')).map((one) => [one[PERSON_IDENTITY.id], one.id]));
      await world.control.editMarketo(
        ...TEXTS.map((_, number) => ({
          op: 'update',
          id: persons.get(guid(number)),
          values: { ...ofRecord(table, text(number)), ...(text(number)?.trim() ? {} : { lastName: 'Lind' }) },
        })),
      );
    };
    const expectHeld = async (text: (number: number) => string | null) => {
      await driver.settle();
      for (const number of TEXTS.keys()) {
        const more = text(number) === null ? [named, { lastName: 'Lind' }] : [{}, {}];
        const told = { text: text(number), ...(await world.control.row(table, guid(number))) };
        expect(told).toMatchObject({ ...ofRow(table, text(number)), ...more[0] });
        expect(await held(world, table, number)).toMatchObject({ ...ofRecord(table, text(number)), ...more[1] });
      }
    };
    await inDynamics((number) => TEXTS[number] ?? null);
    await expectHeld((number) => TEXTS[number] ?? null);
    await inMarketo(() => null);
    await expectHeld(() => null);
    const other = (number: number) => TEXTS[(number + 1) % TEXTS.length] ?? null;
    await inMarketo(other);
    await expectHeld(other);
    await inDynamics(() => null);
    await expectHeld(() => null);
    // Blanks of any kind are empty: no edit.
    const before = await world.control.writes();
    await inDynamics((number) => BLANKS[number % BLANKS.length] ?? null);
    await driver.settle();
    expect(await world.control.writes()).toBe(before);
    expect(await driver.parked()).toEqual({});
  });
});
