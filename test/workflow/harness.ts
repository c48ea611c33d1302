import { randomUUID } from 'node:crypto';
import { Context } from '@temporalio/activity';
import type { WorkflowHandle } from '@temporalio/client';
import type { PayloadCodec } from '@temporalio/common';
import { QUEUES } from '../../model/queues';
import type { Status } from '../../workflows/status';
import { TemporalNamespace } from '../support/temporal-namespace';
import { eventually } from './eventually';
import { createFakeActivities } from './fake-activities';
import type { FakeWorld } from './fake-world';

export { installLogger, logged, workflowBundle } from '../support/temporal-namespace';

/** One sync under test. */
export class Sync {
  constructor(
    readonly id: string,
    readonly world: FakeWorld,
    readonly handle: WorkflowHandle,
    readonly harness: Harness,
  ) {}

  status = (): Promise<Status> => this.handle.query<Status>('status');
  signal = (name: string, ...payload: unknown[]): Promise<void> => this.handle.signal(name, ...payload);

  /** The first status for which this holds. */
  async until(what: string, test: (status: Status) => boolean, withinSeconds = 25): Promise<Status> {
    let last: Status | undefined;
    await eventually(
      () => `${this.id}: ${what}; last status ${JSON.stringify(last)}`,
      async () => {
        last = await this.status();
        return test(last);
      },
      withinSeconds,
    );
    return last as Status;
  }

  phase = (phase: Status['phase'], withinSeconds?: number) =>
    this.until(`phase ${phase}`, (status) => status.phase === phase, withinSeconds);

  /** Something about the world comes true. */
  worldHas = (what: string, test: (world: FakeWorld) => boolean, withinSeconds = 25) =>
    eventually(
      () => `${this.id}: ${what}`,
      async () => test(this.world),
      withinSeconds,
    );

  async historyLength(): Promise<number> {
    return (await this.handle.describe()).historyLength;
  }

  child = (entity: string): WorkflowHandle => this.harness.client.getHandle(`${this.id}/${entity}`);

  async childStatus(entity: string): Promise<string> {
    return (await this.child(entity).describe()).status.name;
  }
}

/** Syncs with fake activities, each with a world of its own. */
export class Harness {
  readonly #worlds = new Map<string, FakeWorld>();
  readonly #syncs: Sync[] = [];
  #temporal!: TemporalNamespace;

  readonly #activities = createFakeActivities(() => this.#worldOfActivity());

  static async open(address?: string, codecs: readonly PayloadCodec[] = []): Promise<Harness> {
    const harness = new Harness();
    harness.#temporal = await TemporalNamespace.open(harness.#activities, address, codecs);
    return harness;
  }

  /** Other workers take over, as after a deployment. */
  restartWorkers = (codecs: readonly PayloadCodec[] = []): Promise<void> =>
    this.#temporal.restart(this.#activities, codecs);

  get env() {
    return this.#temporal.env;
  }

  get namespace(): string {
    return this.#temporal.name;
  }

  get address(): string {
    return this.#temporal.address;
  }

  get client() {
    return this.#temporal.client;
  }

  /** `<sync>` or `<sync>/<entity>`. */
  #worldOfActivity(): FakeWorld {
    const { workflowId } = Context.current().info.workflowExecution ?? { workflowId: '' };
    const world = this.#worlds.get(workflowId.split('/')[0] ?? '');
    if (!world) throw new Error(`no world for ${workflowId}`);
    return world;
  }

  /** Makes a world known before its sync is started. */
  prepare(world: FakeWorld): string {
    const id = `sync-${randomUUID().slice(0, 8)}`;
    this.#worlds.set(id, world);
    return id;
  }

  async start(world: FakeWorld, id = this.prepare(world)): Promise<Sync> {
    await this.client.start('dynamicsMarketoSync', { taskQueue: QUEUES.sync, workflowId: id });
    return this.follow(id, world);
  }

  /** One that is started already; over continue-as-new, for it is followed without the first run's id. */
  follow(id: string, world: FakeWorld): Sync {
    const sync = new Sync(id, world, this.client.getHandle(id), this);
    this.#syncs.push(sync);
    return sync;
  }

  /** After each test: nothing of it goes on. */
  async clear(): Promise<void> {
    for (const sync of this.#syncs.splice(0)) {
      sync.world.releaseAll();
      await sync.handle.terminate('test over').catch(() => undefined);
      for (const { name } of sync.world.entities) {
        await sync
          .child(name)
          .terminate('test over')
          .catch(() => undefined);
      }
    }
  }

  async close(): Promise<void> {
    await this.clear();
    await this.#temporal.close();
  }
}
