import { randomBytes } from 'node:crypto';
import {
  BSON,
  type CommandStartedEvent,
  type CommandSucceededEvent,
  type Db,
  type Document,
  MongoClient,
} from 'mongodb';
import { wake } from '../../activities/references';
import { linkId } from '../../clients/mongo/links';
import { Sealer } from '../../clients/mongo/sealer';
import { type Store, storeOn } from '../../clients/mongo/store';
import { MemoryDatabase } from '../truth/memory/database';

jest.setTimeout(600_000);

const MANY = 300_000;
const BUCKET = 1_000;
const guid = (number: number): string => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
const ACCOUNT = linkId('account', guid(1));
const rowsFrom = (first: number, count: number, entity = 'contact'): string[] =>
  Array.from({ length: count }, (_, index) => linkId(entity, guid(first + index)));

let client: MongoClient;
const names: string[] = [];
beforeAll(() => {
  client = new MongoClient(String(process.env.TEST_MONGODB_URI), { monitorCommands: true, ignoreUndefined: true });
});
afterAll(async () => {
  for (const name of names) await client.db(name).dropDatabase();
  await client.close();
});

function real(): Store {
  const name = `waiting-${randomBytes(6).toString('hex')}`;
  names.push(name);
  return storeOn(client.db(name), new Sealer(Buffer.alloc(32)), async () => undefined);
}
const memory = (): Store =>
  storeOn(
    new MemoryDatabase().open(() => undefined),
    new Sealer(Buffer.alloc(32)),
    async () => undefined,
  );

const STORES: Record<string, () => Store> = { MongoDB: real, memory };

const add = (store: Store, waiters: readonly string[], target = ACCOUNT): Promise<void> =>
  store.waiting.add(waiters.map((waiter) => ({ waiter, target })));
const documents = (db: Db): Promise<Document[]> =>
  db
    .collection<Document & { _id: string }>('waiting')
    .find({ _id: { $gte: '' } })
    .toArray();
async function queued(store: Store, entity = 'contact'): Promise<string[]> {
  const found: string[] = [];
  for await (const { items } of store.inbox.all(entity, 'dynamics'))
    found.push(...items.map(({ id }) => linkId(entity, id)));
  return found;
}

/** What goes over the wire to and from the collection while some work is done. */
async function traffic<T>(work: () => Promise<T>): Promise<{ bytes: number; reads: Document[]; writes: Document[] }> {
  const seen = { bytes: 0, reads: [] as Document[], writes: [] as Document[] };
  const ours = new Set<number>();
  const started = ({ requestId, command }: CommandStartedEvent) => {
    if (![command.find, command.update, command.delete].includes('waiting')) return;
    ours.add(requestId);
    // What the driver adds for its session is not the store's.
    const { lsid: _session, $clusterTime: _time, ...asked } = command;
    seen.bytes += BSON.calculateObjectSize(asked);
    seen.writes.push(...(command.updates ?? []), ...(command.deletes ?? []));
  };
  const succeeded = ({ requestId, reply }: CommandSucceededEvent) => {
    if (!ours.has(requestId)) return;
    const answer = reply as Document;
    const { $clusterTime: _time, operationTime: _at, ...told } = answer;
    seen.bytes += BSON.calculateObjectSize(told);
    seen.reads.push(...(answer.cursor?.firstBatch ?? []));
    expect(answer.cursor?.id?.toString() ?? '0').toBe('0');
  };
  client.on('commandStarted', started).on('commandSucceeded', succeeded);
  await work();
  client.off('commandStarted', started).off('commandSucceeded', succeeded);
  return seen;
}

describe('300,000 rows that wait for one target', () => {
  let store: Store;
  beforeAll(async () => {
    // Filled in memory, which takes a tenth of the time, and copied.
    const filled = memory();
    const all = rowsFrom(1, MANY);
    for (let at = 0; at < MANY; at += MANY / 10) await add(filled, all.slice(at, at + MANY / 10));
    store = real();
    const found = await documents(filled.db);
    for (let at = 0; at < found.length; at += 100)
      await store.db.collection('waiting').insertMany(found.slice(at, at + 100));
  });

  it('lie in buckets of at most 1,000 under target/n', async () => {
    const all = await documents(store.db);
    const buckets = all.filter(({ _id }) => _id !== ACCOUNT);
    expect(all.find(({ _id }) => _id === ACCOUNT)?.waiters).toBeUndefined();
    expect(buckets.filter(({ _id }) => !/^account:[-0-9a-f]{36}\/[1-9]\d*$/.test(_id))).toEqual([]);
    expect(Math.max(...buckets.map(({ waiters }) => waiters.length))).toBeLessThanOrEqual(BUCKET);
    expect(new Set(buckets.flatMap(({ waiters }) => waiters)).size).toBe(MANY);
  });

  it('a row is added, and added again, by its head and one bucket', async () => {
    for (const row of [...rowsFrom(MANY + 1, 1), ...rowsFrom(MANY + 1, 1), ...rowsFrom(7, 1)]) {
      const { bytes, reads, writes } = await traffic(() => add(store, [row]));
      expect(reads.map(({ _id }) => _id)).toEqual([ACCOUNT]);
      expect(writes.map(({ q }) => q._id)).toEqual([expect.stringMatching(`^${ACCOUNT}/\\d+$`), ACCOUNT]);
      expect(bytes).toBeLessThan(2_000);
    }
    expect(await store.waiting.targetsOf(linkId('contact', guid(7)))).toEqual([ACCOUNT]);
  });

  it('are woken bucket by bucket, each queued before it is removed; then nothing is left', async () => {
    const largest = Math.max(...(await documents(store.db)).map((one) => BSON.calculateObjectSize(one)));
    const order: string[] = [];
    const { inbox, waiting } = store;
    const [queue, remove] = [inbox.add.bind(inbox), waiting.remove.bind(waiting)];
    inbox.add = (...given) => {
      order.push('queued');
      return queue(...given);
    };
    waiting.remove = (bucket) => {
      order.push('removed');
      return remove(bucket);
    };
    const { bytes, reads, writes } = await traffic(() => wake(store, [ACCOUNT]));
    expect(order.join(' ')).toMatch(/^(queued removed ?)+$/);
    // The head, and each bucket once: there is nothing that reads or writes more than one of them.
    expect(reads.length).toBe(order.length / 2 + 1);
    expect(writes.map(({ limit }) => limit)).toEqual(writes.map(() => 1));
    expect(writes.length).toBe(reads.length);
    expect(bytes / reads.length).toBeLessThan(largest + 2_000);
    expect(await documents(store.db)).toEqual([]);
    expect(new Set(await queued(store)).size).toBe(MANY + 1);
  });
});

describe.each(Object.entries(STORES))('rows that wait (%s)', (_name, open) => {
  it('are all woken though the worker dies at any step', async () => {
    for (let step = 1; ; step += 1) {
      const store = open();
      await add(store, rowsFrom(1, 1_500));
      let left = step;
      const dying = <T extends object>(part: T): T =>
        new Proxy(part, {
          get: (target, key) => {
            const member = Reflect.get(target, key);
            if (typeof member !== 'function') return member;
            return (...given: unknown[]) => {
              left -= 1;
              if (left <= 0) throw new Error('died');
              return member.apply(target, given);
            };
          },
        });
      const mortal: Store = { ...store, inbox: dying(store.inbox), waiting: dying(store.waiting) };
      const died = await wake(mortal, [ACCOUNT]).then(
        () => false,
        () => true,
      );
      await wake(store, [ACCOUNT]);
      expect(new Set(await queued(store)).size).toBe(1_500);
      expect(await documents(store.db)).toEqual([]);
      if (!died) {
        expect(step).toBeGreaterThan(8);
        return;
      }
    }
  });

  it('and are added again and again do not grow', async () => {
    const store = open();
    const rows = rowsFrom(1, 2_500);
    const sizes: number[] = [];
    for (let round = 0; round < 12; round += 1) {
      for (let at = 0; at < rows.length; at += 300) await add(store, rows.slice(at, at + 300));
      sizes.push((await documents(store.db)).reduce((sum, { waiters = [] }) => sum + waiters.length, 0));
    }
    expect(Math.max(...sizes)).toBeLessThanOrEqual(2 * rows.length + 2 * BUCKET);
    expect(sizes.at(-1)).toBe(sizes.at(-6));
    expect((await store.waiting.waitersOf(ACCOUNT)).sort()).toEqual(rows);
  });

  it('for many targets, of several entities, are each with its own', async () => {
    const store = open();
    const targets = [1, 2, 3].map((number) => linkId('account', guid(number)));
    for (const [index, target] of targets.entries()) {
      await add(store, rowsFrom(index * 10, 5), target);
      await add(store, rowsFrom(index * 10, 5, 'lead'), target);
    }
    expect(
      (await store.waiting.of([...targets, ACCOUNT.replace('account', 'contact')])).map(({ target }) => target),
    ).toEqual(targets);
    await wake(store, targets.slice(1, 2));
    expect((await queued(store)).sort()).toEqual(rowsFrom(10, 5));
    expect((await queued(store, 'lead')).sort()).toEqual(rowsFrom(10, 5, 'lead'));
    expect(await store.waiting.waitersOf(String(targets[1]))).toEqual([]);
    expect(await store.waiting.waitersOf(String(targets[2]))).toHaveLength(10);
  });

  it('as version 0.1 stored them, all in one document, are split when somebody is added or when they are woken', async () => {
    for (const how of ['added', 'woken'] as const) {
      const store = open();
      const old = store.db.collection<{ _id: string; waiters: string[] }>('waiting');
      await old.insertOne({ _id: ACCOUNT, waiters: rowsFrom(1, 3_700) });
      if (how === 'added') {
        await add(store, rowsFrom(9_000, 1));
        const all = await documents(store.db);
        expect(Math.max(...all.map(({ waiters = [] }) => waiters.length))).toBeLessThanOrEqual(BUCKET);
        expect(all.find(({ _id }) => _id === ACCOUNT)?.waiters).toBeUndefined();
        expect(new Set(await store.waiting.waitersOf(ACCOUNT)).size).toBe(3_701);
      }
      await wake(store, [ACCOUNT]);
      expect(new Set(await queued(store)).size).toBe(how === 'added' ? 3_701 : 3_700);
      expect(await documents(store.db)).toEqual([]);
    }
  });

  it('as version 0.1 stored them stay while a worker of that version adds to them', async () => {
    const store = open();
    const old = store.db.collection<{ _id: string; waiters: string[] }>('waiting');
    await old.insertOne({ _id: ACCOUNT, waiters: rowsFrom(1, 10) });
    await add(store, rowsFrom(11, 1));
    await old.updateOne({ _id: ACCOUNT }, { $addToSet: { waiters: String(rowsFrom(12, 1)[0]) } }, { upsert: true });
    expect((await store.waiting.waitersOf(ACCOUNT)).sort()).toEqual(rowsFrom(1, 12));
  });
});

describe.each(Object.entries(STORES))('two attempts at once, of which one was taken for dead (%s)', (_name, open) => {
  it('lose nothing of what both add', async () => {
    const store = open();
    const rows = rowsFrom(1, 2_400);
    await Promise.all(
      Array.from({ length: 8 }, async (_, attempt) => {
        for (let at = 0; at < 600; at += 100)
          await add(store, rows.slice((attempt % 4) * 600 + at, (attempt % 4) * 600 + at + 100));
      }),
    );
    expect((await store.waiting.waitersOf(ACCOUNT)).sort()).toEqual(rows);
  });

  it('keep a row that was added after the bucket or the target was read', async () => {
    const store = open();
    const [first, second] = rowsFrom(1, 2) as [string, string];
    // Which row it is makes no difference: another one, or the same that was queued and had to wait again.
    for (const later of [first, second]) {
      await add(store, [first]);
      const [awaited] = await store.waiting.of([ACCOUNT]);
      if (!awaited) throw new Error('nobody waits');
      const buckets = [];
      for await (const bucket of store.waiting.all(awaited)) buckets.push(bucket);
      // The next attempt wakes the target itself; then there is something to wait for again.
      await wake(store, [ACCOUNT]);
      await add(store, [later]);
      for (const bucket of buckets) await store.waiting.remove(bucket);
      await store.waiting.end(awaited);
      expect(await store.waiting.waitersOf(ACCOUNT)).toEqual([later]);
      expect(await store.waiting.of([ACCOUNT])).toHaveLength(1);
      await wake(store, [ACCOUNT]);
    }
  });
});
