import type { DynamicsRow } from '../../clients/dynamics/types';
import { ApiError } from '../../clients/errors';
import type { MarketoRecord } from '../../clients/marketo/types';
import { entityOf, guidOf, type Link, linkId } from '../../clients/mongo/links';
import { eligibility } from '../../model/eligibility';
import { PERSON_IDENTITY } from '../../model/entities';
import { type Personhood, type Standing, type Successor, sightingOf, successorOf } from '../../model/identity';
import type { Deps } from '../deps';
import type { Candidate } from '../rows';
import type { Writer } from '../writer';
import { findCarriers, guidIn } from './find';
import { readPersons } from './read';

/** A row that another one stands for, and what is known of both. */
export interface Succeeded {
  candidate: Candidate;
  why: Successor['why'];
  /** The row's own person, where there is one that carries its id. */
  person?: MarketoRecord;
  into: { id: string; standing: Standing; personhood: Personhood; madeOfIt: boolean; person?: MarketoRecord };
}

const UNREAD = { api: 'marketo', operation: 'leads.read', kind: 'too-large', code: 'TOO_LARGE' } as const;

interface Known {
  row?: DynamicsRow;
  link?: Link;
}

/** A into B, B into C, …: longer chains than this are no chains. */
const HOPS = 6;

/** Facts of these rows' successors: the last of each chain, as Dynamics has it now, and both persons, as Marketo has them. */
export async function findSuccessors(
  deps: Deps,
  writer: Writer,
  entity: string,
  candidates: readonly Candidate[],
): Promise<Succeeded[]> {
  const named = candidates.flatMap((candidate) => {
    const successor = successorOf(entity, candidate.row);
    return successor ? [{ candidate, why: successor.why, first: linkId(successor.entity, successor.id) }] : [];
  });
  if (named.length === 0) return [];
  const { last, known } = await follow(
    deps,
    named.map(({ first }) => first),
  );
  const links = named.flatMap(({ candidate, first }) => [candidate.link, known.get(last.get(first) ?? first)?.link]);
  const persons = await personsOf(
    deps,
    writer,
    links.filter((link) => link !== undefined),
  );
  return named.map(({ candidate, why, first }): Succeeded => {
    const id = last.get(first) ?? first;
    const { row, link } = known.get(id) ?? {};
    const own = persons.get(candidate.linkId);
    const other = persons.get(id);
    const hadOne = link?.marketoId !== undefined || link?.state === 'tombstone' || link?.state === 'merged';
    const into = {
      id,
      standing: standingOf(id, row),
      personhood: other ? ('linked' as const) : hadOne ? ('gone' as const) : ('none' as const),
      madeOfIt: String(row?._originatingleadid_value ?? '').toLowerCase() === candidate.id,
      ...(other && { person: other }),
    };
    return { candidate, why, into, ...(own && { person: own }) };
  });
}

/** The person of each row that has one: the link's, or the one that carries the row's id now, where the link's was merged into it. */
async function personsOf(deps: Deps, writer: Writer, links: readonly Link[]): Promise<Map<string, MarketoRecord>> {
  const fields = ['id', PERSON_IDENTITY.id, ...(await consentsOf(deps))];
  const found = new Map<string, MarketoRecord>();
  const look = async (ids: ReadonlyMap<string, number>) => {
    // Of a few short fields: what is over the bound even so is no answer to go by.
    const persons = await readPersons(deps, fields, [...ids.values()], (id) => {
      throw new ApiError({ ...UNREAD, key: String(id) });
    });
    for (const [row, id] of ids) {
      const person = persons.get(id);
      if (person && sightingOf(guidOf(row), guidIn(person)) === 'ours') found.set(row, person);
    }
  };
  const linked = new Map(
    links.flatMap(({ id, marketoId }) => (typeof marketoId === 'number' ? [[id, marketoId]] : [])),
  );
  await look(linked);
  const carriers = await findCarriers(
    deps,
    writer,
    [...linked.keys()].filter((row) => !found.has(row)),
  );
  await look(new Map([...carriers].flatMap(([row, id]) => (id === 'ambiguous' ? [] : [[row, id]]))));
  return found;
}

const standingOf = (id: string, row: DynamicsRow | undefined): Standing =>
  row ? eligibility(entityOf(id), row) : 'absent';

/** Marketo's names of the fields that say no. */
export async function consentsOf({ schema, settings }: Deps): Promise<string[]> {
  const names = new Set<string>();
  for (const { name, target } of settings.entities) {
    if (target.kind !== 'person') continue;
    for (const { rule, field } of (await schema.usable(name))?.fields ?? []) if (rule.consent) names.add(field.name);
  }
  return [...names];
}

/** From each row on to the last one that stands for it. @returns the last by the first, and what was read on the way. */
async function follow(
  deps: Deps,
  firsts: readonly string[],
): Promise<{ last: Map<string, string>; known: Map<string, Known> }> {
  const last = new Map(firsts.map((id) => [id, id]));
  const known = new Map<string, Known>();
  for (let hop = 0; hop < HOPS; hop += 1) {
    const unread = [...new Set(last.values())].filter((id) => !known.has(id));
    if (unread.length === 0) break;
    for (const [id, one] of await readAll(deps, unread)) known.set(id, one);
    for (const [first, id] of last) last.set(first, nextOf(id, known.get(id)) ?? id);
  }
  return { last, known };
}

function nextOf(id: string, { row, link }: Known = {}): string | undefined {
  if (link?.state === 'superseded' && link.into !== undefined) return link.into;
  const successor = row && successorOf(entityOf(id), row);
  // A lead that is to go into a contact has a person of its own until it has gone.
  return successor?.why === 'merged' ? linkId(successor.entity, successor.id) : undefined;
}

async function readAll({ dynamics, schema, store }: Deps, ids: readonly string[]): Promise<Map<string, Known>> {
  const links = await store.links.get(ids);
  const known = new Map<string, Known>();
  for (const id of ids) {
    const link = links.get(id);
    known.set(id, link ? { link } : {});
  }
  for (const entity of new Set(ids.map(entityOf))) {
    const bound = schema.has(entity) ? await schema.usable(entity) : undefined;
    if (!bound) continue;
    const guids = ids.filter((id) => entityOf(id) === entity).map(guidOf);
    for (const row of await dynamics.readByIds(bound.set, bound.primaryId, guids, bound.select)) {
      const id = linkId(entity, String(row[bound.primaryId]));
      known.set(id, { ...known.get(id), row });
    }
  }
  return known;
}
