import { inTurn, KeptByKey, kept, shared, Turns } from '../../../clients/keep';

/** Fails the first time, then counts. */
const failingFirst = () => {
  let calls = 0;
  return async () => {
    calls += 1;
    if (calls === 1) throw new Error('the first call fails');
    return calls;
  };
};

describe('kept', () => {
  it('makes the value once, and shares it while it is being made', async () => {
    let calls = 0;
    const get = kept(async () => {
      calls += 1;
      return calls;
    });
    expect(await Promise.all([get(), get()])).toEqual([1, 1]);
    expect(await get()).toBe(1);
    get.forget();
    expect(await get()).toBe(2);
  });

  it('keeps no rejection', async () => {
    const get = kept(failingFirst());
    const [one, other] = await Promise.allSettled([get(), get()]);
    expect([one?.status, other?.status]).toEqual(['rejected', 'rejected']);
    expect(await get()).toBe(2);
    expect(await get()).toBe(2);
  });

  it('takes what is thrown before the first await for a rejection', async () => {
    let calls = 0;
    const get = kept((): Promise<number> => {
      calls += 1;
      if (calls === 1) throw new Error('thrown, not rejected');
      return Promise.resolve(calls);
    });
    await expect(get()).rejects.toThrow('thrown');
    expect(await get()).toBe(2);
  });

  it('a value that was forgotten while it was being made does not come back, nor does its failure drop the next', async () => {
    const fail: (() => void)[] = [];
    let calls = 0;
    const get = kept(async () => {
      calls += 1;
      const mine = calls;
      if (mine === 1) await new Promise<void>((_, reject) => fail.push(() => reject(new Error('late'))));
      return mine;
    });
    const first = get();
    get.forget();
    expect(await get()).toBe(2);
    fail[0]?.();
    await expect(first).rejects.toThrow('late');
    expect(await get()).toBe(2);
  });
});

test('shared: calls at the same time get one answer, later calls another; a rejection is not kept', async () => {
  const get = shared(failingFirst());
  const both = await Promise.allSettled([get(), get()]);
  expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(await Promise.all([get(), get()])).toEqual([2, 2]);
  expect(await get()).toBe(3);
});

test('by key: the rejection of one is not kept, and is nothing to the others', async () => {
  let calls = 0;
  const values = new KeptByKey(async (key: string) => {
    calls += 1;
    if (calls === 1) throw new Error('the first call fails');
    return `${key}${calls}`;
  });
  await expect(values.get('a')).rejects.toThrow('first');
  expect(await values.get('b')).toBe('b2');
  expect(await values.get('a')).toBe('a3');
  values.forget('a');
  expect(await values.get('a')).toBe('a4');
  expect(await values.get('b')).toBe('b2');
});

test('in turn: one at a time, in order, and a task that fails holds up none behind it', async () => {
  const turn = inTurn();
  const seen: string[] = [];
  const task =
    (name: string, fails = false) =>
    async () => {
      seen.push(`${name} begins`);
      await new Promise((resolve) => setImmediate(resolve));
      if (fails) throw new Error(name);
      seen.push(`${name} ends`);
      return name;
    };
  const all = await Promise.allSettled([turn(task('a', true)), turn(task('b')), turn(task('c'))]);
  expect(all.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled']);
  expect(seen).toEqual(['a begins', 'b begins', 'b ends', 'c begins', 'c ends']);
});

describe('turns', () => {
  it('work on the same key is done one after the other, and is told that what was read before is old', async () => {
    const turns = new Turns();
    const since = turns.now();
    const order: string[] = [];
    const work = (name: string) => async (isOld: boolean) => {
      order.push(`${name} begins${isOld ? ', old' : ''}`);
      await new Promise((resolve) => setImmediate(resolve));
      order.push(`${name} ends`);
    };
    await Promise.all([turns.take(['a', 'b'], since, work('1')), turns.take(['b'], since, work('2'))]);
    expect(order).toEqual(['1 begins', '1 ends', '2 begins, old', '2 ends']);
  });

  it('also where the other work began and ended before the turn came, be it that it failed', async () => {
    const turns = new Turns();
    const since = turns.now();
    await expect(turns.take(['a'], turns.now(), () => Promise.reject(new Error('lost')))).rejects.toThrow('lost');
    expect(await turns.take(['a', 'b'], since, async (isOld) => isOld)).toBe(true);
    expect(await turns.take(['c'], since, async (isOld) => isOld)).toBe(false);
    expect(await turns.take(['a'], turns.now(), async (isOld) => isOld)).toBe(false);
  });
});
