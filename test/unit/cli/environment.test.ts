import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { claimDirectory, devKey, releaseDirectory, writeDevFile } from '../../../cli/local/dev-file';
import { startChild } from '../../../cli/local/managed-child';
import { Progress } from '../../../cli/local/progress';
import { UndoStack } from '../../../cli/local/undo-stack';
import { workerEnvironment } from '../../../cli/local/worker-environment';
import { freePorts, parsePortBase, portsFrom, takenPorts } from '../../../cli/ports';
import { scratch } from './fakes';

const simulators = { control: 'http://c', entra: 'http://e', dataverse: 'http://d', marketo: 'http://m' };

test('a worker on simulators gets nothing of the settings of real systems', () => {
  const env = workerEnvironment({
    base: {
      PATH: '/bin',
      SYNC_CONFIG: 'mine.yaml',
      DYNAMICS_URL: 'https://real.crm.dynamics.com',
      DYNAMICS_USERNAME: 'someone',
      MARKETO_CLIENT_SECRET: 'real',
      MONGODB_DATABASE: 'real',
      TEMPORAL_API_KEY: 'real',
      TEMPORAL_TLS_CLIENT_CERT_PATH: '/cert',
    },
    temporal: { address: '127.0.0.1:7233', namespace: 'default' },
    mongodbUri: 'mongodb://127.0.0.1:4606',
    database: 'dynamics-marketo-sync',
    simulators,
    dataKey: 'key',
    metrics: '127.0.0.1:9464',
    directory: scratch(),
  });
  expect(env).toEqual({
    PATH: '/bin',
    SYNC_CONFIG: 'mine.yaml',
    TEMPORAL_ADDRESS: '127.0.0.1:7233',
    TEMPORAL_NAMESPACE: 'default',
    TEMPORAL_CONFIG_FILE: expect.stringMatching(/temporal\.toml$/),
    DYNAMICS_URL: 'http://d',
    DYNAMICS_AUTHORITY: 'http://e',
    DYNAMICS_TENANT_ID: '72f988bf-0000-4000-8000-00000000d365',
    DYNAMICS_CLIENT_ID: '5a1d0f7e-0000-4000-8000-0000000000d1',
    DYNAMICS_CLIENT_SECRET: 'simulated-dynamics-secret',
    MARKETO_URL: 'http://m',
    MARKETO_CLIENT_ID: 'simulated-marketo-client',
    MARKETO_CLIENT_SECRET: 'simulated-marketo-secret',
    MARKETO_MUNCHKIN_ID: '123-SIM-456',
    MONGODB_URI: 'mongodb://127.0.0.1:4606',
    MONGODB_DATABASE: 'dynamics-marketo-sync',
    SYNC_DATA_KEY: 'key',
    SYNC_METRICS_ADDRESS: '127.0.0.1:9464',
  });
});

test('the profile file of a worker on simulators is one that the Temporal SDK can read', () => {
  const directory = scratch();
  const temporal = { address: '127.0.0.1:7777', namespace: 'default' };
  const made = { mongodbUri: 'm', database: 'd', simulators, dataKey: 'k', metrics: 'x:1', directory };
  const env = workerEnvironment({ base: {}, temporal, ...made });
  const config = loadClientConnectConfig({ overrideEnvVars: env });
  expect(config).toMatchObject({ namespace: 'default', connectionOptions: { address: '127.0.0.1:7777' } });
});

test('a Temporal that the environment names keeps its settings', () => {
  const env = workerEnvironment({
    base: { TEMPORAL_ADDRESS: 'cloud:7233', TEMPORAL_API_KEY: 'mine' },
    temporal: undefined,
    mongodbUri: 'm',
    database: 'd',
    simulators,
    dataKey: 'k',
    metrics: 'x:1',
    directory: scratch(),
  });
  expect(env).toMatchObject({ TEMPORAL_ADDRESS: 'cloud:7233', TEMPORAL_API_KEY: 'mine' });
});

test('the development key is 32 bytes, made once, for its user only', () => {
  const directory = scratch();
  const key = devKey(directory);
  expect(Buffer.from(key, 'base64')).toHaveLength(32);
  expect(devKey(directory)).toBe(key);
  expect(statSync(join(directory, 'dev.key')).mode & 0o777).toBe(0o600);
});

test('a directory holds one environment at a time, and a dead one does not block it', () => {
  const directory = scratch();
  writeFileSync(join(directory, 'dev.pid'), `${process.ppid}`);
  expect(() => claimDirectory(directory)).toThrow(/running already/);
  writeFileSync(join(directory, 'dev.pid'), '2147483646');
  expect(() => claimDirectory(directory)).not.toThrow();
});

test('dev.json goes when the environment ends', () => {
  const directory = scratch();
  claimDirectory(directory);
  const file = {
    temporal: { address: 'a', namespace: 'default', ui: 'u', cli: 'temporal' },
    mongodb: 'm',
    dynamics: { url: 'd', authority: 'e', tenantId: 't', clientId: 'c', clientSecret: 's' },
    marketo: { url: 'm', clientId: 'c', clientSecret: 's' },
    simulators: 'c',
    metrics: 'x',
  };
  writeDevFile(directory, file);
  expect(JSON.parse(readFileSync(join(directory, 'dev.json'), 'utf8'))).toEqual(file);
  releaseDirectory(directory);
  expect(() => statSync(join(directory, 'dev.json'))).toThrow();
});

test('--port-base lays eight ports side by side', () => {
  expect(portsFrom(5000)).toEqual({ simulators: 5000, temporal: 5004, ui: 5005, mongodb: 5006, metrics: 5007 });
  expect(portsFrom(undefined)).toEqual({ simulators: 4600, temporal: 7233, ui: 8233, mongodb: 4606, metrics: 9464 });
  expect(parsePortBase('0')).toBe(0);
});

test.each(['', 'x', '80', '65530', '-1', '4600.5'])('--port-base %j is refused with the remedy', (text) => {
  expect(() => parsePortBase(text)).toThrow(/give a port from 1024 to 65528, or 0/);
});

test('a port in use is found out', async () => {
  const [port] = (await freePorts(1)) as [number];
  expect(await takenPorts([port, 0])).toEqual([]);
  const server = (await import('node:net')).createServer().listen(port, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  expect(await takenPorts([port])).toEqual([port]);
  await new Promise((resolve) => server.close(resolve));
});

test('steps are undone backwards, all of them, once', async () => {
  const undone: number[] = [];
  const undo = new UndoStack();
  undo.add(() => undone.push(1));
  undo.add(() => Promise.reject(new Error('second')));
  undo.add(() => undone.push(3));
  await expect(undo.run()).rejects.toThrow('second');
  // Nothing is left to undo.
  await expect(undo.run()).resolves.toBeUndefined();
  expect(undone).toEqual([3, 1]);
});

describe('a child process', () => {
  const node = (script: string) => startChild({ name: 'the tool', command: process.execPath, args: ['-e', script] });

  test('is ready when it says so, and ends by SIGTERM', async () => {
    const child = await node('console.log("ready"); setInterval(() => {}, 1000)');
    expect(await child.line((line) => line === 'ready', 10_000)).toBe('ready');
    await child.stop();
    expect(child.exit).toBe('SIGTERM');
  });

  test('is killed when it ignores SIGTERM for longer than the grace', async () => {
    const child = await node('process.on("SIGTERM", () => {}); console.log("ready"); setInterval(() => {}, 1000)');
    await child.line((line) => line === 'ready', 10_000);
    await child.stop(200);
    expect(child.exit).toBe('SIGKILL');
  });

  test('that ends before it is ready is reported with its last lines', async () => {
    const child = await node('console.error("cannot find its configuration"); process.exit(3)');
    await expect(child.line((line) => line === 'ready', 10_000)).rejects.toThrow(
      /ended with code 3[\s\S]*cannot find its configuration/,
    );
  });

  test('that does not exist is named', async () => {
    await expect(startChild({ name: 'the tool', command: '/nowhere/tool', args: [] })).rejects.toThrow(
      'the tool could not be started: /nowhere/tool (ENOENT)',
    );
  });
});

test('progress without a terminal prints the last word of each subject', () => {
  const written: string[] = [];
  const stream = { isTTY: false, write: (text: string) => written.push(text) } as unknown as NodeJS.WriteStream;
  const progress = new Progress(stream);
  progress.for('temporal')('building');
  progress.done('temporal', 'built');
  expect(written).toEqual(['temporal: built\n']);
});
