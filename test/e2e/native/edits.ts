import { setTimeout as sleep } from 'node:timers/promises';
import { INSIGHT } from './mapping';
import { command, withStore } from './operator';
import { ACCOUNTS, CONTACT, CUSTOM_ROWS, LEAD, MERGES, OPPORTUNITIES, ROWS, SELLER, STAKEHOLDER_ROLE } from './rows';
import { type NativeStage, type Row, update } from './stage';

/** Rows as they were before the edits, by `table guid`; ids of persons, by their rows' GUID. */
const rowsBefore = new Map<string, Row>();
const personIds = new Map<string, unknown>();

/** Known to Marketo alone. */
const MARKETO_ONLY = ['Never pushed', 'By command', 'By signal'].map((lastName, index) => ({
  lastName,
  firstName: 'Only',
  email: `only${index}@example.com`,
  phone: `+1 555 04${index}`,
}));

const remember = async ({ control }: NativeStage, table: string, guid: string): Promise<void> => {
  rowsBefore.set(`${table} ${guid}`, await control.row(table, guid));
};
export const rowBefore = (table: string, guid: string): Row => rowsBefore.get(`${table} ${guid}`) ?? {};
export const personBefore = (guid: string): unknown => personIds.get(guid);
const rememberPerson = async ({ control }: NativeStage, guid: string): Promise<void> => {
  personIds.set(guid, (await control.person(guid)).id);
};

export async function seed(stage: NativeStage): Promise<void> {
  const ids = await stage.control.seedMarketo(...MARKETO_ONLY);
  for (const [index, { lastName }] of MARKETO_ONLY.entries()) personIds.set(lastName, ids[index]);
  for (const rows of [...ROWS, CUSTOM_ROWS]) await stage.control.seedDynamics(rows);
}

/** Sales Insight’s columns and fields, as its solution brings them. */
export async function addInsight({ control }: NativeStage): Promise<void> {
  for (const { column, field } of INSIGHT) {
    for (const table of ['lead', 'contact'])
      await control.post('/_sim/dynamics/schema', { do: 'addColumn', table, column });
    if (!field.startsWith('msi')) continue;
    await control.post('/_sim/marketo/schema', { do: 'add', object: 'leads', name: field, dataType: 'string' });
  }
}

const calls = async ({ control }: NativeStage): Promise<number> =>
  (await control.calls('dynamics')).total + (await control.calls('marketo')).total;

/** Line 20, and line 3, where both sides change one field within one cycle. */
export async function whilePaused(stage: NativeStage): Promise<void> {
  await stage.org.run('temporal workflow signal --workflow-id dynamics-marketo-sync --name pause');
  await stage.comesTrue('paused', async () => (await stage.org.status()).paused);
  // What was under way has ended.
  await stage.comesTrue('at rest', async () => {
    const now = await calls(stage);
    await sleep(1_500);
    return (await calls(stage)) === now;
  });
  const then = await calls(stage);
  for (const [table, guid] of [
    ['lead', LEAD(31)],
    ['contact', CONTACT(31)],
  ] as const) {
    await stage.inDynamics(update(table, guid, { firstname: 'Dynamics' }));
    await stage.inMarketo(guid, { firstName: 'Marketo' });
  }
  await stage.inDynamics(update('account', ACCOUNTS(31), { name: 'Dynamics' }));
  await stage.editObject('companies', { externalCompanyId: ACCOUNTS(31) }, { company: 'Marketo' });

  await stage.inDynamics(
    update('lead', LEAD(201), { firstname: 'Meanwhile' }),
    { op: 'create', table: 'lead', id: LEAD(203), values: { lastname: 'Newcomer', emailaddress1: 'new@example.com' } },
    update('account', ACCOUNTS(201), { name: 'Renamed meanwhile' }),
    { op: 'delete', table: 'contact', id: CONTACT(202) },
  );
  await stage.inMarketo(CONTACT(201), { firstName: 'Meanwhile' });
  await sleep(2_000);
  expect(await calls(stage)).toBe(then);
  await stage.org.run('temporal workflow signal --workflow-id dynamics-marketo-sync --name resume');
}

export async function edit(stage: NativeStage): Promise<void> {
  // 2
  for (const guid of [ACCOUNTS(21), ACCOUNTS(22)]) await remember(stage, 'account', guid);
  await remember(stage, 'opportunity', OPPORTUNITIES(21));
  await remember(stage, 'systemuser', SELLER.first);
  await stage.inDynamics(
    update('lead', LEAD(21), { firstname: 'From Dynamics' }),
    update('contact', CONTACT(21), { firstname: 'From Dynamics' }),
    update('account', ACCOUNTS(22), { name: 'From Dynamics' }),
    update('opportunity', OPPORTUNITIES(22), { name: 'From Dynamics' }),
    update('systemuser', SELLER.second, { title: 'From Dynamics' }),
  );
  await stage.inMarketo(LEAD(22), { firstName: 'From Marketo' });
  await stage.inMarketo(CONTACT(22), { firstName: 'From Marketo' });
  await stage.editObject('companies', { externalCompanyId: ACCOUNTS(21) }, { company: 'From Marketo' });
  await stage.editObject('opportunities', { externalOpportunityId: OPPORTUNITIES(21) }, { name: 'From Marketo' });
  await stage.editObject('salespersons', { externalSalesPersonId: SELLER.first }, { title: 'From Marketo' });
  // 4, 5
  const owner = 'nadia.okafor@example.com';
  await rememberPerson(stage, LEAD(22));
  const ids = ['By command', LEAD(22)].map((whom) => String(personBefore(whom))).join();
  await command(stage, 'push', '--id', ids, '--as', 'lead', '--owner', owner);
  const input = JSON.stringify({ id: personBefore('By signal'), as: 'contact', owner: SELLER.first });
  await stage.org.run(`temporal workflow signal --workflow-id dynamics-marketo-sync --name push --input '${input}'`);
  // 6
  for (const [table, guid] of [
    ['lead', LEAD(65)],
    ['contact', CONTACT(65)],
  ] as const) {
    await rememberPerson(stage, guid);
    await stage.inDynamics(update(table, guid, { new_synctomkto: false, firstname: 'While frozen' }));
    await stage.inMarketo(guid, { phone: '+1 555 0165' });
  }
  await stage.inDynamics(
    update('lead', LEAD(64), { new_synctomkto: true }),
    update('contact', CONTACT(64), { new_synctomkto: true }),
  );
  // 7
  await rememberPerson(stage, LEAD(72));
  const filters: [number, boolean][] = [
    [71, false],
    [72, true],
    [73, true],
    [74, false],
  ];
  for (const [number, filter] of filters) await stage.inDynamics(...qualify(number, filter));
  for (const { winner, loser } of MERGES)
    await stage.inDynamics({
      op: 'merge',
      table: 'contact',
      winner: CONTACT(winner),
      loser: CONTACT(loser),
      values: { jobtitle: 'Chosen' },
    });
  // 8
  for (const number of [81, 82]) {
    await rememberPerson(stage, LEAD(number));
    await rememberPerson(stage, CONTACT(number));
  }
  await remember(stage, 'lead', LEAD(82));
  await remember(stage, 'contact', CONTACT(82));
  await stage.inDynamics(
    { op: 'delete', table: 'lead', id: LEAD(81) },
    { op: 'delete', table: 'contact', id: CONTACT(81) },
  );
  await stage.deleteInMarketo(LEAD(82));
  await stage.deleteInMarketo(CONTACT(82));
  // 9
  await stage.editObject('companies', { externalCompanyId: ACCOUNTS(91) }, { mainPhone: 'local', company: 'Local' });
  await stage.inDynamics(update('account', ACCOUNTS(91), { name: 'Renamed', address1_city: 'Ghent' }));
  // 10
  await stage.inDynamics({
    op: 'create',
    table: 'connection',
    values: {
      _record1id_value: OPPORTUNITIES(105),
      _record1id_type: 'opportunity',
      _record2id_value: CONTACT(102),
      _record2id_type: 'contact',
      _record2roleid_value: STAKEHOLDER_ROLE,
    },
  });
  // 11
  await stage.inMarketo(CONTACT(112), { department: 'Stale' });
  stage.reconfigure((text) => text.replace('  contact: { lookEverySeconds: 5 }', ADDED));
  // 12
  await stage.asOurUser(update('contact', CONTACT(121), { firstname: 'Integration' }));
  await stage.inMarketo(CONTACT(122), { firstName: 'Form' });
  // 18, 19: a value that Marketo can't hold, one that Dynamics can't, one that a plug-in of the organisation refuses.
  await withStore(stage, ({ failures }) => failures.add([OLD_FAILURE], OLD));
  await stage.control.settings('dynamics', { pluginAborts: [{ table: 'contact', column: 'fax', value: 'refused' }] });
  await stage.inDynamics(update('lead', LEAD(191), { emailaddress1: 'jörg@example.com' }));
  await stage.inMarketo(CONTACT(191), { title: 'x'.repeat(150) });
  await stage.inMarketo(CONTACT(192), { fax: 'refused' });
}

/** Two fields more: one for all rows, one for those of the last years. */
const ADDED = `  contact:
    lookEverySeconds: 5
    fields:
      - { dynamics: department, marketo: department, direction: both }
      - dynamics: nickname
        marketo: microsoftNickname
        create: { dataType: string, displayName: Microsoft Nickname }
        backfill: { createdSince: 2024-01-01 }`;

const DAY_MS = 86_400_000;
/** Kept for thirty days, and this is the last of them. */
export const OLD = new Date(Date.now() - 29 * DAY_MS);
const OLD_FAILURE = {
  id: `lead:${LEAD(192)}`,
  operation: 'update',
  reason: 'refused-by-marketo',
  code: '1077',
} as const;

/** As the message QualifyLead leaves the two rows, with the contact’s filter as somebody set it. */
const qualify = (number: number, filter: boolean): object[] => [
  update('lead', LEAD(number), { statecode: 1, statuscode: 3, firstname: 'Qualified' }),
  {
    op: 'create',
    table: 'contact',
    id: CONTACT(number),
    values: {
      firstname: 'Qualified',
      lastname: `Last${number}`,
      emailaddress1: `lead${number}@example.com`,
      new_synctomkto: filter,
      _originatingleadid_value: LEAD(number),
    },
  },
];

export async function editUnderNative(stage: NativeStage): Promise<void> {
  // 1
  await stage.inDynamics(update('lead', LEAD(21), { firstname: 'From Dynamics' }));
  await stage.inMarketo(LEAD(22), { firstName: 'From Marketo' });
  // 12
  await stage.asOurUser(update('contact', CONTACT(121), { firstname: 'Integration' }));
  await stage.inMarketo(CONTACT(122), { firstName: 'Form' });
  await stage.inDynamics(update('contact', CONTACT(123), { firstname: 'User' }));
  // 13
  const values = Object.fromEntries(INSIGHT.map(({ field, value }) => [field, value]));
  for (const guid of [LEAD(131), CONTACT(131)]) await stage.inMarketo(guid, values);
}
