import { type Item, TestInstance } from './marketo-client';

const marketo = new TestInstance();

beforeAll(() => marketo.start());
beforeEach(() => marketo.fresh());
afterAll(() => marketo.stop());

const schema = (body: object) => marketo.control('schema', body);

async function describedField(name: string): Promise<Item | undefined> {
  const { result = [] } = await marketo.get('/rest/v1/leads/describe2.json');
  return ((result[0]?.fields ?? []) as Item[]).find((one) => one.name === name);
}

describe('another instance behind the same address', () => {
  it('knows neither the token nor the people, and numbers new ones from the start', async () => {
    const [old] = await marketo.create({ email: 'a@x.example' });
    const replaced = await marketo.control('instance', { do: 'replace', munchkinId: '789-NEW-012' });
    expect(replaced).toEqual({ munchkinId: '789-NEW-012', leads: 0 });
    expect((await marketo.get('/rest/v1/leads/partitions.json')).errors?.[0]?.code).toBe('601');
    await marketo.signIn();
    const [other] = await marketo.create({ email: 'someone.else@x.example' });
    expect(other).toBe(old);
    expect(await marketo.read(other as number, 'email')).toEqual({ email: 'someone.else@x.example' });
    const ledger = await (await fetch(`${marketo.controlUrl}/_sim/marketo/ledger`)).text();
    expect(ledger).toContain('someone.else@x.example');
    expect(ledger).not.toContain('"a@x.example"');
  });

  it('keeps settings and faults', async () => {
    await marketo.settings({ twinRace: false });
    await marketo.control('instance', { do: 'replace', munchkinId: '789-NEW-012' });
    expect((await marketo.control('settings')).twinRace).toBe(false);
  });

  it('refuses what it does not understand by naming what it does', async () => {
    expect(JSON.stringify(await marketo.control('instance', { do: 'copy' }))).toContain('use replace');
    const wrong = await marketo.control('instance', { do: 'replace', munchkinId: 'x' });
    expect(JSON.stringify(wrong)).toContain('123-ABC-456');
    expect(JSON.stringify(await marketo.control('instance', { make: 'x' }))).toContain('use do, munchkinId');
  });
});

describe('fields changed while a sync runs', () => {
  it('adds, hides and shows a field', async () => {
    await schema({ do: 'add', name: 'region', dataType: 'string', length: 20 });
    expect(await describedField('region')).toMatchObject({ dataType: 'string', length: 20, updateable: true });
    await schema({ do: 'hide', name: 'region' });
    expect(await describedField('region')).toBeUndefined();
    await schema({ do: 'show', name: 'region' });
    expect(await describedField('region')).toBeDefined();
  });

  it('shortens a field: longer values stay, but are refused from then on', async () => {
    const [id] = await marketo.create({ email: 'a@x.example', city: 'Klagenfurt' });
    await schema({ do: 'resize', name: 'city', length: 4 });
    expect(await marketo.read(id as number, 'city')).toEqual({ city: 'Klagenfurt' });
    const refused = await marketo.sync({}, { email: 'a@x.example', city: 'Villach' });
    expect(refused.reasons?.[0]?.code).toBe('1003');
    expect((await marketo.sync({}, { email: 'a@x.example', city: 'Graz' })).status).toBe('updated');
  });

  it('retypes a field: values that fit are converted, others are lost', async () => {
    const [number, text] = await marketo.create(
      { email: 'a@x.example', site: '12' },
      { email: 'b@x.example', site: 'twelve' },
    );
    await schema({ do: 'retype', name: 'site', dataType: 'integer' });
    expect(await describedField('site')).toMatchObject({ dataType: 'integer' });
    expect(await marketo.read(number as number, 'site')).toEqual({ site: 12 });
    expect(await marketo.read(text as number, 'site')).toEqual({ site: null });
  });

  it('changes companies too, and shows it in their describe and field list', async () => {
    await schema({ do: 'add', object: 'companies', name: 'tier', dataType: 'integer' });
    const { result } = await marketo.get('/rest/v1/companies/schema/fields/tier.json');
    expect(result).toMatchObject([{ name: 'tier', dataType: 'integer', isCustom: true }]);
    const input = [{ externalCompanyId: 'c1', tier: 3 }];
    expect((await marketo.post('/rest/v1/companies.json', { input })).result).toMatchObject([{ status: 'created' }]);
  });

  it.each([
    [{ do: 'remove', name: 'city' }, 'use add, hide, show, retype, resize, rename'],
    [{ do: 'hide', name: 'town' }, 'leads has no field \\"town\\"'],
    [{ do: 'add', name: 'x', dataType: 'colour' }, 'use string, text'],
    [{ do: 'hide', object: 'roles', name: 'role' }, 'use leads, companies'],
    [{ do: 'hide', field: 'city' }, 'use do, object, name'],
  ])('refuses %j', async (body, says) => {
    expect(JSON.stringify(await schema(body))).toContain(says);
  });
});

describe('activities delayed on command', () => {
  it('shows nothing while held, and all of it, as dated, once released', async () => {
    const nextPageToken = await marketo.tokenNow();
    const feed = () => marketo.get('/rest/v1/activities.json', { nextPageToken, activityTypeIds: '12' });
    await marketo.create({ email: 'before@x.example' });
    await marketo.control('activities', { do: 'hold' });
    await marketo.create({ email: 'held@x.example' });
    const at = marketo.clock.now();
    marketo.clock.advance(600_000);
    await marketo.signIn();
    expect((await feed()).result).toHaveLength(1);
    await marketo.control('activities', { do: 'release' });
    const { result = [] } = await feed();
    expect(result).toHaveLength(2);
    expect(Math.abs(Date.parse(String(result[1]?.activityDate)) - at)).toBeLessThan(2000);
  });

  it('are drawn from the seed: the same seed, the same order', async () => {
    const order = async (seed: number) => {
      await marketo.fresh({ activityDelayMs: [0, 60_000] });
      await marketo.settings({ seed: seed + 1 });
      await marketo.settings({ seed });
      const nextPageToken = await marketo.tokenNow();
      await marketo.create(...[...Array(20).keys()].map((n) => ({ email: `p${n}@x.example` })));
      marketo.clock.advance(60_000);
      const { result = [] } = await marketo.get('/rest/v1/activities.json', { nextPageToken, activityTypeIds: '12' });
      return result.map(({ leadId }) => leadId);
    };
    const first = await order(7);
    expect(first).toHaveLength(20);
    expect(await order(7)).toEqual(first);
    expect(await order(8)).not.toEqual(first);
  });
});

describe('activities that are too old', () => {
  it('are dropped from memory, each type after its time', async () => {
    const kept = async () => (await marketo.control('activities', { do: 'release' })).kept;
    await marketo.settings({ tokenLifetimeSeconds: 400 * 86_400 });
    const [id] = await marketo.create({ email: 'a@x.example' }, { email: 'b@x.example' });
    await marketo.sync({}, { email: 'b@x.example', city: 'Graz' });
    await marketo.post('/rest/v1/leads/delete.json', { input: [{ id }] });
    expect(await kept()).toBe(4);
    marketo.clock.advance(15 * 86_400_000);
    expect(await kept()).toBe(3); // the deletion
    marketo.clock.advance(80 * 86_400_000);
    expect(await kept()).toBe(2); // the change; New Lead stays for ever
  });
});
