import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type DevFile, devKey } from '../local/dev-file';
import { workerEnvironment } from '../local/worker-environment';

/** What validate reads when there is nothing to read: told without a stack. */
export class NoDevEnvironment extends Error {}

/** The environment of a worker of the running `npm run dev`: its addresses, and the simulators' own secrets. */
export function devEnvironment(base: NodeJS.ProcessEnv, directory = '.run'): Record<string, string> {
  const path = join(directory, 'dev.json');
  if (!existsSync(path)) throw new NoDevEnvironment(`there is no ${path}: start \`npm run dev\` first`);
  const file = JSON.parse(readFileSync(path, 'utf8')) as DevFile;
  return workerEnvironment({
    base,
    temporal: { address: file.temporal.address, namespace: file.temporal.namespace },
    mongodbUri: file.mongodb,
    database: 'dynamics-marketo-sync',
    simulators: {
      control: file.simulators,
      entra: file.dynamics.authority,
      dataverse: file.dynamics.url,
      marketo: file.marketo.url,
    },
    dataKey: devKey(directory),
    metrics: new URL(file.metrics).host,
    directory,
  });
}
