import type { MarketoRecord } from '../../clients/marketo/types';
import { guidOf } from '../../clients/mongo/links';
import { PERSON_IDENTITY } from '../../model/entities';
import { spellings, theOne } from '../../model/identity';
import type { Deps } from '../deps';
import type { ApplyMode, Candidate } from '../rows';
import type { Writer } from '../writer';
import { type Inheritance, takeOver } from './hand-over';

/** Where a row's person was found, or that there is none. */
export type Found =
  | { how: 'linked' | 'by-id' | 'adopted' | 'pushed'; marketoId: number }
  /** Its lead's, with what that had agreed on. */
  | ({ how: 'qualified' } & Inheritance)
  | { how: 'none' }
  /** Kept back: several match, or one does and the adoption policy leaves it to someone. */
  | { how: 'ambiguous' }
  | { how: 'to-be-adopted' };

export const guidIn = (record: MarketoRecord): string => String(record[PERSON_IDENTITY.id] ?? '').toLowerCase();

/**
 * The person of each row (DESIGN §5, Identity): the link; the person of the lead that a contact was qualified from;
 * our own id on a person; and, by the adoption policy, the one unowned person with the same e-mail.
 */
export async function findPersons(
  deps: Deps,
  writer: Writer,
  candidates: readonly Candidate[],
  mode: ApplyMode,
): Promise<Map<string, Found>> {
  const found = new Map<string, Found>();
  const open: Candidate[] = [];
  for (const candidate of candidates) {
    const id = candidate.link?.marketoId;
    // The person that a row was made of does not carry its id yet: the first merge writes it.
    const how = candidate.link?.state === 'pushed' ? 'pushed' : 'linked';
    if (typeof id === 'number') found.set(candidate.linkId, { how, marketoId: id });
    else open.push(candidate);
  }
  const inherited = await takeOver(deps, writer, open);
  for (const [id, inheritance] of inherited) found.set(id, { how: 'qualified', ...inheritance });
  await findById(deps, writer, open, found, mode);
  await adopt(deps, writer, open, found);
  for (const { linkId: id } of open) if (!found.has(id)) found.set(id, { how: 'none' });
  return found;
}

/** Left out in an import, where preflight made the field for this binding: nobody else can have filled it yet. */
async function findById(
  deps: Deps,
  writer: Writer,
  open: readonly Candidate[],
  found: Map<string, Found>,
  mode: ApplyMode,
): Promise<void> {
  const binding = await deps.schema.marketoBinding();
  const isNew = mode === 'import' && binding?.createdIdentityField === true;
  const ask = open.filter(({ linkId: id, link }) => !found.has(id) && (!isNew || link !== undefined));
  const carriers = await findCarriers(
    deps,
    writer,
    ask.map(({ linkId: id }) => id),
  );
  for (const [id, carrier] of carriers)
    found.set(id, carrier === 'ambiguous' ? { how: 'ambiguous' } : { how: 'by-id', marketoId: carrier });
}

/**
 * The persons that carry these rows' ids, claimed for them; rows without one are left out. Ambiguous: there are several, or another row
 * owns it.
 */
export async function findCarriers(
  { marketo, store }: Deps,
  writer: Writer,
  rows: readonly string[],
): Promise<Map<string, number | 'ambiguous'>> {
  if (rows.length === 0) return new Map();
  const guids = rows.flatMap((row) => spellings(guidOf(row)));
  const records = await marketo.leadsBy(PERSON_IDENTITY.id, guids, ['id', PERSON_IDENTITY.id]);
  const byGuid = new Map<string, number[]>();
  for (const record of records) byGuid.set(guidIn(record), [...(byGuid.get(guidIn(record)) ?? []), Number(record.id)]);
  const carriers = new Map<string, number | 'ambiguous'>();
  for (const row of rows) {
    const person = theOne(byGuid.get(guidOf(row)) ?? []);
    if (person === 'none') continue;
    const isFree = person !== 'ambiguous' && (await store.people.claimOne(person, row, writer.epoch)) === row;
    carriers.set(row, isFree ? person : 'ambiguous');
  }
  return carriers;
}

async function adopt(
  { marketo, store, settings }: Deps,
  writer: Writer,
  open: readonly Candidate[],
  found: Map<string, Found>,
): Promise<void> {
  if (settings.adoption === 'create') return;
  const byEmail = new Map<string, string[]>();
  for (const { linkId: id, row } of open) {
    const email = String(row.emailaddress1 ?? '')
      .trim()
      .toLowerCase();
    // A comma parts the values of a filter, and an address outside ASCII can't be in Marketo.
    if (found.has(id) || !/^[\x21-\x2b\x2d-\x7e]+@[\x21-\x2b\x2d-\x7e]+$/.test(email)) continue;
    byEmail.set(email, [...(byEmail.get(email) ?? []), id]);
  }
  if (byEmail.size === 0) return;
  const records = await marketo.leadsBy('email', [...byEmail.keys()], ['id', 'email', PERSON_IDENTITY.id]);
  const people = await store.people.get(records.map((record) => Number(record.id)));
  const unowned = new Map<string, number[]>();
  for (const record of records) {
    const id = Number(record.id);
    const email = String(record.email).toLowerCase();
    const owner = people.get(id)?.owner;
    // Claimed by this very row in an attempt that did not get to write: still its own.
    if (owner !== undefined && byEmail.get(email)?.includes(owner)) {
      // Unless another row's person has been merged into it since: then it is that row's.
      if (['', guidOf(owner)].includes(guidIn(record))) found.set(owner, { how: 'adopted', marketoId: id });
      else await store.people.release(id, owner, undefined, writer.epoch);
      continue;
    }
    if (owner !== undefined || guidIn(record) !== '') continue;
    unowned.set(email, [...(unowned.get(email) ?? []), id]);
  }
  for (const [email, rows] of byEmail) {
    const ids = unowned.get(email) ?? [];
    const [person] = ids;
    if (person === undefined) continue;
    const row = rows.find((candidate) => !found.has(candidate));
    // More than one person: nobody guesses. Of several rows the first gets the person, in a batch as over batches.
    if (ids.length > 1 || settings.adoption === 'park') {
      const how = ids.length > 1 ? 'ambiguous' : 'to-be-adopted';
      for (const id of rows) if (!found.has(id)) found.set(id, { how });
    } else if (row !== undefined && (await store.people.claimOne(person, row, writer.epoch)) === row)
      found.set(row, { how: 'adopted', marketoId: person });
  }
}
