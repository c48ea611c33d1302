import { breach, type Counts, type Found } from '../breach';
import type { RecordHistory } from '../history/record';
import type { CheckedEntity } from '../map';
import type { World } from '../world';
import { ownerOf } from './owner';
import { judgePair } from './pair';

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
  // A subordinate's person is its master's business: where that is not synced, it stays as it was.
  if (entity.kind === 'person' && world.isMerged(row)) return;
  counts.records += 1;
  yield* judgePair(world, entity, row, record, counts);
}

/** Why an eligible row may have no record though nothing is listed. */
function isExcused(world: World, entity: CheckedEntity, row: RecordHistory): boolean {
  if (world.isYoung(entity, row.last()?.at ?? 0)) return true;
  if (entity.kind === 'person') {
    // Taken over by the contact that the lead became, or went into; the subordinate of a merge; deleted or unlinked by others in Marketo.
    if (entity.type === 'Lead' && (world.contactsOf(row.id).length > 0 || world.qualifiedInto(row))) return true;
    if (world.isMerged(row)) return true;
    return world.carriersOf(entity.object, row.id).some((person) => isTakenAway(person, entity.key));
  }
  // Marketo takes a person's records along when others delete it.
  const owner = ownerOf(world, entity, row);
  if (owner?.of !== 'row' || world.counterparts(owner.entity, owner.id).length > 0) return false;
  return world.carriersOf(owner.entity.object, owner.id).some((person) => isTakenAway(person, owner.entity.key));
}

/** Someone else deleted it, or gave it another identity. */
const isTakenAway = (record: RecordHistory, key: string): boolean =>
  record.versions.some(
    ({ kind, ours, changes }) => !ours && (kind === 'delete' || (kind === 'update' && key in changes)),
  );

/** A deletion in Dynamics that has to show in Marketo. */
function* judgeGone(world: World, entity: CheckedEntity, row: RecordHistory): Found {
  const last = row.last();
  if (last?.kind !== 'delete' || entity.whenDeleted === 'ignore') return;
  // Frozen rows stay as they are, and a row that is kept back is listed.
  if (world.standing(entity.name, row, last.seq - 1) !== 'eligible') return;
  if (world.exceptions.row(entity.name, row.id) || world.isYoung(entity, last.at)) return;
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
