import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import type { Environment } from './cache';

/** All executables of that name on PATH, in its order; the first may be broken while a later one works. */
export async function findOnPath(command: string, env: Environment): Promise<string[]> {
  const found: string[] = [];
  for (const directory of (env.PATH ?? '').split(delimiter).filter(Boolean)) {
    const path = join(directory, command);
    if (await isExecutable(path)) found.push(path);
  }
  return found;
}

/** True for a regular file (or a link to one) that we may execute. */
export async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false; // not there, or not ours to run: both mean "look elsewhere"
  }
}

/**
 * What the program prints when asked for its version, or why it does not run (another architecture, a missing library, a wrapper that hangs).
 */
export function versionOutput(
  path: string,
  args: readonly string[] = ['--version'],
): Promise<{ output: string } | { fault: string }> {
  return new Promise((resolve) => {
    execFile(path, [...args], { timeout: 15_000, killSignal: 'SIGKILL', encoding: 'utf8' }, (error, stdout, stderr) => {
      if (error === null) resolve({ output: `${stdout}\n${stderr}`.trim() });
      else
        resolve({
          fault: error.killed
            ? 'gave no answer within 15 s'
            : `does not run (${error.code ?? error.signal ?? 'unknown'})`,
        });
    });
  });
}
