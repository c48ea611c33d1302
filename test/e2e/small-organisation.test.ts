import { setTimeout as sleep } from 'node:timers/promises';
import type { Row } from '../../cli/demo/readers/dataverse';
import type { Found } from '../../cli/demo/readers/marketo';
import { compare } from './support/both-ends';
import { ORGANISATION, type SmallOrganisation, START, startOrganisation } from './support/environment';
import { found, histories, personalValues } from './support/personal';
import { until } from './support/until';

const RECORDS = {
  // Five of the fixture, and the one that the simulator has for the password grant.
  systemuser: 6,
  team: 2,
  teammembership: 5,
  account: 20,
  // Of thirty, one is qualified (its person is the contact's) and one is filtered out.
  lead: 28,
  contact: 59,
  opportunity: 20,
  // Fifteen opportunities with a contact, and four stakeholders.
  connection: 19,
  new_orderline: 10,
  // A lead and a contact that a team owns.
  'owning team': 2,
};
/** Values that the edits below bring; like no other word, so that they would be seen in a history. */
const CANARIES = ['Zwaluwenberg', 'hildegard.uylenspieghel@newcomer.example.org', '+32 2 555 7788', 'Kwikstaart'];
const MAX_PAYLOAD = 4_096;
const CYCLES = 5;

describe('a small organisation, from the first row on', () => {
  let org: SmallOrganisation;
  const deleted: string[] = [];

  beforeAll(async () => {
    org = await startOrganisation();
    expect(await org.run(START)).toMatchObject({ code: 0 });
    await org.caughtUp();
  }, 240_000);
  afterAll(() => org?.stop(), 60_000);

  /** What the fixture calls row n, whatever order the server answers in. */
  const rowOf = async (table: 'lead' | 'contact', email: string): Promise<Row> => {
    const [row] = await org.dataverse.rows(table, ['emailaddress1'], `&$filter=emailaddress1 eq '${email}'`);
    if (!row) throw new Error(`no ${table} has ${email}`);
    return row;
  };
  const person = async (id: unknown, fields: string[]): Promise<Found> => {
    const [one] = await org.marketo.find('leads', 'microsoftId', [String(id)], ['id', ...fields]);
    return one ?? {};
  };
  const inDynamics = (table: string, id: unknown, values: object): Promise<string> =>
    org.control.editDynamics({ op: 'update', table, id, values });
  const arrives = (what: string, ask: () => Promise<object | undefined>, expected: object): Promise<unknown> =>
    until(what, ask, (answer) => Object.entries(expected).every(([key, value]) => (answer as Found)?.[key] === value));

  test('everything is imported, and both ends hold the same', async () => {
    expect(await compare(org)).toEqual({ wrong: [], records: RECORDS });
  }, 60_000);

  test('one row of each, as written down by hand', async () => {
    const anna = await rowOf('contact', 'hieronymus.vinkenburgh-abbema@contacts.smallorg.example.net');
    expect(
      await person(anna.contactid, ['firstName', 'lastName', 'company', 'dateOfBirth', 'microsoftType']),
    ).toMatchObject({
      firstName: 'Hieronymus',
      lastName: 'Vinkenburgh-Abbema',
      company: 'Molenbeek Bakeries',
      dateOfBirth: '1951-02-02',
      microsoftType: 'Contact',
    });
    const qualified = await rowOf('contact', 'dorothea.vanquakkelstein-abbema@leads.smallorg.example.net');
    expect(await person(qualified.contactid, ['microsoftType', 'unsubscribed'])).toMatchObject({
      microsoftType: 'Contact',
      unsubscribed: true,
    });
    const [lines] = await org.marketo.find('companies', 'company', ['Zandvliet Pumps'], ['annualRevenue', 'industry']);
    expect(lines).toMatchObject({ annualRevenue: 250000.5, industry: 'Manufacturing' });
  });

  test('what is changed in Dynamics arrives in Marketo', async () => {
    const users = await org.dataverse.rows('systemuser', ['internalemailaddress']);
    const user = users.find(
      ({ internalemailaddress }) => internalemailaddress === 'dalia.ferrazzano@smallorg.example.com',
    );
    const accounts = await org.dataverse.rows('account', ['name']);
    const accountOf = (name: string): unknown => accounts.find((one) => one.name === name)?.accountid;
    const rows = await org.dataverse.rows('contact', ['emailaddress1', 'telephone1', 'donotbulkemail']);
    const [renamed, cleared, consenting, moved] = rows.filter((row) => row.donotbulkemail === false).slice(10);
    const lead = (await org.dataverse.rows('lead', ['statecode', 'new_synctomkto'])).filter(
      (row) => row.statecode === 0,
    )[2];

    await inDynamics('contact', renamed?.contactid, { lastname: 'Zwaluwenberg' });
    await inDynamics('contact', cleared?.contactid, { telephone1: null });
    await inDynamics('contact', consenting?.contactid, { donotbulkemail: true });
    await inDynamics('contact', moved?.contactid, {
      _parentcustomerid_value: accountOf('Kortrijk Optics'),
      _parentcustomerid_type: 'account',
      _ownerid_value: user?.systemuserid,
      _ownerid_type: 'systemuser',
    });
    await inDynamics('account', accountOf('Havermans Logistics'), { name: 'Havermans Freight' });
    await inDynamics('lead', lead?.leadid, { leadqualitycode: 1, subject: 'Wants a visit' });
    const newcomer = await org.control.editDynamics({
      op: 'create',
      table: 'lead',
      values: {
        firstname: 'Hildegard',
        lastname: 'Uylenspieghel',
        emailaddress1: CANARIES[1],
        companyname: 'Newcomers',
      },
    });

    await arrives('a name', () => person(renamed?.contactid, ['lastName']), { lastName: 'Zwaluwenberg' });
    await arrives('a clear', () => person(cleared?.contactid, ['phone']), { phone: null });
    await arrives('a consent', () => person(consenting?.contactid, ['unsubscribed']), { unsubscribed: true });
    await arrives('a new account and owner', () => person(moved?.contactid, ['company', 'externalSalesPersonId']), {
      company: 'Kortrijk Optics',
      externalSalesPersonId: user?.systemuserid,
    });
    const company = async () =>
      (
        await org.marketo.find(
          'companies',
          'externalCompanyId',
          [String(accountOf('Havermans Logistics'))],
          ['company'],
        )
      )[0];
    await arrives('a rename', company, { company: 'Havermans Freight' });
    await arrives('an option', () => person(lead?.leadid, ['rating', 'microsoftTopic']), {
      rating: 'Hot',
      microsoftTopic: 'Wants a visit',
    });
    await arrives('a new lead', () => person(newcomer, ['email']), { email: CANARIES[1] });
  }, 120_000);

  test('what is changed in Marketo arrives in Dynamics', async () => {
    const leads = await org.dataverse.rows('lead', ['statecode', 'new_synctomkto']);
    const lead = leads.filter((row) => row.statecode === 0 && row.new_synctomkto !== false)[5];
    const contact = (await org.dataverse.rows('contact', ['donotbulkemail'])).filter(
      (row) => row.donotbulkemail === false,
    )[3];
    const inMarketo = async (id: unknown, values: object): Promise<void> => {
      const one = await person(id, []);
      await org.control.editMarketo({ op: 'update', id: one.id, values });
    };
    await inMarketo(lead?.leadid, { phone: '+32 2 555 7788', lastName: 'Kwikstaart' });
    await inMarketo(contact?.contactid, { unsubscribed: true, title: 'Head of Repairs' });

    const row = (table: string, id: unknown, columns: string[]) => org.dataverse.row(table, String(id), columns);
    await arrives('a phone', () => row('lead', lead?.leadid, ['telephone1', 'lastname']), {
      telephone1: '+32 2 555 7788',
      lastname: 'Kwikstaart',
    });
    await arrives('a consent', () => row('contact', contact?.contactid, ['donotbulkemail', 'jobtitle']), {
      donotbulkemail: true,
      jobtitle: 'Head of Repairs',
    });
  }, 120_000);

  test('what is deleted in Dynamics is flagged, or gone where it is no person', async () => {
    const lead = (await org.dataverse.rows('lead', ['statecode'])).filter((row) => row.statecode === 0)[8];
    const [line] = await org.dataverse.rows('new_orderline', []);
    deleted.push(String(lead?.leadid));
    await org.control.editDynamics({ op: 'delete', table: 'lead', id: lead?.leadid });
    await org.control.editDynamics({ op: 'delete', table: 'new_orderline', id: line?.new_orderlineid });
    await arrives('the flag', () => person(lead?.leadid, ['microsoftIsDeleted']), { microsoftIsDeleted: true });
    const left = () =>
      org.marketo.find('customobjects/microsoftOrderLine', 'microsoftId', [String(line?.new_orderlineid)], []);
    await until('the order line is gone', left, (records) => records.length === 0);
  }, 120_000);

  test('after all that, both ends hold the same, and at rest nothing is written', async () => {
    await org.caughtUp();
    // Marketo's feed shows our own writes up to two seconds late, and is read every five.
    await sleep(10_000);
    const writes = async (): Promise<number> =>
      (await org.control.calls('dynamics')).writes + (await org.control.calls('marketo')).writes;
    const [before, { cycles }] = [await writes(), await org.status()];
    await until('some cycles', org.status, (status) => status.cycles >= cycles + CYCLES, 90_000);
    expect((await writes()) - before).toBe(0);
    const { wrong, records } = await compare(org, deleted);
    expect(wrong).toEqual([]);
    // One lead has come, another is gone.
    expect(records).toEqual({ ...RECORDS, new_orderline: 9 });
  }, 150_000);

  test('the metrics page has Temporal’s own', async () => {
    const answer = await fetch(org.dev.file.metrics);
    expect(answer.status).toBe(200);
    expect(await answer.text()).toMatch(/^temporal_\w+/m);
  });

  test('no history and no log line holds a personal value, and no payload is large', async () => {
    const values = [...personalValues(ORGANISATION), ...CANARIES];
    const told = await histories(org.client);
    expect(told.map(({ workflowId }) => workflowId)).toContain('dynamics-marketo-sync');
    expect(told.map(({ workflowId }) => workflowId)).toContain('dynamics-marketo-sync/contact');
    for (const { workflowId, text, largest } of told) {
      expect({ workflowId, found: found(values, text) }).toEqual({ workflowId, found: [] });
      expect(text).not.toContain('simulated-');
      expect(largest).toBeLessThanOrEqual(MAX_PAYLOAD);
    }
    expect(found([...values, 'simulated-dynamics-secret', 'simulated-marketo-secret'], org.log.join('\n'))).toEqual([]);
  }, 60_000);
});
