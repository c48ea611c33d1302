import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { openStore } from '../clients/mongo/store';
import { connectClient } from '../clients/temporal/connect';
import { ConfigError, loadConfig } from '../workers/config';
import { type Options, Refused, requestFrom } from './resync/request';
import { devEnvironment, NoDevEnvironment } from './validate/dev';

const USAGE = `npm run resync -- ENTITY [--ids A,B | --ids-file FILE] [--filter ODATA] [--fields F,G]
                         [--modified-since D] [--modified-until D] [--created-since D] [--created-until D]

Reads rows of one entity and their counterparts again, and settles what differs, both ways. Without conditions: every
row. The request is stored (encrypted) in Mongo and its id signalled to the workflow; its rows go through the usual
child, between the live changes.

  --ids, --ids-file   rows by id, parted by commas, blanks or lines
  --filter            a Dataverse $filter, as: "address1_country eq 'France'"
  --fields            only these Marketo fields
  --workflow-id       of the sync (default dynamics-marketo-sync)
  --dev               of the running \`npm run dev\`, from .run/dev.json
`;

const TEXT = { type: 'string' } as const;

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      ids: TEXT,
      'ids-file': TEXT,
      filter: TEXT,
      fields: TEXT,
      'modified-since': TEXT,
      'modified-until': TEXT,
      'created-since': TEXT,
      'created-until': TEXT,
      'workflow-id': { type: 'string', default: 'dynamics-marketo-sync' },
      dev: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) {
    process.stdout.write(USAGE);
    return;
  }
  if (values.dev) Object.assign(process.env, devEnvironment(process.env));
  const { mongo, settings } = loadConfig(process.env);
  const request = requestFrom(positionals[0], values as Options, settings);
  const id = randomUUID();
  const store = await openStore(mongo.uri, mongo.database, mongo.dataKey);
  await store.requests.add(id, request).finally(() => store.close());
  const { client, connection } = await connectClient();
  try {
    await client.workflow.getHandle(values['workflow-id']).signal('resync', { entity: request.entity, request: id });
  } finally {
    await connection.close();
  }
  process.stdout.write(`${id}: ${request.entity} is read again with the next look\n`);
}

main().catch((error: unknown) => {
  const told = error instanceof ConfigError || error instanceof NoDevEnvironment || error instanceof Refused;
  const wrongOption = (error as { code?: string }).code?.startsWith('ERR_PARSE_ARGS') === true;
  if (told) process.stderr.write(`${error.message}\n`);
  else if (wrongOption) process.stderr.write(`${(error as Error).message}\n\n${USAGE}`);
  else process.stderr.write(`resync failed: ${error instanceof Error ? error.message : 'unexpected error'}\n`);
  process.exitCode = told || wrongOption ? 2 : 1;
});
