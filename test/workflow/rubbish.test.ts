import { QUEUES } from '../../model/queues';
import { FakeWorld } from './fake-world';
import { Harness, logged, type Sync } from './harness';
import { json, payload, RUBBISH, rawMessages } from './raw';

/** As a run would hand it on, of an entity that there is not. */
const STATE = {
  ...{ v: 1, phase: 'loop', looping: true, paused: true, imported: ['foo'], generation: { foo: 7, account: 7 } },
  entities: [{ name: 'foo', lane: 'x', wave: 0, everySeconds: 1, untracked: false, person: false }],
};
const LONG_IMPORT = [{ name: 'account', pages: 3 }];

/** So long a workflow task that fails would be tried again and again. */
const WITHIN_S = 25;

const told = (text: string): number => logged.filter(({ message }) => message.startsWith(text)).length;

describe('rubbish', () => {
  let harness: Harness;
  let send: ReturnType<typeof rawMessages>;
  beforeAll(async () => {
    harness = await Harness.open();
    send = rawMessages(harness);
  }, 60_000);
  afterEach(() => harness.clear());
  afterAll(() => harness.close());

  const looping = async (): Promise<Sync> => {
    const sync = await harness.start(new FakeWorld([{ name: 'account' }, { name: 'contact' }]));
    await sync.phase('loop');
    return sync;
  };
  const goesOn = async (sync: Sync): Promise<void> => {
    const { cycles } = await sync.status();
    const status = await sync.until('the loop goes on', (now) => now.cycles > cycles, WITHIN_S);
    expect(status).toMatchObject({ phase: 'loop', paused: false });
    expect(Object.values(status.entities).map(({ phase }) => phase)).toEqual(['loop', 'loop']);
  };

  test.each(RUBBISH)('in any signal to the parent is ignored and logged: %s', async (_what, payloads) => {
    const sync = await looping();
    const before = told('signal ignored');
    const names = ['pause', 'resume', 'resync', 'push', 'whatever'];
    for (const name of names) await send.signal({ workflowId: sync.id }, name, payloads);
    await sync.until('logged', () => told('signal ignored') >= before + names.length, WITHIN_S);
    await goesOn(sync);
    await sync.signal('pause', 'contact');
    await sync.until('what makes sense is heard', ({ entities }) => entities.contact?.phase === 'paused');
  });

  test.each(['__temporal_x', '__stack_trace', '__enhanced_stack_trace', 'x'.repeat(1_000)])(
    'in the name of a signal: %s',
    async (name) => {
      const sync = await looping();
      for (const payloads of [[], [payload('json/protobuf', 'x')]])
        await send.signal({ workflowId: sync.id }, name, payloads);
      await goesOn(sync);
    },
  );

  test('in an argument that no handler takes: the first one counts', async () => {
    const sync = await looping();
    await send.signal({ workflowId: sync.id }, 'pause', [json('"contact"'), payload('json/protobuf', 'x')]);
    await sync.until('paused', ({ entities }) => entities.contact?.phase === 'paused');
    expect(await sync.status()).toMatchObject({ paused: false });
  });

  test.each(RUBBISH)('in a query or an update is of no consequence: %s', async (_what, payloads) => {
    const sync = await looping();
    const answer = await send.query({ workflowId: sync.id }, 'status', payloads);
    expect(String(answer.queryResult?.payloads?.[0]?.data)).toContain('"phase":"loop"');
    await expect(send.query({ workflowId: sync.id }, 'whatever', payloads)).rejects.toThrow('did not register');
    const refused = await send.update({ workflowId: sync.id }, 'pause', payloads);
    expect(refused.outcome?.failure?.message).toContain('No registered handler for update: pause');
    await goesOn(sync);
  });

  test.each(RUBBISH)('in any signal to a child is ignored and logged: %s', async (_what, payloads) => {
    const world = new FakeWorld(LONG_IMPORT);
    const gate = world.gate('applyUnit/account');
    const sync = await harness.start(world);
    await gate.entered;
    const child = { workflowId: `${sync.id}/account` };
    for (const name of ['pause', 'resume', 'whatever', '__temporal_x']) await send.signal(child, name, payloads);
    gate.release();
    await sync.phase('loop', WITHIN_S);
    expect(world.callsOf('applyUnit').map(({ unit }) => unit)).toEqual([0, 1, 2]);
  });

  test.each([
    ...RUBBISH,
    ['a state that is none', [json('{"v":1,"entities":"contact","holds":[],"paused":"yes"}')]] as const,
    ['half a state', [json('{"v":1,"phase":"loop","paused":true,"imported":["account"]}')]] as const,
    ['a state of another version', [json('{"v":2}')]] as const,
    ['a whole state', [json(JSON.stringify(STATE))]] as const,
    ['a state that is paused, before its preflight', [json('{"v":1,"paused":true}')]] as const,
  ])('as the input of a start begins an ordinary sync: %s', async (_what, payloads) => {
    const world = new FakeWorld(LONG_IMPORT);
    const id = harness.prepare(world);
    await send.start({ workflowId: id }, 'dynamicsMarketoSync', payloads);
    const sync = harness.follow(id, world);
    await sync.phase('loop', WITHIN_S);
    expect(world.callsOf('applyUnit')).toHaveLength(3);
    expect(await sync.status()).toMatchObject({ paused: false });
    expect(world.callsOf('preflight')).toHaveLength(1);
    expect(world.callsOf('beginImport')).toMatchObject([{ of: 'account', generation: 1 }]);
  });

  test('as the input of a start is not what a run carries when a cron schedule begins the next one', async () => {
    const world = new FakeWorld(LONG_IMPORT);
    const id = harness.prepare(world);
    const cron = { taskQueue: QUEUES.sync, workflowId: id, args: [STATE], cronSchedule: '@every 1s' };
    // Ended in the middle of its import: the next run has this one before it, and its input.
    const gate = world.gate('applyUnit/account');
    await harness.client.start('dynamicsMarketoSync', { ...cron, workflowRunTimeout: '3 seconds' });
    await gate.entered;
    const { runId } = await harness.client.getHandle(id).describe();
    gate.release();
    const sync = harness.follow(id, world);
    await sync.worldHas('its preflight', () => world.callsOf('preflight').length >= 2);
    expect((await sync.handle.describe()).runId).not.toBe(runId);
    expect(await sync.status()).toMatchObject({ paused: false });
  });

  test('as the memo of a start begins an ordinary sync', async () => {
    const world = new FakeWorld(LONG_IMPORT);
    const id = harness.prepare(world);
    await send.start({ workflowId: id }, 'dynamicsMarketoSync', [], { note: payload('json/protobuf', 'x') });
    await harness.follow(id, world).phase('loop', WITHIN_S);
  });

  test.each(['initialImport', 'incrementalSync'])(
    'as the input of a %s that a person starts ends it, and stands in nobody’s way',
    async (type) => {
      const world = new FakeWorld(LONG_IMPORT);
      const id = harness.prepare(world);
      for (const [, payloads] of [
        ...RUBBISH.slice(0, 6),
        ['no input', []] as const,
        ['a number', [json('7')]] as const,
        ['what the sync itself sends', [json('{"entity":"account","generation":7,"mode":"import"}')]] as const,
      ]) {
        await send.start({ workflowId: `${id}/account` }, type, payloads);
        expect(await harness.client.getHandle(`${id}/account`).result()).toMatchObject({ kind: 'stopped' });
      }
      await send.start({ workflowId: id }, 'dynamicsMarketoSync', []);
      await harness.follow(id, world).phase('loop', WITHIN_S);
    },
  );
});
