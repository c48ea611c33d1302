import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { packageRoot } from '../local/paths';

export const USAGE = `npm run check [-- --directory DIR] [-- --config FILE] [-- --rest SECONDS]
npm run check -- --planted [--only TEXT]

Takes the ledgers of a running \`npm run dev\`, waits until nothing is under way, and looks for every breach of the promises: lost,
backwards, different, duplicated, echoed, wrongly deleted. Writes check.json beside dev.json.
Exit code 0: no breach; 1: breaches; 2: it could not be checked.

  --directory DIR   where dev.json is (default: .run)
  --config FILE     the sync.config.yaml of its workers (default: SYNC_CONFIG, or sync.config.yaml)
  --rest SECONDS    how long to watch that nothing is written at rest (default: 25)
  --planted         plant faults in copies of the service, and show which of them the check finds; writes planted.json
  --only TEXT       only planted faults and scenarios whose names hold this
`;

export interface CheckOptions {
  directory: string;
  config: string;
  restSeconds: number;
  planted: boolean;
  only?: string;
  help: boolean;
}

/** Reads the command line; throws an Error that says what is wrong with it. */
export function checkOptions(args: readonly string[], env: NodeJS.ProcessEnv): CheckOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      directory: { type: 'string' },
      config: { type: 'string' },
      rest: { type: 'string' },
      planted: { type: 'boolean' },
      only: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.rest !== undefined && !/^\d{1,3}$/.test(values.rest))
    throw new Error(`--rest ${values.rest}: give a number of seconds`);
  return {
    directory: values.directory === undefined ? join(packageRoot(), '.run') : resolve(values.directory),
    config: resolve(values.config ?? env.SYNC_CONFIG ?? 'sync.config.yaml'),
    restSeconds: Number(values.rest ?? 25),
    planted: values.planted === true,
    ...(values.only === undefined ? {} : { only: values.only }),
    help: values.help === true,
  };
}

export const reportPath = (directory: string): string => join(directory, 'check.json');
