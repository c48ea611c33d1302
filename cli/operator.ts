import { type ParseArgsConfig, parseArgs } from 'node:util';
import type { Deps } from '../activities/deps';
import { openStore, type Store } from '../clients/mongo/store';
import { ConfigError, loadConfig } from '../workers/config';
import { createDeps } from '../workers/wiring';
import { devEnvironment, NoDevEnvironment } from './validate/dev';

/** What was asked for can't be done: told without a stack. */
export class Refused extends Error {}

/** Of a command line: texts and switches by name, and what stands beside them. */
export interface Asked {
  values: Record<string, string | boolean | undefined>;
  positionals: string[];
  store: Store;
  settings: ReturnType<typeof loadConfig>['settings'];
  /** Both systems, for a command that asks them; within the budget that the workers share. Ends with the command. */
  systems(): Promise<Deps>;
}

/** @throws Refused unless the entity is one of those that are synced */
export function expectSynced({ entities }: Asked['settings'], entity: string): void {
  const names = entities.map(({ name }) => name);
  if (!names.includes(entity)) throw new Refused(`${entity} is not synced; there are ${names.join(', ')}`);
}

const EXIT_FAILED = 1;
const EXIT_REFUSED = 2;

/**
 * A command for the operator of a sync: reads its options, opens the service's memory as the workers' environment names it (`--dev`: of
 * the running `npm run dev`), does one thing. Exit code 0: done; 2: what was asked for can't be done; 1: it failed.
 */
export function operatorCommand(
  name: string,
  usage: string,
  options: NonNullable<ParseArgsConfig['options']>,
  act: (asked: Asked) => Promise<void>,
): void {
  // Whoever reads has seen enough, as `| head` has.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit();
  });
  const run = async (): Promise<void> => {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: { ...options, dev: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
    });
    if (values.help) {
      process.stdout.write(usage);
      return;
    }
    if (values.dev) Object.assign(process.env, devEnvironment(process.env));
    const config = loadConfig(process.env);
    const { mongo, settings } = config;
    const store = await openStore(mongo.uri, mongo.database, mongo.dataKey);
    const opened: Store[] = [store];
    const systems = async (): Promise<Deps> => {
      const deps = await createDeps(config);
      opened.push(deps.store);
      return deps;
    };
    await act({ values: values as Asked['values'], positionals, store, settings, systems }).finally(() =>
      Promise.all(opened.map((one) => one.close())),
    );
  };
  run().catch((error: unknown) => {
    const told = error instanceof ConfigError || error instanceof NoDevEnvironment || error instanceof Refused;
    const wrongOption = (error as { code?: string }).code?.startsWith('ERR_PARSE_ARGS') === true;
    if (told) process.stderr.write(`${error.message}\n`);
    else if (wrongOption) process.stderr.write(`${(error as Error).message}\n\n${usage}`);
    else process.stderr.write(`${name} failed: ${error instanceof Error ? error.message : 'unexpected error'}\n`);
    process.exitCode = told || wrongOption ? EXIT_REFUSED : EXIT_FAILED;
  });
}
