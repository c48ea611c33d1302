import type { DynamicsClient } from '../../clients/dynamics';
import { thrown } from '../unit/clients/dynamics-systems';
import { type ClientSystems, SECRET, startClientSystems } from './client-systems';

const COLUMNS = ['firstname', 'lastname', '_ownerid_value', 'versionnumber'];

let dynamics: DynamicsClient;
let systems: ClientSystems;
beforeAll(async () => {
  systems = await startClientSystems();
  dynamics = systems.dynamicsWith(SECRET);
});
afterAll(() => systems.simulators.close());
beforeEach(() => systems.reset());

async function contacts(count: number): Promise<string[]> {
  const operations = Array.from({ length: count }, (_, i) => ({
    op: 'create',
    table: 'contact',
    values: { firstname: `First ${i}`, lastname: `Last ${i}` },
  }));
  return ((await systems.control('/_sim/dynamics/edit', { operations })) as { ids: string[] }).ids;
}

test('a secret becomes a token, and the organisation tells who we are', async () => {
  await expect(dynamics.organisation()).resolves.toMatchObject({
    organizationId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    userId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    url: systems.simulators.dataverse,
    createdOn: expect.stringMatching(/^\d{4}-/),
  });
});

test('the password grant works for those who still have it', async () => {
  const credential = { username: 'sync@example.com', password: 'simulated-password', legacy: true } as const;
  await expect(systems.dynamicsWith(credential).organisation()).resolves.toMatchObject({ userId: expect.any(String) });
});

test('a wrong secret and an expired one are matters of authority', async () => {
  expect(await thrown(systems.dynamicsWith({ clientSecret: 'wrong' }).organisation())).toMatchObject({
    api: 'entra',
    kind: 'authority',
  });
  await systems.control('/_sim/entra/settings', { secretExpired: true });
  const expired = await thrown(systems.dynamicsWith(SECRET).organisation());
  expect(expired).toMatchObject({ api: 'entra', kind: 'authority' });
  expect(expired.about).toContain('expired');
});

test('the metadata of a contact', async () => {
  const table = await dynamics.table('contact');
  expect(table).toMatchObject({
    entitySetName: 'contacts',
    primaryIdAttribute: 'contactid',
    changeTrackingEnabled: true,
  });
  expect(table.columns.ownerid?.targets).toEqual(expect.arrayContaining(['systemuser', 'team']));
  expect(table.columns.firstname).toMatchObject({ type: 'String', maxLength: expect.any(Number) });
  expect(table.columns.statecode?.options).toEqual({ 0: 'Active', 1: 'Inactive' });
  expect(await thrown(dynamics.table('new_nothing'))).toMatchObject({ kind: 'configuration', about: 'new_nothing' });
});

test('a tracked read pages to a deltaLink, and the delta has the change and the deletion', async () => {
  const ids = await contacts(7);
  let page = await dynamics.readPage({ set: 'contacts', select: COLUMNS, pageSize: 3, track: true });
  const rows = [...page.rows];
  while (page.nextLink !== undefined) {
    page = await dynamics.follow(page.nextLink, 3);
    rows.push(...page.rows);
  }
  expect(rows.map(({ contactid }) => contactid).sort()).toEqual([...ids].sort());
  expect(rows[0]).toMatchObject({ versionnumber: expect.any(Number), _ownerid_type: 'systemuser' });
  expect(Object.keys(rows[0]!).filter((key) => key.includes('@'))).toEqual([]);

  await systems.control('/_sim/dynamics/edit', {
    operations: [
      { op: 'update', table: 'contact', id: ids[0], values: { firstname: 'Changed' } },
      { op: 'delete', table: 'contact', id: ids[1] },
    ],
  });
  const delta = await dynamics.follow(page.deltaLink!, 3);
  expect(delta.rows).toEqual([expect.objectContaining({ contactid: ids[0], firstname: 'Changed' })]);
  expect(delta.deleted).toEqual([ids[1]]);
  expect(delta.deltaLink).toBeDefined();
});

test('an expired delta token is told as such', async () => {
  const page = await dynamics.readPage({ set: 'contacts', select: COLUMNS, pageSize: 3, track: true });
  await systems.control('/_sim/dynamics/settings', { expireTokens: true });
  expect(await thrown(dynamics.follow(page.deltaLink!, 3))).toMatchObject({
    kind: 'expired-token',
    code: '0x80044352',
  });
});

test('rows by id, 300 in an address, the missing left out', async () => {
  const ids = await contacts(300);
  const missing = '49b0be2e-d01c-ed11-b83e-000d3a572421';
  const wide = Object.values((await dynamics.table('contact')).columns).map(({ logicalName, type }) =>
    /^(Lookup|Customer|Owner)$/.test(type) ? `_${logicalName}_value` : logicalName,
  );
  await expect(dynamics.readByIds('contacts', 'contactid', [...ids, missing], wide)).resolves.toHaveLength(300);
  await expect(dynamics.count('contacts')).resolves.toBe(300);
});

test('a patch tells the new version; an older version is a conflict, and nothing else is held up', async () => {
  const [a, b, c] = (await contacts(3)) as [string, string, string];
  const rows = await dynamics.readByIds('contacts', 'contactid', [a, b, c], COLUMNS);
  const version = (id: string) => rows.find(({ contactid }) => contactid === id)?.versionnumber as number;
  await systems.control('/_sim/dynamics/edit', {
    operations: [
      { op: 'update', table: 'contact', id: b, values: { firstname: 'Quicker' } },
      { op: 'delete', table: 'contact', id: c },
    ],
  });
  const values = { firstname: 'Ours' };
  const outcomes = await dynamics.patch(
    [
      { set: 'contacts', id: a, version: version(a), values },
      { set: 'contacts', id: b, version: version(b), values },
      { set: 'contacts', id: c, version: version(c), values },
      { set: 'contacts', id: b, values: { lastname: 'x'.repeat(9_000) } },
    ],
    'suppress',
  );
  expect(outcomes).toEqual([
    { status: 'updated', version: expect.any(Number), held: { firstname: 'Ours' } },
    { status: 'conflict' },
    { status: 'gone' },
    { status: 'refused', code: '0x80044331', column: 'lastname' },
  ]);
  const [row] = await dynamics.readByIds('contacts', 'contactid', [a], COLUMNS);
  expect(row).toMatchObject({ firstname: 'Ours', versionnumber: (outcomes[0] as { version: number }).version });
});
