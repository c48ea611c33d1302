import type { Deps } from '../activities/deps';
import { kept } from '../clients/keep';
import type { Store } from '../clients/mongo/store';
import { type Story, storyOf } from './explain/story';
import { textOf } from './explain/text';
import { type Pair, pairsText, readPairs } from './explain/values';
import { byEmail, byMarketoId, byRow, type Whom } from './explain/whom';
import { type Asked, operatorCommand, Refused } from './operator';
import { lineOf } from './push/report';

const USAGE = `npm run explain -- ENTITY GUID [--values] [--json]
npm run explain -- --marketo ID
npm run explain -- --email ADDRESS

Prints one record's story: its link and who owns its person, what is kept back and what can be done about it, its
conflicts, what it waits for, what was sent where and with which outcome, and the last decision on each field with its
rule and time. From the service's own memory, which holds no values.

  --marketo   by the id of a Marketo person, or of another object's record
  --email     asks both systems who has this address; it is stored and logged nowhere
  --values    also reads both sides now and shows their values side by side: personal data, on your screen
  --json      for programs
  --dev       of the running \`npm run dev\`, from .run/dev.json
`;

const TEXT = { type: 'string' } as const;
const SWITCH = { type: 'boolean' } as const;

operatorCommand('explain', USAGE, { marketo: TEXT, email: TEXT, values: SWITCH, json: SWITCH }, async (asked) => {
  const { store, settings, values } = asked;
  const systems = kept(() => asked.systems());
  const { rows, unowned } = await whom(asked, systems);
  const [only] = rows;
  if (only === undefined || rows.length + unowned.length > 1) {
    await choose(store, { rows, unowned });
    return;
  }
  const story = await storyOf(store, settings, only);
  const pairs = values.values ? await readPairs(await systems(), story) : undefined;
  print(story, pairs, values.json === true);
});

async function whom({ store, settings, values, positionals }: Asked, systems: () => Promise<Deps>): Promise<Whom> {
  const [entity, guid] = positionals;
  const { marketo, email } = values;
  if ([entity, marketo, email].filter((one) => one !== undefined).length !== 1)
    throw new Refused('say one of: ENTITY GUID, --marketo ID, --email ADDRESS');
  if (entity !== undefined) return byRow(store, settings, entity, guid);
  if (marketo !== undefined) return byMarketoId(store, String(marketo));
  return byEmail(await systems(), String(email));
}

/** None, or several: the operator says which. */
async function choose({ pushes }: Store, { rows, unowned }: Whom): Promise<void> {
  const pushed = await pushes.get(unowned);
  const lines = [
    ...rows.map((row) => `npm run explain -- ${row.replace(':', ' ')}`),
    ...unowned.flatMap((id) => {
      const push = pushed.get(id);
      const unsynced = `Marketo person ${id}: no row owns it, so nothing of it is synced`;
      return push ? [unsynced, `npm run push: ${lineOf(push)}`] : [unsynced];
    }),
  ];
  if (lines.length === 0) throw new Refused('the sync knows nothing of it');
  process.stdout.write(`${lines.join('\n')}\n`);
}

function print(story: Story, pairs: Pair[] | undefined, json: boolean): void {
  if (json) process.stdout.write(`${JSON.stringify({ ...story, ...(pairs && { values: pairs }) }, null, 2)}\n`);
  else process.stdout.write(`${textOf(story)}${pairs ? `\n${pairsText(pairs)}` : ''}`);
}
