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
