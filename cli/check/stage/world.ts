import { randomBytes } from 'node:crypto';
import type { Deps } from '../../../activities/deps';
import { type Activities, createActivities } from '../../../activities/index';
import { Schema } from '../../../activities/schema';
import { createDynamicsClient } from '../../../clients/dynamics';
import type { DynamicsClient } from '../../../clients/dynamics/types';
import { unlimited } from '../../../clients/governor';
import { Health } from '../../../clients/health';
import { createMarketoClient } from '../../../clients/marketo';
import { openStore, type Store } from '../../../clients/mongo/store';
import { type ConfigFile, configFile, settingsFrom } from '../../../workers/config-file';
import { SIMULATED_ACCOUNTS } from '../../local/simulated-accounts';
import type { Control } from './control';
import { inActivity } from './in-activity';
import type { Mortal } from './mortal';

/** What a test may want otherwise than usual. */
export interface WorldOptions {
  /** Contents of sync.config.yaml. */
  config?: Partial<Record<keyof ConfigFile, unknown>>;
  /** When sync.config.yaml was changed; as a rule now. Epoch ms. */
  configChangedAt?: number;
  dynamicsSecret?: string;
  dynamicsUrl?: string;
  marketoSecret?: string;
  marketoUrl?: string;
  munchkinId?: string;
  /** The database of an earlier world. */
  database?: string;
  /** Rows that Dynamics gives a page, where a dozen rows shall make several pages. */
  pageRows?: number;
  /** Lets the process die in the middle. */
  mortal?: Mortal;
}

export type ActivityName = keyof Activities;

/** The service without Temporal: real clients and store, real activities, simulated systems. */
export class World {
  readonly activities: Activities;

  constructor(
    readonly deps: Deps,
    readonly control: Control,
    readonly databases: OpenDatabase,
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
    const activity = this.activities[name] as unknown as (...given: unknown[]) => Promise<unknown>;
    try {
      const answer = await inActivity(name, () => activity(...args));
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
    return openWorld(this.control, this.databases, { ...options, database: this.database });
  }
}

function plain(error: unknown): object {
  const { name, message, type, nonRetryable, details, cause } = error as Error & {
    type?: string;
    nonRetryable?: boolean;
    details?: unknown;
  };
  return { name, message, type, nonRetryable, details, cause: cause === undefined ? undefined : plain(cause) };
}

/** The service's database of that name. */
export type OpenDatabase = (name: string) => Promise<Store>;

/** Of this process's databases. */
export const dataKey = randomBytes(32);

/** @param uri of a MongoDB server */
export const onServer =
  (uri: string): OpenDatabase =>
  (name) =>
    openStore(uri, name, dataKey);

let worlds = 0;

/** The service asks for thousands of rows a page: this asks for fewer. */
function inPagesOf(rows: number | undefined, dynamics: DynamicsClient): DynamicsClient {
  if (rows === undefined) return dynamics;
  return {
    ...dynamics,
    readPage: (read) => dynamics.readPage({ ...read, pageSize: Math.min(rows, read.pageSize ?? rows) }),
    // A delta may tell old rows again: in small pages it would never come to its end.
    follow: (link, size, track) =>
      dynamics.follow(link, link.includes('deltatoken') ? size : Math.min(rows, size), track),
  };
}

/**
 * Opens the service on these systems.
 *
 * @param databases the database is a new one unless the options name an earlier one
 */
export async function openWorld(control: Control, databases: OpenDatabase, options: WorldOptions = {}): Promise<World> {
  const { simulators } = control;
  const accounts = SIMULATED_ACCOUNTS;
  worlds += 1;
  const database = options.database ?? `activity-${process.pid}-${worlds}-${randomBytes(3).toString('hex')}`;
  const opened = await databases(database);
  const store = options.mortal?.wrap(opened) ?? opened;
  const settings = settingsFrom(configFile.parse(options.config ?? {}), options.configChangedAt ?? Date.now());
  const health = new Health();
  const dynamics = createDynamicsClient({
    health,
    url: options.dynamicsUrl ?? simulators.dataverse,
    authority: simulators.entra,
    tenantId: accounts.dynamics.tenantId,
    clientId: accounts.dynamics.clientId,
    credential: { clientSecret: options.dynamicsSecret ?? accounts.dynamics.clientSecret },
    governor: unlimited,
  });
  const marketo = createMarketoClient({
    health,
    url: options.marketoUrl ?? simulators.marketo,
    clientId: accounts.marketo.clientId,
    clientSecret: options.marketoSecret ?? accounts.marketo.clientSecret,
    munchkinId: options.munchkinId ?? accounts.marketo.munchkinId,
    governor: unlimited,
  });
  const schema = new Schema(dynamics, marketo, store, settings);
  const deps = { dynamics: inPagesOf(options.pageRows, dynamics), marketo, store, health, settings, schema };
  return new World(deps, control, databases, database);
}
