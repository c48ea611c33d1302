import type { InboxItem } from '../clients/mongo/inbox';
import { guidOf } from '../clients/mongo/links';
import { GuidSet } from '../model/guid-set';
import type { Deps } from './deps';
import { done, type Outcome } from './outcome';
import { idOf } from './rows';
import type { BoundEntity } from './schema';

/** Rows that were read and then deleted before the delta token: an id-only pass finds them (DESIGN §3). */
export async function queueDeleted({ dynamics, store }: Deps, bound: BoundEntity): Promise<void> {
  const name = bound.entity.name;
  const present = new GuidSet();
  let page = await dynamics.readPage({ set: bound.set, select: [bound.primaryId], pageSize: 5_000 });
  for (;;) {
    for (const row of page.rows) present.add(idOf(row, bound.primaryId));
    if (!page.nextLink) break;
    page = await dynamics.follow(page.nextLink, 5_000);
  }
  const gone: InboxItem[] = [];
  for await (const id of known(store, name)) if (!present.has(id)) gone.push({ id, deleted: true });
  await store.inbox.add(name, 'dynamics', gone, new Date());
}

/** Rows that are believed to live. Contact roles have no links of their own: their connections are remembered instead. */
async function* known(store: Deps['store'], entity: string): AsyncGenerator<string> {
  if (entity === 'connection') yield* store.roles.connections();
  else for await (const { id, state } of store.links.all(entity)) if (state !== 'deleted') yield guidOf(id);
}

/** After one complete pass of an untracked table: what it did not show is gone. */
export async function sweepMissing(
  { store }: Deps,
  entity: string,
  generation: number,
): Promise<Outcome<{ gone: number }>> {
  const gone: InboxItem[] = [];
  for await (const link of store.links.all(entity)) {
    if (link.state === 'linked' && (link.generation ?? 0) < generation)
      gone.push({ id: guidOf(link.id), deleted: true });
  }
  await store.inbox.add(entity, 'dynamics', gone, new Date());
  return done({ gone: gone.length });
}
