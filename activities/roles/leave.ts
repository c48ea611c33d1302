import type { InboxItem } from '../../clients/mongo/inbox';
import { guidOf, type Link, linkId } from '../../clients/mongo/links';
import type { RoleRecord } from '../../clients/mongo/roles';
import type { Deps } from '../deps';
import { Writer } from '../writer';
import { PATH, removeRoles } from './apply';
import { readOpportunities } from './read';

/**
 * Opportunities that are about to be deleted in Marketo, which keeps one that has roles (native-sync §11). Roles have one writer, in their
 * own lane, which is handed these opportunities and hands them back without roles: nothing is written around it, and neither waits for
 * the other. An attempt that dies in between hands them over once more, which does no harm.
 *
 * @param writer the opportunities'
 * @param gone links of opportunities whose deletion is admitted
 * @returns those that have roles still: they are met again
 */
export async function leaveFirst(
  deps: Deps,
  writer: Writer,
  gone: readonly Link[],
  items: readonly InboxItem[],
): Promise<Link[]> {
  const { store, schema } = deps;
  const leaving = await withRoles(deps, gone);
  if (leaving.length === 0) return [];
  if (!schema.has('connection')) return removeAlone(deps, writer, leaving);
  await store.inbox.add(
    'connection',
    'dynamics',
    leaving.map(({ id }) => ({ id: guidOf(id), leaving: true, resync: true })),
    new Date(),
  );
  const counted = countedOf(items);
  const more = leaving.filter(({ id }) => !counted.has(id)).length;
  if (more > 0) await store.deletions.add('opportunity', more);
  return leaving;
}

/** Link ids of opportunities that were handed over, and counted as deleted then. */
export const countedOf = (items: readonly InboxItem[]): Set<string> =>
  new Set(items.filter(({ leaving }) => leaving).map(({ id }) => linkId('opportunity', id)));

async function withRoles({ store }: Deps, links: readonly Link[]): Promise<Link[]> {
  const records = await store.roles.get(links.map(({ id }) => guidOf(id)));
  return links.filter(({ id }) => hasRoles(records.get(guidOf(id))));
}

/** In Marketo, perhaps, or listed. */
const hasRoles = (record: RoleRecord | undefined): boolean =>
  record !== undefined && (record.written.length + (record.unsure ?? []).length > 0 || record.parked === true);

/** Contact roles are not synced any more: they have no lane. */
async function removeAlone(deps: Deps, writer: Writer, leaving: readonly Link[]): Promise<Link[]> {
  const roles = await Writer.open(deps, PATH);
  await removeRoles(
    deps,
    roles,
    leaving.map(({ id }) => guidOf(id)),
  );
  await roles.recorded();
  writer.troubles.push(
    ...roles.troubles.map((trouble) => ({ ...trouble, row: linkId('opportunity', guidOf(trouble.row)) })),
  );
  return withRoles(deps, leaving);
}

/** In the roles' lane: of what was handed over, what a read has not found. @returns the other items, those among them that were restored */
export async function findLeft(
  deps: Deps,
  items: readonly InboxItem[],
): Promise<{ left: string[]; others: InboxItem[] }> {
  const leaving = items.filter((item) => item.leaving).map(({ id }) => id.toLowerCase());
  const there = await readOpportunities(deps, leaving);
  const left = new Set(leaving.filter((id) => !there.has(id)));
  return { left: [...left], others: items.filter((item) => !item.leaving || !left.has(item.id.toLowerCase())) };
}

/** Those without roles, and those that were restored, go back to their own lane. */
export async function handBack({ store }: Deps, items: readonly InboxItem[]): Promise<void> {
  const ids = items.filter(({ leaving }) => leaving).map(({ id }) => id.toLowerCase());
  const records = await store.roles.get(ids);
  // Of the others the work is left undone, and is tried again.
  const back = ids.filter((id) => !records.get(id)?.unsure);
  await store.inbox.add(
    'opportunity',
    'dynamics',
    back.map((id) => ({ id, deleted: true, leaving: true })),
    new Date(),
  );
}
