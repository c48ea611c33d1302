import { conflictKey, isOpen } from '../clients/mongo/conflicts';
import { decide } from './conflicts/decide';
import { lineOf } from './conflicts/line';
import { type Asked, expectSynced, operatorCommand, Refused } from './operator';

const USAGE = `npm run conflicts [-- --open] [-- --entity NAME] [-- --values]
npm run conflicts -- take KEY dynamics|marketo

Lists every conflict: a field that both sides had changed, which side won, by which policy, when. \`take\` decides an open
one, or flips one that was settled: the chosen side's value is written to both, unless someone has edited it since.

  --open      only those that wait for a decision (policy \`ask\`)
  --entity    only of this entity
  --values    with both values: personal data, on your screen
  --dev       of the running \`npm run dev\`, from .run/dev.json
`;

const SWITCH = { type: 'boolean' } as const;

operatorCommand('conflicts', USAGE, { open: SWITCH, values: SWITCH, entity: { type: 'string' } }, async (asked) => {
  const [command, key, side] = asked.positionals;
  if (command === undefined) await list(asked);
  else if (command === 'take') process.stdout.write(`${await decide(asked.store, key, side)}\n`);
  else throw new Refused(`${command}: there is only \`take\``);
});

async function list({ store, settings, values: { open, entity, values } }: Asked): Promise<void> {
  if (entity !== undefined) expectSynced(settings, String(entity));
  let count = 0;
  for await (const conflict of store.conflicts.all()) {
    if (entity !== undefined && !conflict.id.startsWith(`${entity}:`)) continue;
    if (open && !isOpen(conflict)) continue;
    count += 1;
    process.stdout.write(`${lineOf(conflictKey(conflict), conflict, values === true)}\n`);
  }
  process.stdout.write(`${count} conflict${count === 1 ? '' : 's'}\n`);
}
