import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Environment } from './cache';
import { cacheRoot } from './cache';
import { findOnPath, isExecutable, versionOutput } from './find-program';
import { withLock } from './lock';
import { packageRoot } from './paths';
import { Progress, type Report } from './progress';
import { NotResolvedError } from './resolve';
import { runTool } from './run-tool';

const COMMANDS = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
/** Where the executable lies within a directory of Playwright's cache, by platform and age. */
const WITHIN = [
  'chrome-linux/chrome',
  'chrome-linux64/chrome',
  'chrome-linux/headless_shell',
  'chrome-headless-shell-linux64/chrome-headless-shell',
  'chrome-mac/Chromium.app/Contents/MacOS/Chromium',
  'chrome-mac-arm64/Chromium.app/Contents/MacOS/Chromium',
];
const DOWNLOAD_HOST = 'https://cdn.playwright.dev';

/** A Chromium for the tests that look at the Web UI: PATH, Playwright's cache, Playwright's download, apt where we are root. */
export async function resolveChromium(
  options: { env?: Environment; progress?: Progress; lookOnly?: boolean } = {},
): Promise<string> {
  const env = options.env ?? process.env;
  const progress = options.progress ?? new Progress();
  const report = progress.for('chromium');
  const tried: string[] = [];
  const look = async (): Promise<string | undefined> =>
    (await onPath(env, tried)) ?? (await inPlaywrightCache(env, tried));
  const ways: [string, () => Promise<void>][] = [
    ["Playwright's download", () => playwrightDownload(env, report)],
    ['apt-get install chromium', () => aptInstall(env, report)],
  ];
  let found = await look();
  for (const [name, way] of options.lookOnly ? [] : ways) {
    if (found) break;
    try {
      await way();
      found = await look();
    } catch (error) {
      tried.push(`${name}: ${(error as Error).message}`);
    }
  }
  progress.done('chromium', found ?? 'not found');
  if (found) return found;
  const list = [...new Set(tried)].map((line) => `  - ${line}`).join('\n');
  throw new NotResolvedError(
    `No Chromium could be found or installed. Tried:\n${list}\nInstall Chromium or Google Chrome so that it is on PATH.`,
  );
}

async function onPath(env: Environment, tried: string[]): Promise<string | undefined> {
  for (const command of COMMANDS) {
    for (const path of await findOnPath(command, env)) {
      if (await runs(path, tried)) return path;
    }
  }
  tried.push(`PATH: none of ${COMMANDS.join(', ')}`);
  return undefined;
}

async function inPlaywrightCache(env: Environment, tried: string[]): Promise<string | undefined> {
  const usual =
    process.platform === 'darwin'
      ? join(homedir(), 'Library', 'Caches')
      : (env.XDG_CACHE_HOME ?? join(homedir(), '.cache'));
  const root = env.PLAYWRIGHT_BROWSERS_PATH ?? join(usual, 'ms-playwright');
  const names = existsSync(root) ? (await readdir(root)).filter((name) => name.startsWith('chromium')).sort() : [];
  // The highest revision first.
  for (const name of names.reverse()) {
    for (const within of WITHIN) {
      const path = join(root, name, within);
      if ((await isExecutable(path)) && (await runs(path, tried))) return path;
    }
  }
  tried.push(`Playwright's cache: nothing in ${root}`);
  return undefined;
}

async function runs(path: string, tried: string[]): Promise<boolean> {
  const answer = await versionOutput(path);
  if ('output' in answer && /chrom/i.test(answer.output)) return true;
  tried.push(`${path} ${'fault' in answer ? answer.fault : 'is not Chromium'}`);
  return false;
}

async function playwrightDownload(env: Environment, report: Report): Promise<void> {
  report(`asking ${DOWNLOAD_HOST}`);
  try {
    // Its installer waits for minutes where there is no network; this tells within seconds.
    await fetch(DOWNLOAD_HOST, { method: 'HEAD', signal: AbortSignal.timeout(6_000) });
  } catch {
    throw new Error(`${DOWNLOAD_HOST} is not reachable from here`);
  }
  const cli = join(packageRoot(), 'node_modules', 'playwright-core', 'cli.js');
  const options = { env: { ...env, PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT: '8000' }, limitMs: 600_000, report };
  await runTool(process.execPath, [cli, 'install', 'chromium'], options);
}

async function aptInstall(env: Environment, report: Report): Promise<void> {
  const release = await readFile('/etc/os-release', 'utf8').catch(() => '');
  if (!/^ID(_LIKE)?=.*(debian|ubuntu)/m.test(release)) throw new Error('this is not Debian or Ubuntu');
  if (process.getuid?.() !== 0) throw new Error('needs root');
  const options = { env: { ...env, DEBIAN_FRONTEND: 'noninteractive' }, limitMs: 900_000, report };
  await withLock(join(cacheRoot(env), 'apt.lock'), async () => {
    await runTool('apt-get', ['update', '-q'], options);
    await runTool('apt-get', ['install', '-y', '-q', 'chromium'], options);
  });
}
