import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isAlive } from './lock';

/** `.run/dev.json`: where everything of a running local environment is. The simulators' secrets are no secrets. */
export interface DevFile {
  temporal: { address: string; namespace: string; ui: string; cli: string };
  mongodb: string;
  dynamics: { url: string; authority: string; tenantId: string; clientId: string; clientSecret: string };
  marketo: { url: string; clientId: string; clientSecret: string };
  /** The simulators' control URL. */
  simulators: string;
  metrics: string;
}

/** Claims a directory for one environment at a time; throws if another is running there. */
export function claimDirectory(directory: string): void {
  mkdirSync(directory, { recursive: true });
  const path = join(directory, 'dev.pid');
  const owner = existsSync(path) ? Number(readFileSync(path, 'utf8')) : 0;
  if (owner > 0 && owner !== process.pid && isAlive(owner)) {
    throw new Error(
      `a local environment is running already (process ${owner}): stop it first, or use another checkout`,
    );
  }
  writeFileSync(path, `${process.pid}`);
}

/** Gives the directory back; what described the running environment goes with it. */
export function releaseDirectory(directory: string): void {
  for (const name of ['dev.json', 'dev.pid']) rmSync(join(directory, name), { force: true });
}

/** Writes `dev.json`, readable for the user only. */
export function writeDevFile(directory: string, content: DevFile): void {
  writeFileSync(join(directory, 'dev.json'), `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
}

/** The key for what is encrypted at rest: made once per directory, 32 bytes in base64, readable for the user only. */
export function devKey(directory: string): string {
  const path = join(directory, 'dev.key');
  if (existsSync(path)) return readFileSync(path, 'utf8').trim();
  const key = randomBytes(32).toString('base64');
  writeFileSync(path, `${key}\n`, { mode: 0o600, flag: 'wx' });
  return key;
}
