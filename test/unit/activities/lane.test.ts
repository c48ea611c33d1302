import type { Deps } from '../../../activities/deps';
import { Lane } from '../../../activities/lane';
import { SUPERSEDED } from '../../../activities/trouble';
import { Writer } from '../../../activities/writer';
import { ApiError } from '../../../clients/errors';
import { Health } from '../../../clients/health';
import type { InboxItem } from '../../../clients/mongo/inbox';
import { Sealer } from '../../../clients/mongo/sealer';
import { storeOn } from '../../../clients/mongo/store';
import type { Trouble } from '../../../model/set-aside';
import { MemoryDatabase } from '../../truth/memory/database';

jest.mock('node:timers/promises', () => ({ setTimeout: async () => undefined }));

const MINUTE_MS = 60_000;
const OPERATION = 'leads.sync';
const DOWN = new ApiError({ api: 'marketo', operation: OPERATION, kind: 'ambiguous' });

beforeEach(() => {
  jest.useFakeTimers({ now: Date.UTC(2026, 0, 5, 9), doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate'] });
});
afterEach(() => {
  jest.useRealTimers();
});

const pass = (ms: number) => jest.setSystemTime(Date.now() + ms);

const guid = (number: number) => `c0000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
const numberOf = ({ id }: InboxItem) => Number(id.slice(-12));

/** The contacts 1, 2, 3 … which failed together, a minute ago and with so many others. */
async function failedTogether(sizes: readonly number[]) {
  const store = storeOn(
    new MemoryDatabase().open(() => undefined),
    new Sealer(Buffer.alloc(32, 1)),
    async () => undefined,
  );
  const deps = { store, health: new Health() } as unknown as Deps;
  const since = new Date();
  const together = { api: 'marketo', operation: OPERATION, code: '611' } as const;
  const asides = sizes.map((size, index) => {
    const failures = size === 1 ? 1 : 0;
    const trouble: Trouble = { ...together, failures, size, first: since.getTime(), last: since.getTime() + index };
    const id = guid(index + 1);
    return { id, items: [{ id }], trouble, since, dueAt: since };
  });
  await store.asides.put('contact', 'dynamics', asides);
  pass(MINUTE_MS);
  return deps;
}

/** Works on what is due, as the activities do. @returns the rows of each part that was tried */
async function work(deps: Deps, attempt: (rows: number[], part: Writer) => void): Promise<number[][]> {
  const tried: number[][] = [];
  const lane = new Lane(deps, 'contact', 'dynamics', await Writer.open(deps, 'person'));
  const byKind = (items: InboxItem[]) => (items.length > 0 ? [{ items }] : []);
  await lane.workOnDue(100, byKind, (items) =>
    lane.work(items, lane.unit(items.length), async (some, part) => {
      tried.push(some.map(numberOf));
      attempt(some.map(numberOf), part);
    }),
  );
  return tried;
}

const dueIn = async ({ store }: Deps, numbers: readonly number[]): Promise<(number | undefined)[]> => {
  const found = await store.asides.get('contact', 'dynamics', numbers.map(guid));
  return numbers.map((number) => {
    const dueAt = found.get(guid(number))?.dueAt;
    return dueAt && dueAt.getTime() - Date.now();
  });
};

describe('while nobody knows whether the vendor is up', () => {
  const fails = () => {
    throw DOWN;
  };

  it('one part asks a minute; the first that fails sends the others to wait', async () => {
    const deps = await failedTogether([4, 4, 4, 4]);
    expect(await work(deps, fails)).toEqual([[1, 2]]);
    expect(await dueIn(deps, [3, 4])).toEqual([MINUTE_MS, MINUTE_MS]);
    pass(MINUTE_MS);
    expect(await work(deps, fails)).toEqual([[3, 4]]);
  });

  it('each is of other rows than the last one, and half as large', async () => {
    const deps = await failedTogether(Array.from({ length: 8 }, () => 8));
    const probes: number[][] = [];
    for (let minute = 0; minute < 6; minute += 1) {
      probes.push(...(await work(deps, fails)));
      pass(MINUTE_MS);
    }
    expect(probes.map(({ length }) => length)).toEqual([4, 4, 2, 2, 2, 2]);
    const [first, second, ...quarters] = probes;
    for (const half of [[...(first ?? []), ...(second ?? [])], quarters.flat()])
      expect([...half].sort()).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('a part whose rows only have to wait says nothing: the next one is tried', async () => {
    const deps = await failedTogether([2, 2, 2]);
    const until = Date.now() + 5 * MINUTE_MS;
    const tried = await work(deps, ([row], part) => {
      if (row === 1) part.troubles.push({ row: `contact:${guid(1)}`, waitUntil: until });
      if (row === 2) throw DOWN;
    });
    expect(tried).toEqual([[1], [2]]);
    expect(await dueIn(deps, [1, 3])).toEqual([5 * MINUTE_MS, MINUTE_MS]);
  });

  it('all go one after the other as long as they get through, and are forgotten', async () => {
    const deps = await failedTogether([2, 2, 2]);
    expect(await work(deps, () => undefined)).toEqual([[1], [2], [3]]);
    expect((await deps.store.asides.counts()).get('contact')).toBeUndefined();
  });
});

it('once the operation has worked for others, parts are eighths and one that fails stops none', async () => {
  const deps = await failedTogether(Array.from({ length: 16 }, () => 16));
  deps.health.succeeded('marketo', OPERATION, 1);
  const tried = await work(deps, (rows) => {
    if (rows.includes(5)) throw DOWN;
  });
  expect(tried.map(({ length }) => length)).toEqual(Array.from({ length: 8 }, () => 2));
  expect(await dueIn(deps, [4, 5, 6])).toEqual([undefined, 0, 0]);
});

describe('a row that fails alone', () => {
  const alone = async (deps: Deps) => {
    const trouble: Trouble = {
      ...{ api: 'marketo', operation: OPERATION, code: '611' },
      ...{ size: 1, failures: 3, first: Date.now() - 10 * MINUTE_MS, last: Date.now() - 1 },
    };
    await deps.store.asides.put('contact', 'dynamics', [
      { id: guid(9), items: [{ id: guid(9) }], trouble, since: new Date(), dueAt: new Date() },
    ]);
  };
  const failsAtNine = (rows: number[]) => {
    if (rows.includes(9)) throw DOWN;
  };

  it('takes no other row’s turn while nobody knows whether the vendor is up', async () => {
    const deps = await failedTogether([2, 2]);
    await alone(deps);
    expect(await work(deps, failsAtNine)).toEqual([[1], [2], [9]]);
  });

  it('is tried beside the others where the operation has worked since it failed first', async () => {
    const deps = await failedTogether([]);
    await alone(deps);
    deps.health.succeeded('marketo', OPERATION, 1);
    expect(await work(deps, failsAtNine)).toEqual([[9]]);
  });
});

it('what failed is set aside though another part of the work cannot be tried', async () => {
  const deps = await failedTogether([]);
  const lane = new Lane(deps, 'contact', 'dynamics', await Writer.open(deps, 'person'));
  const refused = new ApiError({ api: 'dynamics', operation: 'rows.read', kind: 'refused', status: 400 });
  const outage = new ApiError({ api: 'marketo', operation: OPERATION, kind: 'transient', code: 'OUTAGE' });
  const work = lane.work(
    [1, 2].map((number) => ({ id: guid(number) })),
    lane.unit(2),
    async (some) => {
      if (some.length > 1) throw refused;
      throw some[0]?.id === guid(1) ? DOWN : outage;
    },
  );
  await expect(work).rejects.toBe(outage);
  expect(await dueIn(deps, [1, 2])).toEqual([30_000, undefined]);
});

it('rows of which one has failed at the minute’s call, so that the others were not sent, have failed together', async () => {
  const deps = await failedTogether([]);
  const lane = new Lane(deps, 'contact', 'dynamics', await Writer.open(deps, 'person'));
  const outage = new ApiError({ api: 'marketo', operation: OPERATION, kind: 'transient', code: 'OUTAGE' });
  await lane.work(
    [1, 2, 3].map((number) => ({ id: guid(number) })),
    lane.unit(3),
    async (_some, part) => {
      part.troubles.push({ row: `contact:${guid(1)}`, failed: { error: DOWN, size: 1 } });
      throw outage;
    },
  );
  const found = await deps.store.asides.get('contact', 'dynamics', [1, 2, 3].map(guid));
  expect([...found.values()].map(({ trouble }) => trouble.size)).toEqual([3, 3, 3]);
});

describe('an attempt that was taken for dead and wakes up', () => {
  it('neither forgets what is set aside nor changes it: the next one may have set it aside again', async () => {
    const deps = await failedTogether([1, 1]);
    for (const fails of [false, true]) {
      const zombie = await Writer.open(deps, 'person');
      await Writer.open(deps, 'person');
      const lane = new Lane(deps, 'contact', 'dynamics', zombie);
      const byKind = (items: InboxItem[]) => [{ items }];
      const before = await deps.store.asides.get('contact', 'dynamics', [1, 2].map(guid));
      const work = lane.workOnDue(100, byKind, (items) =>
        lane.work(items, lane.unit(items.length), async () => {
          if (fails) throw DOWN;
        }),
      );
      await expect(work).rejects.toMatchObject({ code: SUPERSEDED });
      expect(await deps.store.asides.get('contact', 'dynamics', [1, 2].map(guid))).toEqual(before);
    }
  });

  it('nor forgets what has come up for a parked row', async () => {
    const deps = await failedTogether([1]);
    const [aside] = (await deps.store.asides.get('contact', 'dynamics', [guid(1)])).values();
    if (aside) await deps.store.asides.put('contact', 'dynamics', [{ ...aside, parked: 'keeps-failing' }]);
    const zombie = await Writer.open(deps, 'person');
    await Writer.open(deps, 'person');
    const lane = new Lane(deps, 'contact', 'dynamics', zombie);
    const items = await lane.join([{ id: guid(1) }]);
    await expect(lane.work(items, lane.unit(1), async () => undefined)).rejects.toMatchObject({ code: SUPERSEDED });
    expect((await deps.store.asides.get('contact', 'dynamics', [guid(1)])).size).toBe(1);
  });
});

it('rows at which nothing has failed, as they were in a call without an answer, are tried together', async () => {
  const deps = await failedTogether([1]);
  const only: Trouble = {
    api: 'marketo',
    operation: 'write',
    code: 'unanswered',
    size: 1,
    failures: 0,
    first: 0,
    last: 0,
  };
  const waiting = [11, 12, 13, 14, 15].map((number) => {
    const id = guid(number);
    return { id, items: [{ id }], trouble: only, since: new Date(), dueAt: new Date() };
  });
  await deps.store.asides.put('contact', 'dynamics', waiting);
  const tried = await work(deps, () => undefined);
  expect(tried).toHaveLength(2);
  expect(tried).toEqual(expect.arrayContaining([[1], [11, 12, 13, 14, 15]]));
});
