import type { Deps } from '../../activities/deps';
import { linkId } from '../../clients/mongo/links';
import type { Store } from '../../clients/mongo/store';
import type { Settings } from '../../model/settings';
import { expectSynced, Refused } from '../operator';

const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Whom a question is about: rows, as `entity:guid`, and Marketo persons that no row owns. */
export interface Whom {
  rows: string[];
  unowned: number[];
}

/** A row by its entity and GUID, as people paste it. */
export async function byRow(
  store: Store,
  settings: Settings,
  entity: string,
  given: string | undefined,
): Promise<Whom> {
  expectSynced(settings, entity);
  const guid = (given ?? '').trim().replace(/[{}"]/g, '').toLowerCase();
  if (!GUID.test(guid)) throw new Refused(`${entity}: give the row’s id, as 00000000-0000-4000-8000-000000000000`);
  if (entity !== 'connection') return { rows: [linkId(entity, guid)], unowned: [] };
  // Contact roles are kept by their opportunity.
  return { rows: [linkId(entity, (await store.roles.opportunitiesOf([guid])).get(guid) ?? guid)], unowned: [] };
}

/** Ids are small integers: a person’s goes before another object’s. */
export async function byMarketoId(store: Store, given: string): Promise<Whom> {
  const number = /^\d{1,15}$/.test(given) ? Number(given) : undefined;
  if (number !== undefined) {
    const person = (await store.people.get([number])).get(number);
    if (person) return { rows: [person.owner], unowned: [] };
  }
  const rows = await store.links.idsOfRecord(number ?? given);
  return { rows, unowned: rows.length === 0 && number !== undefined ? [number] : [] };
}

/** Both systems are asked for the address; it is neither stored nor logged, and not printed again. */
export async function byEmail({ dynamics, marketo, store, schema, settings }: Deps, email: string): Promise<Whom> {
  if (!/^[^\s,@]+@[^\s,@]+$/.test(email)) throw new Refused('--email: that is no e-mail address');
  const rows: string[] = [];
  for (const { name, target } of settings.entities) {
    const bound = target.kind === 'person' ? await schema.usable(name) : undefined;
    if (!bound) continue;
    const filter = `emailaddress1 eq '${email.replaceAll("'", "''")}'`;
    const found = await dynamics.readPage({ set: bound.set, select: [bound.primaryId], filter, pageSize: 50 });
    rows.push(...found.rows.map((row) => linkId(name, String(row[bound.primaryId]))));
  }
  const ids = (await marketo.leadsBy('email', [email], ['id'])).map(({ id }) => Number(id));
  const people = await store.people.get(ids);
  const owners = [...people.values()].map(({ owner }) => owner);
  return { rows: [...new Set([...rows, ...owners])], unowned: ids.filter((id) => !people.has(id)) };
}
