import type { World } from '../world';

/** Keys and ids that either system refused. */
export function refusalsOf(world: World): ReadonlySet<string> {
  const refused = new Set<string>();
  for (const ledger of [world.dynamics, world.marketo])
    for (const { table, id, key } of ledger.refusals) {
      if (key) refused.add(key.toLowerCase());
      if (id) refused.add(ledger.side === 'dynamics' ? id.toLowerCase() : `${table}:${id}`);
      // A person is named by its id when it is updated.
      if (key) refused.add(`${table}:${key}`);
    }
  return refused;
}
