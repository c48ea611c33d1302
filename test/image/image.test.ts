import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Connection } from '@temporalio/client';
import { type ManagedChild, startChild } from '../../cli/local/managed-child';

import type { SimulatorUrls } from '../../cli/local/start-simulators';
import { freePorts } from '../../cli/ports';
import { ROOT } from '../unit/imports';
import { eventually } from '../workflow/eventually';
import { compose } from './compose';
import { filesWithTimes, type Image, layOutImage } from './image';
import { environmentOf, run } from './run';

const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: Record<string, string> };
/** Those that run from dist, but for the worker, which takes no options. */
const COMMANDS = Object.entries(scripts).flatMap(([name, line]) => (line.includes('run.js cli/') ? [name] : []));

/** Requires nothing: says of each file below dist/ which packages it asks for that are not there. */
const UNRESOLVED = `
const { readdirSync, readFileSync } = require('node:fs');
const { createRequire } = require('node:module');
const { resolve } = require('node:path');
for (const name of readdirSync('dist', { recursive: true }).filter((one) => one.endsWith('.js') && !one.includes('bundle.js'))) {
  const path = resolve('dist', name);
  for (const [, asked] of readFileSync(path, 'utf8').matchAll(/(?<![.\\w])require\\("([^"]+)"\\)/g))
    try { createRequire(path).resolve(asked); } catch { console.log(name + ' asks for ' + asked); }
}`;

let image: Image;
beforeAll(async () => {
  image = await layOutImage();
}, 300_000);
afterAll(() => image?.remove());

describe('the image, from exactly the files that Dockerfile and .dockerignore let through', () => {
  test('.dockerignore lets through what the Dockerfile copies, and nothing else', () => {
    const { letThrough, copied } = image.context;
    expect(letThrough).toEqual(copied);
    expect(letThrough.filter((path) => /^(test|docs|\.env|\.git|\.run|dist|node_modules)/.test(path))).toEqual([]);
  });

  test('runs on the Node that is supported longest', () => {
    expect(image.stages.map(({ base }) => base)).toEqual(['node:24-bookworm-slim', 'node:24-bookworm-slim']);
  });

  test('holds neither sources nor a compiler nor another package for development', async () => {
    for (const name of [
      'node_modules/typescript',
      'node_modules/@temporalio/testing',
      'tsconfig.build.json',
      'workers',
    ])
      expect({ name, there: existsSync(join(image.workdir, name)) }).toEqual({ name, there: false });
    expect(existsSync(join(image.workdir, 'node_modules/@temporalio/worker'))).toBe(true);
  });

  test('holds each package that a shipped file asks for', async () => {
    expect(await run(`node -e '${UNRESOLVED.replaceAll("'", "'\\''")}'`, image)).toEqual({
      code: 0,
      stdout: '',
      stderr: '',
    });
  });

  test.each(COMMANDS)('starts npm run %s', async (name) => {
    const { code, stdout, stderr } = await run(`npm run --silent ${name} -- --help`, image);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain(`npm run ${name}`);
  });
});

describe('docker compose up', () => {
  const { services, volumes } = compose();
  const running: ManagedChild[] = [];
  let urls: SimulatorUrls;
  let settings: Record<string, string>;

  /** A service's own program, from the image, in its environment. */
  async function start(name: string, command: string[], env: Record<string, string>): Promise<ManagedChild> {
    const [program = '', ...args] = command;
    expect(program).toBe('node');
    const child = await startChild({
      name,
      command: process.execPath,
      args,
      cwd: image.workdir,
      env: environmentOf({ ...image.env, ...env }),
    });
    running.push(child);
    return child;
  }

  /** Ports that are free here instead of the usual ones. */
  const here = (text: string): string =>
    text
      .replaceAll('http://127.0.0.1:4600', urls.control)
      .replaceAll('http://127.0.0.1:4601', urls.entra)
      .replaceAll('http://127.0.0.1:4602', urls.dataverse)
      .replaceAll('http://127.0.0.1:4603', urls.marketo);

  beforeAll(async () => {
    const command = services.simulators?.command?.map((word) => (word === '4600' ? '0' : word)) ?? [];
    const simulators = await start('the simulators', command, {});
    urls = JSON.parse(await simulators.line((line) => line.startsWith('{"control"'), 60_000)) as SimulatorUrls;
    const environment = services['dev-worker']?.environment ?? {};
    settings = {
      ...Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, here(value)])),
      TEMPORAL_ADDRESS: process.env.TEST_TEMPORAL_ADDRESS ?? '',
      TEMPORAL_NAMESPACE: `image-${randomBytes(4).toString('hex')}`,
      MONGODB_URI: process.env.TEST_MONGODB_URI ?? '',
      MONGODB_DATABASE: `image-${randomBytes(4).toString('hex')}`,
      SYNC_METRICS_ADDRESS: `127.0.0.1:${(await freePorts(1))[0]}`,
    };
    await makeNamespace(settings.TEMPORAL_ADDRESS ?? '', settings.TEMPORAL_NAMESPACE ?? '');
  }, 90_000);
  afterAll(async () => {
    for (const child of running) await child.stop();
  }, 60_000);

  test('starts simulators that its health check finds well', async () => {
    const [kind, ...command] = services.simulators?.healthcheck?.test ?? [];
    expect(kind).toBe('CMD');
    expect(await (await start('the health check', command.map(here), {})).exited).toBe('code 0');
  });

  test('starts a worker that is ready, and operators’ commands beside it; they write to .run and nowhere else', async () => {
    const before = filesWithTimes(image.workdir);
    const worker = await start('the worker', image.command, settings);
    await worker.line((line) => line.includes('"msg":"ready"'), 90_000);

    expect(await run('npm run --silent validate', image, settings)).toMatchObject({ code: 0 });
    expect(await run('npm run --silent deletes', image, settings)).toEqual({
      code: 0,
      stdout: 'no deletions wait\n',
      stderr: '',
    });
    const digest = await run('npm run --silent digest', image, settings);
    expect(digest).toMatchObject({ code: 0, stdout: expect.stringMatching(/written to \.run\/digest-.*\.csv/) });

    await worker.stop(35_000);
    expect(await worker.exited).toBe('code 0');
    expect(image.writable).toEqual(['.run']);
    const written = [...filesWithTimes(image.workdir)].filter(([name, time]) => before.get(name) !== time);
    expect(written.filter(([name]) => !/^\.run(\/|$)/.test(name))).toEqual([]);
    expect(written.length).toBeGreaterThan(0);
  }, 180_000);

  test('names nothing of the checkout, of the image or of itself that is not there', () => {
    for (const [
      name,
      { build, volumes: mounted = [], entrypoint = [], depends_on = {}, network_mode },
    ] of Object.entries(services)) {
      const hosts = mounted.map((one) => one.split(':')[0] ?? '');
      const inDeploy = entrypoint.flatMap((word) =>
        word.startsWith('/deploy/') ? [`./deploy/temporal${word.slice(7)}`] : [],
      );
      const files = [...hosts.filter((path) => path.startsWith('.')), ...inDeploy, ...(build ? [build] : [])];
      expect({ name, missing: files.filter((path) => !existsSync(join(ROOT, path))) }).toEqual({ name, missing: [] });
      for (const path of hosts.filter((one) => !one.startsWith('.'))) expect(volumes).toHaveProperty(path);
      const others = [...Object.keys(depends_on), ...(network_mode ? [network_mode.replace('service:', '')] : [])];
      for (const other of others) expect(services).toHaveProperty(other);
    }
    expect(Object.keys(services)).toEqual(expect.arrayContaining(['dev-worker', 'worker', 'temporal-ui']));
  });
});

/** A namespace of its own: other suites' workflows are on the same queues. */
async function makeNamespace(address: string, namespace: string): Promise<void> {
  const connection = await Connection.connect({ address });
  const { workflowService } = connection;
  const workflowExecutionRetentionPeriod = { seconds: 86_400 as never };
  await workflowService.registerNamespace({ namespace, workflowExecutionRetentionPeriod });
  const found = async (): Promise<boolean> => Boolean(await workflowService.describeNamespace({ namespace }));
  await eventually(() => `namespace ${namespace} is not there`, found, 30);
  await connection.close();
}
