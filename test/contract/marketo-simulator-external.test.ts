import { TestInstance } from './marketo-client';
import { externalType } from './marketo-openapi-world';

const marketo = new TestInstance();
const TYPE = '/rest/v1/activities/external/type';
const ADD = '/rest/v1/activities/external.json';

beforeAll(() => marketo.start());
beforeEach(() => marketo.fresh());
afterAll(() => marketo.stop());

async function visitType(): Promise<void> {
  await marketo.post(`${TYPE}.json`, externalType('visit'));
  await marketo.post(`${TYPE}/visit/attributes/create.json`, {
    attributes: [{ apiName: 'place', name: 'Place', dataType: 'string' }],
  });
}

function visit(leadId: number | undefined, more: object = {}) {
  return {
    leadId,
    activityDate: '2026-11-20T10:00:00Z',
    activityTypeId: 100_001,
    primaryAttributeValue: 'Graz',
    attributes: [{ apiName: 'place', value: 'Main square' }],
    ...more,
  };
}

describe('custom activities', () => {
  it('can be added once their type is approved, and are read as dated, by attribute name', async () => {
    await visitType();
    const [leadId] = await marketo.create({ email: 'a@x.example' });
    const early = await marketo.post(ADD, { input: [visit(leadId)] });
    expect(early.result).toMatchObject([{ status: 'skipped', errors: [{ code: '1003' }] }]);
    await marketo.post(`${TYPE}/visit/approve.json`);
    const { nextPageToken = '' } = await marketo.get('/rest/v1/activities/pagingtoken.json', {
      sinceDatetime: '2026-11-01T00:00:00Z',
    });
    const added = await marketo.post(ADD, { input: [visit(leadId), visit(9)] });
    expect(added.result).toMatchObject([
      { status: 'added', marketoGUID: expect.any(String) },
      { status: 'skipped', errors: [{ code: '1004', message: 'Lead not found' }] },
    ]);
    const { result } = await marketo.get('/rest/v1/activities.json', { nextPageToken, activityTypeIds: '100001' });
    expect(result).toMatchObject([
      {
        leadId,
        activityDate: '2026-11-20T10:00:00Z',
        primaryAttributeValue: 'Graz',
        attributes: [{ name: 'Place', value: 'Main square' }],
      },
    ]);
  });

  it.each([
    ['an unknown attribute', { attributes: [{ apiName: 'colour', value: 'x' }] }, '1006'],
    ['attributes of more than 64 KB', { attributes: [{ apiName: 'place', value: 'x'.repeat(66_000) }] }, '1049'],
    ['no primary value', { primaryAttributeValue: '' }, '1002'],
    ['no date', { activityDate: 'tomorrow' }, '1003'],
  ])('refuses %s', async (_what, more, code) => {
    await visitType();
    await marketo.post(`${TYPE}/visit/approve.json`);
    const [leadId] = await marketo.create({ email: 'a@x.example' });
    const { result } = await marketo.post(ADD, { input: [visit(leadId, more)] });
    expect(result).toMatchObject([{ status: 'skipped', errors: [{ code }] }]);
  });

  it('has types that go from draft to approved, approved with draft, and deleted', async () => {
    await visitType();
    const status = async () => (await marketo.get('/rest/v1/activities/external/types.json')).result?.[0]?.status;
    expect(await status()).toBe('draft');
    await marketo.post(`${TYPE}/visit/approve.json`);
    expect(await status()).toBe('approved');
    await marketo.post(`${TYPE}/visit.json`, { ...externalType('visit'), name: 'Call on' });
    expect(await status()).toBe('approved with draft');
    const name = async (draft: string) =>
      (await marketo.get(`${TYPE}/visit/describe.json`, { draft })).result?.[0]?.name;
    expect([await name('false'), await name('true')]).toEqual(['visit', 'Call on']);
    await marketo.post(`${TYPE}/visit/discardDraft.json`);
    expect(await status()).toBe('approved');
    await marketo.post(`${TYPE}/visit/delete.json`);
    expect(await status()).toBe('deleted');
  });

  it('knows ten types of twenty attributes at most (1027, 1028)', async () => {
    for (let n = 0; n < 10; n += 1) await marketo.post(`${TYPE}.json`, externalType(`type${n}`));
    expect((await marketo.post(`${TYPE}.json`, externalType('visit'))).errors?.[0]?.code).toBe('1027');
    const attributes = [...Array(21).keys()].map((n) => ({ apiName: `a${n}`, name: `A${n}`, dataType: 'string' }));
    const refused = await marketo.post(`${TYPE}/type0/attributes/create.json`, { attributes });
    expect(refused.errors?.[0]?.code).toBe('1028');
  });
});

describe('program members', () => {
  const members = '/rest/v1/programs/1001/members';
  const setStatus = async (leadId: number | undefined, statusName: string) => {
    const { result } = await marketo.post(`${members}/status.json`, { statusName, input: [{ leadId }] });
    return result?.[0]?.reasons?.[0]?.code ?? result?.[0]?.status;
  };

  it('pass through the statuses of their program, never back (1037), and only known ones (1025)', async () => {
    const [leadId] = await marketo.create({ email: 'a@x.example' });
    expect(await setStatus(leadId, 'Registered')).toBe('updated');
    expect(await setStatus(leadId, 'Invited')).toBe('1037');
    expect(await setStatus(leadId, 'Married')).toBe('1025');
    expect(await setStatus(leadId, 'Attended')).toBe('updated');
    const query = { filterType: 'statusName', filterValues: 'Attended', fields: 'statusName' };
    expect((await marketo.get(`${members}.json`, query)).result).toMatchObject([
      { seq: 0, leadId, programId: 1001, reachedSuccess: true, statusName: 'Attended' },
    ]);
  });

  it('have data of their own, and end with their lead', async () => {
    const [leadId] = await marketo.create({ email: 'a@x.example' });
    const write = () => marketo.post(`${members}.json`, { input: [{ leadId, registrationCode: 'R1' }] });
    expect((await write()).result).toMatchObject([{ status: 'skipped', reasons: [{ code: '1013' }] }]);
    await setStatus(leadId, 'Invited');
    expect((await write()).result).toMatchObject([{ status: 'updated' }]);
    const query = { filterType: 'leadId', filterValues: String(leadId), fields: 'registrationCode' };
    expect((await marketo.get(`${members}.json`, query)).result).toMatchObject([{ registrationCode: 'R1' }]);
    await marketo.post('/rest/v1/leads/delete.json', { input: [{ id: leadId }] });
    expect((await marketo.get(`${members}.json`, query)).result).toEqual([]);
  });
});

describe('usage statistics', () => {
  it('count calls and errors of the day, and of the last seven', async () => {
    await marketo.get('/rest/v1/leads/partitions.json');
    await marketo.get('/rest/v1/lead/9.json');
    const usage = await marketo.get('/rest/v1/stats/usage.json');
    expect(usage.result).toMatchObject([{ total: 3, users: [{ userId: 'sync-api@example.com', count: 3 }] }]);
    marketo.clock.advance(86_400_000);
    await marketo.signIn();
    const errors = await marketo.get('/rest/v1/stats/errors/last7days.json');
    expect(errors.result).toMatchObject([{}, { total: 1, errors: [{ errorCode: '1004', count: 1 }] }]);
    expect((await marketo.get('/rest/v1/stats/errors.json')).result).toMatchObject([{ total: 0 }]);
  });
});
