import { type Harness, harness, type Item, SECRET } from './dataverse-harness';

const LEAD = { leadid: '0b5de000-0000-4000-8000-000000000001', firstname: 'Lea', lastname: 'Dahl', fax_label: 'x' };

describe('the Dataverse simulator as a service', () => {
  let sim: Harness;
  const settings = (partial: object): Promise<Item> => sim.control('POST', 'dynamics/settings', partial);
  const codeOf = async (path: string): Promise<[number, string]> => {
    const { status, body } = await sim.get(path);
    return [status, body.error.code];
  };

  beforeAll(async () => {
    sim = await harness({ data: null });
  });
  afterAll(() => sim.simulators.close());
  beforeEach(async () => {
    await sim.control('POST', 'reset');
    await sim.authorise();
  });

  describe('tokens', () => {
    const LEGACY = {
      grant_type: 'password',
      client_id: SECRET.client_id,
      username: 'sync@example.com',
      password: 'simulated-password',
    };

    it('gives a token for the secret, and for the user of the legacy grant', async () => {
      const { body } = await sim.token();
      expect(body).toMatchObject({ token_type: 'Bearer', expires_in: 3599 });
      const legacy = await sim.token(LEGACY);
      expect(Object.keys(legacy.body)).toEqual(expect.arrayContaining(['id_token', 'client_info', 'refresh_token']));
      const authorization = `Bearer ${String(legacy.body.access_token)}`;
      expect((await sim.get('WhoAmI', { authorization })).status).toBe(200);
    });

    it.each([
      ['a wrong secret', { ...SECRET, client_secret: 'no' }, 401, 'invalid_client', 7000215],
      ['no secret', { client_id: SECRET.client_id, grant_type: SECRET.grant_type }, 401, 'invalid_client', 7000218],
      ['another application', { ...SECRET, client_id: 'x' }, 400, 'unauthorized_client', 700016],
      ['another resource', { ...SECRET, scope: 'https://other.test/.default' }, 400, 'invalid_resource', 500011],
      ['a scope that is none', { ...SECRET, scope: 'mail.read' }, 400, 'invalid_scope', 70011],
      ['a wrong password', { ...LEGACY, password: 'no' }, 400, 'invalid_grant', 50126],
    ])('refuses %s', async (_what, form, status, error, number) => {
      const answer = await sim.token(form);
      expect([answer.status, answer.body.error]).toEqual([status, error]);
      expect(answer.body).toMatchObject({ error_codes: [number] });
      expect(answer.body.error_description).toMatch(new RegExp(`^AADSTS${number}: `));
    });

    it('refuses another tenant, and a secret that has expired', async () => {
      expect((await sim.token(SECRET, 'elsewhere')).body).toMatchObject({ error_codes: [90002] });
      await sim.control('POST', 'entra/settings', { secretExpired: true });
      expect((await sim.token()).body).toMatchObject({ error_codes: [7000222] });
    });

    it('answers 401 with a challenge without a token and after its lifetime', async () => {
      const none = await sim.get('WhoAmI', { authorization: '' });
      expect(none.status).toBe(401);
      expect(none.headers.get('www-authenticate')).toBe(
        `Bearer authorization_uri=${sim.simulators.entra}/72f988bf-0000-4000-8000-00000000d365/oauth2/authorize, resource_id=${sim.simulators.dataverse}/`,
      );
      expect((await sim.get('WhoAmI')).status).toBe(200);
      await sim.control('POST', 'clock/advance', { ms: 3_600_000 });
      expect((await sim.get('WhoAmI')).status).toBe(401);
    });

    it('refuses the user who is missing, disabled, or meets administration mode', async () => {
      await settings({ userState: 'missing' });
      expect(await codeOf('WhoAmI')).toEqual([403, '0x80072560']);
      await settings({ userState: 'disabled' });
      expect(await codeOf('WhoAmI')).toEqual([403, '0x80040225']);
      await settings({ userState: 'enabled', administrationMode: true });
      expect((await sim.get('WhoAmI')).status).toBe(403);
    });
  });

  it('tells which organisation it is', async () => {
    const who = (await sim.get('WhoAmI')).body;
    const current = (await sim.get('RetrieveCurrentOrganization(AccessType=@p1)?@p1=x')).body.Detail as Item;
    const row = (await sim.get('organizations?$select=name,createdon,expirechangetrackingindays')).body.value[0]!;
    expect(current.OrganizationId).toBe(who.OrganizationId);
    expect(row).toMatchObject({ organizationid: who.OrganizationId, expirechangetrackingindays: 7 });
    expect((await sim.get('RetrieveVersion')).body.Version).toMatch(/^9\.2\./);
  });

  it('denies a table by privilege, in the words a real one uses', async () => {
    await settings({ privileges: { denyRead: ['account'] } });
    const denied = await sim.get('accounts');
    expect([denied.status, denied.body.error.code]).toEqual([403, '0x80048306']);
    expect(denied.body.error.message).toContain('is missing prvReadAccount privilege');
    expect((await sim.get('contacts')).status).toBe(200);
  });

  describe('limits', () => {
    it('refuses the request above the number of the window, and says when to come again', async () => {
      await settings({ limits: { requests: 3, windowMs: 60_000 } });
      const answers = [];
      for (let call = 0; call < 4; call += 1) answers.push(await sim.get('WhoAmI'));
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 429]);
      expect(answers[3]!.body.error.code).toBe('0x80072322');
      expect(Number(answers[3]!.headers.get('retry-after'))).toBeGreaterThan(50);
      await sim.control('POST', 'clock/advance', { ms: 60_001 });
      expect((await sim.get('WhoAmI')).status).toBe(200);
    });

    it('refuses more at once, and more execution time, than a user may have', async () => {
      await settings({ readLatencyMs: 150, limits: { concurrent: 2 } });
      const both = await Promise.all([sim.get('WhoAmI'), sim.get('WhoAmI'), sim.get('WhoAmI')]);
      expect(both.map(({ status }) => status).sort()).toEqual([200, 200, 429]);
      expect(both.find(({ status }) => status === 429)!.body.error.code).toBe('0x80072326');
      await settings({ limits: { executionMs: 200 } });
      await new Promise((resolve) => setTimeout(resolve, 50));
      expect(await codeOf('WhoAmI')).toEqual([429, '0x80072321']);
    });
  });

  describe('metadata', () => {
    beforeEach(() =>
      sim.control('POST', 'dynamics/seed', {
        lead: [{ ...LEAD, subject: 's'.repeat(400), new_colour_label: ' Sky blue ', new_synctomkto: null }],
        new_visit: [
          {
            new_visitid: '0b5de000-0000-4000-8000-000000000002',
            new_name: 'Visit',
            new_on: '2026-02-03',
            new_count: 2,
            _new_leadid_value: LEAD.leadid,
          },
        ],
      }),
    );
    const columns = async (table: string, type: string, query: string): Promise<Item[]> =>
      (
        await sim.get(
          `EntityDefinitions(LogicalName='${table}')/Attributes/Microsoft.Dynamics.CRM.${type}AttributeMetadata?${query}`,
        )
      ).body.value;
    const named = (items: Item[], name: string): Item => items.find((item) => item.LogicalName === name)!;

    it('describes a table and its columns; typed properties only under a cast', async () => {
      const { body } = await sim.get(
        "EntityDefinitions(LogicalName='lead')?$select=EntitySetName,ChangeTrackingEnabled&$expand=Attributes($select=LogicalName,AttributeType,IsValidForUpdate)",
      );
      expect(body).toMatchObject({ EntitySetName: 'leads', ChangeTrackingEnabled: true });
      expect(named(body.Attributes as Item[], 'fullname')).toMatchObject({
        AttributeType: 'String',
        IsValidForUpdate: false,
      });
      expect((await sim.get("EntityDefinitions(LogicalName='lead')/Attributes?$select=MaxLength")).status).toBe(400);
      expect((await sim.get("EntityDefinitions(LogicalName='nothing')")).status).toBe(404);
    });

    it('makes a custom table of rows nobody declared, with types and targets from the data', async () => {
      const { value } = (
        await sim.get('EntityDefinitions?$select=LogicalName,EntitySetName&$filter=IsCustomEntity eq true')
      ).body;
      expect(value).toMatchObject([{ LogicalName: 'new_visit', EntitySetName: 'new_visits' }]);
      const [on] = (await columns('new_visit', 'DateTime', '$select=LogicalName,DateTimeBehavior')).slice(-1);
      expect(on).toMatchObject({ LogicalName: 'new_on', DateTimeBehavior: { Value: 'DateOnly' } });
      expect(named(await columns('new_visit', 'Lookup', '$select=LogicalName,Targets'), 'new_leadid').Targets).toEqual([
        'lead',
      ]);
      expect((await sim.get('new_visits')).body.value[0]).toMatchObject({
        new_count: 2,
        _new_leadid_value: LEAD.leadid,
      });
    });

    it('lets lengths follow the data, and makes options of labels it does not know', async () => {
      expect(named(await columns('lead', 'String', '$select=LogicalName,MaxLength'), 'subject').MaxLength).toBe(400);
      const picklists = await columns('lead', 'Picklist', '$select=LogicalName&$expand=OptionSet,GlobalOptionSet');
      const colour = named(picklists, 'new_colour').OptionSet as { Options: Item[] };
      expect(colour.Options).toMatchObject([
        { Value: 100_000_000, Label: { UserLocalizedLabel: { Label: 'Sky blue' } } },
      ]);
      const state = named(await columns('lead', 'Status', '$select=LogicalName&$expand=OptionSet'), 'statuscode');
      expect((state.OptionSet as { Options: Item[] }).Options).toContainEqual(
        expect.objectContaining({ Value: 3, State: 1 }),
      );
    });

    it('names the navigation property of each lookup and target', async () => {
      const { value } = (
        await sim.get(
          "EntityDefinitions(LogicalName='contact')/ManyToOneRelationships?$select=ReferencingAttribute,ReferencedEntity,ReferencingEntityNavigationPropertyName&$filter=ReferencingAttribute eq 'parentcustomerid'",
        )
      ).body;
      expect(value.map((item) => item.ReferencingEntityNavigationPropertyName)).toEqual([
        'parentcustomerid_account',
        'parentcustomerid_contact',
      ]);
    });
  });

  describe('the control address', () => {
    it('edits as a user would: version, date and author move, labels and types are understood', async () => {
      const { ids } = (await sim.control('POST', 'dynamics/edit', {
        operations: [
          { op: 'create', table: 'account', values: { name: 'A', industrycode_label: 'consulting' } },
          { op: 'create', table: 'contact', values: { firstname: 'Ann', lastname: 'Lee' } },
        ],
      })) as unknown as { ids: string[] };
      const [account, contact] = ids as [string, string];
      const values = { _parentcustomerid_value: account, _parentcustomerid_type: 'account' };
      const operations = [{ op: 'update', table: 'contact', id: contact, values }];
      await sim.control('POST', 'dynamics/edit', { user: account, operations });
      expect((await sim.get(`accounts(${account})`)).body.industrycode).toBe(7);
      const rows = (await sim.control('GET', `dynamics/rows/contact?ids=${contact}`)) as unknown as Item[];
      expect(rows).toMatchObject([{ fullname: 'Ann Lee', _accountid_value: account, _modifiedby_value: account }]);
      await sim.control('POST', 'dynamics/edit', { operations: [{ op: 'delete', table: 'account', id: account }] });
      expect((await sim.get(`contacts(${contact})`)).status).toBe(404); // it goes with its account
    });

    it('stores a connection as a pair, and takes both away together', async () => {
      const create = (table: string, values: object) => ({ op: 'create', table, values });
      const made = (await sim.control('POST', 'dynamics/edit', {
        operations: [create('opportunity', { name: 'O' }), create('contact', { lastname: 'C' })],
      })) as unknown as { ids: string[] };
      const [record1, record2] = made.ids;
      const operations = [create('connection', { _record1id_value: record1, _record2id_value: record2 })];
      const { ids } = (await sim.control('POST', 'dynamics/edit', { operations })) as unknown as { ids: string[] };
      const pair = (await sim.get('connections?$filter=ismaster eq false')).body.value[0]!;
      expect(pair).toMatchObject({
        _record1id_value: record2,
        record2objecttypecode: 3,
        _relatedconnectionid_value: ids[0],
      });
      await sim.call('DELETE', `connections(${String(pair.connectionid)})`);
      expect((await sim.get('connections')).body.value).toEqual([]);
    });

    it('generates rows, each as fast as the last, the same for the same seed, and puts all back on reset', async () => {
      const generated = async (count: number): Promise<number> => {
        const began = performance.now();
        expect(await sim.control('POST', 'dynamics/generate', { table: 'lead', count, seed: 5 })).toEqual({ count });
        return performance.now() - began;
      };
      const few = await generated(2_000);
      await sim.control('POST', 'reset');
      // Ten times as many: a hundred times as long if each row looked at all others.
      expect(await generated(20_000)).toBeLessThan(50 * few);
      const first = (await sim.get('leads?$top=1&$select=fullname')).body.value;
      await sim.control('POST', 'reset');
      expect((await sim.get('leads')).body.value).toEqual([]);
      await sim.control('POST', 'dynamics/generate', { table: 'lead', count: 20_000, seed: 5 });
      expect((await sim.get('leads?$top=1&$select=fullname')).body.value).toMatchObject([
        { fullname: first[0]!.fullname },
      ]);
    });

    it('shows each kind of fault', async () => {
      const fault = (body: object) =>
        sim.control('POST', 'dynamics/faults', { times: 1, endpoint: 'GET contacts', ...body });
      await fault({ kind: 'status', status: 503, retryAfterSeconds: 7 });
      const busy = await sim.get('contacts');
      expect([busy.status, busy.headers.get('retry-after')]).toEqual([503, '7']);
      await fault({ kind: 'html' });
      expect(await sim.get('contacts')).toMatchObject({ status: 502, text: expect.stringContaining('<html>') });
      await fault({ kind: 'empty' });
      expect(await sim.get('contacts')).toMatchObject({ status: 200, text: '' });
      for (const kind of ['cut', 'reset-before', 'reset-after']) {
        await fault({ kind });
        await expect(sim.get('contacts')).rejects.toThrow();
      }
      expect((await sim.get('contacts')).status).toBe(200);
    });

    it('does the work before reset-after, not before reset-before', async () => {
      await sim.control('POST', 'dynamics/faults', { kind: 'reset-before', endpoint: 'POST accounts', times: 1 });
      await expect(sim.call('POST', 'accounts', { name: 'Lost' })).rejects.toThrow();
      await sim.control('POST', 'dynamics/faults', { kind: 'reset-after', endpoint: 'POST accounts', times: 1 });
      await expect(sim.call('POST', 'accounts', { name: 'Kept' })).rejects.toThrow();
      expect((await sim.get('accounts?$select=name')).body.value.map((row) => row.name)).toEqual(['Kept']);
    });

    it('names what is wrong with an order it cannot follow', async () => {
      const bad = (body: object) => sim.control('POST', 'dynamics/edit', body);
      await expect(bad({ operations: [{ op: 'update', table: 'person', id: 'x', values: {} }] })).rejects.toThrow(
        /'person'/,
      );
      await expect(bad({ operations: [{ op: 'move' }] })).rejects.toThrow(/'move'/);
      await expect(bad({})).rejects.toThrow(/operations/);
      await expect(sim.control('POST', 'dynamics/faults', { kind: 'flood' })).rejects.toThrow(/flood/);
    });
  });
});
