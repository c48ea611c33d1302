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
