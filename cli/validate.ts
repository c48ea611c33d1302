import { parseArgs } from 'node:util';
import { ConfigError, loadConfig } from '../workers/config';
import { lineOf } from './validate/check';
import { devEnvironment, NoDevEnvironment } from './validate/dev';
import { validate } from './validate/run';

const USAGE = `npm run validate [-- --dev]

Checks the configuration (environment and sync.config.yaml), both servers and both systems; reads only, writes nothing to
Dynamics or Marketo. One line a check: ok, warn or fault, what it is, and what to do about it.
Exit code 0: no fault; 1: a fault; 2: the configuration itself is wrong.

  --dev    the addresses and accounts of the running \`npm run dev\`, from .run/dev.json
`;
const EXIT_FAULT = 1;
const EXIT_CONFIG = 2;

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { dev: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } });
  if (values.help) {
    process.stdout.write(USAGE);
    return;
  }
  // Temporal's own settings are read from the environment by its library.
  if (values.dev) Object.assign(process.env, devEnvironment(process.env));
  const config = loadConfig(process.env);
  let faults = 0;
  await validate(config, (checks) => {
    for (const check of checks) {
      if (check.level === 'fault') faults += 1;
      process.stdout.write(`${lineOf(check)}\n`);
    }
  });
  process.stdout.write(`\n${faults === 0 ? 'no fault' : `${faults} fault${faults === 1 ? '' : 's'}`}\n`);
  // Keep-alive connections would hold the process.
  process.exit(faults === 0 ? 0 : EXIT_FAULT);
}

main().catch((error: unknown) => {
  const known = error instanceof ConfigError || error instanceof NoDevEnvironment;
  const wrongOption = (error as { code?: string }).code?.startsWith('ERR_PARSE_ARGS') === true;
  if (known) process.stderr.write(`${error.message}\n`);
  else if (wrongOption) process.stderr.write(`${(error as Error).message}\n\n${USAGE}`);
  else
    process.stderr.write(
      `validate failed: ${error instanceof Error ? error.name : 'unexpected error'}; please report it\n`,
    );
  process.exit(known || wrongOption ? EXIT_CONFIG : EXIT_FAULT);
});
