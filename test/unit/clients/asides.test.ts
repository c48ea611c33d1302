import type { Aside } from '../../../clients/mongo/aside';
import { Sealer, UnreadableError } from '../../../clients/mongo/sealer';
import { type Store, storeOn } from '../../../clients/mongo/store';
import { MemoryDatabase } from '../../truth/memory/database';

const [ROW, OTHER] = ['c0000000-0000-4000-8000-000000000001', 'c0000000-0000-4000-8000-000000000002'];

/** A store in memory whose documents an accident may reach. */
function opened() {
  const db = new MemoryDatabase().open(() => undefined);
  const sealer = new Sealer(Buffer.alloc(32, 1));
  const store = storeOn(db, sealer, async () => undefined);
  const set = (id: string, fields: object) =>
    db.collection('asides').updateMany({ _id: id as never }, { $set: fields });
  const damage = (id: string) => {
    const sealed = sealer.seal([{ id: ROW }]);
    sealed.writeUInt8(sealed.readUInt8(sealed.length - 1) ^ 1, sealed.length - 1);
    return set(id, { items: sealed });
  };
  return { db, store, set, damage };
}

const trouble = {
  size: 1,
  failures: 1,
  first: 1,
  last: 1,
  api: 'dynamics' as const,
  operation: 'rows.patch',
  code: '500',
};
const aside = (id: string, more: Partial<Aside> = {}): Aside => ({
  id,
  items: [{ id, person: 7 }],
  trouble,
  dueAt: new Date(1),
  since: new Date(1),
  ...more,
});

const waiting = async ({ inbox }: Store, entity: string) =>
  (await inbox.take(entity, 'dynamics', 9)).map(({ items }) => items);

describe('a row that is set aside in a document that is damaged', () => {
  it.each(['due', 'join', 'put', 'parkedFor', 'probes'])(
    'is read again, counted, and costs no other row: %s',
    async (call) => {
      const { store, damage } = opened();
      const parked = call === 'parkedFor' ? { parked: 'unexpected' as const } : {};
      await store.asides.put('contact', 'marketo', [aside(ROW, parked), aside(OTHER, parked)]);
      if (call === 'probes') await store.asides.begin('contact', trouble);
      await damage(`contact/marketo:${ROW}`);
      const found = new Map<string, Aside>();
      const note = (all: readonly Aside[]) => {
        for (const one of all) found.set(one.id, one);
      };
      if (call === 'due') note(await store.asides.due('contact', 'marketo', 9));
      if (call === 'join')
        await store.asides.join('contact', 'marketo', [
          { id: ROW, person: 8 },
          { id: OTHER, person: 7 },
        ]);
      if (call === 'put')
        await store.asides.put('contact', 'marketo', [aside(ROW, { items: [{ id: ROW, person: 8 }] })]);
      if (call === 'probes') note(await store.asides.probes('contact', 'marketo', new Date(Date.now() + 120_000)));
      if (call === 'parkedFor') for await (const one of store.asides.parkedFor('unexpected')) note([one.aside]);
      const all = found.size > 0 ? found : await store.asides.get('contact', 'marketo', [ROW, OTHER]);
      const isNew = call === 'join' || call === 'put';
      expect(all.get(ROW)?.items).toEqual([{ id: ROW }, ...(isNew ? [{ id: ROW, person: 8 }] : [])]);
      if (call !== 'probes') expect(all.get(OTHER)?.items).toEqual([{ id: OTHER, person: 7 }]);
      expect([...(await store.inbox.damaged())]).toEqual([['contact', 1]]);
      expect(await waiting(store, 'contact')).toEqual([[{ id: ROW, resync: true }]]);
    },
  );

  it.each(['text', null, Buffer.alloc(0), Buffer.alloc(10)])('also where nothing is left of it: %p', async (items) => {
    const { store, set } = opened();
    await store.asides.put('contact', 'dynamics', [aside(ROW)]);
    await set(`contact/dynamics:${ROW}`, { items });
    expect(await store.asides.due('contact', 'dynamics', 9)).toMatchObject([{ items: [{ id: ROW, resync: true }] }]);
    expect([...(await store.inbox.damaged())]).toEqual([['contact', 1]]);
  });

  it('of a push, and of a row whose id is none, nothing is left to do', async () => {
    const { store, damage } = opened();
    await store.asides.put('contact', 'marketo', [aside('4711'), aside('no-id-12345678')]);
    await damage('contact/marketo:4711');
    await damage('contact/marketo:no-id-12345678');
    expect((await store.asides.due('contact', 'marketo', 9)).map(({ items }) => items)).toEqual([[], []]);
    expect(await waiting(store, 'contact')).toEqual([]);
  });

  it('stays as it is where the key may be another one', async () => {
    const { db, store } = opened();
    await store.asides.put('contact', 'dynamics', [aside(ROW)]);
    const other = storeOn(db, new Sealer(Buffer.alloc(32, 2)), async () => undefined);
    await expect(other.asides.due('contact', 'dynamics', 9)).rejects.toThrow(UnreadableError);
    expect(await other.asides.of(`contact:${ROW}`)).toMatchObject([{ feed: 'dynamics', aside: { trouble } }]);
    expect(await store.asides.due('contact', 'dynamics', 9)).toMatchObject([{ items: [{ id: ROW, person: 7 }] }]);
    expect((await store.inbox.damaged()).size).toBe(0);
  });
});

describe('a partial outage', () => {
  it.each(['no answer', '0x80040265', 'a b  c ', ''])('whose code is "%s" ends for all of its rows', async (code) => {
    const { store } = opened();
    const failing = { ...trouble, code };
    await store.asides.put('contact', 'marketo', [
      aside(ROW, { trouble: failing }),
      aside(OTHER, { trouble: failing }),
    ]);
    await store.asides.begin('contact', failing);
    const later = new Date(Date.now() + 120_000);
    expect(await store.asides.due('contact', 'marketo', 9)).toEqual([]);
    const [probe] = await store.asides.probes('contact', 'marketo', later);
    expect(probe).toMatchObject({ outage: true, trouble: { code } });
    await store.asides.end(`dynamics rows.patch ${code}`);
    expect((await store.asides.due('contact', 'marketo', 9, later)).map(({ id }) => id)).toEqual([ROW, OTHER]);
  });

  it('that ended without some of its rows ends for them as well', async () => {
    const { db, store } = opened();
    const failing = { ...trouble, code: 'no answer' };
    await store.asides.put('contact', 'marketo', [aside(ROW, { trouble: failing }), aside(OTHER)]);
    await store.asides.begin('contact', failing);
    await store.asides.begin('contact', trouble);
    // As an earlier version did.
    await db.collection('outages').deleteOne({ _id: 'contact/dynamics rows.patch no answer' as never });
    expect((await store.asides.counts()).get('contact')).toMatchObject({ marketo: 1 });
    await store.asides.probes('contact', 'marketo');
    const due = await store.asides.due('contact', 'marketo', 9, new Date(Date.now() + 1_000));
    expect(due.map(({ id }) => id)).toEqual([ROW]);
  });
});

describe('edits of a row that is set aside', () => {
  const text = 'x'.repeat(16_000);
  const entry = (number: number) => ({
    guid: `${number}`,
    at: number,
    field: 'about',
    from: text,
    to: `${text}${number}`,
  });
  const stored = async (store: Store, feed: 'dynamics' | 'marketo') =>
    (await store.asides.get('contact', feed, [ROW])).get(ROW)?.items ?? [];

  it('are forgotten when they become too many to be stored: both sides are read, and nothing else is lost', async () => {
    const { store } = opened();
    const lost = { person: 8 };
    const decide = [{ conflict: 'c', take: 'marketo' as const }];
    await store.asides.put('contact', 'marketo', [
      aside(ROW, {
        items: [
          { id: ROW, person: 8, lost },
          { id: ROW, decide },
        ],
      }),
    ]);
    for (let number = 0; number < 100; number += 1)
      await store.asides.join('contact', 'marketo', [{ id: ROW, person: 7, entries: [entry(number)] }]);
    const items = await stored(store, 'marketo');
    expect(JSON.stringify(items).length).toBeLessThan(1_100_000);
    expect(items).toEqual(
      expect.arrayContaining([
        { id: ROW, person: 8, lost },
        { id: ROW, decide },
      ]),
    );
    expect(items.some(({ person, lost: isLost }) => person === 7 && !isLost)).toBe(true);
    expect(await waiting(store, 'contact')).toEqual(expect.arrayContaining([[{ id: ROW, resync: true }]]));
  });

  it('are kept while there is room for them', async () => {
    const { store } = opened();
    await store.asides.put('contact', 'marketo', [
      aside(ROW, { items: [{ id: ROW, person: 7, entries: [entry(1)] }] }),
    ]);
    await store.asides.join('contact', 'marketo', [{ id: ROW, person: 7, entries: [entry(2)] }]);
    expect(await stored(store, 'marketo')).toEqual([{ id: ROW, person: 7, entries: [entry(1), entry(2)] }]);
    expect(await waiting(store, 'contact')).toEqual([]);
  });
});

describe('an outage of one entity', () => {
  const later = () => new Date(Date.now() + 120_000);

  it('is none of another one whose rows fail in the same way', async () => {
    const { store } = opened();
    await store.asides.put('contact', 'marketo', [aside(ROW)]);
    await store.asides.put('lead', 'marketo', [aside(OTHER)]);
    await store.asides.begin('contact', trouble);
    expect((await store.asides.due('lead', 'marketo', 9)).map(({ id }) => id)).toEqual([OTHER]);
    await store.asides.begin('lead', trouble);
    expect(await store.asides.due('lead', 'marketo', 9)).toEqual([]);
    expect((await store.asides.probes('contact', 'marketo', later())).map(({ id }) => id)).toEqual([ROW]);
    expect((await store.asides.probes('lead', 'marketo', later())).map(({ id }) => id)).toEqual([OTHER]);
    const [first = ''] = (await store.asides.outages()).keys();
    await store.asides.end(first);
    expect(await store.asides.due('contact', 'marketo', 9, later())).toHaveLength(1);
    expect(await store.asides.due('lead', 'marketo', 9, later())).toEqual([]);
  });

  it('that an earlier version stored, for rows of all of them, is one of its own rows; the others are due', async () => {
    const { db, store } = opened();
    await store.asides.put('contact', 'marketo', [aside(ROW)]);
    await store.asides.put('lead', 'marketo', [aside(OTHER)]);
    const id = 'dynamics rows.patch 500' as never;
    await db.collection('outages').insertOne({ _id: id, entity: 'contact', since: new Date(1), probedAt: new Date(1) });
    await db.collection('asides').updateMany({}, { $set: { outage: true } });
    expect([...(await store.asides.outages()).values()]).toMatchObject([{ entity: 'contact' }]);
    expect(await store.asides.probes('lead', 'marketo')).toEqual([]);
    expect(await store.asides.due('lead', 'marketo', 9, later())).toHaveLength(1);
    const probes = () => store.asides.probes('contact', 'marketo');
    expect([(await probes()).length, (await probes()).length]).toEqual([1, 0]);
    for (const outage of (await store.asides.outages()).keys()) await store.asides.end(outage);
    expect((await store.asides.outages()).size).toBe(0);
    expect(await store.asides.due('contact', 'marketo', 9, later())).toHaveLength(1);
  });

  it('goes on for the rows of one feed where the other has none', async () => {
    const { store } = opened();
    await store.asides.put('contact', 'dynamics', [aside(ROW)]);
    await store.asides.begin('contact', trouble);
    expect(await store.asides.probes('contact', 'marketo', later())).toEqual([]);
    expect((await store.asides.outages()).size).toBe(1);
  });
});

it('of an outage one row is asked about a minute, those that failed longest ago first; all are due when it ends', async () => {
  const { store } = opened();
  const of = (at: number) => new Date(Date.now() + at);
  const rows = [aside(ROW, { trouble: { ...trouble, last: 2 } }), aside(OTHER)];
  await store.asides.put('contact', 'marketo', rows);
  await store.asides.begin('contact', trouble);
  const probes = async (at: number) => (await store.asides.probes('contact', 'marketo', of(at))).map(({ id }) => id);
  expect([await probes(59_000), await probes(61_000), await probes(62_000)]).toEqual([[], [OTHER], []]);
  expect(await store.asides.due('contact', 'marketo', 9, of(7_200_000))).toEqual([]);
  for (const id of (await store.asides.outages()).keys()) await store.asides.end(id);
  expect(await store.asides.due('contact', 'marketo', 9, of(1_000))).toHaveLength(2);
});
