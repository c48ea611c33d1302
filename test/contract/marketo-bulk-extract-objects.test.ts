import { created, extract, linesOf, settled } from './bulk-client';
import { TestInstance } from './marketo-client';

const marketo = new TestInstance();
const HOUR = 3_600_000;

beforeAll(() => marketo.start());
beforeEach(() => marketo.fresh({ bulkLatencyMs: 0, exportStatusRefreshMs: 0 }));
afterAll(() => marketo.stop());

/** A date without milliseconds, this far from now. */
const date = (ms: number) => `${new Date(marketo.clock.now() + ms).toISOString().slice(0, 19)}Z`;
const around = () => ({ startAt: date(-HOUR), endAt: date(HOUR) });
const leads = (filter: object) => ({ fields: ['email'], filter });
const refused = async (object: string, request: object) =>
  (await marketo.post(`/bulk/v1/${object}/export/create.json`, request)).errors?.[0];

describe('activity extract', () => {
  it('has the documented columns, attributes as an object, and no Delete Lead', async () => {
    const [id] = await marketo.create({ email: 'ada@x.example' }, { email: 'gone@x.example' });
    await marketo.sync({ action: 'updateOnly', lookupField: 'id' }, { id, firstName: 'Ada' });
    await marketo.post('/rest/v1/leads/delete.json', { input: [{ id: (id as number) + 1 }] });
    const status = await extract(marketo, 'activities', { filter: { createdAt: around() } });
    const lines = await linesOf(marketo, 'activities', status);
    expect(lines[0]).toBe(
      'marketoGUID,leadId,activityDate,activityTypeId,campaignId,primaryAttributeValueId,primaryAttributeValue,attributes',
    );
    expect(lines.slice(1).map((line) => line.split(',')[3])).toEqual(['12', '12', '13']);
    expect(lines[3]).toMatch(new RegExp(`^3,${id},[^,]+Z,13,null,\\d+,First Name,"\\{""New Value"":""Ada"",`));
  });

  it('filters by type and by primary attribute, and refuses what does not go together', async () => {
    const [id] = await marketo.create({ email: 'ada@x.example' });
    await marketo.sync({ action: 'updateOnly', lookupField: 'id' }, { id, firstName: 'Ada', lastName: 'Love' });
    const filter = { createdAt: around(), activityTypeIds: [13], primaryAttributeValues: ['Last Name'] };
    const fields = ['leadId', 'primaryAttributeValue', 'actionResult'];
    const status = await extract(marketo, 'activities', { fields, filter });
    expect((await linesOf(marketo, 'activities', status)).slice(1)).toEqual([`${id},Last Name,succeeded`]);
    const code = async (wrong: object) => (await refused('activities', { filter: wrong }))?.code;
    expect(await code({ activityTypeIds: [13] })).toBe('1003');
    expect(await code({ ...filter, primaryAttributeValueIds: [1] })).toBe('1003');
    expect(await code({ createdAt: around(), primaryAttributeValues: ['a'] })).toBe('1003');
    expect(
      await code({ ...filter, primaryAttributeValues: Array.from({ length: 51 }, (_, index) => String(index)) }),
    ).toBe('1003');
    expect(await code({ ...filter, activityTypeIds: [13, 37] })).toBe('1003');
    expect(await code({ updatedAt: around() })).toBe('1035');
  });
});

describe('custom object extract', () => {
  const define = async (name: string, ...fields: object[]) => {
    const type = { action: 'createOnly', displayName: name, pluralName: `${name}s`, apiName: name };
    await marketo.post('/rest/v1/customobjects/schema.json', type);
    const key = { name: 'key', displayName: 'Key', dataType: 'string', isDedupeField: true };
    await marketo.post(`/rest/v1/customobjects/schema/${name}/addField.json`, { input: [key, ...fields] });
    await marketo.post(`/rest/v1/customobjects/schema/${name}/approve.json`);
  };
  const owner = { name: 'owner', displayName: 'Owner', dataType: 'link', relatedTo: { name: 'lead', field: 'email' } };

  it('gives records by date or by the leads of a static list', async () => {
    await define('car', owner);
    const [id] = await marketo.create({ email: 'ada@x.example' }, { email: 'ben@x.example' });
    const cars = [{ key: 'A', owner: 'ada@x.example' }, { key: 'B', owner: 'ben@x.example' }, { key: 'C' }];
    await marketo.post('/rest/v1/customobjects/car_c.json', { input: cars });
    await marketo.post('/rest/v1/lists/1001/leads.json', { input: [{ id }] });
    const found = async (filter: object) => {
      const status = await extract(marketo, 'customobjects/car_c', { fields: ['key', 'owner'], filter });
      return linesOf(marketo, 'customobjects/car_c', status);
    };
    expect(await found({ updatedAt: around() })).toEqual(['key,owner', 'A,ada@x.example', 'B,ben@x.example', 'C,null']);
    expect(await found({ staticListId: 1001 })).toEqual(['key,owner', 'A,ada@x.example']);
  });

  it('is only of types that are linked to leads, and knows no createdAt', async () => {
    await define('car', owner);
    await define('garage');
    const request = (filter: object) => ({ fields: ['key'], filter });
    expect((await refused('customobjects/garage_c', request({ updatedAt: around() })))?.code).toBe('1003');
    expect((await refused('customobjects/none_c', request({ updatedAt: around() })))?.code).toBe('1013');
    expect((await refused('customobjects/car_c', request({ createdAt: around() })))?.code).toBe('1035');
    expect((await refused('customobjects/car_c', request({ smartListName: 'a' })))?.code).toBe('1035');
  });

  it('keeps the jobs of each object to itself', async () => {
    await define('car', owner);
    const id = await created(marketo, 'leads', leads({ createdAt: around() }));
    const wrong = await marketo.get(`/bulk/v1/customobjects/car_c/export/${id}/status.json`);
    expect(wrong.errors?.[0]?.code).toBe('1013');
    await marketo.post(`/bulk/v1/leads/export/${id}/enqueue.json`);
    await settled(marketo, `/bulk/v1/leads/export/${id}/status.json`, ['Completed']);
    expect((await marketo.fetch(`/bulk/v1/customobjects/car_c/export/${id}/file.json`)).status).toBe(404);
  });
});

describe('program member extract', () => {
  const OBJECT = 'program/members';
  const join = (program: number, statusName: string, ...ids: number[]) =>
    marketo.post(`/rest/v1/programs/${program}/members/status.json`, {
      statusName,
      input: ids.map((leadId) => ({ leadId })),
    });

  it('gives fields of member and lead, of one program or several', async () => {
    const [ada, ben] = (await marketo.create({ email: 'ada@x.example' }, { email: 'ben@x.example' })) as [
      number,
      number,
    ];
    await join(1001, 'Invited', ada, ben);
    await join(1001, 'Attended', ben);
    await join(1002, 'Invited', ada);
    const found = async (filter: object) =>
      linesOf(marketo, OBJECT, await extract(marketo, OBJECT, { fields: ['leadId', 'email', 'statusName'], filter }));
    expect(await found({ programId: 1001 })).toEqual([
      'leadId,email,statusName',
      `${ada},ada@x.example,Invited`,
      `${ben},ben@x.example,Attended`,
    ]);
    expect(await found({ programIds: [1001, 1002], statusNames: ['Invited'], updatedAt: around() })).toEqual([
      'programId,leadId,email,statusName',
      `1001,${ada},ada@x.example,Invited`,
      `1002,${ada},ada@x.example,Invited`,
    ]);
  });

  it('needs programs that exist, and either one or several', async () => {
    const code = async (filter: object) => (await refused(OBJECT, { fields: ['leadId'], filter }))?.code;
    expect(await code({ statusNames: ['Invited'] })).toBe('1003');
    expect(await code({ programId: 1001, programIds: [1002] })).toBe('1003');
    expect(await code({ programId: 77 })).toBe('1013');
    expect(await code({ programIds: Array.from({ length: 11 }, (_, index) => index) })).toBe('1003');
    expect(await code({ programId: 1001, isExhausted: true })).toBe('1035');
  });
});
