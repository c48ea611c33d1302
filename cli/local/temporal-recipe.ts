import { mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { downloadArchive } from './download';
import { findOnPath, versionOutput } from './find-program';
import type { Package, Program, Recipe } from './resolve';
import { runTool } from './run-tool';
import { VERSIONS } from './versions';

const BUILD_LIMIT_MS = 30 * 60_000;
const MODULE = `github.com/temporalio/cli/cmd/temporal@v${VERSIONS.temporal}`;

const program: Program = {
  flavour: 'temporal',
  command: 'temporal',
  async refuse(path) {
    const answer = await versionOutput(path);
    if ('fault' in answer) return answer.fault;
    // There are other programs of that name (a build tool, a shell helper): ours names itself and its server.
    return /temporal version .*server/i.test(answer.output) ? undefined : "is not Temporal's CLI";
  },
};

const directory = `temporal-${VERSIONS.temporal}`;

const download: Package = {
  ...program,
  directory,
  via: 'download',
  label: 'download of the release',
  async obtain(into, _env, report) {
    const platform = { linux: 'linux', darwin: 'darwin' }[process.platform as string];
    const arch = { x64: 'amd64', arm64: 'arm64' }[process.arch as string];
    if (!platform || !arch) throw new Error(`no release archive for ${process.platform}/${process.arch} is known`);
    const url = `https://temporal.download/cli/archive/v${VERSIONS.temporal}?platform=${platform}&arch=${arch}`;
    await downloadArchive(url, into, 0, report);
    await mkdir(join(into, 'bin'), { recursive: true });
    await rename(join(into, 'temporal'), join(into, 'bin', 'temporal'));
  },
};

const build: Package = {
  ...program,
  directory,
  via: 'build',
  label: `go install ${MODULE}`,
  async obtain(into, env, report) {
    if ((await findOnPath('go', env)).length === 0) throw new Error('go is not on PATH');
    report('building from source, about three minutes');
    await runTool('go', ['install', '-v', MODULE], {
      env: { ...env, GOBIN: join(into, 'bin') },
      limitMs: BUILD_LIMIT_MS,
      report,
      counts: { pattern: /^[\w.-]+(\/[\w.-]+)*$/, unit: 'packages compiled' },
    });
  },
};

/** Temporal's dev server with its Web UI, which is also the CLI that a user types (temporal §B.1). */
export const temporalRecipe: Recipe = {
  what: 'A Temporal server',
  variable: 'TEMPORAL_ADDRESS',
  onPath: [program],
  packages: [download, build],
  remedies: [
    'install the Temporal CLI so that `temporal` is on PATH (https://docs.temporal.io/cli)',
    'install Go 1.24 or later, and it is built from source (about three minutes)',
    'set TEMPORAL_ADDRESS to a Temporal server that is running',
  ],
};
