import { Health, isOutage } from '../../../clients/health';
import { fakeDynamics, ID, thrown } from './dynamics-systems';
import { type Answer, html, json } from './local-server';
import { failed, fakeMarketo } from './marketo-systems';

let fake: { close(): Promise<void> };
afterEach(() => fake.close());

/** What a firewall or a gateway answers that is against what one record holds, or against everything. */
const STATUSES = [302, 307, 400, 403, 404, 405, 406, 409, 410, 412, 418, 422, 451];
const PAGES: [string, (status: number) => Answer][] = [
  ['HTML', (status) => (_q, r) => html(r, status)],
  ['nothing', (status) => (_q, r) => json(r, '', status)],
  ['JSON of its own', (status) => (_q, r) => json(r, { message: 'blocked', error: 'blocked', support: 7 }, status)],
  ['an error of its own', (status) => (_q, r) => json(r, { error: { code: status, message: 'blocked' } }, status)],
];
const CASES = PAGES.flatMap(([page, answer]) => STATUSES.map((status) => [page, status, answer(status)] as const));

async function marketo(answer: Answer, health?: Health) {
  const { client, close } = await fakeMarketo(answer, health && { health });
  fake = { close };
  const lead = { action: 'updateOnly' as const, lookupField: 'id' };
  const records = [{ externalCompanyId: 'a' }, { externalCompanyId: 'b' }];
  return {
    ofRecords: [
      () => client.leadsBy('id', [1, 2], ['id']),
      () => client.queryObjects('companies', 'externalCompanyId', ['a', 'b'], ['id']),
      () => client.syncLeads({ ...lead, input: [{ id: 1 }, { id: 2 }] }),
      () => client.deleteLeads([1, 2]),
      () => client.mergeLeads(1, [2, 3]),
      () => client.syncObjects('companies', 'updateOnly', records),
      () => client.deleteObjects('companies', records),
    ],
    others: [
      () => client.describeLeads(),
      () => client.describeObject('companies'),
      () => client.pagingToken(new Date()),
      () => client.leadChanges('t', ['email']),
      () => client.customObjects(),
      () => client.usage(),
    ],
  };
}

async function dynamics(answer: Answer, health?: Health) {
  const { client, close } = await fakeDynamics(answer, undefined, health && { health });
  fake = { close };
  const rows = [ID, ID].map((id) => ({ set: 'contacts', id, values: { a: 1 } }));
  return {
    ofRecords: [
      () => client.readByIds('contacts', 'contactid', [ID], ['contactid']),
      () => client.patch(rows, 'suppress'),
      () => client.create(rows, 'suppress'),
    ],
    others: [
      () => client.organisation(),
      () => client.table('contact'),
      () => client.readPage({ set: 'contacts', select: ['contactid'], pageSize: 10 }),
    ],
  };
}

test.each(CASES)(
  '%s with %d, for records that we named, may be about one of them: it stops nothing',
  async (_page, status, answer) => {
    for (const calls of [marketo, dynamics]) {
      for (const call of (await calls(answer)).ofRecords)
        expect(await thrown(call())).toMatchObject({ kind: 'transient', status, code: `GATEWAY_${status}` });
      await fake.close();
    }
  },
);

test.each([302, 403, 404])(
  'HTML with %d, where no record was named, stays a matter of the configuration',
  async (status) => {
    for (const calls of [marketo, dynamics]) {
      for (const call of (await calls((_q, r) => html(r, status))).others)
        expect((await thrown(call())).kind).toMatch(/^(authority|configuration)$/);
      await fake.close();
    }
  },
);

test('what the vendors themselves say of records keeps its meaning', async () => {
  const of603 = (await marketo((_q, r) => json(r, failed('603')))).ofRecords;
  for (const call of of603) expect(await thrown(call())).toMatchObject({ kind: 'authority', code: '603' });
  await fake.close();
  const body = { error: { code: '0x80072560', message: 'not a member' } };
  for (const call of (await dynamics((_q, r) => json(r, body, 403))).ofRecords)
    expect(await thrown(call())).toMatchObject({ kind: 'authority', code: '0x80072560' });
  await fake.close();
  for (const call of (await dynamics((_q, r) => json(r, { error: { code: '0x0', message: 'no such set' } }, 404)))
    .ofRecords)
    expect(await thrown(call())).toMatchObject({ kind: 'configuration', status: 404 });
});

test.each([
  [401, 'authority'],
  [413, 'bug'],
  [429, 'rate-limited'],
])('HTML with %d means what the status says', async (status, kind) => {
  for (const calls of [marketo, dynamics]) {
    for (const call of (await calls((_q, r) => html(r, status))).ofRecords)
      expect(await thrown(call())).toMatchObject({ kind, status });
    await fake.close();
  }
});

test('where every call gets such a page the operation is down, and is asked once a minute', async () => {
  for (const calls of [marketo, dynamics]) {
    const [first] = (await calls((_q, r) => html(r, 403), new Health())).ofRecords;
    for (const _ of [1, 2, 3]) expect(await thrown(first!())).toMatchObject({ code: 'GATEWAY_403' });
    expect(isOutage(await thrown(first!()))).toBe(true);
    await fake.close();
  }
});
