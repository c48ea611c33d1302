import { createHash } from 'node:crypto';
import type { Aside } from '../clients/mongo/aside';
import { type Feed, INBOX_PAGE, type InboxItem } from '../clients/mongo/inbox';
import { linkId } from '../clients/mongo/links';
import { GUID } from '../model/push';
import type { Deps } from './deps';
import type { Lister } from './park';
import { type Queued, queueAll } from './queue';
import { parkRows } from './set-aside';
import type { UnexpectedRow } from './unexpected';

/** Of a push, a person's. */
const MARKETO_ID = /^\d{1,15}$/;

/** What names the row in a list: its id, where it is one; else a mark that tells it from others. */
export function nameOf(id: string): string {
  const bare = id.replace(/^\{(.*)\}$/, '$1').toLowerCase();
  if (GUID.test(bare) || MARKETO_ID.test(bare)) return bare;
  return `no-id-${createHash('sha256').update(id).digest('hex').slice(0, 8)}`;
}

/** Rows that met an error which nobody expected are listed with its class and place, and tried again by a resync, an edit or another version. */
export async function parkUnexpected(
  deps: Deps,
  entity: string,
  feed: Feed,
  rows: readonly UnexpectedRow<InboxItem>[],
  lister: Lister,
): Promise<void> {
  if (rows.length === 0) return;
  const at = Date.now();
  const asides = rows.map(({ row, reason, place }): Aside => {
    const trouble = {
      size: 1,
      failures: 1,
      first: at,
      last: at,
      api: 'mongo' as const,
      operation: 'work',
      code: place,
    };
    return { id: nameOf(row.id), items: [row], trouble, parked: reason, since: new Date(at) };
  });
  const parked = asides.map(({ id, trouble }, index) => {
    const { reason = 'unexpected' } = rows[index] ?? {};
    return { id: linkId(entity, id), parked: { reason, ...(reason === 'unexpected' && { code: trouble.code }) } };
  });
  await parkRows(deps, parked, lister);
  await deps.store.asides.put(entity, feed, asides);
}

/** Another version of the service may know what to do with them. */
export async function retryUnexpected({ store }: Deps): Promise<number> {
  let queue: Queued[] = [];
  let count = 0;
  for await (const { entity, feed, aside } of store.asides.parkedFor('unexpected')) {
    const items = feed === 'dynamics' ? aside.items.map((item) => ({ ...item, resync: true as const })) : aside.items;
    queue.push({ entity, feed, items });
    count += 1;
    if (queue.length < INBOX_PAGE) continue;
    await queueAll({ store }, queue);
    queue = [];
  }
  await queueAll({ store }, queue);
  return count;
}
