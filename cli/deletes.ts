import { parseArgs } from 'node:util';
import { openStore } from '../clients/mongo/store';
import { ConfigError, loadConfig } from '../workers/config';
import { answer, heldDeletes } from './deletes/answer';
import { devEnvironment, NoDevEnvironment } from './validate/dev';

const USAGE = `npm run deletes [-- --ids]
npm run deletes -- release|keep ENTITY

When too many rows of an entity are deleted in Dynamics within a day, its deletes stop. This lists what waits.
\`release\` lets them through, by the entity's policy (whenDeleted); \`keep\` leaves Marketo as it is. Either way later
deletions go through again, up to the limit.

  --ids    with the rows' ids
  --dev    of the running \`npm run dev\`, from .run/dev.json
`;

class Refused extends Error {}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { ids: { type: 'boolean' }, dev: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
  });
  if (values.help) {
    process.stdout.write(USAGE);
    return;
  }
  const [command, entity] = positionals;
  if (values.dev) Object.assign(process.env, devEnvironment(process.env));
  const { mongo, settings } = loadConfig(process.env);
  const store = await openStore(mongo.uri, mongo.database, mongo.dataKey);
  try {
    if (command === undefined) {
      const held = await heldDeletes(store);
      for (const [name, ids] of held) {
        process.stdout.write(`${name}: ${ids.length} deletions wait\n${values.ids ? `${ids.join('\n')}\n` : ''}`);
      }
      if (held.size === 0) process.stdout.write('no deletions wait\n');
      return;
    }
    if (command !== 'release' && command !== 'keep')
      throw new Refused(`${command}: there are \`release\` and \`keep\``);
    const names = settings.entities.map(({ name }) => name);
    if (entity === undefined || !names.includes(entity)) throw new Refused(`say which entity: ${names.join(', ')}`);
    const count = await answer(store, entity, command === 'release' ? 'delete' : 'keep');
    process.stdout.write(`${entity}: ${count} deletions ${command === 'release' ? 'go through' : 'are kept back'}\n`);
  } finally {
    await store.close();
  }
}

main().catch((error: unknown) => {
  const told = error instanceof ConfigError || error instanceof NoDevEnvironment || error instanceof Refused;
  const wrongOption = (error as { code?: string }).code?.startsWith('ERR_PARSE_ARGS') === true;
  if (told) process.stderr.write(`${error.message}\n`);
  else if (wrongOption) process.stderr.write(`${(error as Error).message}\n\n${USAGE}`);
  else process.stderr.write(`deletes failed: ${error instanceof Error ? error.name : 'unexpected error'}\n`);
  process.exitCode = told || wrongOption ? 2 : 1;
});
