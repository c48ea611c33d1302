import { parseArgs } from 'node:util';
import { conflictKey } from '../clients/mongo/conflicts';
import { openStore, type Store } from '../clients/mongo/store';
import { ConfigError, loadConfig } from '../workers/config';
import { decide, Refused } from './conflicts/decide';
import { lineOf } from './conflicts/line';
import { devEnvironment, NoDevEnvironment } from './validate/dev';

const USAGE = `npm run conflicts [-- --open] [-- --entity NAME] [-- --values]
npm run conflicts -- take KEY dynamics|marketo

Lists every conflict: a field that both sides had changed, which side won, by which policy, when. \`take\` decides an open
one, or flips one that was settled: the chosen side's value is written to both, unless someone has edited it since.

  --open      only those that wait for a decision (policy \`ask\`)
  --entity    only of this entity
  --values    with both values: personal data, on your screen
  --dev       of the running \`npm run dev\`, from .run/dev.json
`;

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      open: { type: 'boolean' },
      entity: { type: 'string' },
      values: { type: 'boolean' },
      dev: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) {
    process.stdout.write(USAGE);
    return;
  }
  if (values.dev) Object.assign(process.env, devEnvironment(process.env));
  const { mongo } = loadConfig(process.env);
  const store = await openStore(mongo.uri, mongo.database, mongo.dataKey);
  try {
    const [command, key, side] = positionals;
    if (command === undefined) await list(store, values);
    else if (command === 'take') process.stdout.write(`${await decide(store, key, side)}\n`);
    else throw new Refused(`${command}: there is only \`take\``);
  } finally {
    await store.close();
  }
}

async function list(store: Store, { open, entity, values }: { open?: boolean; entity?: string; values?: boolean }) {
  let count = 0;
  for await (const conflict of store.conflicts.all()) {
    if (entity !== undefined && !conflict.id.startsWith(`${entity}:`)) continue;
    if (open && (conflict.winner !== 'ask' || conflict.decided !== undefined)) continue;
    count += 1;
    process.stdout.write(`${lineOf(conflictKey(conflict), conflict, values === true)}\n`);
  }
  process.stdout.write(`${count} conflict${count === 1 ? '' : 's'}\n`);
}

main().catch((error: unknown) => {
  const told = error instanceof ConfigError || error instanceof NoDevEnvironment || error instanceof Refused;
  const wrongOption = (error as { code?: string }).code?.startsWith('ERR_PARSE_ARGS') === true;
  if (told) process.stderr.write(`${error.message}\n`);
  else if (wrongOption) process.stderr.write(`${(error as Error).message}\n\n${USAGE}`);
  else process.stderr.write(`conflicts failed: ${error instanceof Error ? error.name : 'unexpected error'}\n`);
  process.exitCode = told || wrongOption ? 2 : 1;
});
