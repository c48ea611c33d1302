import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ACCOUNT, CONTACT_OF_TEAM, OPPORTUNITY, OPPORTUNITY_OF_CONTACT } from '../../cli/check/stage/organisation';
import { addInsight, edit, editUnderNative, OLD, personBefore, rowBefore, seed, whilePaused } from './native/edits';
import { COMPANY, CONTACT_PERSON, INSIGHT, LEAD_PERSON, OPPORTUNITY as MAPPED } from './native/mapping';
import { command, digest, withStore } from './native/operator';
import { type Cycle, cyclesOf } from './native/pace';
import { ACCOUNTS, CONTACT, LEAD, LINE, MERGES, OPPORTUNITIES, ORDER, SELLER } from './native/rows';
import { NativeStage, update } from './native/stage';
import { until } from './support/until';

/**
 * What the built-in connector does and this service has to do as well: the acceptance list of native-sync §14, line by
 * line, with the whole service. `ours` has every policy as it is by default; `native` has the built-in connector's
 * where ours is another. All lines' edits are made at once, each on rows of its own, so that one wait does for all.
 */
jest.setTimeout(60_000);
let ours: NativeStage;
let native: NativeStage;
let enabledLater: Promise<void>;
let nativeCycles: Cycle[];
let oursMeanwhile: number;

beforeAll(async () => {
  [ours, native] = await Promise.all([
    NativeStage.open('ours.config.yaml', seed),
    NativeStage.open('native.config.yaml', async (stage) => {
      await addInsight(stage);
      await seed(stage);
    }),
  ]);
  await Promise.all([whilePaused(ours).then(() => edit(ours)), editUnderNative(native)]);
  enabledLater = enableLater();
  // Awaited by its test.
  enabledLater.catch(() => undefined);
}, 120_000);

/** When there has been enough of the native pace, its service is started anew with two more entities. */
async function enableLater(): Promise<void> {
  await native.person(LEAD(21), { firstName: 'From Dynamics' });
  await native.row('lead', LEAD(22), { firstname: 'From Marketo' });
  await native.comesTrue('three cycles', async () => (await cyclesOf(native.org.client)).length >= 3);
  nativeCycles = await cyclesOf(native.org.client);
  oursMeanwhile = (await cyclesOf(ours.org.client)).length;
  await native.restart('enabled-later.config.yaml');
}
afterAll(() => Promise.all([ours?.stop(), native?.stop()]), 60_000);

const isAsBefore = async (table: string, guid: string): Promise<void> =>
  expect(await ours.control.row(table, guid)).toEqual(rowBefore(table, guid));

test('native 2: lead/contact both ways; the rest one way', async () => {
  for (const [table, guid] of [
    ['lead', LEAD],
    ['contact', CONTACT],
  ] as const) {
    await ours.person(guid(21), { firstName: 'From Dynamics' });
    await ours.row(table, guid(22), { firstname: 'From Marketo' });
  }
  const arrives = (object: string, key: string, guid: string, values: object) =>
    ours.becomes(object, () => ours.object(object, key, guid), { ...values });
  await arrives('companies', 'externalCompanyId', ACCOUNTS(22), { company: 'From Dynamics' });
  await arrives('opportunities', 'externalOpportunityId', OPPORTUNITIES(22), { name: 'From Dynamics' });
  await arrives('salespersons', 'externalSalesPersonId', SELLER.second, { title: 'From Dynamics' });
  await isAsBefore('account', ACCOUNTS(21));
  await isAsBefore('opportunity', OPPORTUNITIES(21));
  await isAsBefore('systemuser', SELLER.first);
});

test('native 3: winner: Marketo on leads, Dynamics on contacts and one-way entities', async () => {
  await ours.row('lead', LEAD(31), { firstname: 'Marketo' });
  await ours.person(LEAD(31), { firstName: 'Marketo' });
  await ours.row('contact', CONTACT(31), { firstname: 'Dynamics' });
  await ours.person(CONTACT(31), { firstName: 'Dynamics' });
  const company = () => ours.object('companies', 'externalCompanyId', ACCOUNTS(31));
  await ours.becomes('the company', company, { company: 'Dynamics' });
  await ours.row('account', ACCOUNTS(31), { name: 'Dynamics' });
});

/** Rows that were made of this person, by its last name. */
const rowsNamed = async (table: string, lastname: string) =>
  (await ours.control.rows(table)).filter((row) => row.lastname === lastname);

test('native 4: Marketo-only people are never pushed automatically; explicit command required; insert-only, no-op when linked', async () => {
  await ours.comesTrue('a lead', async () => (await rowsNamed('lead', 'By command')).length > 0);
  const id = String(personBefore('By command'));
  await command(ours, 'push', '--id', id, '--as', 'lead');
  await ours.comesTrue('nothing came of the second', async () =>
    (await command(ours, 'push', '--status', '--id', id)).includes('already-linked'),
  );
  for (const [table, name, rows] of [
    ['lead', 'By command', 1],
    ['lead', 'Last22', 1],
    ['lead', 'Never pushed', 0],
    ['contact', 'Never pushed', 0],
  ] as const)
    expect({ table, name, rows: (await rowsNamed(table, name)).length }).toEqual({ table, name, rows });
});

test('native 5: command options: as lead / as contact, owner; real time', async () => {
  const [lead] = await rowsNamed('lead', 'By command');
  expect(lead).toMatchObject({ firstname: 'Only', telephone1: '+1 555 041', _ownerid_value: SELLER.first });
  await ours.comesTrue('a contact', async () => (await rowsNamed('contact', 'By signal')).length === 1);
  const [contact] = await rowsNamed('contact', 'By signal');
  expect(contact).toMatchObject({
    telephone1: '+1 555 042',
    _ownerid_value: SELLER.first,
    _parentcustomerid_value: null,
  });
  await ours.person(String(lead?.leadid), { id: personBefore('By command'), microsoftType: 'Lead' });
  await ours.person(String(contact?.contactid), { id: personBefore('By signal'), microsoftType: 'Contact' });
});

test('native 6: new_synctomkto truth table, including empty = yes; No→Yes starts with create-or-update; Yes→No freezes', async () => {
  for (const [table, guid] of [
    ['lead', LEAD],
    ['contact', CONTACT],
  ] as const) {
    expect({ empty: await ours.persons(guid(61)), yes: await ours.persons(guid(62)) }).toMatchObject({
      empty: [{ lastName: 'Last61' }],
      yes: [{ lastName: 'Last62' }],
    });
    expect(await ours.persons(guid(63))).toEqual([]);
    // No→Yes makes a person where there is none.
    await ours.person(guid(64), { lastName: 'Last64' });
    // Yes→No: neither side's edit has gone to the other, and nothing was removed.
    expect(await ours.control.person(guid(65))).toMatchObject({ firstName: 'First65', phone: '+1 555 0165' });
    expect(await ours.control.row(table, guid(65))).toMatchObject({ firstname: 'While frozen', telephone1: null });
    await ours.inDynamics(update(table, guid(65), { new_synctomkto: true }));
  }
  // No→Yes again: the person that is there is brought up to date, from both sides.
  for (const [table, guid] of [
    ['lead', LEAD(65)],
    ['contact', CONTACT(65)],
  ] as const) {
    await ours.person(guid, { id: personBefore(guid), firstName: 'While frozen' });
    await ours.row(table, guid, { telephone1: '+1 555 0165' });
  }
  // A table without the column: accounts are there.
  expect((await ours.control.rows('account'))[0]).not.toHaveProperty('new_synctomkto');
  expect(await ours.object('companies', 'externalCompanyId', ACCOUNTS(21))).toBeDefined();
});

test('native 7: the qualify table of §4.3', async () => {
  // Yes, Yes: the person goes on as the contact's.
  await ours.person(CONTACT(72), { id: personBefore(LEAD(72)), microsoftType: 'Contact', firstName: 'Qualified' });
  // No, Yes: a new one.
  await ours.person(CONTACT(73), { microsoftType: 'Contact', firstName: 'Qualified' });
  // Yes, No: the lead's data are brought up to date; the contact does not come.
  await ours.person(LEAD(74), { microsoftType: 'Lead', firstName: 'Qualified', leadStatus: 'Qualified' });
  for (const nobody of [LEAD(71), CONTACT(71), LEAD(72), LEAD(73), CONTACT(74)])
    expect(await ours.persons(nobody)).toEqual([]);
});

test.each(MERGES)('native 7: the merge table of §4.4: winner $yes, loser $loserYes', async (merge) => {
  const { winner, yes, loser, loserYes } = merge;
  if (yes) await ours.person(CONTACT(winner), { title: 'Chosen' });
  const left = async () =>
    [await ours.persons(CONTACT(winner)), await ours.persons(CONTACT(loser))].map((one) => one.length);
  // Yes: the winner is synced, and the two are one person. No: nothing is, and what the loser had goes stale.
  const expected = JSON.stringify(yes ? [1, 0] : [0, loserYes ? 1 : 0]);
  await ours.comesTrue('who is left', async () => JSON.stringify(await left()) === expected);
  if (!yes && loserYes) expect(await ours.control.person(CONTACT(loser))).toMatchObject({ title: null });
});

test('native 8: deleted in Dynamics → flag only; deleted in Marketo → nothing in Dynamics', async () => {
  for (const guid of [LEAD(81), CONTACT(81)])
    await ours.person(guid, { id: personBefore(guid), microsoftIsDeleted: true, lastName: 'Last81' });
  const ledger = await ours.control.ledger('marketo');
  // Those of a merge are not meant.
  const deletions = ledger.flatMap((entry) => (entry.kind === 'delete' && entry.into === undefined ? [entry.seq] : []));
  expect(deletions).toHaveLength(2);
  await ours.comesTrue('the service has read of them', async () =>
    (await ours.control.ledger('marketo', Math.max(...deletions))).some(
      (entry) => entry.kind === 'call' && entry.endpoint.includes('deletedleads'),
    ),
  );
  await isAsBefore('lead', LEAD(82));
  await isAsBefore('contact', CONTACT(82));
});

test('native 9: an account change updates all its people in Marketo; Dynamics overrides local edits at the next account update', async () => {
  const company = () => ours.object('companies', 'externalCompanyId', ACCOUNTS(91));
  await ours.becomes('the company', company, { company: 'Renamed', billingCity: 'Ghent', mainPhone: '+1 555 91' });
  const people = await ours.org.marketo.find('leads', 'microsoftId', [CONTACT(91), CONTACT(92)], ['company']);
  expect(people.map((person) => person.company)).toEqual(['Renamed', 'Renamed']);
  expect(await ours.control.row('account', ACCOUNTS(91))).toMatchObject({ telephone1: '+1 555 91' });
});

describe('native 10: the opportunity linking table of §2.7 and one role per stakeholder', () => {
  const companyOf = async (stage: NativeStage, opportunity: string): Promise<unknown> =>
    (await stage.object('opportunities', 'externalOpportunityId', opportunity))?.externalCompanyId ?? null;

  test.each(['native', 'ours'] as const)('%s', async (setting) => {
    const stage = setting === 'native' ? native : ours;
    // Contact only: a role; the account is the contact's, or none.
    expect(await stage.roles(OPPORTUNITIES(101))).toEqual([`${CONTACT(101)} Customer`]);
    expect(await companyOf(stage, OPPORTUNITIES(101))).toBe(ACCOUNTS(101));
    expect(await stage.roles(OPPORTUNITIES(102))).toEqual([`${CONTACT(102)} Customer`]);
    expect(await companyOf(stage, OPPORTUNITIES(102))).toBeNull();
    // Account only: no role.
    expect(await stage.roles(OPPORTUNITIES(103))).toEqual([]);
    expect(await companyOf(stage, OPPORTUNITIES(103))).toBe(ACCOUNTS(101));
    // Both: the account wins; its contact is dropped, or kept where parentContactRoles says so, as it does by default.
    expect(await companyOf(stage, OPPORTUNITIES(104))).toBe(ACCOUNTS(101));
    expect(await stage.roles(OPPORTUNITIES(104))).toEqual(setting === 'native' ? [] : [`${CONTACT(101)} Contact`]);
    // Stakeholders: one that was there at the import, one that came since.
    expect(await stage.roles(OPPORTUNITY)).toContain(`${CONTACT_OF_TEAM} Decision Maker`);
    if (setting === 'native') return;
    const stakeholders = () => stage.roles(OPPORTUNITIES(105));
    await stage.comesTrue('a stakeholder', async () => (await stakeholders()).length === 1);
    expect(await stakeholders()).toEqual([`${CONTACT(102)} Decision Maker`]);
    expect((await stage.roles(OPPORTUNITY_OF_CONTACT)).length).toBe(1);
  });
});

test('native 11: a new field → backfill incl. nulls, date range optional; runs beside the cycle', async () => {
  await ours.person(CONTACT(111), { department: 'Sales' });
  await ours.person(CONTACT(112), { department: null });
  await ours.person(CONTACT(114), { microsoftNickname: 'New' });
  // Beside the cycle: a change that was made after the field was added.
  await ours.row('contact', CONTACT(122), { firstname: 'Form' });
  const told = async () => JSON.stringify((await ours.org.status()).entities.contact);
  await ours.comesTrue('the backfill is over', async () => !(await told()).includes('backfill'));
  expect((await ours.control.person(CONTACT(113))).microsoftNickname ?? null).toBeNull();
  await ours.inDynamics(update('contact', CONTACT(113), { nickname: 'Live' }));
  await ours.person(CONTACT(113), { microsoftNickname: 'Live' });
});

describe('native 12: changes made by our own identity do not echo', () => {
  const writesTo = async (stage: NativeStage, guid: string): Promise<object[]> => {
    const { id } = await stage.control.person(guid);
    const ledger = await stage.control.ledger('marketo');
    return ledger.filter((entry) => entry.kind === 'update' && entry.id === String(id) && entry.call !== undefined);
  };

  test('native: by user, so that another integration of the same user is not heard either', async () => {
    await native.row('contact', CONTACT(122), { firstname: 'Form' });
    await native.person(CONTACT(123), { firstName: 'User' });
    expect(await native.control.person(CONTACT(121))).toMatchObject({ firstName: 'First121' });
    expect(await writesTo(native, CONTACT(121))).toEqual([]);
    expect(await writesTo(native, CONTACT(122))).toEqual([]);
  });

  test('ours: by value, so that it is', async () => {
    await ours.row('contact', CONTACT(122), { firstname: 'Form' });
    await ours.person(CONTACT(121), { firstName: 'Integration' });
    const { cycles } = await ours.org.status();
    await ours.comesTrue('two more cycles', async () => (await ours.org.status()).cycles >= cycles + 2);
    expect(await writesTo(ours, CONTACT(121))).toHaveLength(1);
    expect(await writesTo(ours, CONTACT(122))).toEqual([]);
  });
});

describe('native 13: the default mapping of section 3, mkt_* only when the columns exist', () => {
  test('every field of the tables', async () => {
    expect(await ours.control.person(LEAD(131))).toMatchObject(LEAD_PERSON);
    expect(await ours.control.person(CONTACT(131))).toMatchObject(CONTACT_PERSON);
    expect(await ours.object('companies', 'externalCompanyId', ACCOUNTS(131))).toMatchObject(COMPANY);
    expect(await ours.object('opportunities', 'externalOpportunityId', OPPORTUNITIES(131))).toMatchObject(MAPPED);
    expect(MAPPED.externalCompanyId).toBe(ACCOUNT);
  });

  test('mkt_* where the columns are; where they are not, nothing is said of them', async () => {
    const insight = Object.fromEntries(INSIGHT.map(({ column, is }) => [column.split(':')[0], is]));
    await native.row('lead', LEAD(131), insight);
    await native.row('contact', CONTACT(131), insight);
    expect(await ours.control.row('lead', LEAD(131))).not.toHaveProperty('mkt_leadscore');
    expect(JSON.stringify((await ours.org.status()).dropped ?? [])).not.toContain('mkt_');
  });
});

test('native 14: custom entity: initial load on enable; depth ≤ 2; nearest path', async () => {
  await enabledLater;
  const { id: person } = await native.control.person(CONTACT(21));
  const of = (object: string, guid: string) => native.object(object, 'microsoftId', guid);
  for (const number of [141, 142]) {
    // All rows are there, each level linked to the person by the one path that the configuration names.
    expect(await of('customobjects/theOrder_c', ORDER(number))).toMatchObject({
      name: `Order ${number}`,
      leadId: person,
    });
    expect(await of('customobjects/theLine_c', LINE(number))).toMatchObject({ name: `Line ${number}` });
  }
  expect((await native.control.records('customobjects/theLine_c'))[0]).toMatchObject({ leadId: person });
});

test('native 15, 16: campaign membership and tasks are out of scope, and the README says so', () => {
  const readme = readFileSync(join(__dirname, '..', '..', 'README.md'), 'utf8').replaceAll('\n', ' ');
  expect(readme).toContain('Campaign membership and tasks, which the built-in connector has, are out of scope.');
});

test('native 18: status: pending inserts/updates, oldest of each, last-hour count per object; errors: operation, direction, code, message; export', async () => {
  const HOUR_MS = 3_600_000;
  await withStore(ours, ({ synced }) => synced.add('account', 7, Date.now() - HOUR_MS));
  // Marketo takes no companies for a while.
  const fault = { kind: 'error', code: '713', message: 'down', endpoint: 'POST /rest/v1/companies.json', times: 1_000 };
  await ours.control.fault('marketo', fault);
  await ours.inDynamics(update('account', ACCOUNTS(181), { name: 'Changed' }), {
    op: 'create',
    table: 'account',
    id: ACCOUNTS(182),
    values: { name: 'Made' },
  });
  const account = async () => (await ours.org.status()).entities.account;
  await ours.becomes('pending', async () => ({ ...(await account())?.pending }), { inserts: 1, updates: 1 });
  await ours.control.noFaults('marketo');
  expect(await account()).toMatchObject({
    pending: { oldestInsertSeconds: expect.any(Number), oldestUpdateSeconds: expect.any(Number) },
    lastHour: expect.any(Number),
  });

  const { text, csv } = await digest(ours, '--open');
  expect(text).toContain('Kept back now: ');
  expect(csv[0]).toBe('first,last,count,entity,id,field,operation,direction,code,message,mendedAt,other');
  const refused = csv.find((line) => line.includes(CONTACT(192)))?.split(',');
  expect(refused?.slice(3, 9)).toEqual(['contact', CONTACT(192), 'fax', 'kept back', 'to-dynamics', '0x80040265']);
  expect(refused?.[9]).toContain('refused-by-dynamics: Dynamics refused it');
  await until('nothing is pending', account, (told) => told !== undefined && told.pending === undefined);
  for (const [guid, company] of [
    [ACCOUNTS(181), 'Changed'],
    [ACCOUNTS(182), 'Made'],
  ] as const)
    expect(await ours.object('companies', 'externalCompanyId', guid)).toMatchObject({ company });
});

test('native 19: daily digest of failures; CSV kept at least 30 days', async () => {
  const { text, csv } = await digest(ours);
  const told = csv
    .map((line) => line.split(','))
    .map(([, , , entity, id, field, , direction]) => [entity, id, field, direction]);
  expect(told).toContainEqual(['lead', LEAD(191), 'email', 'to-marketo']);
  expect(told).toContainEqual(['contact', CONTACT(191), 'title', 'to-dynamics']);
  expect(told).toContainEqual(['contact', CONTACT(192), 'fax', 'to-dynamics']);
  expect(text).toContain('invalid-email: Marketo takes only ASCII addresses with a dot in the domain');
  expect(text).toContain('refused-by-dynamics: Dynamics refused it; the vendor code is beside it [0x80040265]');
  expect(text + csv.join()).not.toContain('example.com');
  const old = await digest(ours, '--day', OLD.toISOString().slice(0, 10));
  expect(old.csv.find((line) => line.includes(LEAD(192)))).toMatch(/update,to-marketo,1077,/);
});

test('native 20: disabled = nothing lost; resumes where it stopped', async () => {
  await ours.person(LEAD(201), { firstName: 'Meanwhile' });
  await ours.person(LEAD(203), { lastName: 'Newcomer' });
  await ours.person(CONTACT(202), { microsoftIsDeleted: true });
  await ours.row('contact', CONTACT(201), { firstname: 'Meanwhile' });
  const company = () => ours.object('companies', 'externalCompanyId', ACCOUNTS(201));
  await ours.becomes('the company', company, { company: 'Renamed meanwhile' });
  // Nothing was read from the beginning again.
  const imports = await ours.org.client.workflow.count(
    `WorkflowType = 'initialImport' AND WorkflowId = 'dynamics-marketo-sync/lead'`,
  );
  expect(imports.count).toBe(1);
});

describe('native 1: cycle with a five-minute pause after completion; one cycle at a time per lane', () => {
  const REST_MS = 10_000;

  test('native: a rest after each cycle (ten seconds here), whatever it had to do', async () => {
    await enabledLater;
    nativeCycles.slice(1).forEach(({ began }, index) => {
      expect(began - (nativeCycles[index]?.ended ?? 0)).toBeGreaterThanOrEqual(REST_MS);
    });
  });

  test('ours: no rest; a look every so often, whatever it led to', async () => {
    await enabledLater;
    expect(oursMeanwhile).toBeGreaterThan(nativeCycles.length);
  });
});
