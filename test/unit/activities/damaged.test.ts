import { readAgain } from '../../../activities/damaged';
import type { Deps } from '../../../activities/deps';
import type { BoundEntity } from '../../../activities/schema';
import type { Feed, InboxItem } from '../../../clients/mongo/inbox';
import { Sealer } from '../../../clients/mongo/sealer';
import { type Store, storeOn } from '../../../clients/mongo/store';
import { MemoryDatabase } from '../../truth/memory/database';

const ROW = 'c0000000-0000-4000-8000-000000000001';

/** What is left behind is not what was written. */
class Worn extends Sealer {
  override seal(value: unknown): Buffer {
    const sealed = super.seal(value);
    if (Array.isArray(value)) sealed.writeUInt8(sealed.readUInt8(sealed.length - 1) ^ 1, sealed.length - 1);
    return sealed;
  }
}

const bound = { entity: { name: 'contact' }, set: 'contacts', primaryId: 'contactid' } as BoundEntity;

/** @param since when what it holds was told */
async function damagedPage(feed: Feed, items: readonly InboxItem[], since = new Date()): Promise<Store> {
  const store = storeOn(
    new MemoryDatabase().open(() => undefined),
    new Worn(Buffer.alloc(32, 1)),
    async () => undefined,
  );
  await store.inbox.add('contact', feed, items, since);
  await store.checkpoints.pin('marketo/leadchanges', 0, { token: 'before' });
  const deps = {
    store,
    schema: { has: () => false, table: async () => ({ columns: { modifiedon: {} } }) },
    dynamics: { readPage: async () => ({ rows: [] }) },
    marketo: { pagingToken: async () => 'token' },
  } as unknown as Deps;
  const [page] = await store.inbox.take('contact', feed, 1);
  if (!page?.damaged) throw new Error('the page is not damaged');
  await readAgain(deps, bound, feed, page);
  return store;
}

const filters = async ({ requests }: Store) =>
  (await requests.open('contact')).map(({ request }) => (request as { filter?: string }).filter ?? 'all rows');

it('what the feed had brought is read again from then on', async () => {
  const row = { contactid: ROW, versionnumber: 7 };
  expect(
    await filters(
      await damagedPage('dynamics', [
        { id: ROW, row },
        { id: ROW, deleted: true },
      ]),
    ),
  ).toEqual([expect.stringMatching(/^modifiedon ge 20\d\d-/)]);
});

it('where rows were woken or asked for, which nothing else remembers, all are read', async () => {
  const row = { contactid: ROW, versionnumber: 7 };
  const store = await damagedPage('dynamics', [
    { id: ROW, row },
    { id: ROW, resync: true },
  ]);
  expect(await filters(store)).toEqual(['all rows']);
});

it('pushes and decisions of such a page have to be given again, and the digest says how many', async () => {
  const store = await damagedPage('marketo', [
    { id: '1001', push: { as: 'contact' } },
    { id: ROW, decide: [{ conflict: 'x', take: 'marketo' }] },
    { id: ROW, person: 7 },
  ]);
  const told: string[] = [];
  for await (const { message } of store.failures.between(new Date(0), new Date(Date.now() + 86_400_000)))
    told.push(String(message));
  expect(told).toEqual([expect.stringMatching(/2 pushes or decisions in it have to be given again/)]);
});

describe('a page of what Marketo had told', () => {
  const hint = [{ id: ROW, person: 7 }];
  const tokenOf = async ({ checkpoints }: Store) =>
    (await checkpoints.get<{ token: string }>('marketo/leadchanges'))?.value?.token;

  it('has the feeds read again from then on', async () => {
    const store = await damagedPage('marketo', hint);
    expect([await tokenOf(store), await filters(store)]).toEqual(['token', []]);
  });

  it('has both sides of all rows read, where that is longer ago than Marketo keeps what it tells', async () => {
    const store = await damagedPage('marketo', hint, new Date(Date.now() - 90 * 86_400_000));
    expect([await tokenOf(store), await filters(store)]).toEqual(['token', ['all rows']]);
  });
});
