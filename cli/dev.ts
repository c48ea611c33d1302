import { join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type DevHandle, startDev } from './local/dev-environment';
import { endWithParent } from './local/end-with-parent';
import { findOnPath } from './local/find-program';
import { processGuard } from './local/process-guard';
import { parsePortBase } from './ports';

const USAGE = `npm run dev [-- --data DIR] [-- --port-base N]

  --data DIR       another sample organisation, one JSONL file per table (default: the one in simulators/data)
  --port-base N    eight ports from N on instead of the usual ones; 0 takes free ones
  --workers N      how many worker processes (default 1)
  --directory DIR  where dev.json, the logs and the storage go (default: .run)
`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      data: { type: 'string' },
      'port-base': { type: 'string' },
      workers: { type: 'string' },
      directory: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) {
    process.stdout.write(USAGE);
    return;
  }
  const portBase = values['port-base'] === undefined ? undefined : parsePortBase(values['port-base']);
  processGuard.onSignal(() => {
    process.stderr.write('\nstopping: workers, simulators, servers (again to kill)\n');
  });
  endWithParent();
  let ready = false;
  const dev = await startDev({
    ...(values.data === undefined ? {} : { data: values.data }),
    ...(portBase === undefined ? {} : { portBase }),
    ...(values.workers === undefined ? {} : { workers: parseWorkers(values.workers) }),
    ...(values.directory === undefined ? {} : { directory: resolve(values.directory) }),
    // Until then a worker that fails is reported with its last lines.
    onWorkerLine: (line) => ready && showTrouble(line),
  });
  ready = true;
  process.stdout.write(`${await describe(dev)}\nready\n`);
  const fault = await dev.broken;
  process.stderr.write(`${fault}\n`);
  await dev.stop();
  process.exitCode = 1;
}

function parseWorkers(text: string): number {
  if (/^[1-9]\d?$/.test(text)) return Number(text);
  throw new Error(`--workers ${text}: give a number from 1 to 99`);
}

/** Workers log to files; what needs attention is shown here as well. */
function showTrouble(line: string): void {
  const level = /"level":(\d+)/.exec(line);
  if (level && Number(level[1]) >= 40) process.stderr.write(`${line}\n`);
}

async function describe({ file, directory }: DevHandle): Promise<string> {
  const rows: [string, string][] = [
    ['Temporal', `${file.temporal.address} (namespace ${file.temporal.namespace})`],
    ['Web UI', file.temporal.ui],
    ['MongoDB', withoutPassword(file.mongodb)],
    ['Dynamics', `${file.dynamics.url} (simulated)`],
    ['Marketo', `${file.marketo.url} (simulated)`],
    ['Simulators', `${file.simulators}/_sim/`],
    ['Metrics', file.metrics],
    ['Logs', join(relative('', directory), 'logs/')],
  ];
  const table = rows.map(([name, value]) => `  ${name.padEnd(12)}${value}`).join('\n');
  return `\n${table}\n\nStart the sync with\n\n  ${await startCommand(file.temporal)}\n`;
}

/** The command exactly as it works here: with the program's path if it isn't on PATH, with the address if it isn't the usual one. */
async function startCommand({ address, namespace, cli }: DevHandle['file']['temporal']): Promise<string> {
  const program = (await findOnPath('temporal', process.env)).includes(cli) ? 'temporal' : cli;
  const where = /^(127\.0\.0\.1|localhost):7233$/.test(address) ? '' : ` --address ${address}`;
  const which = namespace === 'default' ? '' : ` --namespace ${namespace}`;
  return `${program} workflow start --type dynamicsMarketoSync --task-queue sync --workflow-id dynamics-marketo-sync${where}${which}`;
}

const withoutPassword = (uri: string): string => uri.replace(/\/\/[^@/]*@/, '//…@');

main().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
});
