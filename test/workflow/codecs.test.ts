import { setTimeout as sleep } from 'node:timers/promises';
import type { Payload, PayloadCodec } from '@temporalio/common';
import { eventually } from './eventually';
import { FakeWorld } from './fake-world';
import { Harness, type Sync } from './harness';
import { json, payload, rawMessages } from './raw';

const ENCODING = 'binary/sealed';
const isSealed = ({ metadata }: Payload) => String(Buffer.from(metadata?.encoding ?? [])) === ENCODING;
const seal = ({ metadata, data }: Payload): Payload => {
  const encoding = Buffer.from(metadata?.encoding ?? []).toString('base64');
  const inner = { encoding, data: Buffer.from(data ?? []).toString('base64') };
  return payload(ENCODING, JSON.stringify(inner));
};
const textOf = ({ data }: Payload): string => Buffer.from(data ?? []).toString();
const open = (sealed: Payload): Payload => {
  if (!isSealed(sealed)) throw new Error('a value that must not be logged');
  const { encoding, data } = JSON.parse(textOf(sealed)) as Record<'encoding' | 'data', string>;
  return { metadata: { encoding: Buffer.from(encoding, 'base64') }, data: Buffer.from(data, 'base64') };
};
/** As strict as a codec can be: it throws over whatever it has not sealed. */
const SEALING: PayloadCodec = {
  encode: async (payloads) => payloads.map(seal),
  decode: async (payloads) => payloads.map(open),
};

const failedTasks = async (sync: Sync, workflowId = sync.id): Promise<number> => {
  const { events } = await sync.harness.client.getHandle(workflowId).fetchHistory();
  return (events ?? []).filter(({ workflowTaskFailedEventAttributes }) => workflowTaskFailedEventAttributes).length;
};

describe('payload codecs', () => {
  let harness: Harness;
  let send: ReturnType<typeof rawMessages>;
  beforeAll(async () => {
    harness = await Harness.open();
    send = rawMessages(harness);
  }, 60_000);
  afterEach(() => harness.clear());
  afterAll(() => harness.close());

  const LOOPING = [{ name: 'account' }, { name: 'contact' }];
  /** The status as it is on the wire, for the test's client has no codec. */
  const phaseOf = async (id: string): Promise<string> => {
    const { queryResult } = await send.query({ workflowId: id }, 'status', []);
    const [answer] = queryResult?.payloads ?? [];
    return answer ? textOf(isSealed(answer) ? open(answer) : answer) : '';
  };

  test('one that throws over a person’s message does not fail the task: the message is ignored', async () => {
    await harness.restartWorkers([SEALING]);
    const world = new FakeWorld(LOOPING);
    const id = harness.prepare(world);
    await send.start({ workflowId: id }, 'dynamicsMarketoSync', [json('{"plain":true}')], { note: json('"x"') });
    const sync = harness.follow(id, world);
    await sync.worldHas('looked', () => world.callsOf('lookDynamics').length > 0);
    for (const name of ['pause', 'whatever']) await send.signal({ workflowId: id }, name, [json('"contact"')]);
    await send.query({ workflowId: id }, 'status', [json('1')]);
    const looks = world.callsOf('lookDynamics').length;
    await sync.worldHas('it goes on', () => world.callsOf('lookDynamics').length > looks + 2);
    expect(await phaseOf(id)).not.toContain('"paused"}');
    await send.signal({ workflowId: id }, 'pause', [seal(json('"contact"'))]);
    await sleep(1_000);
    expect(await phaseOf(id)).toContain('"contact":{"phase":"paused"');
    expect(await failedTasks(sync)).toBe(0);
  });

  test('what a worker without the codec ignored stays ignored when one with it replays the run', async () => {
    await harness.restartWorkers();
    const world = new FakeWorld(LOOPING);
    const sync = await harness.start(world);
    await sync.phase('loop');
    await send.signal({ workflowId: sync.id }, 'pause', [seal(json('null'))]);
    const { cycles } = await sync.status();
    await sync.until('the loop goes on', (now) => now.cycles > cycles + 1);
    // It reads what is sealed and leaves the rest alone, as a codec does that was added later.
    const lenient: PayloadCodec = {
      encode: async (payloads) => payloads,
      decode: async (payloads) => payloads.map((one) => (isSealed(one) ? open(one) : one)),
    };
    await harness.restartWorkers([lenient]);
    const again = (await sync.status()).cycles;
    await sync.until('the loop still goes on', (now) => now.cycles > again + 1);
    expect(await failedTasks(sync)).toBe(0);
    await send.signal({ workflowId: sync.id }, 'pause', [seal(json('null'))]);
    await sync.until('now it is read', ({ paused }) => paused);
  });

  test('a result that a worker cannot decode fails the task until a worker can; nothing is made afresh', async () => {
    await harness.restartWorkers([SEALING]);
    const world = new FakeWorld([{ name: 'account', pages: 3 }]);
    const gate = world.gate('applyUnit/account');
    const id = harness.prepare(world);
    await send.start({ workflowId: id }, 'dynamicsMarketoSync', []);
    const sync = harness.follow(id, world);
    await gate.entered;
    const stopped = harness.restartWorkers();
    gate.release();
    await stopped;
    await sync.worldHas('two pages are written', () => world.callsOf('applyUnit')[1]?.endedAt !== undefined);
    // Its task goes back from the worker that has ended to any worker, after five seconds or more.
    await eventually(
      () => 'the task fails',
      async () => (await failedTasks(sync, `${id}/account`)) > 0,
      60,
    );
    expect(world.callsOf('applyUnit').filter(({ unit }) => unit === 2)).toHaveLength(0);
    await harness.restartWorkers([SEALING]);
    await sync.worldHas('the import is over', () => world.callsOf('finishImport').length === 1, 60);
    expect(new Set(world.callsOf('applyUnit').map(({ unit }) => unit))).toEqual(new Set([0, 1, 2]));
    expect(world.callsOf('preflight')).toHaveLength(1);
  });
});
