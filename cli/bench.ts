import { parseArgs } from 'node:util';
import { importRate } from './bench/import-rate';
import { loop } from './bench/loop';
import { type Figure, table, writeReport } from './bench/report';
import type { Scenario } from './bench/scenario';
import { FULL, QUICK } from './bench/sizes';
import { withoutLimits } from './bench/without-limits';
import { processGuard } from './local/process-guard';
import { Progress } from './local/progress';
import { resolveServers } from './local/resolve-servers';

const SCENARIOS: Record<string, Scenario> = {
  'without-limits': withoutLimits,
  loop,
  create: importRate('create'),
  adopt: importRate('adopt'),
};

const USAGE = `npm run bench [-- --quick] [-- --only NAME,…]

  --quick   a small one for CI: fewer leads, a quarter of Marketo's limit
  --only    some of ${Object.keys(SCENARIOS).join(', ')}

Prints each figure beside its goal and its floor or rival, and writes .run/bench.json. It measures and does not judge:
the exit code is 1 only if something could not be run.
`;

function chosen(only: string | undefined): string[] {
  const names = only?.split(',') ?? Object.keys(SCENARIOS);
  const unknown = names.filter((name) => !(name in SCENARIOS));
  if (unknown.length > 0)
    throw new Error(`--only ${unknown.join(',')}: give some of ${Object.keys(SCENARIOS).join(', ')}`);
  return names;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { quick: { type: 'boolean' }, only: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
  });
  if (values.help) {
    process.stdout.write(USAGE);
    return;
  }
  const names = chosen(values.only);
  const sizes = values.quick ? QUICK : FULL;
  const began = Date.now();
  const say = (text: string): void => void process.stderr.write(`${text}\n`);
  processGuard.onSignal(() => say('\nstopping (again to kill)'));
  const servers = await resolveServers({ progress: new Progress(process.stderr, false), needCli: false });
  const figures: Figure[] = [];
  const details: Record<string, unknown> = {};
  const failed: string[] = [];
  for (const name of names) {
    say(`== ${name}`);
    try {
      const measured = await (SCENARIOS[name] as Scenario)({ sizes, servers, say });
      figures.push(...measured.figures);
      details[name] = measured.details;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      say(`  ${name} could not be completed: ${reason}`);
      details[name] = { failed: reason };
      failed.push(name);
    }
  }
  process.stdout.write(`\n${table(figures)}\n\n`);
  process.stdout.write(`written to ${writeReport(sizes.quick, began, figures, details)}\n`);
  if (failed.length === 0) return;
  process.stdout.write(`NOT completed: ${failed.join(', ')}\n`);
  process.exitCode = 1;
}

main().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
});
