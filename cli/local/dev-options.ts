import type { Backends } from './backends';
import type { Environment } from './cache';
import type { DevFile } from './dev-file';
import type { LocalServers } from './resolve-servers';
import type { RunningSimulators } from './start-simulators';
import type { RunningWorker } from './start-worker';

export interface DevOptions {
  /** Another sample organisation: a directory of JSONL files. */
  data?: string;
  /** Eight ports from there on; 0: free ones; left out: the usual ones (7233, 8233, 4600…, 9464). */
  portBase?: number;
  /** Where logs, storage and dev.json go: left out, `.run/` of the checkout; `temporary`, a directory that stop() deletes. */
  directory?: string;
  /** Changes to the workers' environment, such as SYNC_CONFIG; undefined takes a variable away. */
  workerEnv?: Environment;
  simulatorEnv?: Environment;
  /** How many workers (default 1; 0 for a test that starts its own with `addWorker`). */
  workers?: number;
  /** Print nothing while resolving and starting. */
  quiet?: boolean;
  /** Servers that were resolved before. */
  servers?: LocalServers;
  /** Temporal and Mongo that run already (those of the tests); stop() leaves them alone. */
  backends?: Backends;
  /** Whether the Temporal CLI has to be there even if TEMPORAL_ADDRESS names a server (default false). */
  needCli?: boolean;
  /** Of the Temporal server: key → JSON value. */
  dynamicConfig?: Readonly<Record<string, string>>;
  searchAttributes?: Readonly<Record<string, string>>;
  /** Keep Temporal's state in a file, for tests that restart it. */
  durable?: boolean;
  /** Sees each line that a worker prints. */
  onWorkerLine?: (line: string) => void;
}

export interface DevHandle {
  /** The content of dev.json. */
  file: DevFile;
  directory: string;
  /** The environment of the first worker. */
  workerEnv: Readonly<Record<string, string>>;
  backends: Backends;
  simulators: RunningSimulators;
  workers: readonly RunningWorker[];
  /** Starts one more worker, with a metrics port of its own. */
  addWorker(env?: Environment): Promise<RunningWorker>;
  /** From the call until both servers answered, and until everything was ready. */
  seconds: { servers: number; total: number };
  /** Resolves with a text when a child ends that nobody stopped. */
  broken: Promise<string>;
  /** Ends workers, simulators, servers, in this order; may be called again. */
  stop(): Promise<void>;
}
