import { parseArgs } from 'node:util';
import { type Figure, table, writeReport } from './bench/report';
import { trackedPages } from './bench-sim/tracked-pages';
import { upserts } from './bench-sim/upserts';

const LEADS = 1_000_000;
const QUICK_LEADS = 60_000;

const USAGE = `npm run bench:sim [-- --quick]

  --quick   ${QUICK_LEADS} leads in place of ${LEADS}

Measures the simulators, so that they are never what a benchmark of the service measures: in a process of their own,
quotas off, ledger on, the caller beside them. Prints each figure beside its goal and writes .run/bench-sim.json. It
measures and does not judge: the exit code is 1 only if something could not be run.
`;

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { quick: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } });
  if (values.help) {
    process.stdout.write(USAGE);
    return;
  }
  const quick = values.quick ?? false;
  const began = Date.now();
  const say = (text: string): void => void process.stderr.write(`${text}\n`);
  const figures: Figure[] = [];
  const details: Record<string, unknown> = {};
  for (const [name, measure] of Object.entries({ trackedPages, upserts })) {
    say(`== ${name}`);
    const measured = await measure(quick ? QUICK_LEADS : LEADS, say);
    figures.push(...measured.figures);
    details[name] = measured.details;
  }
  process.stdout.write(`\n${table(figures)}\n\n`);
  process.stdout.write(`written to ${writeReport(quick, began, figures, details, 'bench-sim.json')}\n`);
}

main().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
});
