import { versionIn } from '../clients/dynamics/checks';
import type { DynamicsRow } from '../clients/dynamics/types';
import { isApiError } from '../clients/errors';
import { isOutage } from '../clients/health';
import type { DynamicsBinding, MarketoBinding } from '../clients/mongo/bindings';
import { entityOf, guidOf, linkId } from '../clients/mongo/links';
import type { Deps } from './deps';

/** So many of the newest rows are read again, to see whether the organisation was set back (DESIGN §5). */
const NEWEST = 50;
const NEWEST_ID = 'newest';

interface Newest {
  id: string;
  version: number;
}

/** Remembers the newest rows that came by: ids and versions only. */
export async function noteNewest({ store, schema }: Deps, entity: string, rows: readonly DynamicsRow[]): Promise<void> {
  const { primaryId } = await schema.of(entity);
  const seen = rows.flatMap((row): Newest[] => {
    const version = versionIn(row.versionnumber);
    return version === undefined ? [] : [{ id: linkId(entity, String(row[primaryId])), version }];
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
    const rows = await readable(ids, async (some) => {
      const { set, primaryId } = await schema.of(entity);
      const found = await dynamics.readByIds(set, primaryId, [...some], [primaryId, 'versionnumber'], () => undefined);
      return found.map((row) => ({
        id: linkId(entity, String(row[primaryId])),
        version: versionIn(row.versionnumber),
      }));
    });
    for (const { id, version } of rows) {
      const { seenVersion } = links.get(id) ?? {};
      if (version !== undefined && versionIn(seenVersion) !== undefined && version < Number(seenVersion)) {
        return `the Dynamics organisation was set back (restored): ${entity} ${guidOf(id)} is older than when it was last read. ${remedy}`;
      }
    }
  }
  return undefined;
}

/**
 * What can be read of these, in halves where Dynamics fails. Of the others nothing is known, and nothing follows: the organisation has just
 * answered, and what is wrong with a row or a table is found, and told, where it is worked on.
 */
async function readable<R>(ids: readonly string[], read: (some: readonly string[]) => Promise<R[]>): Promise<R[]> {
  try {
    return await read(ids);
  } catch (error) {
    if (!isApiError(error) || isApiError(error, 'rate-limited', 'quota')) throw error;
    if (ids.length === 1 || isOutage(error)) return [];
  }
  const half = Math.ceil(ids.length / 2);
  return [...(await readable(ids.slice(0, half), read)), ...(await readable(ids.slice(half), read))];
}
