import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DevFile } from '../../cli/local/dev-file';
import { probeMongo } from '../../cli/local/start-mongo';
import { probeHttp, probeTemporal } from '../../cli/local/start-temporal';

/** `npm run dev` without npm: what it builds is built before the tests. Its servers are those that the global setup found. */
const root = join(__dirname, '..', '..');
const PATH = [dirname(process.env.TEST_TEMPORAL_CLI ?? ''), process.env.PATH].join(delimiter);

describe('npm run dev', () => {
  let directory: string;
  let dev: ChildProcess;
  let lines: string[];

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'dms-dev-'));
    lines = [];
    const args = [join(root, 'dist', 'cli', 'dev.js'), '--port-base', '0', '--directory', directory];
    dev = spawn(process.execPath, args, {
      cwd: root,
      env: { ...process.env, PATH },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [dev.stdout, dev.stderr])
      createInterface({ input: stream! }).on('line', (line) => lines.push(line));
    while (!lines.includes('ready')) {
      if (dev.exitCode !== null) throw new Error(`it ended with ${dev.exitCode}:\n${lines.join('\n')}`);
      await sleep(100);
    }
  }, 120_000);

  afterEach(async () => {
    if (dev.exitCode === null) dev.kill('SIGTERM');
    while (dev.exitCode === null && dev.signalCode === null) await sleep(100);
    rmSync(directory, { recursive: true, force: true });
  }, 60_000);

  const devFile = (): DevFile => JSON.parse(readFileSync(join(directory, 'dev.json'), 'utf8')) as DevFile;
  const everything = ({ temporal, mongodb, simulators, metrics }: DevFile): (() => Promise<unknown>)[] => [
    () => probeTemporal(temporal.address, temporal.namespace),
    () => probeHttp(temporal.ui),
    () => probeMongo(mongodb),
    () => probeHttp(`${simulators}/_sim/health`),
    () => probeHttp(metrics),
  ];

  test('says where everything is, and Ctrl-C ends every child', async () => {
    const file = devFile();
    expect(file).toEqual({
      temporal: { address: expect.any(String), namespace: 'default', ui: expect.any(String), cli: expect.any(String) },
      mongodb: expect.stringMatching(/^mongodb:/),
      dynamics: {
        url: expect.stringMatching(/^http:/),
        authority: expect.stringMatching(/^http:/),
        tenantId: '72f988bf-0000-4000-8000-00000000d365',
        clientId: '5a1d0f7e-0000-4000-8000-0000000000d1',
        clientSecret: 'simulated-dynamics-secret',
      },
      marketo: {
        url: expect.stringMatching(/^http:/),
        clientId: 'simulated-marketo-client',
        clientSecret: 'simulated-marketo-secret',
      },
      simulators: expect.stringMatching(/^http:/),
      metrics: expect.stringMatching(/\/metrics$/),
    });
    await Promise.all(everything(file).map((probe) => probe()));
    expect(lines.at(-1)).toBe('ready');
    const logs = join(directory, 'logs');
    const worker = readdirSync(logs).filter((name) => name.startsWith('worker'));
    expect(worker).not.toEqual([]);
    for (const name of worker) expect(readFileSync(join(logs, name), 'utf8')).not.toMatch(/"level":[456]0/);

    dev.kill('SIGINT');
    while (dev.exitCode === null) await sleep(100);
    expect(dev.exitCode).toBe(130);
    expect(readdirSync(directory)).not.toContain('dev.json');
    for (const probe of ownServers(file)) await expect(probe()).rejects.toThrow();
  }, 120_000);

  test('killed without a chance to clean up, it still leaves no child behind', async () => {
    const file = devFile();
    dev.kill('SIGKILL');
    const until = Date.now() + 45_000;
    for (const probe of ownServers(file)) {
      while (
        await probe().then(
          () => true,
          () => false,
        )
      ) {
        if (Date.now() > until) throw new Error('a child still answers');
        await sleep(200);
      }
    }
  }, 120_000);

  /** Servers that the environment names aren't ours to end. */
  const ownServers = (file: DevFile): (() => Promise<unknown>)[] => {
    const [temporal, ui, mongo, ...rest] = everything(file) as [
      () => Promise<unknown>,
      () => Promise<unknown>,
      () => Promise<unknown>,
    ];
    return [
      ...(process.env.TEMPORAL_ADDRESS ? [] : [temporal, ui]),
      ...(process.env.MONGODB_URI ? [] : [mongo]),
      ...rest,
    ];
  };
});
