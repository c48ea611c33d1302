import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Environment } from './cache';
import { SIMULATED_ACCOUNTS } from './simulated-accounts';
import type { SimulatorUrls } from './start-simulators';

export interface WorkerEnvironmentOptions {
  base: Environment;
  /** undefined where TEMPORAL_ADDRESS named it: then all of the user's TEMPORAL_ settings hold. */
  temporal: { address: string; namespace: string } | undefined;
  mongodbUri: string;
  database: string;
  simulators: SimulatorUrls;
  dataKey: string;
  /** host:port */
  metrics: string;
  directory: string;
}

/** The environment of a worker that works on the simulators: nothing of a real organisation's settings may shine through. */
export function workerEnvironment(options: WorkerEnvironmentOptions): Record<string, string> {
  const foreign = /^(DYNAMICS|MARKETO|MONGODB)_|^SYNC_(DATA_KEY|METRICS_ADDRESS)$/;
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(options.base)) {
    if (value === undefined || foreign.test(name) || (options.temporal && name.startsWith('TEMPORAL_'))) continue;
    env[name] = value;
  }
  const { dynamics, marketo } = SIMULATED_ACCOUNTS;
  return {
    ...env,
    ...(options.temporal ? localTemporal(options.temporal, options.directory) : {}),
    DYNAMICS_URL: options.simulators.dataverse,
    DYNAMICS_AUTHORITY: options.simulators.entra,
    DYNAMICS_TENANT_ID: dynamics.tenantId,
    DYNAMICS_CLIENT_ID: dynamics.clientId,
    DYNAMICS_CLIENT_SECRET: dynamics.clientSecret,
    MARKETO_URL: options.simulators.marketo,
    MARKETO_CLIENT_ID: marketo.clientId,
    MARKETO_CLIENT_SECRET: marketo.clientSecret,
    MARKETO_MUNCHKIN_ID: marketo.munchkinId,
    MONGODB_URI: options.mongodbUri,
    MONGODB_DATABASE: options.database,
    SYNC_DATA_KEY: options.dataKey,
    SYNC_METRICS_ADDRESS: options.metrics,
  };
}

/**
 * A profile in the user's temporal.toml (a cloud's key, TLS) would be mixed with the local address: a file with an empty profile keeps it out
 * (one without any profile fails in envconfig 1.24).
 */
function localTemporal(temporal: { address: string; namespace: string }, directory: string): Record<string, string> {
  const file = join(directory, 'temporal.toml');
  writeFileSync(file, '[profile.default]\n');
  return { TEMPORAL_ADDRESS: temporal.address, TEMPORAL_NAMESPACE: temporal.namespace, TEMPORAL_CONFIG_FILE: file };
}
