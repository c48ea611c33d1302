import { mkdirSync } from 'node:fs';
import { MongoClient } from 'mongodb';
import { portOr } from '../ports';
import { type ManagedChild, startChild } from './managed-child';
import { untilReady } from './ready';

const READY_WITHIN_MS = 60_000;

export interface MongoOptions {
  program: string;
  /** `mongod`, or `secantus` for the compatible server. */
  flavour: string;
  /** 0 or left out: a free one. */
  port?: number;
  /** Created if it is not there; kept when the server stops. */
  storagePath: string;
  logFile?: string;
}

export interface RunningMongo {
  /** The URI for the driver. */
  address: string;
  pid: number;
  child: ManagedChild;
  stop(): Promise<void>;
}

/** Starts a MongoDB (or compatible) server on loopback and waits until it answers a ping. */
export async function startMongo(options: MongoOptions): Promise<RunningMongo> {
  const port = await portOr(options.port ?? 0);
  mkdirSync(options.storagePath, { recursive: true });
  const child = await startChild({
    name: 'the MongoDB server',
    command: options.program,
    args: argsFor(options, port),
    // The compatible server would read a configuration file that happens to be in the working directory.
    cwd: options.storagePath,
    ...(options.logFile ? { logFile: options.logFile } : {}),
  });
  // Without directConnection the driver would look for the members of a replica set.
  const running: RunningMongo = {
    address: `mongodb://127.0.0.1:${port}/?directConnection=true`,
    pid: child.pid,
    child,
    stop: () => child.stop(),
  };
  try {
    await untilReady(child, () => probeMongo(running.address), READY_WITHIN_MS);
  } catch (error) {
    await running.stop();
    throw error;
  }
  return running;
}

function argsFor({ flavour, storagePath }: MongoOptions, port: number): string[] {
  if (flavour === 'mongod') {
    return [
      '--bind_ip',
      '127.0.0.1',
      '--port',
      `${port}`,
      '--dbpath',
      storagePath,
      '--quiet',
      '--wiredTigerCacheSizeGB',
      '0.5',
    ];
  }
  // The default cache of 4 GB costs 660 MB of memory, this one 200 (temporal §B.5).
  const cache = ['--cache-size', '512M', '--log-level', 'WARNING'];
  return ['--host', '127.0.0.1', '--port', `${port}`, '--storage-path', storagePath, ...cache];
}

/** Throws unless the server answers a ping within two seconds. */
export async function probeMongo(uri: string): Promise<void> {
  const client = new MongoClient(uri, { serverSelectionTimeoutMS: 2_000, connectTimeoutMS: 2_000 });
  try {
    await client.db('admin').command({ ping: 1 });
  } finally {
    await client.close();
  }
}
