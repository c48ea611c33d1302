import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { Context } from '@temporalio/activity';
import type { WorkflowHandle } from '@temporalio/client';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import {
  bundleWorkflowCode,
  DefaultLogger,
  type LogEntry,
  Runtime,
  Worker,
  type WorkflowBundle,
} from '@temporalio/worker';
import { QUEUES } from '../../model/queues';
import type { Status } from '../../workflows/status';
import { eventually } from './eventually';
import { createFakeActivities } from './fake-activities';
import type { FakeWorld } from './fake-world';

const WORKFLOWS = join(__dirname, '..', '..', 'workflows', 'index.ts');
const NAMESPACE_WITHIN_MS = 30_000;

/** What the workflows of this process logged. */
export const logged: LogEntry[] = [];

let bundle: Promise<WorkflowBundle> | undefined;

/** The workflows as the workers run them, bundled once for a test file. */
export function workflowBundle(): Promise<WorkflowBundle> {
  bundle ??= bundleWorkflowCode({ workflowsPath: WORKFLOWS, logger: new DefaultLogger('ERROR') });
  return bundle;
}

let installed = false;

export function installLogger(): void {
  if (installed) return;
  installed = true;
  Runtime.install({ logger: new DefaultLogger('WARN', (entry) => logged.push(entry)), shutdownSignals: [] });
}

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

/** A namespace of its own with workers for the three queues, whose names are fixed (workflows/options.ts). */
export class Harness {
  readonly #worlds = new Map<string, FakeWorld>();
  readonly #syncs: Sync[] = [];

  private constructor(
    readonly env: TestWorkflowEnvironment,
    readonly namespace: string,
    readonly address: string,
  ) {}

  #workers: Worker[] = [];
  #running: Promise<unknown> = Promise.resolve();

  get client() {
    return this.env.client.workflow;
  }

  static async open(address = process.env.TEST_TEMPORAL_ADDRESS): Promise<Harness> {
    if (!address) throw new Error('no Temporal server: run this suite through jest without SYNC_TEST_SERVERS=0');
    installLogger();
    const namespace = `test-${randomUUID().slice(0, 8)}`;
    const env = await TestWorkflowEnvironment.createFromExistingServer({ address, namespace });
    const harness = new Harness(env, namespace, address);
    await harness.#register();
    await harness.#startWorkers();
    return harness;
  }

  async #register(): Promise<void> {
    const { workflowService } = this.env.connection;
    await workflowService.registerNamespace({
      namespace: this.namespace,
      workflowExecutionRetentionPeriod: { seconds: 86_400 as never },
    });
    // The server's own list of namespaces is refreshed by and by.
    await eventually(
      () => `namespace ${this.namespace} is not there`,
      async () => {
        const answer = await this.client.count().catch((error: Error) => error);
        return !(answer instanceof Error);
      },
      NAMESPACE_WITHIN_MS / 1_000,
    );
  }

  async #startWorkers(): Promise<void> {
    const activities = createFakeActivities(() => this.#worldOfActivity());
    const common = {
      connection: this.env.nativeConnection,
      namespace: this.namespace,
      activities,
      shutdownForceTime: '5 seconds',
    } as const;
    this.#workers = [
      await Worker.create({ ...common, workflowBundle: await workflowBundle(), taskQueue: QUEUES.sync }),
      await Worker.create({ ...common, taskQueue: QUEUES.dynamics }),
      await Worker.create({ ...common, taskQueue: QUEUES.marketo }),
    ];
    this.#running = Promise.all(this.#workers.map((worker) => worker.run()));
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
    const handle = await this.client.start('dynamicsMarketoSync', { taskQueue: QUEUES.sync, workflowId: id });
    // Without the first run's id: it is followed over continue-as-new.
    const sync = new Sync(id, world, this.client.getHandle(handle.workflowId), this);
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
    for (const worker of this.#workers) if (worker.getState() === 'RUNNING') worker.shutdown();
    await this.#running;
    await this.env.teardown();
  }
}
