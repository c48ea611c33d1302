import { ask } from './ask';
import { operatorCommand } from './operator';
import { report } from './push/report';
import { idsOf, type Options, requestFrom } from './push/request';

const USAGE = `npm run push -- --id 1042,1043 | --list 1001 [--as lead|contact] [--owner nadia@example.com]
npm run push -- --status [--id 1042,1043]

Makes rows in Dynamics of persons that are in Marketo alone: by Marketo id, or the members of a static list. Insert only: a
person that a row has already is left alone. The request is stored (encrypted) in Mongo and its id signalled to the workflow.
--status says what came of each person.

  --as            lead (default), or contact: one without an account
  --owner         a Dynamics user's e-mail address or GUID; without it the application user owns the row
  --workflow-id   of the sync (default dynamics-marketo-sync)
  --dev           of the running \`npm run dev\`, from .run/dev.json
`;

const TEXT = { type: 'string' } as const;
const OPTIONS = {
  id: TEXT,
  list: TEXT,
  as: { type: 'string', default: 'lead' } as const,
  owner: TEXT,
  status: { type: 'boolean' } as const,
  'workflow-id': { type: 'string', default: 'dynamics-marketo-sync' } as const,
};

operatorCommand('push', USAGE, OPTIONS, async ({ values, positionals, store, settings }) => {
  const options = values as Options;
  if (options.status) {
    await report(store, idsOf(options), (line) => process.stdout.write(`${line}\n`));
    return;
  }
  const request = requestFrom(options, positionals, settings);
  const id = await ask(store.pushRequests, String(values['workflow-id']), 'push', request);
  const { ids = [], list } = request;
  const what = list === undefined ? `${ids.length} person${ids.length === 1 ? '' : 's'}` : `list ${list}`;
  process.stdout.write(`${id}: ${what} as ${request.as}; npm run push -- --status tells what comes of it\n`);
});
