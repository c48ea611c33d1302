import { thrown } from './dynamics-systems';
import { json } from './local-server';
import { type FakeMarketo, failed, fakeMarketo, ok } from './marketo-systems';

let fake: FakeMarketo;
afterEach(() => fake.close());

const asked = (): URLSearchParams[] => fake.rest().map(({ url }) => new URL(url, 'http://x').searchParams);

test('results come by place; a refusal names the field, and never the value', async () => {
  fake = await fakeMarketo((_q, r) =>
    json(
      r,
      ok({
        result: [
          { id: 7149, status: 'created' },
          {
            status: 'skipped',
            reasons: [{ code: '1003', message: "Invalid value for field 'score' and value 'title'" }],
          },
          { reasons: [{ code: '1007', message: 'Multiple lead match lookup criteria' }] },
        ],
      }),
    ),
  );
  const input = [{ microsoftId: 'a' }, { microsoftId: 'b', title: 'x', score: 'title' }, { microsoftId: 'c' }];
  await expect(
    fake.client.syncLeads({ action: 'createOnly', lookupField: 'microsoftId', partitionName: 'EU', input }),
  ).resolves.toEqual([
    { status: 'created', id: 7149 },
    { status: 'skipped', reasons: [{ code: '1003', field: 'score' }] },
    { status: 'skipped', reasons: [{ code: '1007' }] },
  ]);
  expect(JSON.parse(fake.rest()[0]!.body)).toEqual({
    action: 'createOnly',
    lookupField: 'microsoftId',
    partitionName: 'EU',
    input,
  });
});

test('another number of results leaves the outcome in doubt', async () => {
  fake = await fakeMarketo((_q, r) => json(r, ok({ result: [{ id: 1, status: 'deleted' }] })));
  expect(await thrown(fake.client.deleteLeads([1, 2]))).toMatchObject({ kind: 'ambiguous', code: 'RESULT_COUNT' });
});

test('more than 300 records are a bug of ours, and nothing asks for nothing', async () => {
  fake = await fakeMarketo((_q, r) => json(r, ok({ result: [] })));
  expect((await thrown(fake.client.deleteLeads(Array.from({ length: 301 }, (_, i) => i)))).kind).toBe('bug');
  await expect(fake.client.deleteLeads([])).resolves.toEqual([]);
  await expect(fake.client.leadsBy('id', [], ['id'])).resolves.toEqual([]);
  await expect(fake.client.syncObjects('companies', 'createOnly', [])).resolves.toEqual([]);
  expect(fake.rest()).toHaveLength(0);
});

test('persons: 300 values a call, all pages by the token, encoded', async () => {
  fake = await fakeMarketo((q, r) => {
    const query = new URL(q.url, 'http://x').searchParams;
    const ids = query.get('filterValues')!.split(',');
    if (query.get('nextPageToken') === 'AB==') return json(r, ok({ result: [{ id: Number(ids[1]) }] }));
    const more = ids[0] === '0' ? { nextPageToken: 'AB==' } : {};
    json(r, ok({ result: [{ id: Number(ids[0]) }], ...more }));
  });
  const ids = Array.from({ length: 301 }, (_, i) => i);
  await expect(fake.client.leadsBy('id', ids, ['id', 'email'])).resolves.toEqual([{ id: 0 }, { id: 1 }, { id: 300 }]);
  expect(asked().map((query) => query.get('filterValues')!.split(',').length)).toEqual([300, 300, 1]);
  expect(asked()[0]?.get('fields')).toBe('id,email');
});

test('a long question goes as a form', async () => {
  fake = await fakeMarketo((_q, r) => json(r, ok({ result: [] })));
  const guids = Array.from({ length: 300 }, (_, i) => `49b0be2e-d01c-ed11-b83e-${String(i).padStart(12, '0')}`);
  await fake.client.leadsBy('microsoftId', guids, ['id']);
  const [seen] = fake.rest();
  expect(seen).toMatchObject({ method: 'POST', url: '/rest/v1/leads.json?_method=GET' });
  expect(seen?.headers['content-type']).toBe('application/x-www-form-urlencoded');
  expect(new URLSearchParams(seen?.body).get('filterValues')).toBe(guids.join(','));
});

test('too many results are asked for by halves', async () => {
  fake = await fakeMarketo((q, r) => {
    const values = new URL(q.url, 'http://x').searchParams.get('filterValues')!.split(',');
    if (values.length > 2) return json(r, failed('1003', 'Too many results match the filter'));
    json(r, ok({ result: values.map((email) => ({ email })) }));
  });
  const emails = ['a@x.com', 'b@x.com', 'c@x.com', 'd@x.com', 'e@x.com'];
  const found = await fake.client.leadsBy('email', [...emails, 'a@x.com', '"a,b"@x.com'], ['email']);
  expect(found.map(({ email }) => email)).toEqual(emails);
});

test('too many results of one value are a refusal', async () => {
  fake = await fakeMarketo((_q, r) => json(r, failed('1003', 'Too many results match the filter')));
  expect(await thrown(fake.client.leadsBy('email', ['a@x.com'], ['id']))).toMatchObject({
    kind: 'refused',
    code: '1003',
  });
});

test('a feed: the token is always there, pages may be empty while there is more, and what names no person is left out', async () => {
  const activity = {
    id: 1078,
    marketoGUID: 'g-1078',
    leadId: 775,
    activityDate: '2026-11-22T22:31:49Z',
    activityTypeId: 13,
    fields: [
      { id: 53, name: 'firstName', newValue: 'Anna', oldValue: 'Ann' },
      { id: 54, name: 'leadScore', newValue: 5 },
    ],
    attributes: [{ name: 'Source', value: 'Web service API' }],
  };
  const ofNobody = ['x', null, -1, 0, 1e30, 1.5].map((leadId) => ({ ...activity, leadId }));
  fake = await fakeMarketo((_q, r, count) =>
    json(
      r,
      count === 1
        ? ok({ nextPageToken: 'T1', moreResult: true })
        : ok({ nextPageToken: 'T2', moreResult: false, result: [...ofNobody, activity] }),
    ),
  );
  await expect(fake.client.leadChanges('T0', ['firstName', 'leadScore'])).resolves.toEqual({
    activities: [],
    nextPageToken: 'T1',
    moreResult: true,
  });
  await expect(fake.client.activities('T1', [22, 32])).resolves.toEqual({
    activities: [
      {
        marketoGUID: 'g-1078',
        leadId: 775,
        activityDate: '2026-11-22T22:31:49Z',
        activityTypeId: 13,
        fields: [
          { name: 'firstName', newValue: 'Anna', oldValue: 'Ann' },
          { name: 'leadScore', newValue: '5', oldValue: null },
        ],
        attributes: { Source: 'Web service API' },
      },
    ],
    nextPageToken: 'T2',
    moreResult: false,
  });
  expect(asked()[1]?.get('activityTypeIds')).toBe('22,32');
});

test('a paging token is asked for in whole seconds', async () => {
  fake = await fakeMarketo((_q, r) => json(r, ok({ nextPageToken: 'T0' })));
  await expect(fake.client.pagingToken(new Date('2026-11-22T10:00:00.900Z'))).resolves.toBe('T0');
  expect(asked()[0]?.get('sinceDatetime')).toBe('2026-11-22T10:00:00Z');
});

test('objects: results by seq, ids without the blank; compound keys as JSON with every page', async () => {
  fake = await fakeMarketo((q, r, count) => {
    if (!q.url.includes('_method=GET'))
      return json(
        r,
        ok({
          result: [
            { seq: 1, status: 'updated', marketoGUID: 'g2 ' },
            { seq: 0, status: 'created', marketoGUID: 'g1' },
          ],
        }),
      );
    json(r, ok({ result: [{ seq: 0, marketoGUID: `r${count}` }], ...(count === 2 ? { nextPageToken: 'N' } : {}) }));
  });
  const roles = [
    { externalOpportunityId: 'o', leadId: 1, role: 'A' },
    { externalOpportunityId: 'o', leadId: 2, role: 'B' },
  ];
  await expect(fake.client.syncObjects('opportunities/roles', 'createOrUpdate', roles)).resolves.toEqual([
    { status: 'created', id: 'g1' },
    { status: 'updated', id: 'g2' },
  ]);
  await expect(
    fake.client.queryObjects('opportunities/roles', 'dedupeFields', roles, ['marketoGUID']),
  ).resolves.toEqual([{ marketoGUID: 'r2' }, { marketoGUID: 'r3' }]);
  expect(JSON.parse(fake.rest()[2]!.body)).toEqual({
    filterType: 'dedupeFields',
    fields: ['marketoGUID'],
    input: roles,
    batchSize: 300,
    nextPageToken: 'N',
  });
});

const type = {
  apiName: 'microsoftTeam',
  displayName: 'Team',
  pluralName: 'Teams',
  fields: [{ name: 'teamId', displayName: 'Team Id', dataType: 'string', isDedupeField: true }],
};
const schema = (existing: unknown[]) => {
  return fakeMarketo((q, r) => {
    if (q.method === 'POST') return json(r, ok({ result: [{ status: 'updated' }] }));
    json(r, ok({ result: q.url.includes('/schema') ? existing : [{ name: 'boat_c' }, { name: 'microsoftTeam_c' }] }));
  });
};
const posted = () =>
  fake
    .rest()
    .filter(({ method }) => method === 'POST')
    .map(({ url }) => url.replace('/rest/v1/customobjects/schema', ''));

test('a custom object is drafted, given fields, approved; its name is read from the list', async () => {
  fake = await schema([]);
  await expect(fake.client.createCustomObject(type)).resolves.toBe('microsoftTeam_c');
  expect(posted()).toEqual(['.json', '/microsoftTeam/addField.json', '/microsoftTeam/approve.json']);
});

test('an attempt broken off is taken up; a finished one is left alone', async () => {
  fake = await schema([{ apiName: 'microsoftTeam', state: 'draft', fields: [] }]);
  await fake.client.createCustomObject(type);
  expect(posted()).toEqual(['/microsoftTeam/addField.json', '/microsoftTeam/approve.json']);
  await fake.close();
  fake = await schema([{ apiName: 'microsoftTeam', state: 'approved', fields: [{ name: 'teamId' }] }]);
  await expect(fake.client.createCustomObject(type)).resolves.toBe('microsoftTeam_c');
  expect(posted()).toEqual([]);
});

test('without the entitlement a custom object is a fault of configuration', async () => {
  fake = await fakeMarketo((_q, r) => json(r, failed('616', 'Invalid subscription type')));
  expect(await thrown(fake.client.createCustomObject(type))).toMatchObject({ kind: 'configuration', code: '616' });
});

test('a merge names its losers in the address, beside an empty object; more than 25 are a bug of ours', async () => {
  fake = await fakeMarketo((_q, r) => json(r, ok()));
  await fake.client.mergeLeads(7, [8, 9]);
  expect(fake.rest()).toMatchObject([{ method: 'POST', url: '/rest/v1/leads/7/merge.json?leadIds=8%2C9', body: '{}' }]);
  const many = Array.from({ length: 26 }, (_, index) => index + 8);
  expect(await thrown(fake.client.mergeLeads(7, many))).toMatchObject({ kind: 'bug' });
});

test('a merge whose answer is lost may have been done', async () => {
  fake = await fakeMarketo((_q, r) => json(r, failed('604')));
  expect(await thrown(fake.client.mergeLeads(7, [8]))).toMatchObject({ kind: 'ambiguous' });
});
