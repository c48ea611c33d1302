import { randomBytes } from 'node:crypto';
import { MockActivityEnvironment } from '@temporalio/testing';
import type { Deps } from '../../activities/deps';
import { type Activities, createActivities } from '../../activities/index';
import { Schema } from '../../activities/schema';
import { createDynamicsClient } from '../../clients/dynamics';
import { unlimited } from '../../clients/governor';
import { createMarketoClient } from '../../clients/marketo';
import { openStore } from '../../clients/mongo/store';
import { type Simulators, startSimulators } from '../../simulators/start';
import { type ConfigFile, configFile, settingsFrom } from '../../workers/config-file';
import { Control } from './control';

const TENANT = '72f988bf-0000-4000-8000-00000000d365';
const CLIENT = '5a1d0f7e-0000-4000-8000-0000000000d1';

/** What a test may want otherwise than usual. */
export interface WorldOptions {
  /** Contents of sync.config.yaml. */
  config?: Partial<Record<keyof ConfigFile, unknown>>;
  /** Seeded before anything runs: rows by logical name. */
  rows?: Record<string, object[]>;
  dynamicsSecret?: string;
  dynamicsUrl?: string;
  marketoSecret?: string;
  marketoUrl?: string;
  munchkinId?: string;
  /** The database of an earlier world. */
  database?: string;
}

export type ActivityName = keyof Activities;

/** The service without Temporal: real clients and store, real activities, simulated systems. */
export class World {
  readonly activities: Activities;

  constructor(
    readonly deps: Deps,
    readonly control: Control,
    readonly database: string,
    /** Everything that an activity answered or threw, as the history would hold it. */
    readonly history: unknown[] = [],
  ) {
    this.activities = createActivities(deps);
  }

  /** Runs one activity as a worker would; throws what it throws. */
  async run<N extends ActivityName>(
    name: N,
    ...args: Parameters<Activities[N]>
  ): Promise<Awaited<ReturnType<Activities[N]>>> {
    const environment = new MockActivityEnvironment({ activityType: name }, { logger: silent });
    const activity = this.activities[name] as unknown as (...given: unknown[]) => Promise<unknown>;
    try {
      const answer = await environment.run(activity, ...args);
      this.history.push(answer);
      return answer as Awaited<ReturnType<Activities[N]>>;
    } catch (error) {
      this.history.push(plain(error));
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.deps.store.close();
  }

  /** A second service on the same database: another worker, or one that was started again. */
  again(options: WorldOptions = {}): Promise<World> {
    return openWorld(this.control, { ...options, database: this.database });
  }
}

/** What is logged is looked at by the telemetry's own test. */
const silent = { log() {}, trace() {}, debug() {}, info() {}, warn() {}, error() {} };

function plain(error: unknown): object {
  const { name, message, type, nonRetryable, details, cause } = error as Error & {
    type?: string;
    nonRetryable?: boolean;
    details?: unknown;
  };
  return { name, message, type, nonRetryable, details, cause: cause === undefined ? undefined : plain(cause) };
}

const dataKey = randomBytes(32);
let worlds = 0;

async function openWorld(control: Control, options: WorldOptions): Promise<World> {
  const uri = process.env.TEST_MONGODB_URI;
  if (!uri) throw new Error('no test servers: run this suite through jest without SYNC_TEST_SERVERS=0');
  const { simulators } = control;
  worlds += 1;
  const database = options.database ?? `activity-${process.pid}-${worlds}-${randomBytes(3).toString('hex')}`;
  const store = await openStore(uri, database, dataKey);
  const settings = settingsFrom(configFile.parse(options.config ?? {}));
  const dynamics = createDynamicsClient({
    url: options.dynamicsUrl ?? simulators.dataverse,
    authority: simulators.entra,
    tenantId: TENANT,
    clientId: CLIENT,
    credential: { clientSecret: options.dynamicsSecret ?? 'simulated-dynamics-secret' },
    governor: unlimited,
  });
  const marketo = createMarketoClient({
    url: options.marketoUrl ?? simulators.marketo,
    clientId: 'simulated-marketo-client',
    clientSecret: options.marketoSecret ?? 'simulated-marketo-secret',
    munchkinId: options.munchkinId ?? '123-SIM-456',
    governor: unlimited,
  });
  const schema = new Schema(dynamics, marketo, store.bindings, settings);
  return new World({ dynamics, marketo, store, settings, schema }, control, database);
}

/** One pair of simulated systems for a suite; each test gets them empty, with a database of its own. */
export interface Stage {
  open(options?: WorldOptions): Promise<World>;
  close(): Promise<void>;
}

export async function startStage(): Promise<Stage> {
  const simulators: Simulators = await startSimulators({ data: null, portBase: 0 });
  const control = new Control(simulators);
  const open: World[] = [];
  return {
    async open(options = {}) {
      await control.reset();
      if (options.rows) await control.seedDynamics(options.rows);
      const world = await openWorld(control, options);
      open.push(world);
      return world;
    },
    async close() {
      for (const world of open) {
        await world.deps.store.db.dropDatabase().catch(() => undefined);
        await world.close();
      }
      await simulators.close();
    },
  };
}
