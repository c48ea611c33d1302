import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Where found or built servers are kept for this user: SYNC_CACHE_DIR, else under XDG_CACHE_HOME, else under ~/.cache.
 * Each has its directory `<name>-<version>/` with the program in `bin/`.
 */
export function cacheRoot(env: Environment): string {
  if (env.SYNC_CACHE_DIR) return resolve(env.SYNC_CACHE_DIR);
  // The XDG rules: a relative path is invalid and has to be ignored.
  const base = env.XDG_CACHE_HOME?.startsWith('/') ? env.XDG_CACHE_HOME : join(homedir(), '.cache');
  return join(base, 'dynamics-marketo-sync');
}
