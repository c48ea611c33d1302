import { execFile } from 'node:child_process';
import type { DevHandle } from '../local/dev-environment';
import { findOnPath } from '../local/find-program';

export const WORKFLOW_ID = 'dynamics-marketo-sync';

/** Starts the sync as the README tells a user to, with the Temporal CLI; `say` gets the command and what it printed. */
export async function startSync({ file, workerEnv }: DevHandle, say: (text: string) => void): Promise<void> {
  const { address, namespace, cli } = file.temporal;
  const args = [
    'workflow',
    'start',
    '--type',
    'dynamicsMarketoSync',
    '--task-queue',
    'sync',
    '--workflow-id',
    WORKFLOW_ID,
  ];
  // Free ports were chosen, so the CLI has to be told where the server is.
  args.push('--address', address, ...(namespace === 'default' ? [] : ['--namespace', namespace]));
  const onPath = (await findOnPath('temporal', process.env)).includes(cli);
  say(`$ ${onPath ? 'temporal' : cli} ${args.join(' ')}`);
  say(await run(cli, args, { ...process.env, ...workerEnv }));
}

function run(command: string, args: string[], env: NodeJS.ProcessEnv): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(command, args, { env, timeout: 60_000, encoding: 'utf8' }, (error, stdout, stderr) => {
      if (error) reject(new Error(`\`temporal workflow start\` failed:\n${stderr.trim() || error.message}`));
      else resolve(stdout.trim());
    });
  });
}
