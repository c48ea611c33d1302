import type { Deps } from '../../../activities/deps';
import { keepHints } from '../../../activities/hints';
import { wake } from '../../../activities/references';
import { retryUnexpected } from '../../../activities/unexpected-rows';
import type { Feed } from '../../../clients/mongo/inbox';
import { Sealer } from '../../../clients/mongo/sealer';
import { type Store, storeOn } from '../../../clients/mongo/store';
import { MemoryDatabase } from '../../truth/memory/database';

const ROWS = 700;
const id = (number: number) => `c0000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
const some = Array.from({ length: ROWS }, (_, number) => number);
const contact = (number: number) => `contact:${id(number)}`;
const account = (number: number) => `account:${id(number)}`;
const trouble = {
  api: 'dynamics',
  operation: 'rows',
  code: 'unexpected',
  size: 1,
  failures: 1,
  first: 1,
  last: 1,
} as const;

describe('pages of an inbox are worked on one by one, so what is queued together is in as few as it fits', () => {
  let store: Store;
  beforeEach(() => {
    store = storeOn(
      new MemoryDatabase().open(() => undefined),
      new Sealer(Buffer.alloc(32, 1)),
      async () => undefined,
    );
  });
  const pages = async (feed: Feed): Promise<string[][]> =>
    (await store.inbox.take('contact', feed, ROWS)).map(({ items }) => items.map((item) => item.id));
  const expectFew = (found: readonly string[][]) => {
    expect(found.map(({ length }) => length)).toEqual([300, 300, 100]);
    expect(new Set(found.flat())).toEqual(new Set(some.map(id)));
  };

  it('hints about people who had no owner', async () => {
    await store.people.claim(
      some.map((number) => ({ marketoId: number + 1, owner: contact(number) })),
      1,
    );
    await keepHints(
      { store },
      some.map((number) => ({ marketoId: number + 1 })),
    );
    expectFew(await pages('marketo'));
  });

  it('rows that waited for one row each, or for the same two', async () => {
    await store.waiting.add(some.map((number) => ({ waiter: contact(number), target: account(number) })));
    await store.waiting.add(some.map((number) => ({ waiter: contact(number), target: account(ROWS) })));
    await wake(store, [...some.map(account), account(ROWS)]);
    const found = await pages('dynamics');
    // Each as often as it waited: a page that brings a row twice is as good as one that brings it once.
    expect(new Set(found.flat())).toEqual(new Set(some.map(id)));
    expect(found.length).toBeLessThanOrEqual(6);
    expect(await store.waiting.of([...some.map(account), account(ROWS)])).toEqual([]);
  });

  it('rows that another version of the service retries', async () => {
    await store.asides.put(
      'contact',
      'dynamics',
      some.map((number) => ({
        id: id(number),
        items: [{ id: id(number) }],
        trouble,
        since: new Date(),
        parked: 'unexpected' as const,
      })),
    );
    expect(await retryUnexpected({ store } as Deps)).toBe(ROWS);
    expectFew(await pages('dynamics'));
  });
});
