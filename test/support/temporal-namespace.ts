import { randomUUID } from 'node:crypto';
import type { PayloadCodec } from '@temporalio/common';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import {
  DefaultLogger,
  type LogEntry,
  makeTelemetryFilterString,
  Runtime,
  Worker,
  type WorkflowBundlePath,
} from '@temporalio/worker';
import type { Activities } from '../../activities';
import { QUEUES } from '../../model/queues';
import { tolerant } from '../../workers/codecs';
import { eventually } from '../workflow/eventually';

const NAMESPACE_WITHIN_MS = 30_000;

/** What the workflows of this process logged. */
export const logged: LogEntry[] = [];

/** The workflows as the workers run them, bundled once for all suites (global-setup.ts). */
export function workflowBundle(): WorkflowBundlePath {
  const codePath = process.env.TEST_WORKFLOW_BUNDLE;
  if (!codePath) throw new Error('no bundle of the workflows: run this suite through jest without SYNC_TEST_SERVERS=0');
  return { codePath };
}

let installed = false;

export function installLogger(): void {
  if (installed) return;
  installed = true;
  Runtime.install({
    logger: new DefaultLogger('WARN', (entry) => logged.push(entry)),
    shutdownSignals: [],
    // A sync that is ended in the middle leaves tasks that nobody asks for any more: no news.
    telemetryOptions: { logging: { filter: makeTelemetryFilterString({ core: 'ERROR' }) } },
  });
}

/** A namespace of its own with workers for the three queues, whose names are fixed (workflows/options.ts). */
export class TemporalNamespace {
  #workers: Worker[] = [];
  #running: Promise<unknown> = Promise.resolve();

  private constructor(
    readonly env: TestWorkflowEnvironment,
    readonly name: string,
    readonly address: string,
  ) {}

  get client() {
    return this.env.client.workflow;
  }

  /** @param activities of every sync in the namespace: whose they are is told by the workflow's id. */
  static async open(
    activities: Activities,
    address = process.env.TEST_TEMPORAL_ADDRESS,
    codecs: readonly PayloadCodec[] = [],
  ): Promise<TemporalNamespace> {
    if (!address) throw new Error('no Temporal server: run this suite through jest without SYNC_TEST_SERVERS=0');
    installLogger();
    const name = `test-${randomUUID().slice(0, 8)}`;
    const env = await TestWorkflowEnvironment.createFromExistingServer({ address, namespace: name });
    const namespace = new TemporalNamespace(env, name, address);
    await namespace.#register();
    await namespace.#startWorkers(activities, codecs);
    return namespace;
  }

  async #register(): Promise<void> {
    const { workflowService } = this.env.connection;
    await workflowService.registerNamespace({
      namespace: this.name,
      workflowExecutionRetentionPeriod: { seconds: 86_400 as never },
    });
    // The server's own list of namespaces is refreshed by and by.
    await eventually(
      () => `namespace ${this.name} is not there`,
      async () => {
        const answer = await this.client.count().catch((error: Error) => error);
        return !(answer instanceof Error);
      },
      NAMESPACE_WITHIN_MS / 1_000,
    );
  }

  async #startWorkers(activities: Activities, codecs: readonly PayloadCodec[]): Promise<void> {
    const common = {
      connection: this.env.nativeConnection,
      namespace: this.name,
      activities,
      dataConverter: { payloadCodecs: codecs.map(tolerant) },
      shutdownForceTime: '5 seconds',
    } as const;
    this.#workers = [
      await Worker.create({ ...common, workflowBundle: workflowBundle(), taskQueue: QUEUES.sync }),
      await Worker.create({ ...common, taskQueue: QUEUES.dynamics }),
      await Worker.create({ ...common, taskQueue: QUEUES.marketo }),
    ];
    this.#running = Promise.all(this.#workers.map((worker) => worker.run()));
  }

  /** Other workers take over, as after a deployment. */
  async restart(activities: Activities, codecs: readonly PayloadCodec[]): Promise<void> {
    await this.#stopWorkers();
    await this.#startWorkers(activities, codecs);
  }

  async #stopWorkers(): Promise<void> {
    for (const worker of this.#workers) if (worker.getState() === 'RUNNING') worker.shutdown();
    await this.#running;
  }

  async close(): Promise<void> {
    await this.#stopWorkers();
    await this.env.teardown();
  }
}
