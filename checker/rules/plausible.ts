import { breach, type Found } from '../breach';
import type { Exception } from '../evidence';
import { wire } from '../history/interest';
import type { RecordHistory } from '../history/record';
import type { CheckedEntity, CheckedLine } from '../map';
import { ofDynamics, ofMarketo } from '../value/comparable';
import { fitsDynamics, fitsMarketo } from '../value/fits';
import { guid, type World } from '../world';
import { isAmbiguous } from './ambiguous';
import { desiredRoles } from './desired-roles';
import { columnOf, holderOf } from './line';
import { refusalsOf } from './refusals';

/**
 * Is there a cause for what is listed as kept back? Generous: a value that might be refused, any refusal of that record, any reference
 * whose target isn't in Marketo, any doubt about whose person it is. A reason that this file doesn't know is believed.
 */
export function* plausible(world: World): Found {
  const refused = refusalsOf(world);
  for (const exception of world.exceptions.all) {
    const entity = world.entities.get(exception.entity);
    const row = entity && world.row(entity.kind === 'roles' ? 'opportunity' : entity.name, exception.id.toLowerCase());
    // A row that has gone or is frozen may still be listed: it is not kept from anything.
    if (!entity || !row || world.standing(entity.name, row) !== 'eligible') continue;
    if (hasCause(world, entity, row, exception, refused)) continue;
    yield breach('lost', entity.name, row.id, `listed as kept back (${exception.reason}) without a cause`, {
      field: exception.field,
    });
  }
}

function hasCause(
  world: World,
  entity: CheckedEntity,
  row: RecordHistory,
  { field, reason }: Exception,
  refused: ReadonlySet<string>,
): boolean {
  const records = world.carriersOf(entity.object, row.id);
  const wasRefused = () =>
    refused.has(row.id) || records.some(({ id }) => refused.has(`${entity.object}:${id}`)) || entity.kind === 'roles';
  const named = field?.toLowerCase();
  const lines = entity.lines.filter(
    (line) => !named || line.field.toLowerCase() === named || line.column.toLowerCase() === named,
  );
  switch (reason) {
    case 'invalid-email':
    case 'too-long':
    case 'unknown-option':
    case 'wrong-type':
    case 'out-of-range':
      return wasRefused() || lines.length === 0 || lines.some((line) => mayNotFit(world, entity, row, records, line));
    case 'missing-reference':
      return isTargetMissing(world, entity, row, lines);
    case 'not-eligible':
      return isTargetMissing(world, entity, row, lines) || isOwnerAside(world, entity, row);
    case 'refused-by-marketo':
    case 'refused-by-dynamics':
      return wasRefused();
    case 'ambiguous':
      return wasRefused() || isAmbiguous(world, entity, row);
    case 'gone-from-marketo':
    case 'merged-in-marketo':
      return [...records, ...recordsOfLead(world, entity, row)].some((record) =>
        record.versions.some(({ kind }) => kind === 'delete'),
      );
    case 'not-ours':
      return records.some((record) =>
        record.versions.some(({ ours, kind, changes }) => !ours && (kind === 'delete' || entity.key in changes)),
      );
    default:
      return true;
  }
}

/** Persons of the lead that a contact was made of: it takes over what has become of them, too. */
const recordsOfLead = (world: World, { object }: CheckedEntity, row: RecordHistory): readonly RecordHistory[] =>
  row.moments('_originatingleadid_value').flatMap(({ value }) => (value ? world.carriersOf(object, guid(value)) : []));

function mayNotFit(
  world: World,
  entity: CheckedEntity,
  row: RecordHistory,
  records: readonly RecordHistory[],
  line: CheckedLine,
): boolean {
  const labels = world.evidence.labels[entity.name];
  const raw = holderOf(world, entity, row, line)?.value(columnOf(line));
  if (!fitsMarketo(line, ofDynamics(line, raw, labels), raw)) return true;
  const options = Object.values(labels?.[line.column] ?? {});
  return records.some((record) => {
    const value = record.value(line.field);
    return !fitsDynamics(line, ofMarketo(line, value), value, options);
  });
}

function isTargetMissing(
  world: World,
  entity: CheckedEntity,
  row: RecordHistory,
  lines: readonly CheckedLine[],
): boolean {
  if (entity.kind === 'roles') return isContactMissing(world, row);
  const isMissing = (column: string, table: string): boolean => {
    const target = world.target(row, column, table);
    const referred = world.entities.get(table);
    return target !== undefined && (!referred || world.counterparts(referred, target).length === 0);
  };
  return (
    lines.some((line) => line.references !== undefined && isMissing(line.column, line.references)) ||
    (entity.belongsTo !== undefined && isMissing(entity.belongsTo.column, entity.belongsTo.entity))
  );
}

/** What a custom row belongs to is not synced. */
function isOwnerAside(world: World, { belongsTo }: CheckedEntity, row: RecordHistory): boolean {
  const target = belongsTo && world.target(row, belongsTo.column, belongsTo.entity);
  if (!belongsTo || target === undefined) return false;
  return world.standing(belongsTo.entity, world.row(belongsTo.entity, target)) !== 'eligible';
}

/** A role waits for its opportunity, or for one of its contacts. */
function isContactMissing(world: World, opportunity: RecordHistory): boolean {
  const opportunities = world.entities.get('opportunity');
  if (!opportunities || world.counterparts(opportunities, opportunity.id).length === 0) return true;
  const named = ['customerid', 'parentcontactid'].flatMap(
    (column) => world.target(opportunity, column, 'contact') ?? [],
  );
  const contacts = world.entities.get('contact');
  const stakeholders = [...world.rows('connection').values()]
    .filter((one) => one.alive() && guid(one.value(wire('record1id'))) === opportunity.id)
    .flatMap((one) => world.target(one, 'record2id', 'contact') ?? []);
  const missing = [...named, ...stakeholders].some((id) => !contacts || world.counterparts(contacts, id).length === 0);
  return missing || desiredRoles(world, opportunity).some(({ doubtful }) => doubtful);
}
