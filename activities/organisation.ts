import { versionIn } from '../clients/dynamics/checks';
import type { DynamicsRow } from '../clients/dynamics/types';
import { isOutage } from '../clients/health';
import type { DynamicsBinding, MarketoBinding } from '../clients/mongo/bindings';
import { entityOf, guidOf, linkId } from '../clients/mongo/links';
import type { Deps } from './deps';
import { readable } from './readable';
import { idOf } from './rows';

/** So many of the newest rows are read again, to see whether the organisation was set back (DESIGN §5). */
const NEWEST = 50;
const NEWEST_ID = 'newest';

interface Newest {
  id: string;
  version: number;
}

/** Remembers the newest rows that came by: ids and versions only. */
export async function noteNewest({ store, schema }: Deps, entity: string, rows: readonly DynamicsRow[]): Promise<void> {
  const bound = await schema.of(entity);
  const seen = rows.flatMap((row): Newest[] => {
    const version = versionIn(row.versionnumber);
    return version === undefined ? [] : [{ id: linkId(entity, idOf(row, bound.primaryId)), version }];
  });
  if (seen.length === 0) return;
  const all = new Map<string, Newest>();
  const known = ((await store.bindings.get<Newest[]>(NEWEST_ID)) ?? []).filter(isPossible);
  for (const one of [...known, ...seen]) {
    if ((all.get(one.id)?.version ?? 0) < one.version) all.set(one.id, one);
  }
  const newest = [...all.values()].sort((a, b) => b.version - a.version).slice(0, NEWEST);
  await store.bindings.set(NEWEST_ID, newest);
}

/** An earlier version of the service kept whatever a row said. */
const isPossible = ({ version }: Newest): boolean => versionIn(version) !== undefined;

const remedy = 'If that is meant, start with an empty database (MONGODB_DATABASE).';

/** Are these the two systems this database was made for? @returns what is wrong. */
export async function wrongOrganisation(deps: Deps): Promise<string | undefined> {
  const { dynamics, marketo, store } = deps;
  const { organizationId, url, createdOn } = await dynamics.organisation();
  const found: DynamicsBinding = { organizationId, url, createdOn };
  const pinned = await store.bindings.pin('dynamics', found);
  for (const key of ['organizationId', 'url', 'createdOn'] as const) {
    if (pinned[key] === found[key]) continue;
    return `another Dynamics organisation: ${key} is ${found[key]}, pinned is ${pinned[key]}. ${remedy}`;
  }
  const munchkinId = marketo.munchkinId();
  const earlier = await store.bindings.get<MarketoBinding>('marketo');
  if (earlier && earlier.munchkinId !== munchkinId) {
    return `another Marketo instance: ${munchkinId}, pinned is ${earlier.munchkinId}. ${remedy}`;
  }
  return setBack(deps);
}

/**
 * A restore from a backup moves row versions backwards (dataverse-api §10). A lower maximum alone means nothing, as the
 * newest row may have been deleted: what counts is a row, freshly read, that is older than a merge has seen it.
 */
async function setBack({ dynamics, store, schema }: Deps): Promise<string | undefined> {
  const newest = ((await store.bindings.get<Newest[]>(NEWEST_ID)) ?? []).filter(isPossible);
  const links = await store.links.get(newest.map(({ id }) => id));
  const byEntity = new Map<string, string[]>();
  for (const { id } of newest) {
    if (links.has(id) && schema.has(entityOf(id)))
      byEntity.set(entityOf(id), [...(byEntity.get(entityOf(id)) ?? []), guidOf(id)]);
  }
  for (const [entity, ids] of byEntity) {
    // Of a row that cannot be read nothing is known, and nothing follows: what is wrong with it, or with its table, is told where it is worked on.
    const bound = await schema.usable(entity);
    if (!bound) continue;
    const rows: DynamicsRow[] = [];
    const select = [bound.primaryId, 'versionnumber'];
    const read = async (some: readonly string[]) => {
      rows.push(...(await dynamics.readByIds(bound.set, bound.primaryId, [...some], select, () => undefined)));
      return [];
    };
    await readable(ids, read).catch(unlessDown);
    for (const row of rows) {
      const link = links.get(linkId(entity, idOf(row, bound.primaryId)));
      const [version, seen] = [versionIn(row.versionnumber), versionIn(link?.seenVersion)];
      if (link && version !== undefined && seen !== undefined && version < seen) {
        return `the Dynamics organisation was set back (restored): ${entity} ${guidOf(link.id)} is older than when it was last read. ${remedy}`;
      }
    }
  }
  return undefined;
}

/** While the operation is known to be down nothing is known of the other rows. */
function unlessDown(error: unknown): void {
  if (!isOutage(error)) throw error;
}
