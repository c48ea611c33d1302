import { changeSet, type Harness, harness, type Item, part } from './dataverse-harness';

const CONTACT = '1af0360d-1324-5a5b-a3d8-7a7d10a77e47'; // JON YANG, the first contact of the sample
const ACCOUNT = '3e95f738-7aea-550b-bba9-718d101d0059'; // Acme Corporation
const TEAM = '8b9be823-a602-525e-ab0b-c57d421c6a55'; // Central Sales Office
const NOBODY = '00000000-0000-4000-8000-000000000001';
const TRACK = { prefer: 'odata.track-changes,odata.maxpagesize=5000' };

describe('the Dataverse simulator with the sample organisation', () => {
  let sim: Harness;
  const one = async (path: string): Promise<Item> => (await sim.get(path)).body;
  const edit = (...operations: object[]): Promise<Item> => sim.control('POST', 'dynamics/edit', { operations });
  const settings = (partial: object): Promise<Item> => sim.control('POST', 'dynamics/settings', partial);
  const deltaOf = async (set: string): Promise<string> =>
    (await sim.pages(`${set}?$select=versionnumber`, TRACK)).last['@odata.deltaLink'] as string;

  beforeAll(async () => {
    sim = await harness({});
  });
  afterAll(() => sim.simulators.close());

  describe('reading', () => {
    it('loads all rows of the sample and its supplement', async () => {
      const names = '["account","contact","lead","opportunity","new_orderline","team","teammembership","connection"]';
      const answer = await one(`RetrieveTotalRecordCount(EntityNames=@p1)?@p1=${names}`);
      expect(answer.EntityRecordCountCollection).toMatchObject({
        Values: [787, 18152, 2062, 8800, 2630, 19, 76, 6],
      });
      expect((await sim.get('contacts/$count')).text).toBe('5000'); // capped
      expect((await sim.get('accounts/$count')).text).toBe('787');
    });

    it('gives pages by primary key, each row once, with the cookie as the vendor writes it', async () => {
      const { rows, count } = await sim.pages('contacts?$select=lastname', { prefer: 'odata.maxpagesize=4800' });
      expect(count).toBe(4);
      expect(new Set(rows.map((row) => row.contactid)).size).toBe(18152);
      const first = await sim.get('contacts?$select=lastname', { prefer: 'odata.maxpagesize=10' });
      const link = decodeURIComponent(String(first.body['@odata.nextLink']));
      expect(link).toMatch(/\$skiptoken=<cookie pagenumber="2" pagingcookie="%253Ccookie.*" istracking="False"/);
    });

    it('refuses an altered cookie, an unknown column, an unknown set and an unknown option', async () => {
      const first = await sim.get('contacts?$select=lastname', { prefer: 'odata.maxpagesize=10' });
      const altered = String(first.body['@odata.nextLink']).replace('state%3D%22', 'state%3D%22A');
      expect((await sim.get(altered)).status).toBe(400);
      const unknown = await sim.get('contacts?$select=nickname,shoesize');
      expect([unknown.status, unknown.body.error.code]).toEqual([400, '0x80060888']);
      expect(unknown.body.error.message).toContain("'shoesize' on type 'Microsoft.Dynamics.CRM.contact'");
      expect((await sim.get('persons')).status).toBe(404);
      expect((await sim.get('contacts?$skip=5')).body.error.code).toBe('0x80060888');
    });

    it('gives a row by id with its etag, or 404, or 304', async () => {
      const row = await sim.get(`contacts(${CONTACT})?$select=fullname,birthdate`);
      expect(row.body).toMatchObject({ fullname: 'JON YANG', birthdate: '1966-04-08', contactid: CONTACT });
      expect(row.body['@odata.etag']).toMatch(/^W\/"\d+"$/);
      const etag = String(row.body['@odata.etag']);
      expect((await sim.get(`contacts(${CONTACT})`, { 'if-none-match': etag })).status).toBe(304);
      const missing = await sim.get(`contacts(${NOBODY})`);
      expect([missing.status, missing.body.error.code]).toEqual([404, '0x80040217']);
    });

    it.each([
      ["emailaddress1 eq 'JON24@adventure-works.com'", 1],
      ["contains(lastname,'YAN') and not (firstname ne 'Jon')", 1],
      [`contactid eq ${CONTACT} or contactid eq ${NOBODY}`, 1],
      [`Microsoft.Dynamics.CRM.In(PropertyName='contactid',PropertyValues=["${CONTACT}","${NOBODY}"])`, 1],
      ['new_synctomkto eq false', 1],
      ['new_synctomkto ne null and (statecode eq 0 or statecode eq 1)', 2],
      ["startswith(emailaddress1,'jon2') and familystatuscode ge 2 and birthdate lt 1967-01-01", 4],
    ])('filters by %s', async (filter, expected) => {
      const { rows } = await sim.pages(`contacts?$select=contactid&$filter=${encodeURIComponent(filter)}`);
      expect(rows).toHaveLength(expected);
    });

    it('orders, and takes the top', async () => {
      const newest = await one('leads?$select=versionnumber&$orderby=versionnumber desc&$top=2');
      const [a, b] = newest.value.map((row) => Number(row.versionnumber));
      expect(a).toBeGreaterThan(b!);
      expect(newest['@odata.nextLink']).toBeUndefined();
    });

    it('shows formatted values and lookup types only where asked', async () => {
      const path = 'accounts?$select=industrycode,_ownerid_value&$filter=accountnumber eq ';
      const plain = (await one(`${path}'SUP-0001'`)).value[0]!;
      expect(plain.industrycode).toBe(7); // the default option Consulting
      expect(Object.keys(plain).filter((key) => key.includes('@'))).toEqual(['@odata.etag']);
      const shown = (await sim.get(`${path}'MV-0001'`, { prefer: 'odata.include-annotations="*"' })).body.value[0]!;
      expect(shown.industrycode).toBeGreaterThanOrEqual(100_000_000);
      expect(shown['industrycode@OData.Community.Display.V1.FormattedValue']).toBe('technolgy');
      expect(shown['_ownerid_value@Microsoft.Dynamics.CRM.lookuplogicalname']).toBe('systemuser');
    });

    it("sets an opportunity's customer as Dynamics does: the account, else the contact", async () => {
      const only = { prefer: 'odata.include-annotations="Microsoft.Dynamics.CRM.lookuplogicalname"' };
      const of = async (filter: string): Promise<Item> =>
        (await sim.get(`opportunities?$top=1&$filter=${filter}`, only)).body.value[0]!;
      const type = '_customerid_value@Microsoft.Dynamics.CRM.lookuplogicalname';
      const both = await of('_parentaccountid_value ne null');
      expect([both._customerid_value, both[type]]).toEqual([both._parentaccountid_value, 'account']);
      const person = await of('_parentaccountid_value eq null');
      expect([person._customerid_value, person[type]]).toEqual([person._parentcontactid_value, 'contact']);
    });
  });

  describe('change tracking', () => {
    beforeEach(() => sim.control('POST', 'reset'));

    it('gives the delta link with the last page only, in the form version!time', async () => {
      const first = await sim.get('leads?$select=lastname', { prefer: 'odata.track-changes,odata.maxpagesize=2000' });
      expect(first.headers.get('preference-applied')).toContain('odata.track-changes');
      expect(first.body['@odata.deltaLink']).toBeUndefined();
      const last = await sim.get(String(first.body['@odata.nextLink']));
      expect(decodeURIComponent(String(last.body['@odata.deltaLink']))).toMatch(
        /\$deltatoken=\d+!\d\d\/\d\d\/\d{4} \d\d:\d\d:\d\d$/,
      );
    });

    it('delivers changed rows once, then deletions, and then nothing', async () => {
      const link = await deltaOf('contacts');
      await edit(
        { op: 'update', table: 'contact', id: CONTACT, values: { lastname: 'Young' } },
        { op: 'update', table: 'contact', id: CONTACT, values: { lastname: 'Younger' } },
        { op: 'create', table: 'contact', id: NOBODY, values: { lastname: 'Brief' } },
        { op: 'delete', table: 'contact', id: NOBODY },
      );
      const delta = await one(link);
      expect(delta.value.map((item) => item.contactid ?? [item.id, item.reason])).toEqual([
        CONTACT,
        [NOBODY, 'deleted'],
      ]);
      expect(String(delta.value[1]!['@odata.context'])).toMatch(/#contacts\/\$deletedEntity$/);
      expect((await one(String(delta['@odata.deltaLink']))).value).toEqual([]);
      expect((await sim.get(link.replace('contacts?', 'contacts/$count?').replace(/\$select=\w+&/, ''))).text).toBe(
        '2',
      );
    });

    it.each([
      ['first', 1],
      ['last', 0],
    ])('dates the token from the %s page: a change during the read comes %i times', async (deltaTokenFrom, times) => {
      await settings({ deltaTokenFrom });
      const page = { prefer: 'odata.track-changes,odata.maxpagesize=1500' };
      const first = await sim.get('leads?$select=leadid', page);
      const id = String(first.body.value[0]!.leadid);
      await edit({ op: 'update', table: 'lead', id, values: { lastname: 'Meanwhile' } });
      const { last } = await sim.pages(String(first.body['@odata.nextLink']), page);
      const delta = await one(String(last['@odata.deltaLink']));
      expect(delta.value).toHaveLength(times);
    });

    it('gives a long delta in pages', async () => {
      const link = await deltaOf('accounts');
      const { rows } = await sim.pages('accounts?$select=accountid');
      const ids = rows.slice(0, 25).map((row) => row.accountid);
      await edit(...ids.map((id) => ({ op: 'update', table: 'account', id, values: { description: 'x' } })));
      const first = await sim.get(link, { prefer: 'odata.maxpagesize=10' });
      expect([first.body.value.length, first.body['@odata.deltaLink']]).toEqual([10, undefined]);
      const rest = await sim.pages(String(first.body['@odata.nextLink']), { prefer: 'odata.maxpagesize=10' });
      expect([rest.count, rest.rows.length]).toEqual([2, 15]);
    });

    it('refuses the options it cannot take, and tables that are not tracked', async () => {
      const filtered = await sim.get("leads?$filter=lastname eq 'x'", TRACK);
      expect(filtered.status).toBe(400);
      expect(filtered.body.error.message).toBe(
        `The "\${filter}" query parameter isn't supported when Change Tracking is enabled.`,
      );
      expect((await sim.get('teammemberships', TRACK)).status).toBe(400);
      expect((await sim.get('leads?$deltatoken=rubbish')).body.error.code).toBe('0x80060888');
    });

    it('lets a token expire by age and by order', async () => {
      const [leads, teams] = [await deltaOf('leads'), await deltaOf('teams')];
      await settings({ expireTokens: ['lead'] });
      expect((await one(leads)).error.code).toBe('0x80044352');
      expect((await sim.get(teams)).status).toBe(200);
      expect((await sim.get(await deltaOf('leads'))).status).toBe(200);
      await sim.control('POST', 'clock/advance', { ms: 8 * 86_400_000 });
      expect((await sim.get(teams)).status).toBe(401); // the bearer token is too old as well
      await sim.authorise();
      expect((await one(teams)).error.code).toBe('0x80044352');
    });
  });

  describe('writing', () => {
    beforeEach(() => sim.control('POST', 'reset'));

    const patch = (body: unknown, headers: Record<string, string> = {}, id = CONTACT) =>
      sim.call('PATCH', `contacts(${id})`, body, headers);

    it('patches under If-Match and answers the new etag; a stale etag is 412', async () => {
      const before = String((await one(`contacts(${CONTACT})`))['@odata.etag']);
      const done = await patch({ jobtitle: 'Boss' }, { 'if-match': before });
      expect(done.status).toBe(204);
      const after = await one(`contacts(${CONTACT})`);
      expect(done.headers.get('etag')).toBe(after['@odata.etag']);
      expect(after['@odata.etag']).not.toBe(before);
      const stale = await patch({ jobtitle: 'Clerk' }, { 'if-match': before });
      expect([stale.status, stale.body.error.code]).toEqual([412, '0x80060882']);
    });

    it('updates only, creates only, or upserts, as the conditions say', async () => {
      expect((await patch({ lastname: 'No' }, { 'if-match': '*' }, NOBODY)).status).toBe(404);
      expect((await patch({ lastname: 'New' }, {}, NOBODY)).status).toBe(204);
      expect((await patch({ lastname: 'Again' }, { 'if-none-match': '*' }, NOBODY)).status).toBe(412);
      expect((await sim.call('DELETE', `contacts(${NOBODY})`)).status).toBe(204);
    });

    it.each([
      ['a text too long', { mobilephone: '1'.repeat(51) }, 400, '0x80044331'],
      ['an option that is none', { gendercode: 77 }, 400, '0x8004431a'],
      ['a read-only column', { modifiedon: '2026-01-01T00:00:00Z' }, 400, '0x80048d19'],
      ['an unknown column', { shoesize: 44 }, 400, '0x80048d19'],
      ['a wrong type', { donotbulkemail: 'yes' }, 400, '0x80048d19'],
      ['a bound row that is missing', { 'ownerid@odata.bind': `systemusers(${NOBODY})` }, 404, '0x80040217'],
      ['a status of another state', { statecode: 0, statuscode: 2 }, 400, '0x80048408'],
    ])('refuses %s', async (_what, body, status, code) => {
      const answer = await patch(body);
      expect([answer.status, answer.body.error.code]).toEqual([status, code]);
    });

    it('binds lookups, also of several types, and deactivates by a plain PATCH', async () => {
      await patch({
        'ownerid@odata.bind': `teams(${TEAM})`,
        'parentcustomerid_account@odata.bind': `/accounts(${ACCOUNT})`,
        statecode: 1,
      });
      const row = await one(`contacts(${CONTACT})`);
      expect(row).toMatchObject({ _ownerid_value: TEAM, _owningteam_value: TEAM, _owninguser_value: null });
      expect(row).toMatchObject({ _parentcustomerid_value: ACCOUNT, _accountid_value: ACCOUNT });
      expect(row).toMatchObject({ statecode: 1, statuscode: 2 });
    });

    it('tells the length of text columns', async () => {
      const { value } = await one(
        "EntityDefinitions(LogicalName='contact')/Attributes/Microsoft.Dynamics.CRM.StringAttributeMetadata?$select=LogicalName,MaxLength",
      );
      expect(value.find((column) => column.LogicalName === 'mobilephone')!.MaxLength).toBe(50);
    });

    it('runs the parts of a batch one by one, and goes on after an error where told so', async () => {
      const parts = [
        part('PATCH', `contacts(${CONTACT})`, { jobtitle: 'A' }, ['If-Match: *']),
        part('PATCH', `contacts(${NOBODY})`, { jobtitle: 'B' }, ['If-Match: *']),
        part('PATCH', `contacts(${CONTACT})?$select=versionnumber`, { jobtitle: 'C' }, [
          'Prefer: return=representation',
        ]),
      ];
      const all = await sim.batch(parts);
      expect([all.status, all.statuses]).toEqual([200, [204, 404, 200]]);
      const stopped = await sim.batch(parts, '');
      expect([stopped.status, stopped.statuses]).toEqual([404, [404]]);
      const calls = await sim.control('GET', 'dynamics/calls');
      expect(calls).toMatchObject({ writes: 5, byEndpoint: { 'PATCH contacts(id)': { count: 5, ok: 3, failed: 2 } } });
    });

    it('undoes a change set as a whole, also in the delta', async () => {
      const link = await deltaOf('accounts');
      const set = changeSet([
        part('POST', 'accounts', { name: 'Never' }, [], 1),
        part('PATCH', `accounts(${ACCOUNT})`, { name: 'Not so' }, [], 2),
        part('PATCH', `accounts(${NOBODY})`, { name: 'x' }, ['If-Match: *'], 3),
      ]);
      expect((await sim.batch([set])).statuses).toEqual([404]);
      expect(await one(`accounts(${ACCOUNT})`)).toMatchObject({ name: 'Acme Corporation' });
      expect((await one("accounts?$filter=name eq 'Never'")).value).toEqual([]);
      expect((await one(link)).value).toEqual([]);
    });

    it('lets a part of a change set point to one before it', async () => {
      const set = changeSet([
        part('POST', 'accounts', { name: 'Parent' }, [], 1),
        part('POST', 'contacts', { lastname: 'Child', 'parentcustomerid_account@odata.bind': '$1' }, [], 2),
      ]);
      expect((await sim.batch([set])).statuses).toEqual([204, 204]);
      const [child] = (await one("contacts?$filter=lastname eq 'Child'")).value;
      expect(await one(`accounts(${String(child!._parentcustomerid_value)})`)).toMatchObject({ name: 'Parent' });
    });

    it('merges: the loser inactive and marked, its children with the winner', async () => {
      const { ids } = (await edit(
        { op: 'create', table: 'account', values: { name: 'Loser' } },
        { op: 'create', table: 'contact', values: { lastname: 'Kid' } },
      )) as unknown as { ids: string[] };
      const [loser, kid] = ids as [string, string];
      await edit({ op: 'update', table: 'contact', id: kid, values: { _parentcustomerid_value: loser } });
      const type = 'Microsoft.Dynamics.CRM.account';
      const merged = await sim.call('POST', 'Merge', {
        Target: { '@odata.type': type, accountid: ACCOUNT },
        Subordinate: { '@odata.type': type, accountid: loser },
        UpdateContent: { '@odata.type': type, telephone1: '123' },
        PerformParentingChecks: false,
      });
      expect(merged.status).toBe(204);
      expect(await one(`accounts(${loser})`)).toMatchObject({ merged: true, _masterid_value: ACCOUNT, statecode: 1 });
      expect(await one(`contacts(${kid})`)).toMatchObject({ _parentcustomerid_value: ACCOUNT });
    });

    it('qualifies a lead into a contact that names it', async () => {
      const id = String((await one('leads?$top=1&$filter=statecode eq 0')).value[0]!.leadid);
      const flags = { CreateAccount: false, CreateContact: true, CreateOpportunity: false, Status: 3 };
      const made = await sim.call('POST', `leads(${id})/Microsoft.Dynamics.CRM.QualifyLead`, flags);
      const contact = await one(`contacts(${String(made.body.value[0]!.contactid)})`);
      expect(contact._originatingleadid_value).toBe(id);
      expect(await one(`leads(${id})`)).toMatchObject({ statecode: 1, statuscode: 3 });
    });
  });
});
