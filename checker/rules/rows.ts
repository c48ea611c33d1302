import { breach, type Counts, type Found } from '../breach';
import type { RecordHistory } from '../history/record';
import type { CheckedEntity } from '../map';
import { guid, type World } from '../world';
import { keptFailing } from './keeps-failing';
import { ownerOf } from './owner';
import { judgePair } from './pair';
import { refusedByMarketo } from './refusals';

/** Every row against its counterpart at the end: lost, different. */
export function* rows(world: World, counts: Counts): Found {
  for (const entity of world.evidence.map.entities) {
    if (entity.kind === 'roles') continue;
    for (const row of world.rows(entity.name).values()) yield* judgeRow(world, entity, row, counts);
  }
}

function* judgeRow(world: World, entity: CheckedEntity, row: RecordHistory, counts: Counts): Found {
  const standing = world.standing(entity.name, row);
  if (standing === 'gone') {
    yield* judgeGone(world, entity, row);
    return;
  }
  if (standing !== 'eligible') return;
  if (world.exceptions.row(entity.name, row.id)) {
    counts.excepted += 1;
    return;
  }
  const [record] = world.counterparts(entity, row.id);
  if (!record) {
    if (!isExcused(world, entity, row))
      yield breach('lost', entity.name, row.id, 'the row has no record in Marketo, and is not listed', {
        seq: row.last()?.seq,
      });
    return;
  }
  if (entity.kind === 'person' && world.isMerged(row)) {
    yield* judgeMerged(world, entity, row, record);
    return;
  }
  counts.records += 1;
  yield* judgePair(world, entity, row, record, counts);
}

/** A subordinate's person is its master's business: where that is not synced, it stays as it was; else it goes into the master's, or is flagged. */
function* judgeMerged(world: World, entity: CheckedEntity, row: RecordHistory, person: RecordHistory): Found {
  const master = world.row(entity.name, guid(row.value('_masterid_value')));
  if (!master || world.isMerged(master) || world.standing(entity.name, master) !== 'eligible') return;
  if (world.exceptions.row(entity.name, master.id) || world.counterparts(entity, master.id).length === 0) return;
  if (String(person.value('microsoftIsDeleted')) === 'true' || !person.versions.some(({ ours }) => ours)) return;
  const says = 'the row was merged into another one, and its person is neither merged nor flagged';
  yield breach('lost', entity.name, row.id, says, { seq: row.last()?.seq });
}

/** Why an eligible row may have no record though nothing is listed. */
function isExcused(world: World, entity: CheckedEntity, row: RecordHistory): boolean {
  if (world.isYoung(entity, row.last()?.at ?? 0)) return true;
  if (entity.kind === 'person') {
    // Taken over by the contact that the lead became, or went into; the subordinate of a merge.
    if (entity.type === 'Lead' && (wasTakenOver(world, row) || world.qualifiedInto(row))) return true;
    if (world.isMerged(row)) return true;
    // Of that no feed tells: it is listed when the row is met again.
    return world.carriersOf(entity.object, row.id).some((person) => wasUnlinked(person, entity.key));
  }
  // Marketo takes a person's records along when others delete it.
  const owner = ownerOf(world, entity, row);
  if (owner?.of !== 'row' || world.counterparts(owner.entity, owner.id).length > 0) return false;
  return world.carriersOf(owner.entity.object, owner.id).some((person) => isTakenAway(person, owner.entity.key));
}

/** A contact says that it was made of the lead, and might ever be written: one that is filtered out takes nobody's place. */
const wasTakenOver = (world: World, lead: RecordHistory): boolean =>
  world
    .contactsOf(lead.id)
    .some((contact) => contact.versions.some(({ seq }) => world.standing('contact', contact, seq) === 'eligible'));

/** Someone else took its identity away, or gave it another one. */
const wasUnlinked = (record: RecordHistory, key: string): boolean =>
  record.versions.some(({ kind, ours, changes }) => !ours && kind === 'update' && key in changes);

/** Someone else deleted it, or unlinked it. */
const isTakenAway = (record: RecordHistory, key: string): boolean =>
  record.versions.some(({ kind, ours }) => !ours && kind === 'delete') || wasUnlinked(record, key);

/** What keeps a deletion from being carried out: somebody has to say so, whose person it is is in doubt, or Marketo refused it or kept failing. */
function isDeletionListed(world: World, entity: CheckedEntity, row: RecordHistory, gone: number): boolean {
  const reason = world.exceptions.row(entity.name, row.id)?.reason;
  if (reason === 'refused-by-marketo') return refusedByMarketo(world, entity, row).some(({ seq }) => seq > gone);
  if (reason === 'keeps-failing') return keptFailing(world, entity, row);
  return reason !== undefined && KEEP_A_DELETION.has(reason);
}

const KEEP_A_DELETION: ReadonlySet<string> = new Set(['deletes-stopped', 'ambiguous', 'not-ours']);

/** A deletion in Dynamics that has to show in Marketo. */
function* judgeGone(world: World, entity: CheckedEntity, row: RecordHistory): Found {
  const last = row.last();
  if (last?.kind !== 'delete' || entity.whenDeleted === 'ignore') return;
  // Frozen rows stay as they are.
  if (world.standing(entity.name, row, last.seq - 1) !== 'eligible') return;
  if (isDeletionListed(world, entity, row, last.seq) || world.isYoung(entity, last.at)) return;
  for (const record of world.counterparts(entity, row.id)) {
    if (!record.versions.some(({ ours }) => ours)) continue;
    if (entity.whenDeleted === 'flag' && String(record.value('microsoftIsDeleted')) === 'true') continue;
    yield breach(
      'lost',
      entity.name,
      row.id,
      entity.whenDeleted === 'flag'
        ? 'the row was deleted, and its person is not flagged'
        : 'the row was deleted, and its record still lives',
      { seq: last.seq },
    );
  }
}
