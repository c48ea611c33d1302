import { breach, type Counts, type Found } from '../breach';
import type { RecordHistory } from '../history/record';
import type { CheckedEntity, CheckedLine } from '../map';
import { EMPTY, ofMarketo } from '../value/comparable';
import type { World } from '../world';
import { isOfCompany } from './line';
import { ownerOf } from './owner';
import { expectedReference } from './reference';
import { judgeValue } from './value';

/** Every field of a row and its record. */
export function* judgePair(
  world: World,
  entity: CheckedEntity,
  row: RecordHistory,
  record: RecordHistory,
  counts: Counts,
): Found {
  for (const line of entity.lines) {
    if (isOfCompany(entity, row, record, line)) continue;
    if (world.exceptions.field(entity.name, row.id, line)) {
      counts.excepted += 1;
      continue;
    }
    counts.fields += 1;
    if (line.references) yield* judgeReference(world, entity, row, record, { ...line, references: line.references });
    else yield* judgeValue(world, entity, row, record, line);
  }
  if (entity.kind === 'person') yield* judgeType(entity, row, record);
  if (entity.belongsTo) yield* judgeOwner(world, entity, row, record, entity.belongsTo);
}

function* judgeReference(
  world: World,
  entity: CheckedEntity,
  row: RecordHistory,
  record: RecordHistory,
  line: CheckedLine & { references: string },
): Found {
  const { may, targetIsThere } = expectedReference(world, entity, row, line);
  const told = ofMarketo(line, record.value(line.field));
  const value = told === world.evidence.map.placeholderCompany.toLowerCase() ? EMPTY : told;
  if (may.has(value) || world.isYoung(entity, row.last()?.at ?? 0)) return;
  const where = { field: line.field, seq: row.last()?.seq };
  yield value === EMPTY && targetIsThere
    ? breach('lost', entity.name, row.id, 'the reference is empty, though its target is in Marketo', where)
    : breach('different', entity.name, row.id, 'the reference leads to another record than the row says', where);
}

function* judgeType(entity: CheckedEntity, row: RecordHistory, record: RecordHistory): Found {
  if (entity.type !== undefined && record.value('microsoftType') !== entity.type)
    yield breach('different', entity.name, row.id, 'microsoftType says otherwise', { field: 'microsoftType' });
  if (String(record.value('microsoftIsDeleted')) === 'true' && entity.whenDeleted === 'flag')
    yield breach('different', entity.name, row.id, 'the row lives, and its person is flagged as deleted', {
      field: 'microsoftIsDeleted',
    });
}

/** A custom object's record belongs to the person or company of the row that its lookup names, be it through another custom row. */
function* judgeOwner(
  world: World,
  entity: CheckedEntity,
  row: RecordHistory,
  record: RecordHistory,
  { column, link }: NonNullable<CheckedEntity['belongsTo']>,
): Found {
  const owner = ownerOf(world, entity, row);
  if (!owner || world.exceptions.field(entity.name, row.id, { column, field: link })) return;
  const where = { field: link, seq: row.last()?.seq };
  const held = record.value(link);
  if (owner.of === 'nobody') {
    if (held)
      yield breach('different', entity.name, row.id, 'the record belongs to someone though the row says nobody', where);
    return;
  }
  const owners = world.counterparts(owner.entity, owner.id).map(({ id }) => id);
  if (owners.length === 0 || owners.includes(String(held))) return;
  yield breach(
    'different',
    entity.name,
    row.id,
    'the record belongs to another person or company than the row says',
    where,
  );
}
