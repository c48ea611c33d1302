import type { MarketoRecord } from '../../clients/marketo/types';
import type { InboxItem } from '../../clients/mongo/inbox';
import { entityOf, guidOf, type Link, linkId } from '../../clients/mongo/links';
import type { Person } from '../../clients/mongo/people';
import { GUID, type PushWish } from '../../model/push';
import { pushGuid } from '../../model/push-guid';
import type { PushFacts } from '../../model/push-outcome';
import type { Deps } from '../deps';
import { guidIn } from '../persons/find';

/** One person on its way to Dynamics, and all that is known of it. */
export interface Situation {
  marketoId: number;
  wish: PushWish;
  record: MarketoRecord | undefined;
  facts: PushFacts;
  /** Who owns the person now, as `people` has it. */
  person: Person | undefined;
  /** The row that has it, as `entity:guid`. */
  has?: string;
  /** The id that its own row has, or gets. */
  guid: string;
}

/** Looks at persons, who owns them, and whether the row is there whose id they carry. */
export async function situationsOf(
  deps: Deps,
  items: readonly InboxItem[],
  records: ReadonlyMap<number, MarketoRecord>,
): Promise<Situation[]> {
  const { store, marketo } = deps;
  const wanted = new Map(items.flatMap(({ id, push }) => (push ? [[Number(id), push] as const] : [])));
  const people = await store.people.get([...wanted.keys()]);
  const links = await store.links.get([...people.values()].map(({ owner }) => owner));
  const carried = await rowsCarried(
    deps,
    [...wanted.keys()].flatMap((id) => {
      const record = people.has(id) ? undefined : records.get(id);
      const guid = record ? guidIn(record) : '';
      return GUID.test(guid) ? [guid] : [];
    }),
  );
  const munchkinId = marketo.munchkinId();
  return [...wanted].map(([marketoId, { standing, ...wish }]): Situation => {
    const { as } = wish;
    const record = records.get(marketoId);
    const person = people.get(marketoId);
    const first = pushGuid(munchkinId, marketoId, as, person?.previous);
    const facts = { as, found: record !== undefined, standing: standing === true };
    if (person) {
      const is = stateOf(links.get(person.owner), person.owner === linkId(as, first));
      const next = is === 'deleted' ? pushGuid(munchkinId, marketoId, as, person.owner) : first;
      const guid = is === 'about-to-be-made' ? guidOf(person.owner) : next;
      const owner = { entity: entityOf(person.owner), is };
      return { marketoId, wish, record, person, has: person.owner, guid, facts: { ...facts, owner } };
    }
    const guid = record ? guidIn(record) : '';
    const has = carried.get(guid);
    const carries = GUID.test(guid) ? { carries: { entity: has && entityOf(has) } } : {};
    return { marketoId, wish, record, person, guid: first, facts: { ...facts, ...carries }, ...(has && { has }) };
  });
}

/** @param ours the owner is the row that a push makes: without a link it has only been claimed. */
function stateOf(link: Link | undefined, ours: boolean): 'there' | 'deleted' | 'about-to-be-made' {
  if (link?.state === 'deleted') return 'deleted';
  return link?.state === 'pushed' || (link === undefined && ours) ? 'about-to-be-made' : 'there';
}

/** Of these ids, the rows that are there, as `entity:guid`: not imported yet, or of a database that was lost. */
async function rowsCarried(
  { dynamics, schema, settings }: Deps,
  guids: readonly string[],
): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  if (guids.length === 0) return found;
  for (const { name, target } of settings.entities) {
    const bound = target.kind === 'person' ? await schema.usable(name) : undefined;
    if (!bound) continue;
    const rows = await dynamics.readByIds(bound.set, bound.primaryId, [...guids], [bound.primaryId]);
    for (const row of rows) {
      const id = linkId(name, String(row[bound.primaryId]));
      found.set(guidOf(id), id);
    }
  }
  return found;
}
