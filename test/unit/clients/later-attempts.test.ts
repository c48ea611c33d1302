import type { Conflict } from '../../../clients/mongo/conflicts';
import { Sealer } from '../../../clients/mongo/sealer';
import { type Store, storeOn } from '../../../clients/mongo/store';
import { MemoryDatabase } from '../../truth/memory/database';

const [EARLIER, LATER] = [4, 7];
const ROW = 'contact:c0000000-0000-4000-8000-000000000001';

/** A store in memory; and the collection behind a part of it, as an earlier version of the service may have filled it. */
function opened(): { store: Store; insert: (collection: string, document: object) => Promise<unknown> } {
  const db = new MemoryDatabase().open(() => undefined);
  const store = storeOn(db, new Sealer(Buffer.alloc(32, 1)), async () => undefined);
  return { store, insert: (collection, document) => db.collection(collection).insertOne(document) };
}

const listed = async (store: Store): Promise<string[]> => {
  const found: string[] = [];
  for await (const { field, reason } of store.parked.all()) found.push(`${field}: ${reason}`);
  return found;
};

const parked = (was: string[], ...fields: string[]) => [
  { id: ROW, was, now: fields.map((field) => ({ field, reason: 'too-long' as const })) },
];

const asks = (seq: string): Conflict => ({
  id: ROW,
  field: 'title',
  seq,
  winner: 'ask',
  rule: 'ask',
  at: new Date(),
  values: { dynamics: 'A', marketo: 'B' },
});

describe('an attempt that a later one has overtaken', () => {
  it('removes no page that the later one has taken', async () => {
    const { store } = opened();
    await store.inbox.add('contact', 'dynamics', [{ id: 'c1' }], new Date());
    const [page] = await store.inbox.take('contact', 'dynamics', 1);
    const id = String(page?.id);
    await store.inbox.stamp([id], EARLIER);
    await store.inbox.stamp([id], LATER);
    await store.inbox.stamp([id], EARLIER);
    await store.inbox.remove(id, EARLIER);
    expect(await store.inbox.take('contact', 'dynamics', 1)).toMatchObject([{ id, begun: true }]);
    await store.inbox.remove(id, LATER);
    expect(await store.inbox.take('contact', 'dynamics', 1)).toEqual([]);
  });

  it('removes and takes no staged chunk that the later one has taken', async () => {
    const { store } = opened();
    await store.staging.put('contact/0001/000000', [{ contactid: 'c1' }], 0);
    expect(await store.staging.take('contact/0001/000000', 0, EARLIER)).toMatchObject({ begun: false });
    expect(await store.staging.take('contact/0001/000000', 0, LATER)).toMatchObject({ begun: true });
    expect(await store.staging.take('contact/0001/000000', 0, EARLIER)).toBeUndefined();
    await store.staging.remove('contact/0001/000000', 0, EARLIER);
    expect(await store.staging.chunks('contact/0001/000000')).toEqual([0]);
  });

  it('does not remove a chunk that was read once more since it was taken', async () => {
    const { store } = opened();
    await store.staging.put('contact/0001/000000', [{ contactid: 'c1' }], 0);
    await store.staging.take('contact/0001/000000', 0, EARLIER);
    await store.staging.put('contact/0001/000000', [{ contactid: 'c1' }, { contactid: 'c2' }], 0);
    await store.staging.remove('contact/0001/000000', 0, EARLIER);
    expect(await store.staging.chunks('contact/0001/000000')).toEqual([0]);
  });

  it('settles nothing that the later one has parked', async () => {
    const { store } = opened();
    await store.parked.settle(parked([], 'title'), LATER);
    await store.parked.settle(parked(['title']), EARLIER);
    expect(await listed(store)).toEqual(['title: too-long']);
  });

  it('takes back what it has parked, and nothing else', async () => {
    const { store } = opened();
    await store.parked.settle(parked([], 'title', 'phone'), EARLIER);
    await store.parked.settle(parked([], 'phone'), LATER);
    await store.parked.retract(parked([], 'title', 'phone'), EARLIER);
    expect(await listed(store)).toEqual(['phone: too-long']);
  });

  it('marks no conflict as outdated that the later one asks about, nor withdraws or closes it', async () => {
    const { store } = opened();
    await store.conflicts.add([asks('1')], EARLIER);
    await store.conflicts.add([asks('1')], LATER);
    await store.conflicts.outdate([asks('1')], EARLIER);
    await store.conflicts.withdraw([asks('1')], EARLIER);
    const key = `${ROW}:title:1`;
    expect((await store.conflicts.get([key])).get(key)?.outdatedAt).toBeUndefined();
    expect(await store.conflicts.decide(key, 'marketo')).toBe(true);
    await store.conflicts.close(key, 'marketo', 'gone', EARLIER);
    expect((await store.conflicts.get([key])).get(key)?.decided?.outcome).toBe('queued');
    await store.conflicts.close(key, 'marketo', 'done', LATER);
    expect((await store.conflicts.get([key])).get(key)?.decided?.outcome).toBe('done');
  });

  it('gives up no person that the later one has claimed for the same row', async () => {
    const { store } = opened();
    await store.people.claimOne(1, ROW, EARLIER);
    expect(await store.people.claimOne(1, ROW, LATER)).toBe(ROW);
    await store.people.release(1, ROW, undefined, EARLIER);
    expect(await store.people.transfer(1, ROW, 'lead:1', EARLIER)).toBe(false);
    expect((await store.people.get([1])).get(1)?.owner).toBe(ROW);
  });

  it('unmakes no link of a row that the later one has made', async () => {
    const { store } = opened();
    const link = {
      id: ROW,
      state: 'pushed' as const,
      appliedVersion: 0,
      seenVersion: 0,
      marks: new Map(),
      epoch: 'e',
      parked: [],
    };
    await store.links.put([link], LATER);
    await store.links.unmake([ROW], EARLIER);
    expect((await store.links.get([ROW])).has(ROW)).toBe(true);
  });
});

describe('what an earlier version of the service has stored', () => {
  it('is as old as can be: any attempt settles, closes, takes and gives it up', async () => {
    const { store, insert } = opened();
    await insert('parked', { _id: `${ROW}:title`, reason: 'too-long', at: new Date(), attempts: 1 });
    await store.parked.settle(parked(['title']), 1);
    expect(await listed(store)).toEqual([]);
    await insert('people', { _id: 1, owner: ROW });
    await store.people.release(1, ROW, undefined, 1);
    expect((await store.people.get([1])).size).toBe(0);
    const items = store.inbox.sealer.seal([{ id: 'c1' }]);
    await insert('inbox', { _id: 'contact/dynamics/1', since: new Date(), count: 1, items });
    await store.inbox.stamp(['contact/dynamics/1'], 1);
    await store.inbox.remove('contact/dynamics/1', 1);
    expect(await store.inbox.take('contact', 'dynamics', 1)).toEqual([]);
    await insert('unowned', { _id: 5, at: new Date(0) });
    expect(await store.unowned.of([5])).toEqual([{ marketoId: 5, at: new Date(0) }]);
  });
});
