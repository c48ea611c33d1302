import { setTimeout } from 'node:timers/promises';
import { type Failed, type Refusal, type Sending, sendEach } from '../../../activities/send';
import { ApiError, type ErrorKind } from '../../../clients/errors';
import { Health } from '../../../clients/health';

jest.mock('node:timers/promises', () => ({ setTimeout: jest.fn(async () => undefined) }));
afterEach(() => {
  jest.mocked(setTimeout).mockClear();
});

const OPERATION = 'leads.sync';

interface Item {
  id: number;
  values: Record<string, string>;
  refusal?: Refusal;
  failed?: Failed;
}

const items = (count: number, values: Record<string, string> = {}): Item[] =>
  Array.from({ length: count }, (_, index) => ({ id: index + 1, values: { ...values } }));

const error = (kind: ErrorKind, code?: string) =>
  new ApiError({ api: 'marketo', operation: OPERATION, kind, ...(code !== undefined && { code }) });

/** A vendor that answers a call, or throws; notes the ids in each call. */
function vendor(answer: (batch: Item[], call: number) => void, more: Partial<Sending<Item>> = {}) {
  const calls: number[][] = [];
  const sending: Sending<Item> = {
    api: 'marketo',
    operation: OPERATION,
    most: 300,
    call: async (batch) => {
      for (const item of batch) delete item.refusal;
      calls.push(batch.map(({ id }) => id));
      answer(batch, calls.length);
    },
    refusalOf: ({ refusal }) => refusal,
    refuse: (item, code) => {
      item.refusal = { code };
    },
    fail: (item, failed) => {
      item.failed = failed;
    },
    failedOf: ({ failed }) => failed,
    leaveOut: ({ values }, { field }) => delete values[field],
    ...more,
  };
  return { calls, sending };
}

const has = (batch: readonly Item[], id: number): boolean => batch.some((item) => item.id === id);
const refused = (all: readonly Item[]) => all.flatMap(({ id, refusal }) => (refusal ? [[id, refusal.code]] : []));
const failed = (all: readonly Item[]) => all.flatMap(({ id, failed: one }) => (one ? [[id, one.size]] : []));

let health: Health;
beforeEach(() => {
  health = new Health();
});

describe('what is refused', () => {
  it('by name is left out, and only that record is sent again', async () => {
    const all = items(3, { title: 'x', city: 'y' });
    const { calls, sending } = vendor((batch) => {
      for (const item of batch) if (item.id === 2 && item.values.city) item.refusal = { code: '1003', field: 'city' };
    });
    await sendEach(health, all, sending);
    expect(calls).toEqual([[1, 2, 3], [2]]);
    expect(all.map(({ values }) => Object.keys(values))).toEqual([['title', 'city'], ['title'], ['title', 'city']]);
    expect(refused(all)).toEqual([]);
  });

  it('field after field, or with nothing left, is given up', async () => {
    const fields = Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`f${index}`, 'x']));
    const [all, none] = [items(1, fields), items(1)];
    const names = vendor(([item]) => {
      if (item) item.refusal = { code: '1003', field: String(Object.keys(item.values)[0]) };
    });
    await sendEach(health, all, names.sending);
    expect(names.calls).toHaveLength(6);
    expect(refused(all)).toEqual([[1, '1003']]);
    const rest = vendor(
      ([item]) => {
        if (item) item.refusal = { code: '1003', field: 'gone' };
      },
      { leaveOut: () => false },
    );
    await sendEach(health, none, rest.sending);
    expect(rest.calls).toEqual([[1]]);
  });

  it('with the whole call is split down to the one record, which is asked about once more; the others are taken', async () => {
    const all = items(8);
    const { calls, sending } = vendor((batch) => {
      if (has(batch, 6)) throw error('refused', '609');
    });
    await sendEach(health, all, sending);
    expect(calls).toEqual([[1, 2, 3, 4, 5, 6, 7, 8], [1, 2, 3, 4], [5, 6, 7, 8], [5, 6], [5], [6], [6], [7, 8]]);
    expect(refused(all)).toEqual([[6, '609']]);
    expect(failed(all)).toEqual([]);
  });

  it('alone only once is taken', async () => {
    const all = items(1);
    const { sending } = vendor((_batch, call) => {
      if (call === 1) throw error('refused', '609');
    });
    await sendEach(health, all, sending);
    expect(refused(all)).toEqual([]);
  });
});

describe('a call that fails', () => {
  it('is made once more after a while, where nothing came of it', async () => {
    const all = items(4);
    const { calls, sending } = vendor((_batch, call) => {
      if (call === 1) throw error('transient', '611');
    });
    await sendEach(health, all, sending);
    expect(calls).toEqual([
      [1, 2, 3, 4],
      [1, 2, 3, 4],
    ]);
    expect(jest.mocked(setTimeout).mock.calls).toEqual([[2_000]]);
    expect(failed(all)).toEqual([]);
  });

  it('twice is not split: its records fail with its size, the next ones are half as many, and other calls are made', async () => {
    const all = items(8);
    const { calls, sending } = vendor(
      (batch) => {
        if (has(batch, 2)) throw error('transient', '611');
      },
      { most: 4 },
    );
    await sendEach(health, all, sending);
    expect(calls).toEqual([
      [1, 2, 3, 4],
      [1, 2, 3, 4],
      [5, 6, 7, 8],
    ]);
    expect(failed(all)).toEqual([1, 2, 3, 4].map((id) => [id, 4]));
    expect(health.most('marketo', OPERATION, 4)).toBe(2);
    expect(health.succeededAt('marketo', OPERATION)).toBeGreaterThan(0);
  });

  it('without an answer is not made again at once, as it may have been carried out', async () => {
    const all = items(2);
    const { calls, sending } = vendor(() => {
      throw error('ambiguous');
    });
    await sendEach(health, all, sending);
    expect(calls).toEqual([[1, 2]]);
    expect(failed(all)).toEqual([
      [1, 2],
      [2, 2],
    ]);
    expect(health.succeededAt('marketo', OPERATION)).toBe(0);
  });

  it('for a reason of no record, at first or when it is made again, is thrown', async () => {
    for (const kinds of [['authority'], ['transient', 'quota'], ['refused', 'configuration']] as ErrorKind[][]) {
      const all = items(1);
      const { sending } = vendor((_batch, call) => {
        throw error(kinds[call - 1] as ErrorKind);
      });
      await expect(sendEach(health, all, sending)).rejects.toMatchObject({ kind: kinds.at(-1) });
      expect(failed(all)).toEqual([]);
    }
  });
});

describe('while the operation is down, so that one call a minute is let through', () => {
  /** Down from the start; the one call that it lets through fails, if it is about a record that is poisoned. */
  const down = (poisoned: readonly number[], most: number) => {
    let wasCalled = false;
    return vendor(
      (batch) => {
        if (wasCalled) throw error('transient', 'OUTAGE');
        wasCalled = true;
        if (poisoned.some((id) => has(batch, id))) throw error('ambiguous');
        wasCalled = false;
      },
      { most },
    );
  };

  it('and that call fails: the records that were not sent have failed with it, together', async () => {
    const all = items(4);
    const { calls, sending } = down([1], 1);
    await sendEach(health, all, sending);
    expect(calls).toEqual([[1], [2]]);
    expect(failed(all)).toEqual([
      [1, 1],
      [2, 4],
      [3, 4],
      [4, 4],
    ]);
  });

  it('and what was answered before it went down stays so', async () => {
    const all = items(4);
    let calls = 0;
    const { sending } = vendor(
      () => {
        calls += 1;
        if (calls === 2) throw error('ambiguous');
        if (calls > 2) throw error('transient', 'OUTAGE');
      },
      { most: 1 },
    );
    await sendEach(health, all, sending);
    expect(failed(all)).toEqual([
      [2, 1],
      [3, 4],
      [4, 4],
    ]);
  });

  it('and another one has made that call: that is thrown, as nothing was tried', async () => {
    const all = items(4);
    const { sending } = vendor(() => {
      throw error('transient', 'OUTAGE');
    });
    await expect(sendEach(health, all, sending)).rejects.toMatchObject({ code: 'OUTAGE' });
    expect(failed(all)).toEqual([]);
  });
});

it('a record that failed within a call that was answered is not sent again, though a field was refused', async () => {
  const all = items(2, { title: 'x' });
  const { calls, sending } = vendor((batch) => {
    for (const item of batch) item.refusal = { code: '1003', field: 'title' };
    if (batch[0]) batch[0].failed = { error: error('transient'), size: 1 };
  });
  await sendEach(health, all.slice(0, 1), sending);
  expect(calls).toEqual([[1]]);
});

it('a call holds as many records as it may, and no more bytes than the vendor takes', async () => {
  const { calls, sending } = vendor(() => undefined, { most: 3, bytesOf: ({ id }) => (id > 4 ? 500_000 : 1) });
  await sendEach(health, items(7), sending);
  expect(calls).toEqual([[1, 2, 3], [4, 5], [6], [7]]);
});
