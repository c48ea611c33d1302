import type { Deps } from '../../../activities/deps';
import { queueRequested } from '../../../activities/requests';
import type { BoundEntity } from '../../../activities/schema';
import { ApiError } from '../../../clients/errors';
import { Sealer, UnreadableError } from '../../../clients/mongo/sealer';
import { storeOn } from '../../../clients/mongo/store';
import { MemoryDatabase } from '../../truth/memory/database';

const guid = (number: number) => `c0000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
const ALL = [1, 2, 3].map(guid);
const BOUND = { entity: { name: 'contact' }, set: 'contacts', primaryId: 'contactid' } as unknown as BoundEntity;

/** Three contacts, of which Dynamics does not read the second one by its id. */
function opened(error?: ApiError) {
  const db = new MemoryDatabase().open(() => undefined);
  const sealer = new Sealer(Buffer.alloc(32, 1));
  const store = storeOn(db, sealer, async () => undefined);
  const rowsOf = (ids: readonly string[]) => ids.map((contactid) => ({ contactid }));
  const dynamics = {
    readPage: async ({ filter }: { filter?: string }) => ({ rows: rowsOf(filter === undefined ? ALL : [guid(3)]) }),
    readByIds: async (_set: string, _column: string, ids: string[]) => {
      if (error && ids.includes(guid(2))) throw error;
      return rowsOf(ids.filter((id) => ALL.includes(id)));
    },
  };
  const deps = { store, dynamics, schema: { of: async () => BOUND } } as unknown as Deps;
  const queued = async () =>
    (await store.inbox.take('contact', 'dynamics', 9)).flatMap(({ items }) => items.map(({ id }) => id));
  const damage = async (collection: string, id: string, fields: string[]) => {
    const sealed = sealer.seal({ entity: 'contact' });
    sealed.writeUInt8(sealed.readUInt8(sealed.length - 1) ^ 1, sealed.length - 1);
    const $set = Object.fromEntries(fields.map((field) => [field, sealed]));
    await db.collection<{ _id: string }>(collection).updateOne({ _id: id }, { $set });
  };
  return { db, deps, store, queued, damage };
}

describe('a stored request that is damaged', () => {
  it.each([[['request']], [['nextLink']], [['request', 'nextLink']]])(
    'asks for every row, is counted, and the next ones go on: %p',
    async (fields) => {
      const { deps, store, queued, damage } = opened();
      await store.requests.add('first', { entity: 'contact', filter: 'a eq 1' });
      await store.requests.add('second', { entity: 'contact', filter: 'b eq 1' });
      await damage('requests', 'first', fields);
      await queueRequested(deps, BOUND);
      expect((await queued()).sort()).toEqual(ALL);
      await store.inbox.remove(String((await store.inbox.take('contact', 'dynamics', 1))[0]?.id), 1);
      expect([...(await store.requests.states(['first', 'second'])).values()]).toMatchObject([
        { done: true, queued: 3 },
        { done: true, queued: 1 },
      ]);
      expect([...(await store.inbox.damaged())]).toEqual([['contact', 1]]);
    },
  );

  it('is over where it was one for a push, and says so', async () => {
    const { store, damage } = opened();
    await store.pushRequests.add('first', { entity: 'lead', as: 'lead', ids: [1] });
    await store.pushRequests.add('second', { entity: 'lead', as: 'lead', ids: [2] });
    await damage('pushRequests', 'first', ['request']);
    expect(await store.pushRequests.open('lead')).toMatchObject([{ id: 'second' }]);
    expect(await store.pushRequests.get('first')).toMatchObject({
      done: true,
      fault: expect.stringContaining('damaged'),
    });
    expect([...(await store.inbox.damaged())]).toEqual([['lead', 1]]);
  });

  it('stays as it is where the key may be another one', async () => {
    const { db, store } = opened();
    await store.requests.add('first', { entity: 'contact', filter: 'a eq 1' });
    const other = storeOn(db, new Sealer(Buffer.alloc(32, 2)), async () => undefined);
    await expect(other.requests.open('contact')).rejects.toThrow(UnreadableError);
    expect(await store.requests.open('contact')).toMatchObject([{ request: { filter: 'a eq 1' } }]);
  });
});

describe('a request for rows by their ids', () => {
  it.each(['transient', 'refused', 'too-large'] as const)(
    'goes on with one that Dynamics does not read: %s',
    async (kind) => {
      const { deps, store, queued } = opened(
        new ApiError({ api: 'dynamics', operation: 'contacts.read-by-ids', kind }),
      );
      await store.requests.add('first', { entity: 'contact', ids: [...ALL, guid(4)] });
      await queueRequested(deps, BOUND);
      expect((await queued()).sort()).toEqual(ALL);
      expect(await store.requests.get('first')).toMatchObject({ done: true, absent: 1 });
    },
  );

  it('waits while Dynamics is down', async () => {
    const { deps, store } = opened(
      new ApiError({ api: 'dynamics', operation: 'contacts.read-by-ids', kind: 'transient', code: 'OUTAGE' }),
    );
    await store.requests.add('first', { entity: 'contact', ids: ALL });
    await expect(queueRequested(deps, BOUND)).rejects.toMatchObject({ code: 'OUTAGE' });
    expect(await store.requests.get('first')).toMatchObject({ done: false });
  });
});

it('a conflict whose values are damaged is still told, and outdated like any other', async () => {
  const { store, damage } = opened();
  const [id, field] = [`contact:${guid(1)}`, 'title'];
  const conflict = {
    id,
    field,
    winner: 'ask' as const,
    rule: 'ask' as const,
    at: new Date(),
    values: { dynamics: 'A', marketo: 'B' },
  };
  await store.conflicts.add([{ ...conflict, seq: '1' }], 1);
  await damage('conflicts', `${id}:${field}:1`, ['values']);
  await store.conflicts.add([{ ...conflict, seq: '2' }], 1);
  const [first, second] = await store.conflicts.of(id);
  expect(first).toMatchObject({ seq: '1', damaged: true, outdatedAt: expect.any(Date) });
  expect(second).toMatchObject({ seq: '2', values: { dynamics: 'A', marketo: 'B' } });
});
