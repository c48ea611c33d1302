import { ask } from './ask';
import { operatorCommand } from './operator';
import { requestLine } from './resync/report';
import { type Options, requestFrom } from './resync/request';

const USAGE = `npm run resync -- ENTITY [--ids A,B | --ids-file FILE] [--filter ODATA] [--fields F,G]
                         [--modified-since D] [--modified-until D] [--created-since D] [--created-until D]

npm run resync -- --status

Reads rows of one entity and their counterparts again, and settles what differs, both ways. Without conditions: every
row. The request is stored (encrypted) in Mongo and its id signalled to the workflow; its rows go through the usual
child, between the live changes.

  --ids, --ids-file   rows by id, parted by commas, blanks or lines
  --filter            a Dataverse $filter, as: "address1_country eq 'France'"
  --fields            only these Marketo fields
  --status            what came of the latest requests: rows asked for and settled, or why Dynamics refused
  --workflow-id       of the sync (default dynamics-marketo-sync)
  --dev               of the running \`npm run dev\`, from .run/dev.json
`;

const TEXT = { type: 'string' } as const;
const OPTIONS = {
  status: { type: 'boolean' } as const,
  ids: TEXT,
  'ids-file': TEXT,
  filter: TEXT,
  fields: TEXT,
  'modified-since': TEXT,
  'modified-until': TEXT,
  'created-since': TEXT,
  'created-until': TEXT,
  'workflow-id': { type: 'string', default: 'dynamics-marketo-sync' } as const,
};

const SHOWN = 20;

operatorCommand('resync', USAGE, OPTIONS, async ({ values, positionals, store, settings }) => {
  if (values.status) {
    const latest = await store.requests.latest(SHOWN);
    process.stdout.write(latest.map((one) => `${requestLine(one)}\n`).join('') || 'nothing was asked for\n');
    return;
  }
  const request = requestFrom(positionals, values as Options, settings);
  const id = await ask(store.requests, String(values['workflow-id']), 'resync', request);
  process.stdout.write(`${id}: ${request.entity} is read again with the next look; --status tells what came of it\n`);
});
