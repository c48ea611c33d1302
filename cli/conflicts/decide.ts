import { entityOf, guidOf } from '../../clients/mongo/links';
import type { Store } from '../../clients/mongo/store';
import type { Side } from '../../model/policy';
import { Refused } from '../operator';

const isSide = (side: string | undefined): side is Side => side === 'dynamics' || side === 'marketo';

/** Notes the decision and hands the row to its entity's child, which carries it out. @returns what to tell. */
export async function decide(store: Store, key: string | undefined, side: string | undefined): Promise<string> {
  if (key === undefined || !isSide(side)) throw new Refused('say which and for whom: take KEY dynamics|marketo');
  const conflict = (await store.conflicts.get([key])).get(key);
  if (!conflict) throw new Refused(`${key}: no such conflict; \`npm run conflicts\` lists them`);
  if (conflict.outdatedAt) {
    throw new Refused(
      `${key}: the field was edited since, and this is no longer the question; see \`npm run conflicts\``,
    );
  }
  await store.conflicts.decide(key, side);
  const item = { id: guidOf(conflict.id), decide: [{ conflict: key, take: side }] };
  await store.inbox.add(entityOf(conflict.id), 'marketo', [item], new Date());
  return `${key}: ${side}'s value goes to both sides with the next cycle`;
}
