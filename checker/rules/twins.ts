import { breach, type Found } from '../breach';
import type { RecordHistory, Version } from '../history/record';
import type { CheckedEntity } from '../map';
import { guid, type World } from '../world';

/** Persons that the service made though the row had one, had had one, or though there was one to adopt. */
export function* twins(world: World): Found {
  const strangers = strangersOf(world);
  for (const record of world.marketo.table('leads').values()) {
    const born = record.versions.find(({ kind, ours }) => kind === 'create' && ours);
    if (!born) continue;
    const owner = world.ownerOf(record, born.seq);
    if (owner) yield* judge(world, strangers, owner.entity, owner.row, record, born);
  }
}

function* judge(
  world: World,
  strangers: Strangers,
  entity: CheckedEntity,
  row: RecordHistory,
  record: RecordHistory,
  born: Version,
): Found {
  const others = world.carriersOf(entity.object, row.id).filter((other) => other !== record);
  const where = { seq: born.seq };
  const lived = (one: RecordHistory, id: string, seq: number) =>
    one.alive(seq) && guid(one.value(entity.key, seq)) === id;
  if (others.some((other) => lived(other, row.id, born.seq - 1))) {
    yield breach('duplicated', entity.name, row.id, 'a second person was made while the first one lived', where);
    return;
  }
  if (
    !entity.resurrect &&
    !(entity.whenDeleted === 'delete' && wasRestored(row, born.received)) &&
    others.some((other) => wasRemoved(other, born.received) && wasRemembered(world, other, row.id))
  ) {
    yield breach('duplicated', entity.name, row.id, 'the person was made again after others had deleted it', where);
    return;
  }
  const lead = originOf(row, born.received);
  if (lead !== undefined && world.carriersOf(entity.object, lead).some((other) => lived(other, lead, born.received))) {
    yield breach('duplicated', entity.name, row.id, 'a person was made though that of its lead is there', where);
    return;
  }
  if (world.evidence.map.adoption === 'adopt' && isAdoptable(world, strangers, record, born))
    yield breach('duplicated', entity.name, row.id, 'a person was made though there was one to adopt', where);
}

/** Its person went with the row by the policy, whoever was quicker, and comes back with it. */
const wasRestored = (row: RecordHistory, before: number): boolean =>
  row.versions.some(({ kind, seq }) => kind === 'delete' && seq < before);

/** Someone else deleted the row's person, or merged it into another. */
const wasRemoved = (person: RecordHistory, before: number): boolean =>
  person.versions.some(({ kind, ours, seq }) => kind === 'delete' && !ours && seq < before);

/**
 * Did the service live to remember that the person was the row's, before others deleted it? It had where it lived on after any of its writes
 * to that person. What an attempt adopted is forgotten with it when another call of the attempt fails.
 */
function wasRemembered(world: World, person: RecordHistory, id: string): boolean {
  const pairing = person.moments('microsoftId').find(({ value }) => guid(value) === id)?.version;
  const removed = person.last()?.seq ?? 0;
  const writes = person.versions.filter(
    ({ ours, seq }) => ours && seq > (pairing?.seq ?? 0) && guid(person.value('microsoftId', seq)) === id,
  );
  const told = pairing ? [pairing, ...writes] : writes;
  return told.some((version) => {
    // What comes later finds it remembered.
    const again = writes.find(({ seq, call }) => seq > version.seq && call !== version.call);
    const until = Math.min(again?.received ?? removed, removed);
    return (
      !world.diedBeforeKnowing('marketo', version.call) &&
      !world.marketo.calls.failedBetween(version.received, until) &&
      !world.dynamics.calls.failedBetween(version.received, until)
    );
  });
}

/** The lead that a contact was made from, where it has said so from the start and says so still: a lead that is deleted takes that along. */
function originOf(contact: RecordHistory, seq: number): string | undefined {
  const first = contact.born(seq)?.changes._originatingleadid_value?.[1];
  return first && contact.value('_originatingleadid_value', seq) === first ? guid(first) : undefined;
}

/** A person that was made just now may not be found yet (marketo-api §4.3). */
const READY_MS = 3_000;

/** Persons that others made, by each address that they have had. */
type Strangers = ReadonlyMap<string, readonly RecordHistory[]>;

function strangersOf(world: World): Strangers {
  const strangers = new Map<string, RecordHistory[]>();
  for (const person of world.marketo.table('leads').values()) {
    if (person.versions[0]?.ours) continue;
    for (const address of new Set(person.moments('email').map(({ value }) => mail(value))))
      if (address !== '') strangers.set(address, [...(strangers.get(address) ?? []), person]);
  }
  return strangers;
}

/** Exactly one person without an owner had that address when the service could last have looked. */
function isAdoptable(world: World, strangers: Strangers, made: RecordHistory, born: Version): boolean {
  const email = mail(made.value('email', born.seq));
  if (email === '') return false;
  const same = (strangers.get(email) ?? []).filter(
    (other) =>
      other !== made &&
      other.alive(born.received) &&
      mail(other.value('email', born.received)) === email &&
      guid(other.value('microsoftId', born.received)) === '',
  );
  const [person] = same;
  if (same.length !== 1 || !person) return false;
  // One that another row adopts in the same batch, or that had an owner before, is not free.
  if (person.moments('microsoftId').some(({ value }) => value)) return false;
  if (born.at - (person.born()?.at ?? 0) < READY_MS) return false;
  return world.marketo.calls.readBetween(person.since('email', born.received), born.received);
}

const mail = (value: unknown): string =>
  String(value ?? '')
    .trim()
    .toLowerCase();
