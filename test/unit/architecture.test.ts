import { readFileSync, statSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { builtFile } from '../../cli/local/paths';
import { workflowCode } from '../../workers/workflow-code';
import { type Import, importsIn, importsOf, ROOT, sourcesOf } from './imports';
import { promisesKeptIn } from './keeping';

const told = (imports: Import[]): string[] => imports.map(({ from, to }) => `${from} imports ${to}`);
const among =
  (...folders: string[]) =>
  (one: Import) =>
    folders.includes(one.folder);
/** `mongodb` of `mongodb/lib/bson`, `fs` of `node:fs/promises`. */
const packageOf = (to: string): string => /^(?:@[^/]+\/)?[^/]+/.exec(to.replace(/^node:/, ''))?.[0] ?? to;
const SERVICE = ['workflows', 'activities', 'model', 'clients', 'workers', 'cli'];

describe('imports point one way', () => {
  test('workflow files use Temporal’s workflow API, model/ and each other; of all else, types only', () => {
    const allowed = ({ to, folder, typeOnly }: Import) =>
      ['@temporalio/workflow', '@temporalio/common'].includes(to) ||
      among('workflows', 'model')({ folder } as Import) ||
      (typeOnly && folder === 'activities');
    expect(told(importsOf('workflows').filter((one) => !allowed(one)))).toEqual([]);
  });

  test('what workflow files use of model/ is free of Node, for it runs in their sandbox', () => {
    const open = importsOf('workflows').filter(({ folder, typeOnly }) => folder === 'model' && !typeOnly);
    const model = importsOf('model');
    const seen = new Set(open.map(({ to }) => to));
    for (const file of seen)
      for (const { from, to, typeOnly } of model) if (from === `${file}.ts` && !typeOnly) seen.add(to);
    expect([...seen].filter((name) => !name.startsWith('model/'))).toEqual([]);
  });

  test('model/ uses nothing but itself and node:crypto', () => {
    expect(told(importsOf('model').filter(({ to, folder }) => folder !== 'model' && to !== 'node:crypto'))).toEqual([]);
  });

  test('clients/ use neither what stands above them nor the simulators', () => {
    expect(
      told(importsOf('clients').filter(among('activities', 'workflows', 'workers', 'cli', 'simulators', 'test'))),
    ).toEqual([]);
  });

  test('clients/ use of model/ what has no policy: types, the calendar, and how fingerprints are made and packed', () => {
    const policy = ({ folder, to, typeOnly }: Import) =>
      folder === 'model' && !typeOnly && !['model/fingerprint', 'model/day'].includes(to);
    expect(told(importsOf('clients').filter(policy))).toEqual([]);
  });

  test('activities/ use model/ and clients/, not what stands above them', () => {
    expect(told(importsOf('activities').filter(among('workflows', 'workers', 'cli', 'simulators', 'test')))).toEqual(
      [],
    );
  });

  test('simulators/ use nothing of the service', () => {
    expect(told(importsOf('simulators').filter(among(...SERVICE, 'test')))).toEqual([]);
  });

  test('the service uses nothing of simulators/: it finds them by their addresses', () => {
    expect(told(SERVICE.flatMap(importsOf).filter(among('simulators', 'test')))).toEqual([]);
  });

  test('checker/ uses nothing but itself: what judges the service shares nothing with it', () => {
    expect(told(importsOf('checker').filter(({ folder }) => folder !== 'checker'))).toEqual([]);
    expect(sourcesOf('checker').length).toBeGreaterThan(0);
  });

  test('nothing but workers/ and cli/ uses workers/ or cli/', () => {
    const others = ['workflows', 'activities', 'model', 'clients', 'simulators'].flatMap(importsOf);
    expect(told(others.filter(among('workers', 'cli')))).toEqual([]);
    expect(told(importsOf('workers').filter(among('cli')))).toEqual([]);
  });

  test('what is built and shipped imports no package but those in `dependencies`: the image has no others', () => {
    const { include } = JSON.parse(readFileSync(join(ROOT, 'tsconfig.build.json'), 'utf8')) as { include: string[] };
    const { dependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { dependencies: object };
    const allowed = new Set([...builtinModules, ...Object.keys(dependencies)]);
    const shipped = include.flatMap(importsOf);
    expect(told(shipped.filter(({ to, folder }) => folder === '' && !allowed.has(packageOf(to))))).toEqual([]);
    expect(told(shipped.filter(({ folder }) => folder !== '' && !include.includes(folder)))).toEqual([]);
    expect(include).toEqual(expect.arrayContaining([...SERVICE, 'checker', 'simulators']));
  });

  test('each folder has files to be looked at', () => {
    for (const folder of [...SERVICE, 'simulators']) expect(sourcesOf(folder).length).toBeGreaterThan(0);
  });
});

test('the reader of imports sees each way to write one', () => {
  const source = `import a from 'one';
import type { B } from './two';
import { type C, d } from "../model/three";
import * as e from 'node:fs';
import 'five';
export { f } from './six';
export type { G } from './seven';
import {
  h,
} from './eight';
const i = require('nine'), j = await import('ten');
const k = call.query.require('a parameter');`;
  expect(importsIn('clients/x.ts', source).map(({ to, typeOnly }) => `${to}${typeOnly ? ' (type)' : ''}`)).toEqual([
    'one',
    'clients/two (type)',
    'model/three',
    'node:fs',
    'five',
    'clients/six',
    'clients/seven (type)',
    'clients/eight',
    'nine',
    'ten',
  ]);
});

test('rows are listed as parked through activities/park.ts alone, which takes back what a superseded attempt listed', () => {
  const lists = sourcesOf('activities').filter((file) =>
    /parked\.settle\(/.test(readFileSync(join(ROOT, file), 'utf8')),
  );
  expect(lists).toEqual(['activities/park.ts']);
});

describe('a promise is kept in clients/keep.ts alone, which forgets rejections', () => {
  test('nowhere else', () => {
    const files = [...SERVICE, 'simulators', 'checker'].flatMap(sourcesOf);
    expect(files.flatMap((file) => promisesKeptIn(file, readFileSync(join(ROOT, file), 'utf8')))).toEqual([]);
  });

  test.each([
    ['a field', 'class A {\n  #ready: Promise<void> | undefined;\n}'],
    ['an optional field', 'class A {\n  private readonly ready?: Promise<void>;\n}'],
    ['a variable', 'let underWay: Promise<Held> | undefined;'],
    ['a map', 'const tables = new Map<string, Promise<Table>>();'],
    ['a map that is a field', 'class A {\n  tables: Map<string, Promise<Table>>;\n}'],
    [
      '??= of an async method',
      'class A {\n  async #prepare(): Promise<void> {}\n  go() { this.ready ??= this.#prepare(); }\n}',
    ],
    ['||= of a function', 'async function make(): Promise<number> {}\nvalue ||= make();'],
    ['an assignment', 'const make = async () => 1;\nclass A { go() { this.ready = make(); } }'],
    [
      'a value put into a map',
      'class A {\n  read(table: string): Promise<Row> {}\n  go() { this.rows.set(table, this.read(table)); }\n}',
    ],
  ])('the reader of sources sees %s', (_name, source) => {
    expect(promisesKeptIn('clients/x.ts', source)).not.toEqual([]);
  });

  test('and lets pass what is awaited, passed on or returned', () => {
    const source = `class A {
  read(table: string): Promise<Row> { return this.other.read(table); }
  async go(): Promise<void> { this.row ??= await this.read('x'); const reading = this.read('y'); await reading; }
  readonly wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
}`;
    expect(promisesKeptIn('clients/x.ts', source)).toEqual([]);
  });
});

describe('the bundle that every cached workflow keeps in memory', () => {
  let code = '';
  beforeAll(async () => {
    ({ code } = await bundleWorkflowCode({
      ...workflowCode(ROOT),
      logger: new DefaultLogger('WARN'),
    }));
  }, 60_000);

  // As the workers load it.
  test('is below 950 kB', () => {
    const { size } = statSync(builtFile('workflow-bundle.js'));
    expect(size).toBeGreaterThan(100_000);
    expect(size).toBeLessThan(950_000);
  });

  test('is the same wherever it was made: its source map holds no source, and names no folder of the machine', () => {
    const bundle = readFileSync(builtFile('workflow-bundle.js'), 'utf8');
    const map = JSON.parse(Buffer.from(bundle.slice(bundle.lastIndexOf('base64,') + 7), 'base64').toString());
    expect(map.sources).toContain('./dist/workflows/dynamics-marketo-sync.js');
    expect(map.sources.filter((name: string) => /^\/|^[A-Z]:/.test(name))).toEqual([]);
    expect(map.sourcesContent).toBeUndefined();
  });

  test('holds our workflows and of the rest only Temporal’s own packages', () => {
    const modules = [...code.matchAll(/^\/\*\*\*\/ "\.\/([^"]+)"/gm)].map(([, name = '']) => name);
    const own = modules.filter((name) => !name.includes('node_modules/'));
    const packages = new Set(
      modules.flatMap((name) => /node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules\/)/.exec(name)?.[1] ?? []),
    );
    expect(own).toContain('workflows/dynamics-marketo-sync.ts');
    expect(own.filter((name) => !/^(workflows|model)\//.test(name))).toEqual([]);
    expect([...packages].sort()).toEqual(['@temporalio/common', '@temporalio/workflow', 'long', 'ms', 'nexus-rpc']);
  });

  test.each(['axios', 'mongodb', 'zod', 'pino', 'fastify', '@azure/msal-node', 'node:crypto', 'node:fs', 'node:http'])(
    'holds no %s',
    (name) => {
      expect(code.includes(name)).toBe(false);
    },
  );
});
