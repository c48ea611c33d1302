import type { InboxItem } from '../clients/mongo/inbox';
import { entityOf, guidOf, type Link, linkId } from '../clients/mongo/links';
import type { Hint } from '../clients/mongo/unowned';
import type { Deps } from './deps';
import { type Queued, queueAll } from './queue';
import type { BoundEntity } from './schema';

/**
 * Of people that nobody owns: kept for the row that is linked to them. One may have been, since it was looked who owns them: so the poll
 * looks once more afterwards, and the writer, which claims a person first, looks for hints afterwards. Neither misses what the
 * other did before its own look.
 *
 * @returns how many were handed on
 */
export async function keepHints(deps: Pick<Deps, 'store'>, hints: readonly Hint[]): Promise<number> {
  const { store } = deps;
  if (hints.length === 0) return 0;
  await store.unowned.add(hints);
  const people = await store.people.get(hints.map(({ marketoId }) => marketoId));
  return handHints(deps, new Map([...people].map(([marketoId, { owner }]) => [marketoId, owner])));
}

/** The hints about the people that these rows own, before the rows' links are committed: they go to the rows' inboxes, and are forgotten then. */
export async function handHints(deps: Pick<Deps, 'store'>, owners: ReadonlyMap<number, string>): Promise<number> {
  const hints = await deps.store.unowned.of([...owners.keys()]);
  await queueAll(
    deps,
    hints.flatMap((hint) => queued(hint, owners.get(hint.marketoId) ?? '')),
  );
  await deps.store.unowned.remove(hints);
  return hints.length;
}

/** As the feeds would have handed it on. */
function queued({ marketoId: person, lost, into, filled }: Hint, owner: string): Queued[] {
  const [entity, id] = [entityOf(owner), guidOf(owner)];
  const loss = { person, ...(into !== undefined && { into }) };
  const item: InboxItem = { id, person, ...(lost && { lost: loss }) };
  const read: Queued = { entity, feed: 'dynamics', items: [{ id, resync: true }] };
  return [{ entity, feed: 'marketo', items: [item] }, ...(filled ? [read] : [])];
}

/**
 * Hints to rows that are not linked to the person yet, though they own it: the attempt that claimed it died before it had linked it. They
 * are kept for the next one.
 *
 * @returns the other items
 */
export async function setAsideUnlinked(
  deps: Pick<Deps, 'store'>,
  { entity: { name } }: BoundEntity,
  items: readonly InboxItem[],
): Promise<InboxItem[]> {
  const told = items.filter(({ person }) => person !== undefined);
  const links = await deps.store.links.get(told.map(({ id }) => linkId(name, id)));
  const isUnlinked = ({ id, person }: InboxItem): boolean =>
    person !== undefined && !isLinked(links.get(linkId(name, id)));
  const early = items.filter(isUnlinked);
  await deps.store.unowned.add(
    early.map(({ person = 0, lost }): Hint => ({ marketoId: person, ...(lost && lossOf(lost)) })),
  );
  return items.filter((item) => !early.includes(item));
}

/** A loss as a hint keeps it. */
export const lossOf = ({ into }: { into?: number }): Pick<Hint, 'lost' | 'into'> => ({
  lost: true,
  ...(into !== undefined && { into }),
});

/** A row that had a person and lost it is not about to get this one. */
const isLinked = (link: Link | undefined): boolean =>
  link !== undefined && (link.marketoId !== undefined || link.state === 'tombstone' || link.state === 'merged');
