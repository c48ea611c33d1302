import type { Activity, ActivityPage } from '../../clients/marketo/types';
import { entityOf, guidOf } from '../../clients/mongo/links';
import type { Hint } from '../../clients/mongo/unowned';
import type { Deps } from '../deps';
import { keepHints, lossOf } from '../hints';
import { type Queued, queueAll } from '../queue';

/** A person that is there no more, and the one that it was merged into, if it was. */
interface Loss {
  person: number;
  into?: number;
}

/** As it is kept of a person that nobody owns. */
export const hintOfLoss = (loss: Loss): Hint => ({ marketoId: loss.person, ...lossOf(loss) });

/** Type 37. */
export const deletionsIn = ({ activities }: ActivityPage): Loss[] =>
  activities.map(({ leadId }) => ({ person: leadId }));

/** Type 32: of the winner, with the losers' ids as a list, or as text that shows one (marketo-api §5.3). */
export const mergersIn = (activities: readonly Activity[]): Loss[] =>
  activities.flatMap(({ leadId, attributes }) =>
    (JSON.stringify(attributes['Merge IDs'] ?? '').match(/\d+/g) ?? []).map((id) => ({
      person: Number(id),
      into: leadId,
    })),
  );

/**
 * To the row that owns the person; of one that nobody owns it is kept for a row that is about to. Carried out by the one writer
 * (persons/lost.ts). And to the row whose person took the other in: nothing tells what that filled in, a mark of deletion among it.
 */
export async function handLosses(deps: Deps, losses: readonly Loss[]): Promise<number> {
  const { store } = deps;
  const winners = [...new Set(losses.flatMap(({ into }) => into ?? []))];
  const people = await store.people.get([...losses.map(({ person }) => person), ...winners]);
  const lost = losses.map((loss) => ({ ...loss, item: { person: loss.person, lost: loss }, hint: lossOf(loss) }));
  const filled = winners.map((person) => ({
    person,
    item: { resync: true as const },
    hint: { filled: true as const },
  }));
  let items = 0;
  const hints: Hint[] = [];
  for (const [feed, told] of [
    ['marketo', lost],
    ['dynamics', filled],
  ] as const) {
    const queue: Queued[] = [];
    for (const { person, item, hint } of told) {
      const owner = people.get(person)?.owner;
      if (owner === undefined) {
        hints.push({ marketoId: person, ...hint });
        continue;
      }
      queue.push({ entity: entityOf(owner), feed, items: [{ id: guidOf(owner), ...item }] });
      items += 1;
    }
    await queueAll(deps, queue);
  }
  return items + (await keepHints(deps, hints));
}
