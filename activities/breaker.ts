import type { InboxItem } from '../clients/mongo/inbox';
import { entityOf, guidOf, type Link } from '../clients/mongo/links';
import { deletionLimit } from '../model/breaker';
import { stateIs, trailed } from '../model/trail';
import type { Deps } from './deps';
import { park } from './park';
import type { Writer } from './writer';

/**
 * Too many deletions within a day are somebody's mistake more often than not: the entity's stop, and each is listed until an operator
 * releases or keeps them (`npm run deletes`). Where the policy does nothing in Marketo, nothing is held.
 *
 * @returns what may be carried out
 */
export async function admitDeletions(
  { store, schema }: Deps,
  writer: Writer,
  gone: readonly Link[],
  items: readonly InboxItem[],
): Promise<Link[]> {
  const answers = new Map(
    items.flatMap(({ id, release, leaving }) => {
      const answer = release ?? (leaving && 'delete');
      return answer ? [[id.toLowerCase(), answer]] : [];
    }),
  );
  const answerTo = ({ id }: Link) => answers.get(guidOf(id));
  // Marketo keeps what it has: an operator said so.
  const kept = gone.filter((link) => answerTo(link) === 'keep');
  await park(
    { store },
    writer,
    kept.map(({ id, parked }) => ({ id, was: parked, now: [] })),
  );
  await store.links.put(
    kept.map((link) => ({
      ...link,
      ...trailed(link, [{ at: Date.now(), what: 'kept', keys: [] }, stateIs('deleted', Date.now())]),
      state: 'deleted' as const,
      parked: [],
    })),
    writer.epoch,
  );
  const open = gone.filter((link) => answerTo(link) !== 'keep');
  const asking = open.filter((link) => answerTo(link) === undefined && touchesMarketo(link));
  const entity = asking[0] && entityOf(asking[0].id);
  if (entity === undefined || schema.entity(entity).whenDeleted === 'ignore') return open;
  if (!(await mustAsk(store, entity, asking.length))) return open;
  await park(
    { store },
    writer,
    asking.map(({ id, parked }) => ({ id, was: parked, now: [{ reason: 'deletes-stopped' }], operation: 'delete' })),
  );
  await store.links.put(
    asking.map((link) => ({ ...link, parked: [''] })),
    writer.epoch,
  );
  return open.filter((link) => !asking.includes(link));
}

/** Would so many more be too many? Then the entity's deletions stop, these among them. */
export async function mustAsk(store: Deps['store'], entity: string, more: number): Promise<boolean> {
  const { count, stopped } = await store.deletions.recent(entity);
  if (!stopped && count + more <= deletionLimit(await store.progress.rows(entity))) return false;
  await store.deletions.stop(entity);
  return true;
}

export const touchesMarketo = ({ state, marketoId }: Link): boolean => state === 'linked' && marketoId !== undefined;
