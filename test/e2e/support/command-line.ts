import { execFile } from 'node:child_process';
import { delimiter } from 'node:path';

export interface Printed {
  code: number;
  stdout: string;
  stderr: string;
}

/** A shell as a user has it: the program on PATH, the server's address in the environment and nowhere else. */
export function commandLine(directory: string, env: Record<string, string>): (command: string) => Promise<Printed> {
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith('TEMPORAL_'));
  const environment = {
    ...Object.fromEntries(own),
    // No file of the user's: a profile in it would be mixed with the address.
    TEMPORAL_CONFIG_FILE: '/dev/null',
    ...env,
    PATH: [directory, process.env.PATH].join(delimiter),
  };
  return (command) =>
    new Promise((resolve) => {
      execFile('/bin/sh', ['-c', command], { env: environment, timeout: 60_000 }, (error, stdout, stderr) => {
        resolve({ code: error ? Number(error.code ?? -1) : 0, stdout, stderr });
      });
    });
}
