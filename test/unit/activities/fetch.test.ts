import type { Process } from '../../../cli/check/stage/stage';
import { unitId } from '../../../clients/mongo/staging';
import { circumstances } from '../../deaths/story';
import type { Memory } from '../../truth/memory/stage';
import { openWorld } from '../../truth/play';

jest.mock('@temporalio/activity', () => jest.requireActual('../../truth/memory/activity'));

const SCHEDULE = circumstances('persons', { adoption: 'create', pageRows: 2 });
const UNIT = unitId('lead', 1, 0);

let memory: Memory;
let one: Process;
let other: Process;

/** The import of leads has begun; two attempts to read its first page, in processes of their own. */
beforeEach(async () => {
  memory = (await openWorld(SCHEDULE)).memory;
  [one, other] = [await memory.open({}), await memory.open({})];
  await one.run('preflight');
  await one.run('beginImport', 'lead', 1, 'import');
});

/** An attempt that still sleeps at a test's end would keep the process alive. */
const sleepers: (() => void)[] = [];
afterEach(() => {
  for (const wake of sleepers.splice(0)) wake();
});

const read = (process: Process) => process.run('fetchPage', 'lead', 1, 0, 'import');
const apply = (process: Process) => process.run('applyUnit', 'lead', 1, 0, 'import');

/** The attempt is suspended before this call to the store. @returns what wakes it, and waits for its end */
async function suspended(
  process: Process,
  part: 'staging' | 'checkpoints',
  method: 'put' | 'move',
): Promise<() => Promise<unknown>> {
  const held = process.deps.store[part] as unknown as Record<string, (...given: unknown[]) => Promise<unknown>>;
  const call = held[method]?.bind(held);
  let wake: () => void = () => undefined;
  let fall: () => void = () => undefined;
  const asleep = new Promise<void>((resolve) => {
    fall = resolve;
  });
  const awake = new Promise<void>((resolve) => {
    wake = resolve;
    sleepers.push(resolve);
  });
  held[method] = async (...given) => {
    fall();
    await awake;
    return call?.(...given);
  };
  const attempt = read(process);
  await asleep;
  return () => {
    wake();
    return attempt;
  };
}

async function staged(): Promise<string[]> {
  const { staging } = one.deps.store;
  const found: string[] = [];
  for (const chunk of await staging.chunks(UNIT))
    for (const { leadid } of (await staging.get<{ leadid: string }>(UNIT, chunk)) ?? []) found.push(leadid);
  return found.map((id) => id.slice(-1)).sort();
}

const remove = async (number: number) => {
  const [row] = (await memory.rows('lead')).filter(({ leadid }) => String(leadid).endsWith(String(number)));
  await memory.editDynamics({ op: 'delete', table: 'lead', id: String(row?.leadid) });
};

describe('an attempt to read a page that was taken for dead and wakes up', () => {
  it('after its page was carried out leaves nothing behind', async () => {
    const wake = await suspended(one, 'staging', 'put');
    await read(other);
    await apply(other);
    await wake();
    expect(await staged()).toEqual([]);
  });

  it('replaces nothing of the page that counts: the next one begins where that ends', async () => {
    const wake = await suspended(one, 'staging', 'put');
    await remove(1);
    await read(other);
    expect(await staged()).toEqual(['2', '3']);
    await wake();
    expect(await staged()).toEqual(['2', '3']);
  });

  it('before another has moved the cursor is the one that counts', async () => {
    const wake = await suspended(one, 'staging', 'put');
    await remove(1);
    const finish = await suspended(other, 'checkpoints', 'move');
    await wake();
    await finish();
    expect(await staged()).toEqual(['1', '2']);
    expect(await one.deps.store.checkpoints.get('import/lead')).toMatchObject({ step: 1, value: { unit: 1 } });
  });
});

describe('an attempt that died after the cursor had moved, before anybody heard of it', () => {
  it('leaves its page to be carried out: the next one says so, until it is', async () => {
    await read(one);
    expect(await read(other)).toMatchObject({ kind: 'done', rows: 1, more: true });
    await apply(other);
    expect(await read(other)).toMatchObject({ kind: 'done', rows: 0, more: true });
  });

  it('though it was the last page', async () => {
    for (let unit = 0, more = true; more; unit += 1) {
      ({ more } = (await one.run('fetchPage', 'lead', 1, unit, 'import')) as unknown as { more: boolean });
      const again = await other.run('fetchPage', 'lead', 1, unit, 'import');
      expect(again).toMatchObject({
        rows: (await one.deps.store.staging.chunks(unitId('lead', 1, unit))).length,
        more,
      });
    }
    expect(await one.deps.store.staging.units('lead', 1)).toEqual([0, 1]);
  });

  it('with what others had staged of it: only its own is carried out', async () => {
    const wake = await suspended(one, 'checkpoints', 'move');
    await remove(1);
    const { staging } = other.deps.store;
    const only = staging.only.bind(staging);
    staging.only = async () => {
      throw new Error('died');
    };
    await expect(read(other)).rejects.toThrow('unexpected Error');
    staging.only = only;
    await read(other);
    expect(await staged()).toEqual(['2', '3']);
    await wake();
    expect(await staged()).toEqual(['2', '3']);
  });
});
