import type { Deps } from '../../../activities/deps';
import { noteNewest, wrongOrganisation } from '../../../activities/organisation';
import { newLink, versionOf } from '../../../activities/rows';
import { ApiError, type ErrorKind } from '../../../clients/errors';
import { Sealer } from '../../../clients/mongo/sealer';
import { storeOn } from '../../../clients/mongo/store';
import { MemoryDatabase } from '../../truth/memory/database';

const COUNT = 50;
const guid = (number: number) => `c0000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
const ALL = Array.from({ length: COUNT }, (_, index) => guid(index));
const SEEN = 1_000;

type Answers = { fails?: (ids: readonly string[]) => ApiError | undefined; version?: (id: string) => unknown };

/** Fifty contacts that were merged at version 1,000; and how often they are read. */
async function merged({ fails = () => undefined, version = () => SEEN }: Answers, seen = SEEN) {
  const store = storeOn(
    new MemoryDatabase().open(() => undefined),
    new Sealer(Buffer.alloc(32, 1)),
    async () => undefined,
  );
  const calls: number[] = [];
  const dynamics = {
    organisation: async () => ({ organizationId: 'o', url: 'u', createdOn: 'c' }),
    readByIds: async (_set: string, _column: string, ids: string[]) => {
      calls.push(ids.length);
      const error = fails(ids);
      if (error) throw error;
      return ids.map((id) => ({ contactid: id, versionnumber: version(id) }));
    },
  };
  const table = async () => ({ set: 'contacts', primaryId: 'contactid' });
  const schema = { has: () => true, of: table, usable: table };
  const deps = { store, dynamics, schema, marketo: { munchkinId: () => '123-ABC-456' } } as unknown as Deps;
  const rows = ALL.map((id) => ({ contactid: id, versionnumber: seen }));
  await noteNewest(deps, 'contact', rows);
  await store.links.put(
    ALL.map((id) => ({ ...newLink(`contact:${id}`, store.links.epoch), seenVersion: seen, marketoId: 1 })),
    1,
  );
  return { deps, calls };
}

const error = (kind: ErrorKind, code?: string) =>
  new ApiError({ api: 'dynamics', operation: 'contacts.read-by-ids', kind, ...(code !== undefined && { code }) });
const [BAD, OLD] = [guid(17), guid(31)];

describe('the check of the organisation', () => {
  it.each<ErrorKind>(['transient', 'refused', 'bug', 'authority', 'configuration', 'too-large', 'gone', 'ambiguous'])(
    'goes on without a row whose read fails (%s), and still finds another that is older than it was',
    async (kind) => {
      const fails = (ids: readonly string[]) => (ids.includes(BAD) ? error(kind) : undefined);
      const { deps, calls } = await merged({ fails });
      expect(await wrongOrganisation(deps)).toBeUndefined();
      expect(calls.length).toBeLessThanOrEqual(1 + 8 + 8);
      const restored = await merged({ fails, version: (id) => (id === OLD ? SEEN - 1 : SEEN) });
      expect(await wrongOrganisation(restored.deps)).toMatch(`set back (restored): contact ${OLD}`);
    },
  );

  it('asks no more where the operation is known to be down, and tells nothing by that', async () => {
    const { deps, calls } = await merged({ fails: () => error('transient', 'OUTAGE') });
    expect(await wrongOrganisation(deps)).toBeUndefined();
    expect(calls).toEqual([COUNT]);
  });

  it.each<ErrorKind>(['rate-limited', 'quota'])('waits where Dynamics asks for it: %s', async (kind) => {
    const { deps } = await merged({ fails: () => error(kind) });
    await expect(wrongOrganisation(deps)).rejects.toMatchObject({ kind });
  });

  it.each([null, undefined, 'abc', {}, 1e300, -1, 0.5, Number.NaN])(
    'goes by no version that is none: %p',
    async (none) => {
      expect(versionOf({ versionnumber: none })).toBe(0);
      const { deps } = await merged({ version: (id) => (id === BAD ? none : SEEN) });
      expect(await wrongOrganisation(deps)).toBeUndefined();
      const { deps: hostile } = await merged({});
      await noteNewest(hostile, 'contact', [{ contactid: BAD, versionnumber: none as number }]);
      expect(await wrongOrganisation(hostile)).toBeUndefined();
    },
  );

  it('nor by one that an earlier version of the service took from a row', async () => {
    const { deps } = await merged({});
    const { store } = deps;
    await store.bindings.set('newest', [{ id: `contact:${BAD}`, version: 1e300 }]);
    await store.links.put([{ ...newLink(`contact:${BAD}`, store.links.epoch), seenVersion: 1e300 }], 1);
    expect(await wrongOrganisation(deps)).toBeUndefined();
    await noteNewest(deps, 'contact', [{ contactid: OLD, versionnumber: SEEN }]);
    expect(await store.bindings.get('newest')).toEqual([{ id: `contact:${OLD}`, version: SEEN }]);
  });

  it.each<[string, Buffer | string | null, string[]]>([
    ['cut', Buffer.from([0, 0, 0, 1, 0x80, 0, 0, 0, 0, 0, 0, 0, 1]), [`contact:${BAD} damaged`]],
    ['no bytes', 'x', []],
    ['lost', null, []],
  ])('goes on where what a link knows is damaged (%s), and still finds another row', async (_how, marks, expected) => {
    const { deps } = await merged({ version: (id) => (id === OLD ? SEEN - 1 : SEEN) });
    const { db, links, failures } = deps.store;
    await db.collection<{ _id: string }>('links').updateOne({ _id: `contact:${BAD}` }, { $set: { marks } });
    expect(await wrongOrganisation(deps)).toMatch(`set back (restored): contact ${OLD}`);
    const link = (await links.get([`contact:${BAD}`])).get(`contact:${BAD}`);
    expect(link).toMatchObject({ marketoId: 1, seenVersion: SEEN, marks: new Map() });
    const told: string[] = [];
    for await (const { id, code } of failures.between(new Date(0), new Date(Date.now() + 86_400_000)))
      told.push(`${id} ${code}`);
    expect(told).toEqual(expected);
  });
});
