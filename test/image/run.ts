import { execFile } from 'node:child_process';
import { dirname } from 'node:path';

export interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

const WITHIN_MS = 120_000;

/** What every program in the image has: this Node on its path, and nothing of this process's own settings. */
export const environmentOf = (env: Record<string, string>): Record<string, string> => ({
  PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
  HOME: process.env.HOME ?? '/',
  ...env,
});

/** Runs a command line in the image's working directory, with its environment and more. */
export function run(
  command: string,
  { workdir, env }: { workdir: string; env: Record<string, string> },
  more: Record<string, string> = {},
): Promise<Ended> {
  const options = { cwd: workdir, env: environmentOf({ ...env, ...more }), timeout: WITHIN_MS };
  return new Promise((resolve) => {
    execFile('/bin/sh', ['-c', command], options, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code ?? -1) : 0, stdout, stderr }),
    );
  });
}
