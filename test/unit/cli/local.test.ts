import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { cacheRoot } from '../../../cli/local/cache';
import { distribution, mongoRecipe } from '../../../cli/local/mongo-recipe';
import { NotResolvedError, type Package, type Recipe, resolveServer } from '../../../cli/local/resolve';
import { temporalRecipe } from '../../../cli/local/temporal-recipe';
import { fakeProgram, scratch, TEMPORAL_VERSION } from './fakes';

const report = (): void => undefined;

/** The real recipe without its download: unit tests ask nothing of the network. */
const withoutDownload = (recipe: Recipe): Recipe => ({
  ...recipe,
  packages: recipe.packages.filter(({ via }) => via === 'build'),
});

describe('the resolver of local servers', () => {
  let bin: string;
  let cache: string;
  let env: Record<string, string>;

  beforeEach(() => {
    bin = scratch();
    cache = scratch();
    env = { PATH: bin, SYNC_CACHE_DIR: cache };
  });

  const cached = (directory: string, program: string, script: string): string =>
    fakeProgram(join(cache, directory, 'bin', program), script);

  test('takes an address in the environment before anything else', async () => {
    fakeProgram(join(bin, 'temporal'), TEMPORAL_VERSION);
    const resolved = await resolveServer(temporalRecipe, {
      env: { ...env, TEMPORAL_ADDRESS: 'temporal.example.com:7233' },
      report,
    });
    expect(resolved).toEqual({ source: 'environment', address: 'temporal.example.com:7233' });
  });

  test('finds the CLI beside an address when only the program is asked for', async () => {
    const program = fakeProgram(join(bin, 'temporal'), TEMPORAL_VERSION);
    const resolved = await resolveServer(temporalRecipe, {
      env: { ...env, TEMPORAL_ADDRESS: 'x:1' },
      report,
      programOnly: true,
    });
    expect(resolved).toEqual({ source: 'path', flavour: 'temporal', program });
  });

  test('takes the program on PATH before the one in the cache', async () => {
    const program = fakeProgram(join(bin, 'temporal'), TEMPORAL_VERSION);
    cached('temporal-1.5.1', 'temporal', TEMPORAL_VERSION);
    expect(await resolveServer(temporalRecipe, { env, report })).toEqual({
      source: 'path',
      flavour: 'temporal',
      program,
    });
  });

  test.each([
    ['does not run', 'exit 1'],
    ['is another tool of that name', 'echo "temporal 3 - a calendar"'],
  ])('passes over a program on PATH that %s', async (_why, script) => {
    fakeProgram(join(bin, 'temporal'), script);
    const program = cached('temporal-1.5.1', 'temporal', TEMPORAL_VERSION);
    expect(await resolveServer(temporalRecipe, { env, report })).toEqual({
      source: 'cache',
      flavour: 'temporal',
      program,
    });
  });

  test('takes a later working program on PATH after a broken one', async () => {
    const other = scratch();
    fakeProgram(join(bin, 'temporal'), 'exit 127');
    const program = fakeProgram(join(other, 'temporal'), TEMPORAL_VERSION);
    const resolved = await resolveServer(temporalRecipe, { env: { ...env, PATH: `${bin}:${other}` }, report });
    expect(resolved).toEqual({ source: 'path', flavour: 'temporal', program });
  });

  test('refuses a mongod that the driver cannot speak to, and takes the compatible server', async () => {
    fakeProgram(join(bin, 'mongod'), 'echo "db version v4.2.1"');
    const program = fakeProgram(join(bin, 'secantusd-rs'), 'echo "secantusd-rs 0.5.3-beta.193"');
    expect(await resolveServer(mongoRecipe, { env, report })).toEqual({ source: 'path', flavour: 'secantus', program });
  });

  test('takes mongod 4.4 and later', async () => {
    const program = fakeProgram(join(bin, 'mongod'), 'echo "db version v4.4.0"');
    expect(await resolveServer(mongoRecipe, { env, report })).toEqual({ source: 'path', flavour: 'mongod', program });
  });

  test('prefers a download that worked to building', async () => {
    const built: string[] = [];
    const recipe = recipeOf([pack('build', 'tool-1', built), pack('download', 'tool-1', built)]);
    const resolved = await resolveServer(recipe, { env, report });
    expect(resolved).toEqual({ source: 'download', flavour: 'tool', program: join(cache, 'tool-1', 'bin', 'tool') });
    expect(built).toEqual(['download']);
  });

  test('builds when the download fails, and leaves nothing half-built behind', async () => {
    const built: string[] = [];
    const failing: Package = {
      ...pack('download', 'tool-1', built),
      obtain: () => Promise.reject(new Error('no such host')),
    };
    const resolved = await resolveServer(recipeOf([failing, pack('build', 'tool-1', built)]), { env, report });
    expect(resolved).toMatchObject({ source: 'build' });
    expect(readdirSync(cache)).toEqual(['tool-1']);
  });

  test('keeps what it built for the next time', async () => {
    const built: string[] = [];
    const recipe = recipeOf([pack('build', 'tool-1', built)]);
    await resolveServer(recipe, { env, report });
    expect(await resolveServer(recipe, { env, report })).toMatchObject({ source: 'cache' });
    expect(built).toEqual(['build']);
  });

  test('builds once when two ask at the same time', async () => {
    const built: string[] = [];
    const recipe = recipeOf([pack('build', 'tool-1', built, 300)]);
    const both = await Promise.all([resolveServer(recipe, { env, report }), resolveServer(recipe, { env, report })]);
    expect(both.map(({ source }) => source).sort()).toEqual(['build', 'cache']);
    expect(built).toEqual(['build']);
  });

  test('builds the Temporal CLI with the go that is there, into the cache', async () => {
    fakeProgram(
      join(bin, 'go'),
      `/bin/mkdir -p "$GOBIN"; printf '#!/bin/sh\\n%s\\n' '${TEMPORAL_VERSION}' > "$GOBIN/temporal"; /bin/chmod +x "$GOBIN/temporal"; echo "$@"`,
    );
    const said: string[] = [];
    const resolved = await resolveServer(withoutDownload(temporalRecipe), { env, report: (text) => said.push(text) });
    expect(resolved).toEqual({
      source: 'build',
      flavour: 'temporal',
      program: join(cache, 'temporal-1.5.1', 'bin', 'temporal'),
    });
    expect(said).toContain('go: install -v github.com/temporalio/cli/cmd/temporal@v1.5.1');
  });

  test('does not keep a build whose program does not run', async () => {
    fakeProgram(
      join(bin, 'go'),
      `/bin/mkdir -p "$GOBIN"; printf '#!/bin/sh\\nexit 1\\n' > "$GOBIN/temporal"; /bin/chmod +x "$GOBIN/temporal"`,
    );
    await expect(resolveServer(withoutDownload(temporalRecipe), { env, report })).rejects.toThrow(
      /what came of it does not run/,
    );
    expect(existsSync(join(cache, 'temporal-1.5.1'))).toBe(false);
  });

  test('names at the end all that was tried and what helps', async () => {
    fakeProgram(join(bin, 'cargo'), 'echo "error: linker cc not found" >&2; exit 101');
    const fault = await resolveServer(withoutDownload(mongoRecipe), { env, report }).catch((error: Error) => error);
    expect(fault).toBeInstanceOf(NotResolvedError);
    for (const part of [
      'MONGODB_URI: not set',
      'PATH: no mongod',
      'PATH: no secantusd-rs',
      `cache: ${cache}/secantus-mdb-0.5.3-beta.193/bin/secantusd-rs is not there`,
      'cargo install secantus-mdb 0.5.3-beta.193: cargo ended with code 101',
      'linker cc not found',
      'install Rust',
      'set MONGODB_URI',
    ]) {
      expect((fault as Error).message).toContain(part);
    }
  });

  test('only looks when told so', async () => {
    const built: string[] = [];
    await expect(
      resolveServer(recipeOf([pack('build', 'tool-1', built)]), { env, report, lookOnly: true }),
    ).rejects.toThrow(NotResolvedError);
    expect(built).toEqual([]);
  });
});

test.each([
  ['SYNC_CACHE_DIR first', { SYNC_CACHE_DIR: '/a', XDG_CACHE_HOME: '/b' }, '/a'],
  ['then XDG_CACHE_HOME', { XDG_CACHE_HOME: '/b' }, '/b/dynamics-marketo-sync'],
])('the cache lies under %s', (_name, env, expected) => {
  expect(cacheRoot(env)).toBe(expected);
});

test('a relative XDG_CACHE_HOME is ignored', () => {
  expect(cacheRoot({ XDG_CACHE_HOME: 'relative' })).toMatch(/\.cache\/dynamics-marketo-sync$/);
});

test.each([
  ['ID=debian\nVERSION_ID="12"\n', 'debian12'],
  ['NAME="Ubuntu"\nID=ubuntu\nVERSION_ID="24.04"\n', 'ubuntu2404'],
  ['ID="rocky"\nVERSION_ID="9.4"\n', 'rhel93'],
  ['ID=alpine\nVERSION_ID=3.20\n', undefined],
  ['', undefined],
])('MongoDB names the distribution of %j %j', (osRelease, expected) => {
  expect(distribution(osRelease)).toBe(expected);
});

/** A package whose making is noted. */
function pack(via: Package['via'], directory: string, made: string[], tookMs = 0): Package {
  return {
    flavour: 'tool',
    command: 'tool',
    directory,
    via,
    label: via,
    refuse: async () => undefined,
    async obtain(into) {
      await new Promise((resolve) => setTimeout(resolve, tookMs));
      made.push(via);
      fakeProgram(join(into, 'bin', 'tool'), 'exit 0');
    },
  };
}

const recipeOf = (packages: Package[]): Recipe => ({
  what: 'A tool',
  variable: 'TOOL',
  onPath: [],
  packages,
  remedies: ['install it'],
});
