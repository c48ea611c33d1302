import { answer, heldDeletes } from './deletes/answer';
import { operatorCommand, Refused } from './operator';

const USAGE = `npm run deletes [-- --ids]
npm run deletes -- release|keep ENTITY

When too many rows of an entity are deleted in Dynamics within a day, its deletes stop. This lists what waits.
\`release\` lets them through, by the entity's policy (whenDeleted); \`keep\` leaves Marketo as it is. Either way later
deletions go through again, up to the limit.

  --ids    with the rows' ids
  --dev    of the running \`npm run dev\`, from .run/dev.json
`;

operatorCommand('deletes', USAGE, { ids: { type: 'boolean' } }, async ({ values, positionals, store, settings }) => {
  const [command, entity] = positionals;
  if (command === undefined) {
    const held = await heldDeletes(store);
    for (const [name, ids] of held) {
      const { stopped } = await store.deletions.recent(name);
      const what = stopped ? 'wait' : 'have their answer, and go with the next cycle';
      process.stdout.write(`${name}: ${ids.length} deletions ${what}\n${values.ids ? `${ids.join('\n')}\n` : ''}`);
    }
    if (held.size === 0) process.stdout.write('no deletions wait\n');
    return;
  }
  if (command !== 'release' && command !== 'keep') throw new Refused(`${command}: there are \`release\` and \`keep\``);
  const names = settings.entities.map(({ name }) => name);
  if (entity === undefined || !names.includes(entity)) throw new Refused(`say which entity: ${names.join(', ')}`);
  const count = await answer(store, entity, command === 'release' ? 'delete' : 'keep');
  if (count === 0) {
    process.stdout.write(`${entity}: no deletions wait\n`);
    return;
  }
  process.stdout.write(`${entity}: ${count} deletions ${command === 'release' ? 'go through' : 'are kept back'}\n`);
});
