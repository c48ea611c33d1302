import type { Feed, InboxItem } from '../clients/mongo/inbox';
import type { Deps } from './deps';

/** Rows to be looked at, by their entity's inbox. */
export interface Queued {
  entity: string;
  feed: Feed;
  items: readonly InboxItem[];
}

/** An inbox after the other. What goes to one goes there together: each page of an inbox is worked on by itself, with calls of its own. */
export async function queueAll({ store }: Pick<Deps, 'store'>, queue: readonly Queued[]): Promise<void> {
  const inboxes = new Map<string, { entity: string; feed: Feed; items: InboxItem[] }>();
  for (const { entity, feed, items } of queue) {
    if (items.length === 0) continue;
    const inbox = inboxes.get(`${entity}/${feed}`) ?? { entity, feed, items: [] };
    inboxes.set(`${entity}/${feed}`, inbox);
    inbox.items.push(...items);
  }
  for (const { entity, feed, items } of inboxes.values()) await store.inbox.add(entity, feed, items, new Date());
}
