import { breach, type Found } from '../breach';
import type { RecordHistory, Version } from '../history/record';
import type { CheckedEntity } from '../map';
import { guid, type World } from '../world';

/** What the service deleted or flagged as deleted though the row lives, or though the policy says otherwise. */
export function* deletions(world: World): Found {
  yield* inDynamics(world);
  const people = callsThatDeletedPeople(world);
  for (const record of world.marketo.records()) {
    const entities = world.entitiesOf(record.table);
    if (entities.length === 0) continue;
    for (const version of record.versions) {
      const flagged = String(version.changes.microsoftIsDeleted?.[1]) === 'true';
      if (!version.ours || (version.kind !== 'delete' && !flagged)) continue;
      for (const entity of entities)
        yield* version.into === undefined
          ? judge(world, people, entity, record, version)
          : judgeMerged(world, entity, record, version);
    }
  }
}

function* judge(
  world: World,
  people: ReadonlySet<number>,
  entity: CheckedEntity,
  record: RecordHistory,
  version: Version,
): Found {
  const row = world.row(entity.name, guid(record.value(entity.key, version.seq)));
  // Marketo takes a person's own records along.
  if (!row || (entity.belongsTo && version.call !== undefined && people.has(version.call))) return;
  const where = { seq: version.seq };
  const did = version.kind === 'delete' ? 'deleted' : 'flagged';
  if (livesOn(world, entity, row, version))
    yield breach('wrongly-deleted', entity.name, row.id, `the record was ${did} though its row lives`, where);
  else if (entity.whenDeleted === 'ignore' || (version.kind === 'delete' && entity.whenDeleted === 'flag'))
    yield breach(
      'wrongly-deleted',
      entity.name,
      row.id,
      `the record was ${did} though the policy is ${entity.whenDeleted}`,
      where,
    );
}

/** A person goes into another one where its row did, in Dynamics: the loser of a merge, a lead that was qualified into a contact. */
function* judgeMerged(world: World, entity: CheckedEntity, record: RecordHistory, version: Version): Found {
  const row = world.row(entity.name, guid(record.value(entity.key, version.seq)));
  if (!row) return;
  const survivor = world.marketo.table(record.table).get(version.into ?? '');
  const owner = survivor && world.ownerOf(survivor, version.seq)?.row;
  if (owner && [...world.losersTo(owner)].some(({ loser }) => loser === row)) return;
  const says = 'the person was merged into another one than its row went into';
  yield breach('wrongly-deleted', entity.name, row.id, says, { seq: version.seq });
}

/**
 * The row lived when the call was received, and the service could have known: it has read Dynamics since the row came back. A look brings
 * hints; that the row was gone had to be confirmed by a read of its table, and it may have come back between that read and the call.
 */
function livesOn(world: World, entity: CheckedEntity, row: RecordHistory, version: Version): boolean {
  if (!row.alive(version.received) || world.isMerged(row)) return false;
  if (world.standing(entity.name, row, version.received) === 'excluded') return false;
  const born = row.born(version.received);
  const back = born?.seq ?? 0;
  const gone = row.versions.findLast(({ kind, seq }) => kind === 'delete' && seq < back);
  if (!gone) return true;
  const { calls } = world.dynamics;
  const ofTable = `GET ${setOf(row.table)}`;
  const confirmed = calls.readBetween(gone.seq, back, ofTable) && !calls.readBetween(back, version.received, ofTable);
  return calls.readBetween(back, version.received) && !confirmed;
}

/** So sets are named, as a rule; of a table that goes by another name no confirmation is seen. */
const setOf = (table: string): string => (table.endsWith('y') ? `${table.slice(0, -1)}ies` : `${table}s`);

function callsThatDeletedPeople(world: World): ReadonlySet<number> {
  const calls = new Set<number>();
  for (const { versions } of world.marketo.table('leads').values())
    for (const { kind, call } of versions) if (kind === 'delete' && call !== undefined) calls.add(call);
  return calls;
}

/** Nothing is ever deleted in Dynamics. */
function* inDynamics(world: World): Found {
  for (const row of world.dynamics.records())
    for (const version of row.versions)
      if (version.ours && version.kind === 'delete')
        yield breach('wrongly-deleted', row.table, row.id, 'the service deleted a row of Dynamics', {
          seq: version.seq,
        });
}
