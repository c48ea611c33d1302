import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { downloadArchive } from './download';
import { findOnPath, versionOutput } from './find-program';
import type { Package, Program, Recipe } from './resolve';
import { runTool } from './run-tool';
import { OLDEST_MONGOD, VERSIONS } from './versions';

const BUILD_LIMIT_MS = 30 * 60_000;

const mongod: Program = {
  flavour: 'mongod',
  command: 'mongod',
  async refuse(path) {
    const answer = await versionOutput(path);
    if ('fault' in answer) return answer.fault;
    const version = /db version v(\d+)\.(\d+)/.exec(answer.output);
    if (!version) return 'does not say which version it is';
    const [major, minor] = [Number(version[1]), Number(version[2])];
    const [oldMajor, oldMinor] = OLDEST_MONGOD;
    if (major > oldMajor || (major === oldMajor && minor >= oldMinor)) return undefined;
    return `is version ${major}.${minor}; ${OLDEST_MONGOD.join('.')} or later is needed`;
  },
};

const secantus: Program = {
  flavour: 'secantus',
  command: 'secantusd-rs',
  async refuse(path) {
    const answer = await versionOutput(path);
    if ('fault' in answer) return answer.fault;
    return /^secantusd-rs /m.test(answer.output) ? undefined : 'is not secantus-mdb';
  },
};

const download: Package = {
  ...mongod,
  directory: `mongod-${VERSIONS.mongod}`,
  via: 'download',
  label: 'download of MongoDB',
  async obtain(into, _env, report) {
    await downloadArchive(await mongodUrl(), into, 1, report);
  },
};

/** The vendor builds for certain distributions only; for any other the next way is tried. */
async function mongodUrl(): Promise<string> {
  const cpu = { x64: 'x86_64', arm64: 'aarch64' }[process.arch as string];
  const base = 'https://fastdl.mongodb.org';
  if (process.platform === 'darwin' && cpu) {
    return `${base}/osx/mongodb-macos-${process.arch === 'arm64' ? 'arm64' : 'x86_64'}-${VERSIONS.mongod}.tgz`;
  }
  const target =
    process.platform === 'linux' ? distribution(await readFile('/etc/os-release', 'utf8').catch(() => '')) : undefined;
  // There is no Debian build for ARM.
  if (!target || !cpu || (cpu === 'aarch64' && target.startsWith('debian'))) {
    throw new Error(`no MongoDB build for this system (${process.platform}/${process.arch}) is known`);
  }
  return `${base}/linux/mongodb-linux-${cpu}-${target}-${VERSIONS.mongod}.tgz`;
}

/** MongoDB's name of the distribution described by /etc/os-release, if there is a build for it. */
export function distribution(osRelease: string): string | undefined {
  const field = (name: string): string => new RegExp(`^${name}="?([^"\n]*)`, 'm').exec(osRelease)?.[1] ?? '';
  const [id, version] = [field('ID'), field('VERSION_ID')];
  const known: Record<string, string> = {
    'debian 12': 'debian12',
    'ubuntu 22.04': 'ubuntu2204',
    'ubuntu 24.04': 'ubuntu2404',
    'amzn 2023': 'amazon2023',
  };
  if (known[`${id} ${version}`]) return known[`${id} ${version}`];
  if (['rhel', 'rocky', 'almalinux'].includes(id) && version.startsWith('9')) return 'rhel93';
  return undefined;
}

const build: Package = {
  ...secantus,
  directory: `secantus-mdb-${VERSIONS.secantusMdb}`,
  via: 'build',
  label: `cargo install secantus-mdb ${VERSIONS.secantusMdb}`,
  async obtain(into, env, report) {
    if ((await findOnPath('cargo', env)).length === 0) throw new Error('cargo is not on PATH');
    report('building from source, about four minutes');
    // The crate asks for a newer compiler than it needs (temporal §B.5).
    const args = [
      'install',
      'secantus-mdb',
      '--version',
      VERSIONS.secantusMdb,
      '--locked',
      '--ignore-rust-version',
      '--root',
      into,
    ];
    const target = join(into, 'target');
    await runTool('cargo', args, {
      env: { ...env, CARGO_TARGET_DIR: target, CARGO_TERM_PROGRESS_WHEN: 'never' },
      limitMs: BUILD_LIMIT_MS,
      report,
      counts: { pattern: /^Compiling /, unit: 'crates compiled' },
    });
    await rm(target, { recursive: true, force: true });
  },
};

/** MongoDB, or what speaks its protocol over its storage engine (development and tests only, temporal §B.5). */
export const mongoRecipe: Recipe = {
  what: 'A MongoDB server',
  variable: 'MONGODB_URI',
  onPath: [mongod, secantus],
  packages: [download, build],
  remedies: [
    'install MongoDB 4.4 or later so that `mongod` is on PATH (https://www.mongodb.com/docs/manual/installation/)',
    'install Rust 1.95 or later, and a compatible server is built from source (about four minutes)',
    'set MONGODB_URI to a MongoDB server that is running',
  ],
};
