import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Ports, portOr, portsFrom, takenPorts } from '../ports';
import { type Backends, startBackends } from './backends';
import type { Environment } from './cache';
import { claimDirectory, type DevFile, devKey, releaseDirectory, writeDevFile } from './dev-file';
import type { DevHandle, DevOptions } from './dev-options';
import { lastLines, type ManagedChild } from './managed-child';
import { packageRoot } from './paths';
import { processGuard } from './process-guard';
import { Progress } from './progress';
import { type LocalServers, resolveServers } from './resolve-servers';
import { SIMULATED_ACCOUNTS } from './simulated-accounts';
import { type RunningSimulators, startSimulators } from './start-simulators';
import { UndoStack } from './undo-stack';
import { workerEnvironment } from './worker-environment';
import { type WorkerPool, workerPool } from './worker-pool';

export type { DevHandle, DevOptions } from './dev-options';

/** Starts servers, simulators and workers, ready to work. Throws with everything stopped again. */
export async function startDev(options: DevOptions = {}): Promise<DevHandle> {
  const undo = new UndoStack();
  undo.add(processGuard.onSignal(() => undo.run()));
  try {
    return await start(options, undo);
  } catch (error) {
    await undo.run();
    throw error;
  }
}

async function start(options: DevOptions, undo: UndoStack): Promise<DevHandle> {
  const began = Date.now();
  const since = (): number => (Date.now() - began) / 1000;
  const directory = claim(options.directory, undo);
  const ports = portsFrom(options.portBase);

  const { backends, cli } = await backendsFor(options, directory, ports, undo);
  const servers = since();

  const simulators = await startSimulators({
    portBase: ports.simulators,
    logFile: join(directory, 'logs', 'simulators.log'),
    ...(options.data === undefined ? {} : { data: options.data }),
    ...(options.simulatorEnv ? { env: { ...process.env, ...options.simulatorEnv } } : {}),
  });
  undo.add(() => simulators.stop());

  const workerEnv = await environmentFor(options, directory, ports, backends, simulators);
  const pool = workerPool({
    env: workerEnv,
    directory,
    ...(options.onWorkerLine ? { onLine: options.onWorkerLine } : {}),
  });
  undo.add(() => pool.stop());
  for (let index = 0; index < (options.workers ?? 1); index += 1) await pool.add();

  const file = describeEnvironment(backends, simulators, workerEnv, cli);
  writeDevFile(directory, file);
  return {
    file,
    directory,
    workerEnv,
    backends,
    simulators,
    workers: pool.workers,
    addWorker: pool.add,
    seconds: { servers, total: since() },
    broken: firstUnexpectedEnd([backends.temporal.child, backends.mongo.child, simulators.child], pool),
    stop: () => undo.run(),
  };
}

/** The simulators begin anew each time, so what is stored about their records has to go as well; the key and the logs may stay. */
function claim(wanted: string | undefined, undo: UndoStack): string {
  const temporary = wanted === 'temporary';
  const directory = temporary
    ? mkdtempSync(join(tmpdir(), 'dynamics-marketo-sync-'))
    : (wanted ?? join(packageRoot(), '.run'));
  if (temporary) undo.add(() => rmSync(directory, { recursive: true, force: true }));
  claimDirectory(directory);
  undo.add(() => releaseDirectory(directory));
  for (const name of ['mongo', 'logs', 'temporal.db', 'temporal.db-wal', 'temporal.db-shm']) {
    rmSync(join(directory, name), { recursive: true, force: true });
  }
  return directory;
}

async function backendsFor(
  options: DevOptions,
  directory: string,
  ports: Ports,
  undo: UndoStack,
): Promise<{ backends: Backends; cli: string | undefined }> {
  if (options.backends) {
    await refuseTakenPorts([ports.simulators, ports.metrics]);
    return { backends: options.backends, cli: options.servers?.temporalCli ?? process.env.TEST_TEMPORAL_CLI };
  }
  const progress = new Progress(process.stderr, options.quiet);
  const servers = options.servers ?? (await resolveServers({ progress, needCli: options.needCli ?? false }));
  await refuseTakenPorts(portsToOpen(ports, servers));
  const backends = await startBackends({ ...options, servers, env: process.env, directory, ports });
  undo.add(() => backends.stop());
  return { backends, cli: servers.temporalCli };
}

function portsToOpen(ports: Ports, servers: LocalServers): number[] {
  const wanted = ports.simulators === 0 ? [] : [0, 1, 2, 3].map((offset) => ports.simulators + offset);
  wanted.push(ports.metrics);
  if (servers.temporal.source !== 'environment') wanted.push(ports.temporal, ports.ui);
  if (servers.mongo.source !== 'environment') wanted.push(ports.mongodb);
  return wanted;
}

async function refuseTakenPorts(ports: readonly number[]): Promise<void> {
  const taken = await takenPorts(ports);
  if (taken.length === 0) return;
  const what = taken.length === 1 ? `port ${taken[0]} is` : `ports ${taken.join(', ')} are`;
  throw new Error(
    `${what} taken by another program: stop it, or choose other ports with --port-base N (0 for free ones)`,
  );
}

async function environmentFor(
  options: DevOptions,
  directory: string,
  ports: Ports,
  backends: Backends,
  simulators: RunningSimulators,
): Promise<Record<string, string>> {
  const ownTemporal = backends.temporal.child !== undefined || options.backends !== undefined;
  const ownMongo = backends.mongo.child !== undefined && options.backends === undefined;
  const env = workerEnvironment({
    base: process.env,
    temporal: ownTemporal ? backends.temporal : undefined,
    mongodbUri: backends.mongo.uri,
    // A server that isn't begun anew keeps what was stored about earlier records: a database of its own each time.
    database: ownMongo ? 'dynamics-marketo-sync' : `dynamics-marketo-sync-${randomBytes(4).toString('hex')}`,
    simulators,
    dataKey: devKey(directory),
    metrics: `127.0.0.1:${await portOr(ports.metrics)}`,
    directory,
  });
  return withChanges(env, options.workerEnv);
}

/** undefined takes a variable away. */
function withChanges(env: Readonly<Record<string, string>>, changes: Environment = {}): Record<string, string> {
  const all = Object.entries({ ...env, ...changes });
  return Object.fromEntries(all.filter((entry): entry is [string, string] => entry[1] !== undefined));
}

function describeEnvironment(
  backends: Backends,
  simulators: RunningSimulators,
  workerEnv: Readonly<Record<string, string>>,
  cli: string | undefined,
): DevFile {
  const { address, namespace, ui } = backends.temporal;
  const { dynamics, marketo } = SIMULATED_ACCOUNTS;
  return {
    temporal: { address, namespace, ui, cli: cli ?? 'temporal' },
    mongodb: backends.mongo.uri,
    dynamics: { url: simulators.dataverse, authority: simulators.entra, ...dynamics },
    marketo: { url: simulators.marketo, clientId: marketo.clientId, clientSecret: marketo.clientSecret },
    simulators: simulators.control,
    metrics: `http://${workerEnv.SYNC_METRICS_ADDRESS}/metrics`,
  };
}

function firstUnexpectedEnd(children: readonly (ManagedChild | undefined)[], pool: WorkerPool): Promise<string> {
  return new Promise((resolve) => {
    const watch = (child: ManagedChild): void => {
      child.exited.then((how) => {
        if (!child.stopping) resolve(`${child.name} ended unexpectedly with ${how}${lastLines(child.tail())}`);
      });
    };
    for (const child of children) if (child) watch(child);
    pool.onStart(watch);
  });
}
