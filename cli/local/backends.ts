import { join } from 'node:path';
import type { Environment } from './cache';
import type { ManagedChild } from './managed-child';
import type { LocalServers } from './resolve-servers';
import { probeMongo, startMongo } from './start-mongo';
import { probeTemporal, startTemporal } from './start-temporal';

/** The two servers below everything: started here, or found running at an address of the environment. */
export interface Backends {
  temporal: { address: string; namespace: string; ui: string; child: ManagedChild | undefined };
  mongo: { uri: string; child: ManagedChild | undefined };
  stop(): Promise<void>;
}

export interface BackendsOptions {
  servers: LocalServers;
  env: Environment;
  /** For logs, Mongo's storage and Temporal's file. */
  directory: string;
  ports: { temporal: number; ui: number; mongodb: number };
  dynamicConfig?: Readonly<Record<string, string>>;
  searchAttributes?: Readonly<Record<string, string>>;
  /** Keep Temporal's state in a file rather than in memory. */
  durable?: boolean;
}

/** Starts both side by side; if one fails, the other is stopped. */
export async function startBackends(options: BackendsOptions): Promise<Backends> {
  const [temporal, mongo] = await Promise.allSettled([temporalOf(options), mongoOf(options)]);
  const children = [temporal, mongo].flatMap((one) =>
    one.status === 'fulfilled' && one.value.child ? [one.value.child] : [],
  );
  const stop = async (): Promise<void> => {
    await Promise.all(children.map((child) => child.stop(10_000)));
  };
  if (temporal.status === 'fulfilled' && mongo.status === 'fulfilled')
    return { temporal: temporal.value, mongo: mongo.value, stop };
  await stop();
  throw temporal.status === 'rejected' ? temporal.reason : (mongo as PromiseRejectedResult).reason;
}

async function temporalOf(options: BackendsOptions): Promise<Backends['temporal']> {
  const resolved = options.servers.temporal;
  if (resolved.source === 'environment') {
    const namespace = options.env.TEMPORAL_NAMESPACE ?? 'default';
    // With TLS or an API key only the worker knows how to connect; without them an address that is dead is told here.
    const plain = !Object.keys(options.env).some((name) => /^TEMPORAL_(TLS|API_KEY|PROFILE|CONFIG_FILE)/.test(name));
    if (plain) await probe('TEMPORAL_ADDRESS', () => probeTemporal(resolved.address, namespace));
    return {
      address: resolved.address,
      namespace,
      ui: options.env.TEMPORAL_UI_URL ?? guessUi(resolved.address),
      child: undefined,
    };
  }
  return startTemporal({
    program: resolved.program,
    port: options.ports.temporal,
    uiPort: options.ports.ui,
    logFile: join(options.directory, 'logs', 'temporal.log'),
    ...(options.dynamicConfig ? { dynamicConfig: options.dynamicConfig } : {}),
    ...(options.searchAttributes ? { searchAttributes: options.searchAttributes } : {}),
    ...(options.durable ? { dbFilename: join(options.directory, 'temporal.db') } : {}),
  });
}

async function mongoOf(options: BackendsOptions): Promise<Backends['mongo']> {
  const resolved = options.servers.mongo;
  if (resolved.source === 'environment') {
    await probe('MONGODB_URI', () => probeMongo(resolved.address));
    return { uri: resolved.address, child: undefined };
  }
  const running = await startMongo({
    program: resolved.program,
    flavour: resolved.flavour,
    port: options.ports.mongodb,
    storagePath: join(options.directory, 'mongo'),
    logFile: join(options.directory, 'logs', 'mongodb.log'),
  });
  return { uri: running.address, child: running.child };
}

/** The URI of a database may hold a password, so only the variable is named. */
async function probe(variable: string, ask: () => Promise<void>): Promise<void> {
  try {
    await ask();
  } catch {
    throw new Error(
      `nothing answers at the address in ${variable}: start that server, or unset ${variable} to have one started here`,
    );
  }
}

/** The dev server's Web UI is 1000 ports above it. */
function guessUi(address: string): string {
  const [host, port] = address.split(':');
  return `http://${host}:${Number(port ?? 7233) + 1000}`;
}
