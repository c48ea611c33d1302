import type { Link } from '../clients/mongo/links';
import type { Deps } from './deps';
import { type Queued, queueAll } from './queue';
import { type Targets, wait, wakeChanged } from './references';
import type { Writer } from './writer';

/** A link as it was, and as it is to be. */
export interface Written {
  before: Link | undefined;
  now: Link;
}

/** Rows of which others' records hold something that has changed; and how those others are queued. */
export interface Moved {
  links: readonly Written[];
  requeue: () => Promise<void>;
}

/** What has to follow once links are committed. */
export interface Following {
  queue?: readonly Queued[];
  /** Who waits for what, and the targets as the waiters saw them. */
  waits?: { pairs: readonly { waiter: string; target: string }[]; seen: Targets };
  moved?: Moved;
}

/**
 * Commits links. Once that is done, a worker that dies is not missed: the rows count as settled, and the next attempt leaves them
 * out. So whatever has to follow is stored before, and to do it twice does no harm:
 *
 * - rows to be looked at are in their inboxes; of the same lane, so that none is taken up before the commit
 * - who waits is among the waiting, and the targets were looked at once more
 * - rows that others depend on say so in their links, until the others are queued: these must see the new links
 *
 * One thing follows after: rows that wait for these are woken, since they would find nothing new before. An attempt at work that
 * was begun before wakes them in any case (wakeLinked).
 */
export async function commit(
  deps: Deps,
  writer: Writer,
  links: readonly Written[],
  { queue = [], waits, moved }: Following = {},
): Promise<void> {
  const { store } = deps;
  await queueAll(deps, queue);
  if (waits) await wait(deps, waits.pairs, waits.seen);
  if (moved && moved.links.length > 0) {
    const open = new Set(moved.links);
    await store.links.put(
      links.map((link) => (open.has(link) ? { ...link.now, dirty: true, moved: true } : link.now)),
      writer.epoch,
    );
    await moved.requeue();
    await store.links.put(
      moved.links.map(({ now }) => now),
      writer.epoch,
    );
  } else
    await store.links.put(
      links.map(({ now }) => now),
      writer.epoch,
    );
  await wakeChanged(store, links);
}
