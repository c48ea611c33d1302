import { MARKETO_CREDENTIALS } from '../../simulators/marketo/credentials';
import { type Item, TestInstance } from './marketo-client';

/** What instances were seen to answer; docs/simulators.md says of each behaviour whether it is recorded, documented or assumed. */

const marketo = new TestInstance();
let nextPageToken = '';

beforeAll(() => marketo.start());
beforeEach(async () => {
  await marketo.fresh();
  nextPageToken = await marketo.tokenNow();
});
afterAll(() => marketo.stop());

const feed = (activityTypeIds: string) => marketo.get('/rest/v1/activities.json', { nextPageToken, activityTypeIds });
const seed = async (...leads: object[]): Promise<number[]> => (await marketo.control('seed', { leads })).ids;
const edit = (operation: object, more: object = {}) => marketo.control('edit', { operations: [operation], ...more });
const attributesOf = (item: Item | undefined): Record<string, unknown> =>
  Object.fromEntries(((item?.attributes ?? []) as Item[]).map(({ name, value }) => [name, value]));

describe('a score that a campaign changes', () => {
  it('is told twice: a change of score and a change of data, of one second, each with a GUID of its own', async () => {
    const [lead] = await seed({ email: 'a@x.example', leadScore: 5 });
    await edit({ op: 'update', id: lead, values: { leadScore: 15 } }, { source: 'Marketo Flow Action', campaignId: 7 });
    const { result = [] } = await feed('13,22');
    expect(result.map(({ activityTypeId }) => activityTypeId).sort()).toEqual([13, 22]);
    expect(new Set(result.map(({ activityDate }) => activityDate)).size).toBe(1);
    expect(new Set(result.map(({ marketoGUID }) => marketoGUID)).size).toBe(2);
    expect(attributesOf(result.find(({ activityTypeId }) => activityTypeId === 13))).toMatchObject({
      'New Value': '15',
      'Old Value': '5',
      Source: 'Marketo Flow Action',
    });
  });
});

describe('the values of an activity of a changed value', () => {
  const changed = async (values: object, type = '13') => {
    const [lead] = await seed({ email: 'a@x.example' });
    await edit({ op: 'update', id: lead, values });
    const [item] = (await feed(type)).result ?? [];
    const { result = [] } = await marketo.get('/rest/v1/activities/leadchanges.json', {
      nextPageToken,
      fields: Object.keys(values).join(','),
    });
    const [field] = (result[0]?.fields ?? []) as Item[];
    return [attributesOf(item), field] as [Item, Item];
  };

  it('are null where the old one was empty, unless it is left out', async () => {
    const [attributes, field] = await changed({ city: 'Graz' });
    expect(attributes).toMatchObject({ 'New Value': 'Graz', 'Old Value': null });
    expect(field).toMatchObject({ newValue: 'Graz', oldValue: null });
    await marketo.fresh();
    nextPageToken = await marketo.tokenNow();
    await marketo.settings({ emptyOldValue: 'absent' });
    const [without, none] = await changed({ city: 'Graz' });
    expect(Object.keys(without)).not.toContain('Old Value');
    expect(Object.keys(none)).not.toContain('oldValue');
  });

  it.each<[object, object, unknown]>([
    [{}, { urgency: 41 }, '41.0'],
    [{ activityFloats: 'shortest' }, { urgency: 41 }, '41'],
    [{}, { urgency: 41.25 }, '41.25'],
    [{}, { unsubscribed: true }, true],
    [{ activityBooleans: 'text' }, { unsubscribed: true }, 'true'],
    [{ activityBooleans: 'capitalised' }, { unsubscribed: true }, 'True'],
    [{}, { emailSuspendedAt: '2023-01-26T18:46:00Z' }, '2023-01-26T18:46:00Z'],
    [{ activityDatetimes: 'zoneless' }, { emailSuspendedAt: '2023-01-26T18:46:00Z' }, '2023-01-26 18:46:00'],
    [{}, { priority: 41 }, '41'],
  ])('are spelt with %j of %j as %j', async (settings, values, spelt) => {
    await marketo.settings(settings);
    const [attributes, field] = await changed(values);
    expect([attributes['New Value'], field.newValue]).toEqual([spelt, spelt]);
  });
});

describe('an activity about the person as such', () => {
  const FORM = { source: 'Web form fillout', reason: 'Form fill-out, URL: /trial' };
  const NOVAK = { firstName: 'Iris', lastName: 'Novak', email: 'iris@x.example' };

  it('of a new one names it, and the form or list that brought it', async () => {
    const { ids } = await edit({ op: 'create', values: NOVAK }, FORM);
    const [item] = (await feed('12')).result ?? [];
    expect(item).toMatchObject({ primaryAttributeValueId: ids[0], primaryAttributeValue: 'Iris Novak' });
    expect(attributesOf(item)).toMatchObject({ 'Form Name': FORM.reason, 'Source Type': FORM.source });
  });

  it('of a merge names the winner; one by a form tells the losers and no more, anonymous ones too', async () => {
    const [winner, loser] = await seed(NOVAK, { email: 'b@x.example' });
    await edit({ op: 'merge', winner, losers: [loser], anonymous: 1 }, FORM);
    const [item] = (await feed('32')).result ?? [];
    expect(item).toMatchObject({ primaryAttributeValueId: winner, primaryAttributeValue: 'Iris Novak' });
    expect(attributesOf(item)).toEqual({ 'Merge IDs': [loser, expect.any(Number)] });
  });

  it('of a merge by somebody else has more attributes', async () => {
    const [winner, loser] = await seed(NOVAK, { email: 'b@x.example' });
    await edit({ op: 'merge', winner, losers: [loser] }, { source: 'Lead update', reason: 'Manual person edit' });
    const [item] = (await feed('32')).result ?? [];
    expect(Object.keys(attributesOf(item))).toEqual(['Master Updated', 'Merge IDs', 'Merge Source', 'Merged in Sales']);
  });

  it('of a deletion by a campaign tells the campaign', async () => {
    const [first, second] = await seed(NOVAK, { email: 'b@x.example' });
    await edit({ op: 'delete', id: first }, { campaignId: 7 });
    await edit({ op: 'delete', id: second });
    const { result = [] } = await marketo.get('/rest/v1/activities/deletedleads.json', { nextPageToken });
    expect(result.map((item) => [item.campaignId, attributesOf(item)])).toEqual([
      [7, { Campaign: 'Campaign 7' }],
      [undefined, {}],
    ]);
  });
});

describe('a page of activities that has none', () => {
  const paths: [string, Record<string, string>][] = [
    ['activities.json', { activityTypeIds: '13' }],
    ['activities/leadchanges.json', { fields: 'city' }],
    ['activities/deletedleads.json', {}],
  ];

  it.each(paths)('has no result: %s', async (path, query) => {
    const page = await marketo.get(`/rest/v1/${path}`, { nextPageToken, ...query });
    expect(Object.keys(page).sort()).toEqual(['moreResult', 'nextPageToken', 'requestId', 'success']);
    await marketo.settings({ pageWithoutRows: 'emptyResult' });
    expect(await marketo.get(`/rest/v1/${path}`, { nextPageToken, ...query })).toMatchObject({ result: [] });
  });
});

describe('what clients of others do', () => {
  it('a token is asked for by a form', async () => {
    const { clientId, clientSecret } = MARKETO_CREDENTIALS;
    const token = async (secret: string) => {
      const form = { grant_type: 'client_credentials', client_id: clientId, client_secret: secret };
      const init = { method: 'POST', body: new URLSearchParams(form) };
      return fetch(`${marketo.url}/identity/oauth/token`, init);
    };
    expect(await (await token(clientSecret)).json()).toMatchObject({ token_type: 'bearer' });
    expect((await token('wrong')).status).toBe(401);
  });

  it.each([[[]], [null]])('an extract of activities is asked for with fields %j', async (fields) => {
    const filter = { createdAt: { startAt: '2026-01-01T00:00:00Z', endAt: '2026-01-02T00:00:00Z' } };
    const { result } = await marketo.post('/bulk/v1/activities/export/create.json', { fields, filter });
    expect(result).toMatchObject([{ status: 'Created' }]);
  });

  it('people are deleted by a tunnelled method', async () => {
    const [lead] = await seed({ email: 'a@x.example' });
    const answer = await marketo.post('/rest/v1/leads.json?_method=DELETE', { input: [{ id: lead }] });
    expect(answer.result).toEqual([{ id: lead, status: 'deleted' }]);
    const elsewhere = await marketo.post('/rest/v1/leads/describe.json?_method=DELETE', {});
    expect(elsewhere.errors?.[0]?.code).toBe('605');
  });

  it('a lead is read with its id first, though it was not asked for', async () => {
    const [lead] = await seed({ email: 'a@x.example' });
    const query = { filterType: 'id', filterValues: String(lead), fields: 'email' };
    const { result = [] } = await marketo.get('/rest/v1/leads.json', query);
    expect(Object.entries(result[0] as Item)).toEqual([
      ['id', lead],
      ['email', 'a@x.example'],
    ]);
  });
});

describe('a person created by API', () => {
  it('is a lead, and its source types say how it came', async () => {
    const FIELDS = ['isLead', 'originalSourceType', 'registrationSourceType'];
    const [byApi = 0] = await marketo.create({ email: 'a@x.example' });
    expect(await marketo.read(byApi, ...FIELDS)).toEqual({
      isLead: true,
      originalSourceType: 'Web service API',
      registrationSourceType: 'Web service API',
    });
    const { ids } = await edit({ op: 'create', values: { email: 'b@x.example' } });
    expect(await marketo.read(ids[0], ...FIELDS)).toMatchObject({ isLead: false, originalSourceType: null });
  });
});

describe('describe', () => {
  it.each([
    ['strings', undefined, undefined],
    ['all', 30_000, 255],
  ])('tells lengths of text areas and references with describeLengths %s: %s, %s', async (how, area, reference) => {
    await marketo.settings({ describeLengths: how });
    const described = (await marketo.get('/rest/v1/leads/describe.json')).result ?? [];
    const described2 = ((await marketo.get('/rest/v1/leads/describe2.json')).result?.[0]?.fields ?? []) as Item[];
    const lengths = (name: string) =>
      [
        described.find((field) => (field.rest as Item | undefined)?.name === name),
        described2.find((field) => field.name === name),
      ].map((field) => field?.length);
    expect([lengths('address'), lengths('contactCompany'), lengths('city')]).toEqual([
      [area, area],
      [reference, reference],
      [255, 255],
    ]);
  });
});
