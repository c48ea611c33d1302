import { checkOptions, reportPath, USAGE } from './check/options';
import { runPlanted } from './check/planted';
import { dropReport, reportLines, writeReport } from './check/report';
import { CannotCheck, checkDev } from './check/run';

const EXIT_BREACH = 1;
const EXIT_UNCHECKED = 2;

async function main(): Promise<number> {
  const options = checkOptions(process.argv.slice(2), process.env);
  const say = (text: string): void => {
    process.stdout.write(`${text}\n`);
  };
  if (options.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  if (options.planted) {
    const { directory, only } = options;
    const rows = await runPlanted({ directory, ...(only === undefined ? {} : { only }), print: say });
    return rows.length > 0 && rows.every(({ caught, cleanBefore }) => caught && cleanBefore) ? 0 : EXIT_BREACH;
  }
  const path = reportPath(options.directory);
  dropReport(path);
  const { report, seconds } = await checkDev(options, say);
  writeReport(path, report, seconds);
  for (const line of reportLines(report)) say(line);
  say(`written to ${path}`);
  return report.breaches.length === 0 ? 0 : EXIT_BREACH;
}

main().then(
  // Keep-alive connections would hold the process.
  (code) => process.exit(code),
  (error: Error) => {
    process.stderr.write(`${error instanceof CannotCheck ? error.message : `not checked: ${error.message}`}\n`);
    process.exit(EXIT_UNCHECKED);
  },
);
