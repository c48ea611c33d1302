import { type Answer, type Harness, harness, type Item } from './dataverse-harness';

const CONTACT = '00000000-0000-4000-8000-00000000000c';
const OTHER = '00000000-0000-4000-8000-0000000000c2';
const SEED = {
  contact: [
    { contactid: CONTACT, lastname: 'Yang', nickname: 'a nickname of 24 letters' },
    { contactid: OTHER, lastname: 'Other' },
  ],
  account: [{ name: 'Acme' }],
};
const TRACK = { prefer: 'odata.track-changes' };

describe('the organisation of the Dataverse simulator', () => {
  let sim: Harness;
  const one = async (path: string): Promise<Item> => (await sim.get(path)).body;
  const code = ({ status, body }: Answer): [number, string] => [status, body.error?.code];
  const organisation = (body: object): Promise<Item> => sim.control('POST', 'dynamics/organisation', body);
  const schema = (body: object): Promise<Item> => sim.control('POST', 'dynamics/schema', body);
  const settings = (body: object): Promise<Item> => sim.control('POST', 'dynamics/settings', body);
  const write = (values: object, id = CONTACT): Promise<Answer> => sim.call('PATCH', `contacts(${id})`, values);
  const deltaOf = async (set: string): Promise<string> =>
    String((await sim.get(`${set}?$select=versionnumber`, TRACK)).body['@odata.deltaLink']);
  const attribute = (name: string, cast: string, more = ''): Promise<Item> =>
    one(
      `EntityDefinitions(LogicalName='contact')/Attributes(LogicalName='${name}')/Microsoft.Dynamics.CRM.${cast}AttributeMetadata${more}`,
    );

  beforeAll(async () => {
    sim = await harness({ data: null });
  });
  afterAll(() => sim.simulators.close());
  beforeEach(async () => {
    await sim.control('POST', 'reset');
    await sim.control('POST', 'dynamics/seed', SEED);
  });

  describe('restored from a backup', () => {
    const highest = async (): Promise<number> =>
      Number((await one('contacts?$select=versionnumber&$orderby=versionnumber desc&$top=1')).value[0]!.versionnumber);

    it('has the rows of then, and row versions that went back', async () => {
      const before = await highest();
      await organisation({ do: 'backup' });
      await write({ lastname: 'Young' });
      await sim.call('DELETE', `contacts(${OTHER})`);
      await sim.call('POST', 'contacts', { lastname: 'New' });
      const link = await deltaOf('contacts');
      expect(await highest()).toBeGreaterThan(before);
      await organisation({ do: 'restore' });
      expect((await one('contacts?$select=lastname')).value.map(({ lastname }) => lastname)).toEqual(['Yang', 'Other']);
      expect(await highest()).toBe(before);
      await write({ jobtitle: 'Chief' });
      expect((await one(link)).value).toEqual([]); // the token is ahead of the database: the change is missed
    });

    it('gives tokens that are good, whatever expired between backup and restore', async () => {
      await organisation({ do: 'backup' });
      for (const lastname of ['One', 'Two', 'Three']) await write({ lastname });
      await settings({ expireTokens: true });
      await organisation({ do: 'restore' });
      expect((await sim.get(await deltaOf('contacts'))).status).toBe(200);
    });

    it.each([
      [false, 200],
      [true, 400],
    ])(
      'with aheadTokenExpired %s answers a token of a version that it has not reached with %i',
      async (expired, status) => {
        await settings({ aheadTokenExpired: expired });
        await organisation({ do: 'backup' });
        for (const lastname of ['One', 'Two', 'Three']) await write({ lastname });
        const ahead = await deltaOf('contacts');
        await organisation({ do: 'restore' });
        const { body, ...answer } = await sim.get(ahead);
        expect(answer.status).toBe(status);
        expect(expired ? body.error.code : body.value).toEqual(expired ? '0x80044352' : []);
      },
    );

    it('can be restored again, and by name', async () => {
      await organisation({ do: 'backup', name: 'first' });
      for (const lastname of ['Once', 'Twice']) {
        await write({ lastname });
        await organisation({ do: 'restore', name: 'first' });
        expect((await one(`contacts(${CONTACT})`)).lastname).toBe('Yang');
      }
      await expect(organisation({ do: 'restore', name: 'second' })).rejects.toThrow('there is first');
    });

    it('keeps its id and rewinds the counter, or does not, as the switches say', async () => {
      const { OrganizationId } = await one('WhoAmI');
      await organisation({ do: 'backup' });
      await write({ lastname: 'Young' });
      const { versionnumber } = await one(`contacts(${CONTACT})`);
      await settings({ restoreKeepsOrganizationId: false, restoreRewindsVersions: false });
      await organisation({ do: 'restore' });
      expect((await one('WhoAmI')).OrganizationId).not.toBe(OrganizationId);
      await write({ lastname: 'Young' });
      expect(Number((await one(`contacts(${CONTACT})`)).versionnumber)).toBeGreaterThan(Number(versionnumber));
    });

    it('shows in the ledger what the restore changed, as made by the system', async () => {
      await organisation({ do: 'backup' });
      await write({ lastname: 'Young' });
      await organisation({ do: 'restore' });
      const text = await (await fetch(`${sim.simulators.control}/_sim/dynamics/ledger`)).text();
      const entries = text
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Item);
      const mine = entries.filter((entry) => entry.id === CONTACT && entry.kind === 'update');
      expect(mine.map(({ by, changes }) => [String(by).split(':')[0], (changes as Item).lastname])).toEqual([
        ['api', ['Yang', 'Young']],
        ['system', ['Young', 'Yang']],
      ]);
    });
  });

  describe('as a copy', () => {
    const current = async (): Promise<Item> =>
      (await one("RetrieveCurrentOrganization(AccessType=@p1)?@p1=Microsoft.Dynamics.CRM.EndpointAccessType'Default'"))
        .Detail as Item;

    it('has the same rows under another organization id, environment and name', async () => {
      const before = await current();
      const row = await one(`contacts(${CONTACT})`);
      await organisation({ do: 'copy', urlName: 'sandbox' });
      const after = await current();
      for (const name of ['OrganizationId', 'EnvironmentId', 'UniqueName']) expect(after[name]).not.toBe(before[name]);
      expect(after.UrlName).toBe('sandbox');
      expect((await one('organizations?$select=organizationid')).value).toMatchObject([
        { organizationid: after.OrganizationId },
      ]);
      expect(await one(`contacts(${CONTACT})`)).toEqual(row);
    });

    it('keeps the organization id where the switch says so', async () => {
      const before = await current();
      await settings({ copyKeepsOrganizationId: true });
      await organisation({ do: 'copy' });
      const after = await current();
      expect([after.OrganizationId === before.OrganizationId, after.EnvironmentId === before.EnvironmentId]).toEqual([
        true,
        false,
      ]);
    });

    it('can stand in administration mode', async () => {
      await organisation({ do: 'copy', administrationMode: true });
      expect((await sim.get('WhoAmI')).status).toBe(403);
      await organisation({ do: 'administrationMode', administrationMode: false });
      expect((await sim.get('WhoAmI')).status).toBe(200);
    });
  });

  it('answers at its new address only, once it is renamed', async () => {
    const port = new URL(sim.simulators.dataverse).port;
    await organisation({ do: 'rename', name: 'Renamed', urlName: 'renamed', url: `http://localhost:${port}` });
    expect((await sim.get('WhoAmI')).status).toBe(404);
    const there = await sim.get(`http://localhost:${port}/api/data/v9.2/RetrieveCurrentOrganization()`);
    expect(there.body.Detail).toMatchObject({ FriendlyName: 'Renamed', UrlName: 'renamed' });
  });

  it('refuses a user that is disabled, until it is enabled', async () => {
    await organisation({ do: 'disableUser' });
    expect(code(await sim.get('WhoAmI'))).toEqual([403, '0x80040225']);
    await organisation({ do: 'enableUser' });
    expect((await sim.get('WhoAmI')).status).toBe(200);
  });

  it('names what it knows where the control address is asked for something else', async () => {
    await expect(organisation({ do: 'move' })).rejects.toThrow('use one of backup, restore, copy');
    await expect(organisation({ do: 'copy', nmae: 'x' })).rejects.toThrow(
      "field 'nmae' is unknown; use one of do, name",
    );
    await expect(schema({ table: 'contact', do: 'drop' })).rejects.toThrow('use one of addColumn, removeColumn');
    await expect(schema({ table: 'person', do: 'setTracking' })).rejects.toThrow("table 'person' is unknown");
    await expect(schema({ table: 'contact', do: 'addColumn', column: 'x' })).rejects.toThrow('short form');
    await expect(settings({ deltaToken: 'first' })).rejects.toThrow("setting 'deltaToken' is unknown; use one of");
    await expect(settings({ limits: { calls: 1 } })).rejects.toThrow("limit 'calls' is unknown");
    await expect(settings({ deltaTokenFrom: 'middle' })).rejects.toThrow('deltaTokenFrom cannot be');
  });

  it('tells its switches, each at its first choice until it is set', async () => {
    const switches = Object.entries(await sim.control('GET', 'dynamics/switches')) as [
      string,
      { choices: unknown[] },
    ][];
    const values = await sim.control('GET', 'dynamics/settings');
    for (const [name, { choices }] of switches) {
      expect([name, values[name]]).toEqual([name, choices[0]]);
      for (const choice of choices) expect((await settings({ [name]: choice }))[name]).toBe(choice);
    }
  });

  describe('whose schema changes', () => {
    it('takes a new column at once, and expires the delta tokens of that table', async () => {
      const [contacts, accounts] = [await deltaOf('contacts'), await deltaOf('accounts')];
      await schema({ table: 'contact', do: 'addColumn', column: 'new_code:s20' });
      expect(await attribute('new_code', 'String')).toMatchObject({ MaxLength: 20, IsCustomAttribute: true });
      expect((await write({ new_code: 'A1' })).status).toBe(204);
      expect((await one('contacts?$select=new_code')).value.map((row) => row.new_code)).toEqual(['A1', null]);
      expect(code(await sim.get(contacts))).toEqual([400, '0x80044352']);
      expect((await sim.get(accounts)).status).toBe(200);
    });

    it('keeps delta tokens where the switch says so', async () => {
      const link = await deltaOf('contacts');
      await settings({ schemaChangeExpiresTokens: false });
      await schema({ table: 'contact', do: 'addColumn', column: 'new_code:s20' });
      expect((await sim.get(link)).status).toBe(200);
    });

    it('knows a removed column no more, and a new one of its name begins empty', async () => {
      await schema({ table: 'contact', do: 'removeColumn', column: 'nickname' });
      expect(code(await sim.get('contacts?$select=nickname'))).toEqual([400, '0x80060888']);
      expect(code(await write({ nickname: 'x' }))).toEqual([400, '0x80048d19']);
      await schema({ table: 'contact', do: 'addColumn', column: 'nickname:s100' });
      expect((await one(`contacts(${CONTACT})`)).nickname).toBeNull();
    });

    it('takes values of the new type only, once a column is made anew with another type', async () => {
      await schema({ table: 'contact', do: 'retype', column: 'nickname:i' });
      expect((await one(`contacts(${CONTACT})`)).nickname).toBeNull();
      expect(code(await write({ nickname: 'Jon' }))).toEqual([400, '0x80048d19']);
      expect((await write({ nickname: 7 })).status).toBe(204);
    });

    it('refuses longer texts once a column is shortened, and keeps those it has', async () => {
      await schema({ table: 'contact', do: 'setMaxLength', column: 'nickname', maxLength: 10 });
      expect((await attribute('nickname', 'String')).MaxLength).toBe(10);
      expect(code(await write({ nickname: 'eleven lett' }))).toEqual([400, '0x80044331']);
      expect((await one(`contacts(${CONTACT})`)).nickname).toBe('a nickname of 24 letters');
    });

    it('takes an option that is added, shows its label, and refuses it once it is removed', async () => {
      const option = { table: 'contact', column: 'gendercode', value: 7 };
      const labels = async (): Promise<unknown[]> => {
        const { OptionSet } = await attribute('gendercode', 'Picklist', '?$expand=OptionSet');
        const options = (OptionSet as { Options: { Label: { UserLocalizedLabel: Item } }[] }).Options;
        return options.map(({ Label }) => Label.UserLocalizedLabel.Label);
      };
      expect(code(await write({ gendercode: 7 }))).toEqual([400, '0x8004431a']);
      await schema({ ...option, do: 'addOption', label: 'Seventh' });
      expect((await write({ gendercode: 7 })).status).toBe(204);
      expect(await labels()).toEqual(['Male', 'Female', 'Seventh']);
      await schema({ ...option, do: 'relabel', label: 'Lucky' });
      expect(await labels()).toEqual(['Male', 'Female', 'Lucky']);
      await schema({ ...option, do: 'removeOption' });
      expect(code(await write({ gendercode: 7 }))).toEqual([400, '0x8004431a']);
    });

    it('refuses tracked reads of a table without tracking, and any read of a table that is gone', async () => {
      await schema({ table: 'contact', do: 'setTracking', on: false });
      expect((await sim.get('contacts?$select=lastname', TRACK)).status).toBe(400);
      await schema({ table: 'contact', do: 'removeTable' });
      expect((await sim.get('contacts')).status).toBe(404);
    });

    it.each([
      ['usual', ['account', 'businessunit', 'connection', 'contact', 'lead', 'opportunity', 'systemuser', 'team']],
      ['business', ['account', 'contact', 'lead', 'opportunity']],
    ])('tracks the standard tables as the switch says: %s', async (trackingDefaults, tables) => {
      await settings({ trackingDefaults });
      const tracked = (await one('EntityDefinitions?$select=LogicalName&$filter=ChangeTrackingEnabled eq true')).value;
      expect(tracked.map(({ LogicalName }) => LogicalName).sort()).toEqual(tables);
    });
  });

  describe('with service protection limits', () => {
    const limit = (limits: object): Promise<Item> => settings({ limits });

    it('refuses the request above the number, for longer the more it is pressed, until the window has passed', async () => {
      await limit({ requests: 2, windowMs: 60_000 });
      await sim.get('WhoAmI');
      await sim.get('WhoAmI');
      const [first, second] = [await sim.get('WhoAmI'), await sim.get('WhoAmI')];
      expect(code(first)).toEqual([429, '0x80072322']);
      expect(first.body.error.message).toBe(
        'Number of requests exceeded the limit of 2 over time window of 60 seconds.',
      );
      const waits = [first, second].map(({ headers }) => Number(headers.get('retry-after')));
      expect(waits[0]).toBeGreaterThan(50);
      expect(waits[1]).toBeGreaterThanOrEqual(waits[0]!);
      await sim.control('POST', 'clock/advance', { ms: 61_000 });
      expect((await sim.get('WhoAmI')).status).toBe(200);
    });

    it('refuses requests once the work of the window has taken too long', async () => {
      await settings({ readLatencyMs: 60 });
      await limit({ executionMs: 50, windowMs: 60_000 });
      expect((await sim.get('WhoAmI')).status).toBe(200);
      const refused = await sim.get('WhoAmI');
      expect(code(refused)).toEqual([429, '0x80072321']);
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(50);
    });

    it('refuses at once what comes while too many are under way', async () => {
      await settings({ readLatencyMs: 200 });
      await limit({ concurrent: 2 });
      const answers = await Promise.all(['WhoAmI', 'WhoAmI', 'WhoAmI'].map((path) => sim.get(path)));
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 429]);
      const refused = answers.find(({ status }) => status === 429)!;
      expect(code(refused)).toEqual([429, '0x80072326']);
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    });

    it('tells what is left with every answer, refusals too', async () => {
      await limit({ requests: 1 });
      for (const status of [200, 429]) {
        const answer = await sim.get('WhoAmI');
        expect(answer.status).toBe(status);
        const names = ['x-ms-ratelimit-burst-remaining-xrm-requests', 'x-ms-ratelimit-time-remaining-xrm-requests'];
        for (const name of [...names, 'x-ms-dop-hint']) expect(answer.headers.get(name)).toMatch(/^\d+$/);
      }
    });
  });
});
