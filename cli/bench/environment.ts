import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { MongoClient } from 'mongodb';
import { stringify } from 'yaml';
import { type DevHandle, startDev } from '../local/dev-environment';
import { packageRoot } from '../local/paths';
import type { LocalServers } from '../local/resolve-servers';
import { Control } from './control';

export interface BenchOptions {
  servers: LocalServers;
  leads: number;
  adoption: 'create' | 'adopt';
  /** Marketo's window, granted whole. */
  callsPer20Seconds: number;
  /** Whether the simulators enforce limits and take the vendors' time. */
  real: boolean;
}

export interface BenchEnvironment {
  dev: DevHandle;
  control: Control;
  client: Client;
  mongo: MongoClient;
  /** Rejects when a process ends that nobody stopped. */
  broken: Promise<never>;
  /** The simulators as new, with these leads. */
  fill(leads: number): Promise<void>;
  startSync(): Promise<void>;
  stop(): Promise<void>;
}

export const WORKFLOW_ID = 'dynamics-marketo-sync';
/** More than a bench can use in a day. */
const CALLS_PER_DAY = 10_000_000;
/** A page read 400 ms, a write call 1 s (DESIGN §7). */
const READ_MS = 400;
const WRITE_MS = 1_000;

/** Servers, simulators and one worker of its own, with users and generated leads and nothing else. */
export async function openBench(options: BenchOptions): Promise<BenchEnvironment> {
  const scratch = mkdtempSync(join(tmpdir(), 'dynamics-marketo-sync-bench-'));
  try {
    return await open(options, scratch);
  } catch (error) {
    rmSync(scratch, { recursive: true, force: true });
    throw error;
  }
}

async function open(options: BenchOptions, scratch: string): Promise<BenchEnvironment> {
  const dev = await startDev({
    servers: options.servers,
    directory: 'temporary',
    portBase: 0,
    quiet: true,
    data: usersOnly(scratch),
    workerEnv: { SYNC_CONFIG: configuration(options, scratch) },
  });
  const connection = await Connection.connect({ address: dev.file.temporal.address });
  const client = new Client({ connection, namespace: dev.file.temporal.namespace });
  const mongo = await MongoClient.connect(dev.file.mongodb);
  const control = new Control(dev.file.simulators);
  const broken = dev.broken.then((how): never => {
    throw new Error(how);
  });
  broken.catch(() => undefined); // whoever waits for something races with it
  const fill = async (leads: number): Promise<void> => {
    await control.reset();
    await control.settings('marketo', marketoSettings(options));
    await control.settings('dynamics', dynamicsSettings(options));
    await control.generateLeads(leads);
  };
  await fill(options.leads);
  return {
    dev,
    control,
    client,
    mongo,
    broken,
    fill,
    async startSync() {
      await client.workflow.start('dynamicsMarketoSync', { taskQueue: 'sync', workflowId: WORKFLOW_ID });
    },
    async stop() {
      await mongo.close();
      await connection.close();
      await dev.stop();
      rmSync(scratch, { recursive: true, force: true });
    },
  };
}

/** Leads have owners, and an owner is a reference to be resolved. */
function usersOnly(scratch: string): string {
  const directory = join(scratch, 'data');
  mkdirSync(directory);
  const name = 'systemusers.jsonl';
  copyFileSync(join(packageRoot(), 'simulators', 'data', name), join(directory, name));
  return directory;
}

function configuration({ adoption, callsPer20Seconds, real }: BenchOptions, scratch: string): string {
  const path = join(scratch, 'sync.config.yaml');
  const marketo = { share: 1, callsPer20Seconds, callsPerDay: CALLS_PER_DAY };
  const dynamics = { share: 1, ...(real ? {} : { requestsPer5Minutes: 600_000 }) };
  writeFileSync(path, stringify({ adoption, limits: { marketo, dynamics } }));
  return path;
}

const marketoSettings = ({ callsPer20Seconds, real }: BenchOptions): object => ({
  limits: { enabled: real, calls: callsPer20Seconds, daily: CALLS_PER_DAY },
  // Lag is measured from visibility in the feed.
  activityDelayMs: [0, 0],
  ...(real ? { readLatencyMs: READ_MS, writeLatencyMs: WRITE_MS } : {}),
});

const dynamicsSettings = ({ real }: BenchOptions): object => ({
  limits: { enabled: real },
  ...(real ? { readLatencyMs: READ_MS, writeLatencyMs: WRITE_MS } : {}),
});
