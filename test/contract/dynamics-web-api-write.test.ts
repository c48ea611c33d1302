import { DynamicsWebApi } from 'dynamics-web-api';
import { type Harness, harness, type Item } from './dataverse-harness';

/** npm dynamics-web-api, unmodified: what it sends must be understood, and what comes back must be readable to it. */

const NOBODY = '00000000-0000-4000-8000-000000000001';
const CONTACT = '00000000-0000-4000-8000-00000000000c';
const ACCOUNT = '00000000-0000-4000-8000-00000000000a';
const USER = '00000000-0000-4000-8000-00000000000b';
const TEAM = '00000000-0000-4000-8000-00000000000d';
const LEAD = '00000000-0000-4000-8000-00000000000e';
const [WON, LOST] = ['00000000-0000-4000-8000-0000000000f1', '00000000-0000-4000-8000-0000000000f2'];

const SEED = {
  account: [{ accountid: ACCOUNT, name: 'Acme Corporation' }],
  contact: [{ contactid: CONTACT, firstname: 'Jon', lastname: 'Yang', emailaddress1: 'jon@example.com' }],
  systemuser: [{ systemuserid: USER, firstname: 'Ann', lastname: 'Seller', domainname: 'ann@example.com' }],
  team: [{ teamid: TEAM, name: 'Central Sales Office' }],
  lead: [{ leadid: LEAD, lastname: 'Prospect', companyname: 'Prospects', subject: 'A dozen' }],
  opportunity: [
    { opportunityid: WON, name: 'Won', estimatedvalue: 100 },
    { opportunityid: LOST, name: 'Lost' },
  ],
};

/** How the library gives a refusal: of a part of a batch within `error`, and in a list where the batch ended with it. */
interface Refusal {
  status: number;
  code?: string;
  error?: { code: string };
}

describe('writes of npm dynamics-web-api', () => {
  let sim: Harness;
  let api: DynamicsWebApi;
  const row = async (path: string): Promise<Item> => (await sim.get(path)).body;
  const refusal = async (work: Promise<unknown>): Promise<[number, string]> => {
    const error = await work.then(
      (): Refusal => ({ status: 0 }),
      (reason: unknown) => (Array.isArray(reason) ? reason[0] : reason) as Refusal,
    );
    return [error.status, error.code ?? error.error?.code ?? ''];
  };

  beforeAll(async () => {
    sim = await harness({ data: null });
    const token = String((await sim.token()).body.access_token);
    api = new DynamicsWebApi({
      serverUrl: `${sim.simulators.dataverse}/`,
      dataApi: { version: '9.2' },
      onTokenRefresh: async () => token,
    });
  });
  afterAll(() => sim.simulators.close());
  beforeEach(async () => {
    await sim.control('POST', 'reset');
    await sim.control('POST', 'dynamics/seed', SEED);
  });

  it('creates a row and gets its id, or the row where it asks for it', async () => {
    const id = await api.create({ collection: 'contacts', data: { lastname: 'Plain', telephone1: '555' } });
    expect(await row(`contacts(${id})?$select=lastname,telephone1`)).toMatchObject({
      lastname: 'Plain',
      telephone1: '555',
    });
    const shown = await api.create({
      collection: 'contacts',
      data: { lastname: 'Shown', 'parentcustomerid_account@odata.bind': `accounts(${ACCOUNT})` },
      returnRepresentation: true,
      select: ['fullname', '_parentcustomerid_value'],
    });
    expect(shown).toMatchObject({ fullname: 'Shown', _parentcustomerid_value: ACCOUNT });
  });

  it('updates, and learns by false that the version is another', async () => {
    const before = await api.retrieve({ collection: 'contacts', key: CONTACT, select: ['lastname'] });
    await api.update({ collection: 'contacts', key: CONTACT, data: { lastname: 'Young' } });
    const stale = { collection: 'contacts', key: CONTACT, data: { lastname: 'Old' }, ifmatch: before['@odata.etag'] };
    expect(await api.update(stale)).toBe(false);
    expect((await row(`contacts(${CONTACT})`)).lastname).toBe('Young');
    const shown = await api.update({
      collection: 'contacts',
      key: CONTACT,
      data: { jobtitle: 'Chief' },
      returnRepresentation: true,
      select: ['fullname', 'jobtitle'],
    });
    expect(shown).toMatchObject({ fullname: 'Jon Young', jobtitle: 'Chief' });
  });

  it('updates and empties one column', async () => {
    await api.updateSingleProperty({ collection: 'contacts', key: CONTACT, fieldValuePair: { nickname: 'Jonny' } });
    expect((await row(`contacts(${CONTACT})`)).nickname).toBe('Jonny');
    await api.deleteRecord({ collection: 'contacts', key: CONTACT, property: 'nickname' });
    expect((await row(`contacts(${CONTACT})`)).nickname).toBeNull();
  });

  it('upserts by id: once to create, once to change, and not where a condition forbids it', async () => {
    const upsert = (data: object, more: object = {}): Promise<unknown> =>
      api.upsert({ collection: 'contacts', key: NOBODY, data, ...more });
    expect(await upsert({ lastname: 'New' }, { ifmatch: '*' })).toBeNull(); // must exist, does not
    await upsert({ lastname: 'New' });
    expect(await upsert({ lastname: 'Other' }, { ifnonematch: '*' })).toBeNull(); // must not exist, does
    await upsert({ jobtitle: 'Chief' });
    expect(await row(`contacts(${NOBODY})`)).toMatchObject({ lastname: 'New', jobtitle: 'Chief' });
  });

  it('upserts, reads and deletes by an alternate key', async () => {
    const change = { table: 'account', do: 'addKey', name: 'new_number', columns: ['accountnumber'] };
    await sim.control('POST', 'dynamics/schema', change);
    const key = "accountnumber='N 1'";
    await api.upsert({ collection: 'accounts', key, data: { name: 'One' } });
    await api.upsert({ collection: 'accounts', key, data: { name: 'Uno', accountnumber: 'ignored' } });
    const found = await api.retrieveMultiple({ collection: 'accounts', filter: "accountnumber eq 'N 1'" });
    expect(found.value.map(({ name }) => name)).toEqual(['Uno']);
    expect(await refusal(api.create({ collection: 'accounts', data: { name: 'Two', accountnumber: 'n 1' } }))).toEqual([
      412,
      '0x80060892',
    ]);
    await api.deleteRecord({ collection: 'accounts', key });
    expect(await refusal(api.update({ collection: 'accounts', key, data: { name: 'Gone' } }))).toEqual([
      404,
      '0x80060891',
    ]);
    const undefinedKey = api.upsert({ collection: 'accounts', key: "name='x'", data: { name: 'x' } });
    expect(await refusal(undefinedKey)).toEqual([400, '0x80060890']);
  });

  it('deletes a row, and learns that there is none', async () => {
    await api.deleteRecord({ collection: 'contacts', key: CONTACT });
    expect(await refusal(api.retrieve({ collection: 'contacts', key: CONTACT }))).toEqual([404, '0x80040217']);
    expect(await refusal(api.deleteRecord({ collection: 'contacts', key: CONTACT }))).toEqual([404, '0x80040217']);
  });

  it('is refused as a duplicate only where it asks for duplicate detection', async () => {
    const data = { lastname: 'Twin', emailaddress1: 'JON@example.com' };
    expect(await refusal(api.create({ collection: 'contacts', data, duplicateDetection: true }))).toEqual([
      412,
      '0x80040333',
    ]);
    expect(await refusal(api.create({ collection: 'contacts', data }))).toEqual([0, '']);
  });

  it('acts for another user', async () => {
    const contact = await api.create({ collection: 'contacts', data: { lastname: 'Theirs' }, impersonate: USER });
    expect(await row(`contacts(${contact})`)).toMatchObject({ _createdby_value: USER, _ownerid_value: USER });
    const nobody = api.create({ collection: 'contacts', data: { lastname: 'No' }, impersonate: NOBODY });
    expect(await refusal(nobody)).toEqual([403, '0x80072560']);
  });

  it('associates and disassociates over a collection', async () => {
    const ends = { collection: 'accounts', primaryKey: ACCOUNT, relationshipName: 'contact_customer_accounts' };
    const parent = async (): Promise<unknown> => (await row(`contacts(${CONTACT})`))._parentcustomerid_value;
    await api.associate({ ...ends, relatedCollection: 'contacts', relatedKey: CONTACT });
    expect(await parent()).toBe(ACCOUNT);
    await api.disassociate({ ...ends, relatedKey: CONTACT });
    expect(await parent()).toBeNull();
    expect(await refusal(api.disassociate({ ...ends, relatedKey: CONTACT }))).toEqual([404, '0x80040217']);
  });

  it('associates and disassociates a single-valued property', async () => {
    const end = { collection: 'accounts', primaryKey: ACCOUNT, navigationProperty: 'primarycontactid' };
    await api.associateSingleValued({ ...end, relatedCollection: 'contacts', relatedKey: CONTACT });
    expect((await row(`accounts(${ACCOUNT})`))._primarycontactid_value).toBe(CONTACT);
    await api.disassociateSingleValued(end);
    expect((await row(`accounts(${ACCOUNT})`))._primarycontactid_value).toBeNull();
    const missing = api.associateSingleValued({ ...end, relatedCollection: 'contacts', relatedKey: NOBODY });
    expect(await refusal(missing)).toEqual([404, '0x80040217']);
  });

  it('adds members to a team and takes them out, by association and by action', async () => {
    const count = async (): Promise<number> =>
      (await row(`teammemberships?$filter=teamid eq ${TEAM} and systemuserid eq ${USER}`)).value.length;
    const ends = { collection: 'teams', primaryKey: TEAM, relationshipName: 'teammembership_association' };
    await api.associate({ ...ends, relatedCollection: 'systemusers', relatedKey: USER });
    expect(await count()).toBe(1);
    await api.disassociate({ ...ends, relatedKey: USER });
    expect(await count()).toBe(0);
    const members = { Members: [{ '@odata.type': 'Microsoft.Dynamics.CRM.systemuser', systemuserid: USER }] };
    const act = (actionName: string): Promise<unknown> =>
      api.callAction({
        collection: 'teams',
        key: TEAM,
        actionName: `Microsoft.Dynamics.CRM.${actionName}`,
        action: members,
      });
    await act('AddMembersTeam');
    expect(await count()).toBe(1);
    await act('RemoveMembersTeam');
    expect(await count()).toBe(0);
  });

  describe('in a batch', () => {
    it('gets the answers in order, reads among them', async () => {
      api.startBatch();
      void api.retrieve({ collection: 'accounts', key: ACCOUNT, select: ['name'] });
      void api.create({ collection: 'contacts', data: { lastname: 'Batched' }, inChangeSet: false });
      void api.update({ collection: 'contacts', key: CONTACT, data: { jobtitle: 'Batched' }, inChangeSet: false });
      const [account, id] = await api.executeBatch();
      expect(account.name).toBe('Acme Corporation');
      expect((await row(`contacts(${id})`)).lastname).toBe('Batched');
      expect((await row(`contacts(${CONTACT})`)).jobtitle).toBe('Batched');
    });

    it('refers to a row of the same change set, in an address and in a reference', async () => {
      api.startBatch();
      void api.create({ collection: 'accounts', data: { name: 'Parent' }, contentId: '1' });
      void api.create({
        collection: 'contacts',
        data: { lastname: 'Child', description: '$1', 'parentcustomerid_account@odata.bind': '$1' },
        contentId: '2',
      });
      void api.associateSingleValued({
        contentId: '$1',
        navigationProperty: 'primarycontactid',
        relatedKey: '$2',
      } as Parameters<typeof api.associateSingleValued>[0]);
      const answers = await api.executeBatch();
      const [account, contact] = answers.map(String);
      expect(await row(`contacts(${contact})`)).toMatchObject({ _parentcustomerid_value: account, description: '$1' });
      expect((await row(`accounts(${account})`))._primarycontactid_value).toBe(contact);
    });

    it('leaves nothing of a change set whose last part is refused', async () => {
      api.startBatch();
      void api.create({ collection: 'contacts', data: { contactid: NOBODY, lastname: 'Half' } });
      void api.update({ collection: 'contacts', key: CONTACT, data: { jobtitle: 'x'.repeat(101) } });
      expect(await refusal(api.executeBatch())).toEqual([400, '0x80044331']);
      expect((await sim.get(`contacts(${NOBODY})`)).status).toBe(404);
    });

    it('goes on after an error where it asks for it', async () => {
      api.startBatch();
      void api.deleteRecord({ collection: 'contacts', key: NOBODY, inChangeSet: false });
      void api.update({ collection: 'contacts', key: CONTACT, data: { jobtitle: 'After' }, inChangeSet: false });
      const answers = await api.executeBatch({ continueOnError: true });
      expect((answers[0] as Refusal).error?.code).toBe('0x80040217');
      expect((await row(`contacts(${CONTACT})`)).jobtitle).toBe('After');
    });
  });

  describe('by actions', () => {
    it('qualifies a lead', async () => {
      const action = { CreateAccount: true, CreateContact: true, CreateOpportunity: true, Status: 3 };
      const qualify = (): Promise<Item> =>
        api.callAction({ collection: 'leads', key: LEAD, actionName: 'Microsoft.Dynamics.CRM.QualifyLead', action });
      const made = (await qualify()).value.map((item) => String(item['@odata.type']).split('.').at(-1));
      expect(made).toEqual(['account', 'contact', 'opportunity']);
      expect(await row(`leads(${LEAD})`)).toMatchObject({ statecode: 1, statuscode: 3 });
      expect(await refusal(qualify())).toEqual([400, '0x80040203']);
    });

    it('merges two contacts', async () => {
      const loser = await api.create({ collection: 'contacts', data: { lastname: 'Loser' } });
      const type = { '@odata.type': 'Microsoft.Dynamics.CRM.contact' };
      const action = {
        Target: { ...type, contactid: CONTACT },
        Subordinate: { ...type, contactid: loser },
        UpdateContent: { ...type, jobtitle: 'Winner' },
        PerformParentingChecks: false,
      };
      await api.callAction({ actionName: 'Merge', action });
      expect(await row(`contacts(${loser})`)).toMatchObject({ merged: true, _masterid_value: CONTACT, statecode: 1 });
      expect((await row(`contacts(${CONTACT})`)).jobtitle).toBe('Winner');
      expect(await refusal(api.callAction({ actionName: 'Merge', action }))).toEqual([400, '0x80045304']);
    });

    it('wins one opportunity and loses another', async () => {
      const close = (actionName: string, id: string, Status: number): Promise<unknown> =>
        api.callAction({
          actionName,
          action: { Status, OpportunityClose: { subject: 'Done', 'opportunityid@odata.bind': `opportunities(${id})` } },
        });
      await close('WinOpportunity', WON, 3);
      await close('LoseOpportunity', LOST, 4);
      expect(await row(`opportunities(${WON})`)).toMatchObject({ statecode: 1, statuscode: 3, actualvalue: 100 });
      expect(await row(`opportunities(${LOST})`)).toMatchObject({ statecode: 2, statuscode: 4 });
      expect(await refusal(close('WinOpportunity', LOST, 3))).toEqual([400, '0x80048408']);
    });

    it('writes many rows at once, all or none', async () => {
      const type = { '@odata.type': 'Microsoft.Dynamics.CRM.contact' };
      const many = (name: string, rows: object[]): Promise<Item> =>
        api.callAction({
          collection: 'contacts',
          actionName: `Microsoft.Dynamics.CRM.${name}`,
          action: { Targets: rows.map((values) => ({ ...type, ...values })) },
        });
      const { Ids } = await many('CreateMultiple', [{ lastname: 'First' }, { lastname: 'Second' }]);
      const ids = Ids as string[];
      expect((await row(`contacts(${ids[1]})`)).lastname).toBe('Second');
      const bad = [
        { contactid: ids[0], lastname: 'Changed' },
        { contactid: NOBODY, lastname: 'Nobody' },
      ];
      expect(await refusal(many('UpdateMultiple', bad))).toEqual([404, '0x80040217']);
      expect((await row(`contacts(${ids[0]})`)).lastname).toBe('First');
      await many('UpsertMultiple', bad);
      expect((await row(`contacts(${ids[0]})`)).lastname).toBe('Changed');
      expect((await row(`contacts(${NOBODY})`)).lastname).toBe('Nobody');
      expect(await refusal(many('CreateMultiple', [{ lastname: 'x'.repeat(51) }]))).toEqual([400, '0x80044331']);
    });
  });
});
