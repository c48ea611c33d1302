import { entityOf, guidOf, type Link } from '../clients/mongo/links';
import type { Deps } from './deps';
import { idOf } from './rows';

/** Ids in one filter: some 70 characters each, of the 32,768 that an address may have (dataverse-api §3.1). */
const CHUNK = 100;
const PAGE_ROWS = 5_000;

/**
 * These rows' records have other ids in Marketo than before, or belong to someone else: whatever was written with the old id is sent again
 * (DESIGN §5, Qualify and merge): custom objects, contact roles, the bridge to the owning team. Queues, and writes nothing itself; call it
 * once the links hold the new ids. To call it twice does no harm.
 *
 * @param links link ids, `entity:guid`, of any entity
 */
export async function requeueDependants(deps: Deps, links: readonly string[]): Promise<void> {
  for (const [entity, guids] of byEntity(links)) {
    await requeueChildren(deps, entity, guids);
    const kind = deps.schema.has(entity) && deps.schema.entity(entity).target.kind;
    if (kind === 'person') await requeueBridges(deps, entity, guids);
    if (entity === 'contact' && deps.schema.has('connection')) {
      await queue(deps, 'connection', await deps.store.roles.ofContacts(guids));
    }
  }
}

/** Opportunities whose customer is one of these contacts: they have the contact's account (native-sync §2.7). */
export const requeueOpportunities = (deps: Deps, contacts: readonly string[]): Promise<void> =>
  requeueBy(deps, 'opportunity', 'customerid', contacts.map(guidOf));

/** Is it another person than the one that the row's dependants were written for? */
export function isAnother(before: Link | undefined, marketoId: Link['marketoId']): boolean {
  if (before === undefined || marketoId === undefined || marketoId === before.marketoId) return false;
  return before.marketoId !== undefined || before.state === 'deleted' || before.state === 'tombstone';
}

/** Do records of other rows hold something that is taken from this entity's links? */
export const hasChildren = ({ settings }: Deps, entity: string): boolean =>
  settings.entities.some(({ belongsTo }) => belongsTo?.entity === entity);

async function requeueChildren(deps: Deps, entity: string, guids: readonly string[]): Promise<void> {
  for (const { name, belongsTo } of deps.settings.entities) {
    if (belongsTo?.entity === entity) await requeueBy(deps, name, belongsTo.column, guids);
  }
}

/** Which rows refer to these only Dynamics knows: to remember it would take as much room as the rows. */
async function requeueBy(deps: Deps, entity: string, column: string, guids: readonly string[]): Promise<void> {
  // An entity whose trouble is its own is read whole when that is mended.
  const bound = deps.schema.has(entity) ? await deps.schema.usable(entity) : undefined;
  if (!bound) return;
  for (let at = 0; at < guids.length; at += CHUNK) {
    const filter = guids
      .slice(at, at + CHUNK)
      .map((guid) => `_${column}_value eq ${guid}`)
      .join(' or ');
    const select = [bound.primaryId];
    let page = await deps.dynamics.readPage({ set: bound.set, select, filter, pageSize: PAGE_ROWS });
    for (;;) {
      await queue(
        deps,
        entity,
        page.rows.map((row) => idOf(row, bound.primaryId)),
      );
      if (!page.nextLink) break;
      page = await deps.dynamics.follow(page.nextLink, PAGE_ROWS);
    }
  }
}

async function requeueBridges(deps: Deps, entity: string, guids: readonly string[]): Promise<void> {
  if (!deps.schema.has('team')) return;
  const ids = guids.map((guid) => `${entity}:${guid}`);
  const bridged = [...(await deps.store.links.get(ids)).values()].filter(({ team }) => team !== undefined);
  await deps.store.links.forgetTeams(bridged.map(({ id }) => id));
  await queue(
    deps,
    entity,
    bridged.map(({ id }) => guidOf(id)),
  );
}

/** Whatever was applied: both sides are read. */
const queue = ({ store }: Deps, entity: string, guids: readonly string[]): Promise<void> =>
  store.inbox.add(
    entity,
    'dynamics',
    guids.map((id) => ({ id, resync: true as const })),
    new Date(),
  );

function byEntity(links: readonly string[]): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const id of new Set(links)) found.set(entityOf(id), [...(found.get(entityOf(id)) ?? []), guidOf(id)]);
  return found;
}
