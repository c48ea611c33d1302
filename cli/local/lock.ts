import { link, mkdir, open, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const REFRESH_MS = 20_000;
const STALE_MS = 120_000;
const POLL_MS = 500;

/**
 * Runs `work` while holding a lock file, so that two processes never build the same server into the same cache.
 * The holder touches the file every 20 s; it is taken for stale when its process on this host is gone, or, where that can't be seen (another
 * host on a shared home), when it hasn't been touched for two minutes.
 */
export async function withLock<T>(path: string, work: () => Promise<T>, onWait: () => void = () => {}): Promise<T> {
  await mkdir(dirname(path), { recursive: true });
  while (!(await take(path))) {
    onWait();
    const stale = await staleContent(path);
    if (stale === undefined) await sleep(POLL_MS);
    else await discard(path, stale);
  }
  const refresh = setInterval(() => {
    const now = new Date();
    utimes(path, now, now).catch(() => clearInterval(refresh)); // deleted by hand: nothing left to refresh
  }, REFRESH_MS).unref();
  try {
    return await work();
  } finally {
    clearInterval(refresh);
    await rm(path, { force: true });
  }
}

async function take(path: string): Promise<boolean> {
  try {
    const file = await open(path, 'wx');
    await file.writeFile(JSON.stringify({ pid: process.pid, host: hostname() }));
    await file.close();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** What the lock file holds if it may be taken away. */
async function staleContent(path: string): Promise<string | undefined> {
  try {
    const [text, { mtimeMs }] = await Promise.all([readFile(path, 'utf8'), stat(path)]);
    if (Date.now() - mtimeMs > STALE_MS) return text;
    // An empty file is one that is just being written.
    if (text === '') return undefined;
    const { pid, host } = JSON.parse(text) as { pid: number; host: string };
    return host === hostname() && !isAlive(pid) ? text : undefined;
  } catch {
    return undefined; // gone meanwhile, or unreadable: try again, and let the two minutes decide
  }
}

/**
 * Takes a stale lock away. Between our look and the rename another process may have done the same and locked anew: then what we renamed is
 * its lock, and goes back.
 */
async function discard(path: string, stale: string): Promise<void> {
  const aside = `${path}.${process.pid}.stale`;
  try {
    await rename(path, aside);
    if ((await readFile(aside, 'utf8')) !== stale) await link(aside, path);
  } catch (error) {
    if (!['ENOENT', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  } finally {
    await rm(aside, { force: true });
  }
}

/** Whether a process of this host still runs. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
