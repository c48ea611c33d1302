import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { demoConfig } from './demo/config';
import { dropReport, faults, writeReport } from './demo/outcome';
import { Screen } from './demo/screen';
import { tell } from './demo/story';
import { summary } from './demo/summary';
import { type DevHandle, startDev } from './local/dev-environment';
import { endWithParent } from './local/end-with-parent';
import { packageRoot } from './local/paths';
import { processGuard } from './local/process-guard';
import { parsePortBase } from './ports';

const USAGE = `npm run demo [-- --exit] [-- --data DIR] [-- --port-base N]

  --exit           stop after the check; the exit code is 0 only if every check held
  --data DIR       another sample organisation, one JSONL file per table (default: the one in simulators/data)
  --port-base N    eight ports from N on (default: free ones)
`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      exit: { type: 'boolean' },
      data: { type: 'string' },
      'port-base': { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) {
    process.stdout.write(USAGE);
    return;
  }
  const screen = new Screen();
  const began = Date.now();
  processGuard.onSignal(() => {
    process.stderr.write('\nstopping: workers, simulators, servers (again to kill)\n');
  });
  endWithParent();
  dropReport();
  screen.title('Servers, simulators, workers');
  const directory = join(packageRoot(), '.run', 'demo');
  const dev = await startDev({
    directory,
    portBase: values['port-base'] === undefined ? 0 : parsePortBase(values['port-base']),
    needCli: true,
    workerEnv: { SYNC_CONFIG: demoConfig(directory, values.data) },
    onWorkerLine: showErrors,
    ...(values.data === undefined ? {} : { data: values.data }),
  });
  try {
    screen.say(`  Web UI    ${dev.file.temporal.ui}`);
    screen.say(`  logs      .run/demo/logs/`);
    const held = await run(dev, screen, began, values.data === undefined);
    process.exitCode = held ? 0 : 1;
    if (values.exit) return;
    screen.say(`\n  Web UI    ${dev.file.temporal.ui}\n  up until Ctrl-C`);
    screen.say(await dev.broken);
    process.exitCode = 1;
  } finally {
    await dev.stop();
  }
}

/** True if every check held. A child that ends on its own ends the demo too. */
async function run(dev: DevHandle, screen: Screen, began: number, sample: boolean): Promise<boolean> {
  const broken = dev.broken.then((how) => {
    throw new Error(how);
  });
  const outcome = await Promise.race([tell(dev, screen, began, sample), broken]);
  screen.title('Result');
  for (const line of summary(outcome)) screen.say(line);
  const wrong = faults(outcome);
  screen.say(`  written to ${writeReport(outcome)}`);
  screen.say(
    wrong.length === 0 ? '\n  every check held' : `\n  NOT held:\n${wrong.map((line) => `  - ${line}`).join('\n')}`,
  );
  return wrong.length === 0;
}

/** Workers log to files; an error is shown here as well. */
function showErrors(line: string): void {
  const level = /"level":(\d+)/.exec(line);
  if (level && Number(level[1]) >= 50) process.stderr.write(`${line}\n`);
}

main().catch((error: Error) => {
  process.stderr.write(`\n${error.message}\n`);
  process.exit(2);
});
