import { type Answer, changeSet, type Harness, harness, type Item, part } from './dataverse-harness';

const NOBODY = '00000000-0000-4000-8000-000000000001';
const CONTACT = '00000000-0000-4000-8000-00000000000c';
const ACCOUNT = '00000000-0000-4000-8000-00000000000a';
const USER = '00000000-0000-4000-8000-00000000000b';
const TEAM = '00000000-0000-4000-8000-00000000000d';
const LEAD = '00000000-0000-4000-8000-00000000000e';
const DEAL = '00000000-0000-4000-8000-00000000000f';
const SEED = {
  account: [{ accountid: ACCOUNT, name: 'Acme', accountnumber: 'A-1' }],
  contact: [
    { contactid: CONTACT, lastname: 'Yang', emailaddress1: 'jon@example.com', _parentcustomerid_value: ACCOUNT },
  ],
  systemuser: [{ systemuserid: USER, lastname: 'Seller', azureactivedirectoryobjectid: NOBODY }],
  team: [{ teamid: TEAM, name: 'Central' }],
  lead: [{ leadid: LEAD, lastname: 'Prospect', companyname: 'Prospects' }],
  opportunity: [{ opportunityid: DEAL, name: 'Deal', _parentaccountid_value: ACCOUNT }],
};

describe('writes of the Dataverse simulator', () => {
  let sim: Harness;
  const one = async (path: string): Promise<Item> => (await sim.get(path)).body;
  const code = ({ status, body }: Answer): [number, string?] => [status, body.error?.code];
  const settings = (body: object): Promise<Item> => sim.control('POST', 'dynamics/settings', body);
  const patch = (path: string, values: object, headers?: Record<string, string>): Promise<Answer> =>
    sim.call('PATCH', path, values, headers);
  const contact = `contacts(${CONTACT})`;

  beforeAll(async () => {
    sim = await harness({ data: null });
  });
  afterAll(() => sim.simulators.close());
  beforeEach(async () => {
    await sim.control('POST', 'reset');
    await sim.control('POST', 'dynamics/seed', SEED);
  });

  describe('values', () => {
    it.each<[string, object, number, string | undefined]>([
      ['a value at the end of its range', { closeprobability: 100 }, 204, undefined],
      ['above the range of the column', { closeprobability: 101 }, 400, '0x80044331'],
      ['below the range of the column', { closeprobability: -1 }, 400, '0x80044331'],
      ['more money than the column holds', { estimatedvalue: 1_000_000_000_001 }, 400, '0x80040317'],
      ['a text too long', { stepname: 'x'.repeat(201) }, 400, '0x80044331'],
      ['not an option', { opportunityratingcode: 9 }, 400, '0x8004431a'],
      ['a number as text', { closeprobability: '5' }, 400, '0x80048d19'],
      ['a read-only column', { createdon: '2026-01-01T00:00:00Z' }, 400, '0x80048d19'],
      ['an unknown column', { shoesize: 44 }, 400, '0x80048d19'],
      ['a status reason of another state', { statecode: 0, statuscode: 3 }, 400, '0x80048408'],
      ['no owner', { ownerid: null }, 400, '0x80040203'],
      [
        'a navigation property in another case',
        { 'ParentAccountId@odata.bind': `accounts(${ACCOUNT})` },
        400,
        '0x80048d19',
      ],
      [
        'a row of a table it cannot point to',
        { 'parentaccountid@odata.bind': `contacts(${CONTACT})` },
        400,
        '0x80048d19',
      ],
      ['a row that is not there', { 'parentaccountid@odata.bind': `accounts(${NOBODY})` }, 404, '0x80040217'],
    ])('%s', async (_what, values, status, refused) => {
      const answer = await patch(`opportunities(${DEAL})`, values);
      expect(code(answer)).toEqual([status, refused]);
    });

    it('refuses a new row whose state and status reason do not belong together', async () => {
      const answer = await sim.call('POST', 'contacts', { lastname: 'New', statecode: 0, statuscode: 2 });
      expect(code(answer)).toEqual([400, '0x80048408']);
    });

    it('insists on required columns where the switch says so', async () => {
      expect((await sim.call('POST', 'contacts', { firstname: 'No last name' })).status).toBe(204);
      await settings({ requiredColumns: 'all' });
      expect(code(await sim.call('POST', 'contacts', { firstname: 'No last name' }))).toEqual([400, '0x80040203']);
      expect(code(await patch(contact, { lastname: null }))).toEqual([400, '0x80040203']);
      expect((await patch(contact, { firstname: 'Jon' })).status).toBe(204);
    });

    it('answers 400 for a bound row that is not there where the switch says so', async () => {
      await settings({ missingBindStatus: 400 });
      const answer = await patch(contact, { 'parentcustomerid_account@odata.bind': `accounts(${NOBODY})` });
      expect(code(answer)).toEqual([400, '0x80040217']);
    });

    it.each([
      ['null', { parentcustomerid_account: null }],
      ['a null reference', { 'parentcustomerid_account@odata.bind': null }],
    ])('empties a lookup by %s', async (_how, values) => {
      expect((await patch(contact, values)).status).toBe(204);
      expect((await one(contact))._parentcustomerid_value).toBeNull();
    });

    it.each([
      ['a slash before it', `/accounts(${ACCOUNT})`],
      ['the whole address', `https://contoso.crm.dynamics.com/api/data/v9.2/accounts(${ACCOUNT})`],
      ['an alternate key', "accounts(accountnumber='a-1')"],
    ])('takes a reference with %s', async (_form, reference) => {
      const key = { table: 'account', do: 'addKey', name: 'new_number', columns: ['accountnumber'] };
      await sim.control('POST', 'dynamics/schema', key);
      const answer = await patch(`leads(${LEAD})`, { 'parentaccountid@odata.bind': reference });
      expect(answer.status).toBe(204);
      expect((await one(`leads(${LEAD})`))._parentaccountid_value).toBe(ACCOUNT);
    });
  });

  describe('preconditions', () => {
    const etag = async (): Promise<string> => String((await one(contact))['@odata.etag']);
    const attempt = async (method: string, id: string, header: string, value: string): Promise<Answer> => {
      const body = method === 'PATCH' ? { jobtitle: 'Chief' } : undefined;
      return sim.call(method, `contacts(${id})`, body, { [header]: value === 'current' ? await etag() : value });
    };

    it.each<[string, string, string, string, number, string | undefined]>([
      ['PATCH', CONTACT, 'if-match', '*', 204, undefined],
      ['PATCH', NOBODY, 'if-match', '*', 404, '0x80040217'],
      ['PATCH', CONTACT, 'if-match', 'current', 204, undefined],
      ['PATCH', CONTACT, 'if-match', 'W/"1"', 412, '0x80060882'],
      ['PATCH', NOBODY, 'if-match', 'W/"1"', 404, '0x80040217'],
      ['PATCH', CONTACT, 'if-none-match', '*', 412, '0x80040237'],
      ['PATCH', NOBODY, 'if-none-match', '*', 204, undefined],
      ['PATCH', CONTACT, 'if-none-match', 'null', 204, undefined],
      ['DELETE', CONTACT, 'if-match', '*', 204, undefined],
      ['DELETE', NOBODY, 'if-match', '*', 404, '0x80040217'],
      ['DELETE', CONTACT, 'if-match', 'current', 204, undefined],
      ['DELETE', CONTACT, 'if-match', 'W/"1"', 412, '0x80060882'],
      ['DELETE', NOBODY, 'if-none-match', 'null', 404, '0x80040217'],
    ])('%s of %s with %s: %s answers %i', async (method, id, header, value, status, refused) => {
      expect(code(await attempt(method, id, header, value))).toEqual([status, refused]);
    });

    it('answer without a code where the switch says so', async () => {
      await settings({ preconditionCodes: 'empty' });
      expect(code(await attempt('PATCH', CONTACT, 'if-match', 'W/"1"'))).toEqual([412, '']);
      expect(code(await attempt('PATCH', NOBODY, 'if-match', '*'))).toEqual([404, '']);
      expect(code(await attempt('PATCH', CONTACT, 'if-none-match', '*'))).toEqual([412, '']);
    });

    it('are refused on a table without optimistic concurrency', async () => {
      await sim.control('POST', 'dynamics/edit', {
        operations: [{ op: 'addMember', teamid: TEAM, systemuserid: USER }],
      });
      const [membership] = (await one('teammemberships')).value;
      const path = `teammemberships(${String(membership!.teammembershipid)})`;
      expect(code(await sim.call('DELETE', path, undefined, { 'if-match': 'W/"1"' }))).toEqual([400, '0x80060883']);
    });
  });

  describe('answers', () => {
    it.each([
      [true, /^W\/"\d+"$/],
      [false, null],
    ])('with the row has an ETag header: %s', async (representationEtag, expected) => {
      await settings({ representationEtag });
      const { headers, body } = await patch(
        `${contact}?$select=jobtitle`,
        { jobtitle: 'x' },
        { prefer: 'return=representation' },
      );
      if (expected) expect(headers.get('etag')).toMatch(expected);
      else expect(headers.get('etag')).toBeNull();
      expect(body['@odata.etag']).toMatch(/^W\/"\d+"$/);
    });

    it('of a create with the row have no OData-EntityId', async () => {
      const created = await sim.call('POST', 'contacts', { lastname: 'New' }, { prefer: 'return=representation' });
      expect([created.status, created.headers.get('odata-entityid')]).toEqual([201, null]);
      const upserted = await patch(`contacts(${NOBODY})`, { lastname: 'New' }, { prefer: 'return=representation' });
      expect(upserted.status).toBe(201);
    });

    it('say 405 where the address does not know the method', async () => {
      expect((await sim.call('PUT', 'contacts', {})).status).toBe(405);
      expect((await sim.call('POST', contact, {})).status).toBe(405);
      expect((await sim.call('PATCH', 'WhoAmI', {})).status).toBe(405);
    });

    it.each([
      ['cut', 'Chief Purchasing Officer', 'Chief Purc'],
      ['clear', 'Chief', null],
      ['format', '+1 (555) 0100', '155-501-00'],
      ['format', 'Chief', 'CHIEF'],
    ])('a plug-in alters what is written (%s %s), and the representation shows it', async (how, sent, held) => {
      await settings({ pluginAlters: [{ table: 'contact', column: 'jobtitle', how }] });
      const { body } = await patch(
        `${contact}?$select=jobtitle`,
        { jobtitle: sent },
        { Prefer: 'return=representation' },
      );
      expect(body).toMatchObject({ jobtitle: held });
      expect(await one(`${contact}?$select=jobtitle`)).toMatchObject({ jobtitle: held });
    });

    it('refuses an alteration that it does not know', async () => {
      await expect(settings({ pluginAlters: [{ table: 'contact', column: 'jobtitle', how: 'turn' }] })).rejects.toThrow(
        /pluginAlters .* must be a list of .* cut \| clear/,
      );
    });

    it('say 500 for a duplicate where the switch says so, and 412 otherwise', async () => {
      const post = (): Promise<Answer> =>
        sim.call(
          'POST',
          'contacts',
          { lastname: 'Twin', emailaddress1: 'jon@example.com' },
          {
            'mscrm.suppressduplicatedetection': 'false',
          },
        );
      expect(code(await post())).toEqual([412, '0x80040333']);
      await settings({ duplicatesFoundStatus: 500 });
      expect(code(await post())).toEqual([500, '0x80040333']);
      await settings({ duplicateRules: [] });
      expect((await post()).status).toBe(204);
    });
  });

  it('are refused by a plug-in that looks at a value, and by column security', async () => {
    await settings({ pluginAborts: [{ table: 'contact', column: 'jobtitle', value: 'Chief' }] });
    expect(code(await patch(contact, { jobtitle: 'Chief' }))).toEqual([400, '0x80040265']);
    expect((await patch(contact, { jobtitle: 'Boss' })).status).toBe(204);
    await settings({ privileges: { denyColumns: ['contact.jobtitle', 'contact.parentcustomerid'] } });
    expect(code(await patch(contact, { jobtitle: 'Boss' }))).toEqual([403, '0x8004f508']);
    expect(code(await patch(contact, { parentcustomerid_account: null }))).toEqual([403, '0x8004f508']);
    expect((await patch(contact, { nickname: 'Jon' })).status).toBe(204);
  });

  it('of several rows at once name them by id or by an alternate key', async () => {
    const key = { table: 'account', do: 'addKey', name: 'new_number', columns: ['accountnumber'] };
    await sim.control('POST', 'dynamics/schema', key);
    const act = (action: string, values: object): Promise<Answer> =>
      sim.call('POST', `accounts/Microsoft.Dynamics.CRM.${action}`, { Targets: [values] });
    const type = { '@odata.type': 'Microsoft.Dynamics.CRM.account' };
    const byKey = { ...type, '@odata.id': "accounts(accountnumber='A-1')" };
    expect((await act('UpdateMultiple', { ...byKey, name: 'Renamed' })).status).toBe(204);
    expect((await one(`accounts(${ACCOUNT})`)).name).toBe('Renamed');
    const made = { ...type, '@odata.id': "accounts(accountnumber='A-2')", name: 'Second' };
    expect((await act('UpsertMultiple', made)).status).toBe(204);
    expect((await one("accounts(accountnumber='a-2')")).name).toBe('Second');
    expect(code(await act('UpsertMultiple', { name: 'No type' }))).toEqual([400, '0x80048d19']);
    expect(code(await act('UpdateMultiple', { ...type, name: 'No id' }))).toEqual([400, '0x80048d19']);
  });

  it('take the primary key in the body of an update as said already, and ignore $expand', async () => {
    const path = `${contact}?$select=jobtitle&$expand=ownerid`;
    const answer = await patch(path, { contactid: NOBODY, jobtitle: 'x' }, { prefer: 'return=representation' });
    expect([answer.status, answer.body.contactid, answer.body.ownerid]).toEqual([200, CONTACT, undefined]);
  });

  describe('single columns and references', () => {
    it('does not write a lookup as a single column', async () => {
      expect(code(await sim.call('PUT', `${contact}/parentcustomerid`, { value: ACCOUNT }))).toEqual([
        400,
        '0x80060888',
      ]);
      expect(code(await sim.call('PUT', `${contact}/jobtitle`, { text: 'x' }))).toEqual([400, '0x80048d19']);
      expect(code(await sim.call('PUT', `contacts(${NOBODY})/jobtitle`, { value: 'x' }))).toEqual([404, '0x80040217']);
    });

    it('takes a row out of a collection by $id', async () => {
      const id = encodeURIComponent(`${sim.api}/contacts(${CONTACT})`);
      const answer = await sim.call('DELETE', `accounts(${ACCOUNT})/contact_customer_accounts/$ref?$id=${id}`);
      expect(answer.status).toBe(204);
      expect((await one(contact))._parentcustomerid_value).toBeNull();
    });

    it('refuses a navigation property it does not know', async () => {
      const body = { '@odata.id': `${sim.api}/contacts(${CONTACT})` };
      const answer = await sim.call('POST', `accounts(${ACCOUNT})/contacts/$ref`, body);
      expect(code(answer)).toEqual([400, '0x80060888']);
    });
  });

  describe('consequences', () => {
    it.each([
      ['removeLink', 200, null],
      ['cascade', 404, undefined],
    ])('of the deletion of an account for its contacts: %s', async (deleteOfAccount, status, parent) => {
      await settings({ deleteOfAccount });
      await sim.call('DELETE', `accounts(${ACCOUNT})`);
      const row = await sim.get(contact);
      expect([row.status, row.body._parentcustomerid_value]).toEqual([status, parent]);
      expect((await sim.get(`opportunities(${DEAL})`)).status).toBe(status);
    });

    it.each([false, true])(
      'of a new member for the row versions of team and user, with the switch at %s',
      async (moves) => {
        await settings({ membershipMovesVersions: moves });
        const versions = async (): Promise<unknown[]> => [
          (await one(`teams(${TEAM})`)).versionnumber,
          (await one(`systemusers(${USER})`)).versionnumber,
        ];
        const before = await versions();
        const body = { '@odata.id': `systemusers(${USER})` };
        expect((await sim.call('POST', `teams(${TEAM})/teammembership_association/$ref`, body)).status).toBe(204);
        const after = await versions();
        expect(after.map((version, at) => version !== before[at])).toEqual([moves, moves]);
      },
    );

    it.each([2, 1])('of a merge for the losing lead: state %i', async (mergedLeadState) => {
      await settings({ mergedLeadState });
      const type = { '@odata.type': 'Microsoft.Dynamics.CRM.lead' };
      await patch(`leads(${NOBODY})`, { lastname: 'Winner' });
      const merge = (Target: object, Subordinate: object): Promise<Answer> =>
        sim.call('POST', 'Merge', { Target, Subordinate });
      const [winner, loser] = [
        { ...type, leadid: NOBODY },
        { ...type, leadid: LEAD },
      ];
      expect((await merge(winner, loser)).status).toBe(204);
      expect(await one(`leads(${LEAD})`)).toMatchObject({ merged: true, statecode: mergedLeadState });
      expect(code(await merge(loser, winner))).toEqual([400, '0x80045300']);
      expect(code(await merge(winner, winner))).toEqual([400, '0x80045305']);
    });

    it.each([false, true])(
      'of a qualification for the parents of the lead, with the switch at %s',
      async (qualifySetsParents) => {
        await settings({ qualifySetsParents });
        const body = { CreateAccount: true, CreateContact: true, CreateOpportunity: false, Status: 3 };
        const made = (await sim.call('POST', `leads(${LEAD})/Microsoft.Dynamics.CRM.QualifyLead`, body)).body.value;
        const lead = await one(`leads(${LEAD})`);
        const expected = qualifySetsParents ? [made[0]!.accountid, made[1]!.contactid] : [null, null];
        expect([lead._parentaccountid_value, lead._parentcontactid_value]).toEqual(expected);
      },
    );

    it.each([
      ['references', 200, ['@odata.type', 'accountid']],
      ['rows', 200, expect.arrayContaining(['accountid', 'name', '_originatingleadid_value'])],
      ['empty', 204, undefined],
    ])('of a qualification for its answer: %s', async (qualifyAnswer, status, names) => {
      await settings({ qualifyAnswer });
      const body = { CreateAccount: true, CreateContact: false, CreateOpportunity: false, Status: 3 };
      const answer = await sim.call('POST', `leads(${LEAD})/Microsoft.Dynamics.CRM.QualifyLead`, body);
      expect(answer.status).toBe(status);
      expect(answer.body.value && Object.keys(answer.body.value[0]!)).toEqual(names);
    });
  });

  it('acts for the user of an Entra object id, but not for one that is disabled', async () => {
    const headers = { callerobjectid: NOBODY };
    expect((await patch(contact, { jobtitle: 'x' }, headers)).status).toBe(204);
    expect((await one(contact))._modifiedby_value).toBe(USER);
    await sim.control('POST', 'dynamics/organisation', { do: 'disableUser', user: USER });
    expect(code(await patch(contact, { jobtitle: 'x' }, headers))).toEqual([403, '0x80040225']);
  });

  describe('batches', () => {
    it.each<[string, string[], string]>([
      ['a batch within it', [part('POST', '$batch', {})], 'cannot hold a batch'],
      [
        'a reference to a later part',
        [changeSet([part('PATCH', '$2', { jobtitle: 'x' }, [], 1)])],
        'Content-ID Reference: ',
      ],
      ['a change set with a read', [changeSet([part('GET', contact, undefined, [], 1)])], 'cannot hold a GET'],
      ['a change set without Content-ID', [changeSet([part('PATCH', contact, {})])], 'Content-ID is required'],
    ])('with %s are refused', async (_what, parts, message) => {
      const { status, text } = await sim.batch(parts, '');
      expect(status).toBe(400);
      expect(text).toContain(message);
    });

    it('for another service are refused', async () => {
      const elsewhere = part('GET', contact).replace('GET /api', 'GET https://contoso.crm.dynamics.com/api');
      expect((await sim.batch([elsewhere])).status).toBe(400);
    });

    it('name each refused part, and go on only where they are told to', async () => {
      const parts = [part('DELETE', `contacts(${NOBODY})`), part('PATCH', contact, { jobtitle: 'After' })];
      const stopped = await sim.batch(parts, '');
      expect([stopped.status, stopped.statuses]).toEqual([404, [404]]);
      expect(stopped.text).toMatch(/^REQ_ID: [0-9a-f-]{36}\r$/m);
      expect((await one(contact)).jobtitle).toBeNull();
      expect((await sim.batch(parts)).statuses).toEqual([404, 204]);
      expect((await one(contact)).jobtitle).toBe('After');
    });

    it('undo a change set as a whole, and keep what stands beside it', async () => {
      const parts = [
        part('PATCH', `leads(${LEAD})`, { jobtitle: 'Kept' }),
        changeSet([
          part('POST', 'contacts', { contactid: NOBODY, lastname: 'Gone' }, ['Prefer: return=representation'], 1),
          part('PATCH', '$1', { jobtitle: 'Gone too' }, [], 2),
          part('DELETE', `accounts(${ACCOUNT})`, undefined, [], 3),
          part('PATCH', contact, { gendercode: 99 }, [], 4),
        ]),
      ];
      expect((await sim.batch(parts)).statuses).toEqual([204, 400]);
      expect((await one(`leads(${LEAD})`)).jobtitle).toBe('Kept');
      expect((await sim.get(`contacts(${NOBODY})`)).status).toBe(404);
      expect((await one(contact))._parentcustomerid_value).toBe(ACCOUNT);
    });
  });
});
