import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../imports';
import { Checkout } from './checkout';

let checkout: Checkout;
beforeEach(() => {
  checkout = new Checkout();
});
afterEach(() => rmSync(checkout.root, { recursive: true, force: true }));

const said = (stdout: string) => ({ code: 3, stdout: `${stdout}\n`, stderr: '' });

describe('a command of package.json', () => {
  test('is built once, and then runs from dist, with its arguments and its exit code', async () => {
    expect(await checkout.say('--values', 'a b')).toEqual(said('one --values a b'));
    expect(await checkout.say()).toEqual(said('one'));
    expect(checkout.builds).toBe(1);
  });

  test('never runs a stale dist: whatever the build reads, or made, has changed', async () => {
    await checkout.say();
    checkout.write('model/word.ts', "export const word = 'two';\n");
    // As an archive is unpacked, or a file is copied with its time.
    utimesSync(join(checkout.root, 'model/word.ts'), 0, 0);
    expect(await checkout.say()).toEqual(said('two'));

    checkout.write('dist/model/word.js', "exports.word = 'by hand';\n");
    expect(await checkout.say()).toEqual(said('two'));

    checkout.remove('dist/model/word.js');
    checkout.write('model/another.ts', 'export {};\n');
    expect(await checkout.say()).toEqual(said('two'));
    expect(checkout.has('dist/model/another.js')).toBe(true);

    checkout.remove('model/another.ts');
    await checkout.say();
    expect(checkout.has('dist/model/another.js')).toBe(false);

    checkout.write('tsconfig.json', checkout.read('tsconfig.json').replace('es2022', 'es2023'));
    await checkout.say();
    expect(checkout.builds).toBe(6);
  });

  test('is compiled again where a source was edited while it was compiled', async () => {
    const edit = "if (!existsSync('model/late.ts')) writeFileSync('model/late.ts', 'export {};');";
    const declare = 'declare function require(name: string): Record<string, (path: string, text?: string) => boolean>;';
    const bundling = checkout.read('cli/bundle-workflows.ts').replace(/^declare.*$/m, declare);
    checkout.write(
      'cli/bundle-workflows.ts',
      `${bundling}const { existsSync = Boolean, writeFileSync = Boolean } = require('node:fs');\n${edit}\n`,
    );
    expect(await checkout.say()).toEqual(said('one'));
    expect(checkout.has('dist/model/late.js')).toBe(true);
    expect(checkout.builds).toBe(2);
  });

  test('is not compiled because a file was only touched', async () => {
    await checkout.say();
    utimesSync(join(checkout.root, 'model/word.ts'), new Date(), new Date());
    await checkout.say();
    expect(checkout.builds).toBe(1);
  });

  test('does not run, and leaves dist as it is, while the sources can’t be built', async () => {
    await checkout.say();
    checkout.write('model/word.ts', 'export const word: string = 2;\n');
    for (const _ of [1, 2]) {
      const { code, stdout, stderr } = await checkout.say();
      expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining('could not be built') });
      expect(stdout).toContain('model/word.ts');
    }
    expect(checkout.read('dist/model/word.js')).toContain("'one'");
  });

  test('started several times at once is compiled once, and each runs', async () => {
    const all = await Promise.all(['a', 'b', 'c'].map((name) => checkout.say(name)));
    expect(all).toEqual(['a', 'b', 'c'].map((name) => said(`one ${name}`)));
    expect(checkout.builds).toBe(1);
  });

  test('takes a lock over whose holder was killed, with what it left', async () => {
    const { pid } = spawnSync(process.execPath, ['-e', '']);
    checkout.write('.run/build.lock', String(pid));
    checkout.write(`.run/build-${pid}/model/half.js`, '');
    expect(await checkout.say()).toEqual(said('one'));
    expect(checkout.has(`.run/build-${pid}`)).toBe(false);
    expect(checkout.has('.run/build.lock')).toBe(false);
  });

  test('runs from dist as it is where there are neither sources nor a compiler', async () => {
    await checkout.say();
    for (const name of ['tsconfig.json', 'tsconfig.build.json', 'cli', 'model', 'node_modules']) checkout.remove(name);
    expect(await checkout.say()).toEqual(said('one'));
    expect(await checkout.node('run.js', 'cli/other.js')).toMatchObject({
      code: 1,
      stderr: 'dist/cli/other.js is missing\n',
    });
  });
});

test('npm run build compiles in any case, and a program that runs meanwhile keeps its files', async () => {
  await checkout.say();
  const { mtimeMs, ino } = checkout.stat('dist/model/word.js');
  expect(await checkout.node('build.js')).toMatchObject({ code: 0 });
  expect(checkout.builds).toBe(2);
  expect(checkout.stat('dist/model/word.js')).toMatchObject({ mtimeMs, ino });
  await checkout.say();
  expect(checkout.builds).toBe(2);
});

test('every command of package.json that runs from dist does so by scripts/run.js', () => {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  const direct = Object.entries(scripts).filter(([, line]) => /\bdist\//.test(line));
  expect(direct).toEqual([]);
  const byScript = Object.values(scripts).flatMap((line) => /scripts\/run\.js (\S+)\.js/.exec(line)?.[1] ?? []);
  expect(byScript).toContain('workers/main');
  for (const name of byScript) expect(readFileSync(join(ROOT, `${name}.ts`), 'utf8')).not.toBe('');
});
