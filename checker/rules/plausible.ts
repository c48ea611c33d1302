import { breach, type Found } from '../breach';
import type { Exception } from '../evidence';
import { wire } from '../history/interest';
import type { RecordHistory, Version } from '../history/record';
import type { CheckedEntity, CheckedLine } from '../map';
import { ofDynamics, ofMarketo } from '../value/comparable';
import { fitsDynamics, fitsMarketo } from '../value/fits';
import { guid, type World } from '../world';
import { isAmbiguous, othersWithAddress } from './ambiguous';
import { desiredRoles, LONGEST_ROLE } from './desired-roles';
import { keptFailing, rolesKeptFailing } from './keeps-failing';
import { columnOf, holderOf, toldByDynamics, toldByMarketo } from './line';
import { isBridge, isBridgeRefused, isRoleRefused, refusedByDynamics, refusedByMarketo } from './refusals';

/**
 * Is there a cause for what is listed as kept back? Generous where times decide: a value that might be refused, a refusal that came while
 * the value was held, any reference whose target isn't in Marketo, any doubt about whose person it is. A reason that this file doesn't
 * know is none.
 */
export function* plausible(world: World): Found {
  for (const exception of world.exceptions.all) {
    const entity = world.entities.get(exception.entity);
    const row = entity && world.row(entity.kind === 'roles' ? 'opportunity' : entity.name, exception.id.toLowerCase());
    // A row that has gone or is frozen may still be listed: it is not kept from anything.
    if (!entity || !row || world.standing(entity.name, row) !== 'eligible') continue;
    if (
      entity.kind === 'roles' ? hasCauseInRoles(world, entity, row, exception) : hasCause(world, entity, row, exception)
    )
      continue;
    yield breach('lost', entity.name, row.id, `listed as kept back (${exception.reason}) without a cause`, {
      field: exception.field,
    });
  }
}

function hasCause(world: World, entity: CheckedEntity, row: RecordHistory, { field, reason }: Exception): boolean {
  const records = world.carriersOf(entity.object, row.id);
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
      return lines.length === 0 || (!!named && lines.some((line) => mayNotFit(world, entity, row, line)));
    case 'too-large':
      return world.dynamics.calls.hadLong || world.marketo.calls.hadLong;
    case 'missing-reference':
      return isTargetMissing(world, entity, row, lines);
    case 'not-eligible':
      return isTargetMissing(world, entity, row, lines) || isOwnerAside(world, entity, row);
    case 'refused-by-marketo':
      return isBridge(world, named)
        ? isBridgeRefused(world, row)
        : isRefused(world, entity, row, named ? lines : undefined);
    case 'refused-by-dynamics':
    case 'duplicate-in-dynamics':
      return isRefusedInDynamics(world, entity, row, named ? lines : undefined);
    case 'in-conflict':
      return lines.some((line) => isOpenConflict(world, entity, row, line));
    case 'ambiguous':
      return (
        isAmbiguous(world, entity, row) || refusedByMarketo(world, entity, row).some(({ code }) => code === MULTIPLE)
      );
    case 'to-be-adopted':
      return world.evidence.map.adoption === 'park' && othersWithAddress(world, row).length > 0;
    case 'deletes-stopped':
      return row.versions.some(({ kind }) => kind === 'delete');
    case 'gone-from-marketo':
      return wasRemoved(world, entity, row, ({ ours }) => !ours) && !(entity.resurrect && isWanted(world, entity, row));
    case 'merged-in-marketo':
      return wasRemoved(world, entity, row, (version) => version.into !== undefined && wasUnknown(world, version));
    case 'not-ours':
      return records.some(({ versions }) => versions.some((version) => tookAway(world, entity, row, version)));
    case 'keeps-failing':
      return keptFailing(world, entity, row);
    case 'unexpected':
      return row.versions.some(({ changes }) => Object.entries(changes).some(isStrangeReference));
    default:
      return false;
  }
}

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** A lookup that holds something else than an id: no service can know what to do with it. */
const isStrangeReference = ([name, [, value]]: [string, readonly unknown[]]): boolean =>
  /^_.*_value$/.test(name) && value !== null && value !== undefined && !GUID.test(String(value));

/** More than one person matches (marketo-api §2.3). */
const MULTIPLE = '1007';

/** Each field's value is judged by itself; a role can only be too long, wait for somebody, be refused, or fail. */
function hasCauseInRoles(
  world: World,
  { object }: CheckedEntity,
  opportunity: RecordHistory,
  { reason }: Exception,
): boolean {
  const roles = () => desiredRoles(world, opportunity);
  switch (reason) {
    case 'missing-reference':
    case 'not-eligible':
      return isContactMissing(world, opportunity);
    case 'too-long':
      return roles().some(({ role }) => role.length > LONGEST_ROLE);
    case 'refused-by-marketo':
      return [...roles(), ...rolesThere(world, object, opportunity)].some(({ leadId, role }) =>
        isRoleRefused(world, object, [opportunity.id, leadId, role]),
      );
    case 'keeps-failing':
      return rolesKeptFailing(world, object, opportunity.id);
    default:
      return false;
  }
}

/** Those that no row names any more among them: they were to be removed. */
const rolesThere = (world: World, object: string, { id }: RecordHistory): { leadId: unknown; role: unknown }[] =>
  [...world.marketo.table(object).values()]
    .filter((role) => role.alive() && guid(role.value('externalOpportunityId')) === id)
    .map((role) => ({ leadId: role.value('leadId'), role: role.value('role') }));

/** Of a field, a refusal of a write that held it, when the row had held its present value; of a row, one that came after its last change. */
function isRefused(
  world: World,
  entity: CheckedEntity,
  row: RecordHistory,
  lines: readonly CheckedLine[] | undefined,
): boolean {
  const refusals = refusedByMarketo(world, entity, row);
  if (!lines) return refusals.some(({ seq }) => seq > (row.versions.findLast(({ ours }) => !ours)?.seq ?? -1));
  return lines.some((line) => {
    const told = toldByDynamics(world, entity, row, line);
    const since = told.find(({ value }) => value === told.at(-1)?.value)?.seq ?? -1;
    return refusals.some(({ seq, fields = [] }) => seq > since && isAmong(fields, line.field));
  });
}

function isRefusedInDynamics(
  world: World,
  entity: CheckedEntity,
  row: RecordHistory,
  lines: readonly CheckedLine[] | undefined,
): boolean {
  const refusals = refusedByDynamics(world, row);
  if (!lines) return refusals.length > 0;
  return lines.some((line) =>
    livingCarriers(world, entity, row).some((person) => {
      const told = toldByMarketo(person, line);
      const since = told.find(({ value }) => value === told.at(-1)?.value)?.seq ?? -1;
      return refusals.some(({ seq, fields }) => seq > since && isAmong(fields, line.column));
    }),
  );
}

const isAmong = (names: readonly string[], name: string): boolean =>
  names.some((one) => one.split('@')[0]?.toLowerCase() === name.toLowerCase());

/** Someone has to say which value stands, and has not. */
function isOpenConflict(world: World, entity: CheckedEntity, row: RecordHistory, line: CheckedLine): boolean {
  if (line.conflict !== 'ask') return false;
  const dynamics = toldByDynamics(world, entity, row, line).at(-1)?.value;
  return livingCarriers(world, entity, row).some((person) => toldByMarketo(person, line).at(-1)?.value !== dynamics);
}

/** Of what becomes of a person once it is gone from the row, its last life decides. */
const livingCarriers = (world: World, entity: CheckedEntity, row: RecordHistory): readonly RecordHistory[] => {
  const living = world.counterparts(entity, row.id);
  return living.length > 0 ? living : world.carriersOf(entity.object, row.id);
};

function wasRemoved(
  world: World,
  entity: CheckedEntity,
  row: RecordHistory,
  byOthers: (version: Version) => boolean,
): boolean {
  const records = [...world.carriersOf(entity.object, row.id), ...recordsOfLead(world, entity, row)];
  return records.some(({ versions }) => versions.some((version) => version.kind === 'delete' && byOthers(version)));
}

/** By others; or by ourselves, without an answer or before a worker's death: what comes after it cannot tell that from others' doing. */
const wasUnknown = (world: World, { ours, call }: Version): boolean =>
  !ours || !world.marketo.calls.isClear(call) || world.diedBeforeKnowing('marketo', call);

/** The person was deleted, or given another identity: by ourselves only one that was this row's. */
const tookAway = (world: World, { key }: CheckedEntity, row: RecordHistory, version: Version): boolean => {
  const change = version.changes[key];
  const isIts = !version.ours || guid(change?.[0]) === row.id;
  return (version.kind === 'delete' || (change !== undefined && isIts)) && wasUnknown(world, version);
};

/** Others deleted its person, and the row was edited when the service had heard of that: it is to be made again. */
function isWanted(world: World, { object, key }: CheckedEntity, row: RecordHistory): boolean {
  const persons = world.carriersOf(object, row.id);
  if (persons.some(({ versions }) => versions.some(({ ours, into, changes }) => into || (!ours && key in changes))))
    return false;
  const gone = Math.max(...persons.map((person) => person.last()?.seq ?? 0));
  return row.versions.some(({ ours, seq }) => !ours && world.marketo.calls.readBetween(gone, seq));
}

/** Persons of the lead that a contact was made of: it takes over what has become of them, too. */
const recordsOfLead = (world: World, { object }: CheckedEntity, row: RecordHistory): readonly RecordHistory[] =>
  row.moments('_originatingleadid_value').flatMap(({ value }) => (value ? world.carriersOf(object, guid(value)) : []));

/** On its way to the other side: what never goes there need not fit. */
function mayNotFit(world: World, entity: CheckedEntity, row: RecordHistory, line: CheckedLine): boolean {
  const labels = world.evidence.labels[entity.name];
  const holder = holderOf(world, entity, row, line);
  // A row that is too large to be read stays listed for what an earlier version of it was parked for.
  const isRead = world.exceptions.row(entity.name, row.id)?.reason !== 'too-large';
  const held = isRead
    ? [holder?.value(columnOf(line))]
    : (holder?.moments(columnOf(line)) ?? []).map(({ value }) => value);
  const isUnfit = (raw: unknown) => !fitsMarketo(line, ofDynamics(line, raw, labels), raw);
  if (line.direction !== 'to-dynamics' && held.some(isUnfit)) return true;
  if (line.direction === 'to-marketo') return false;
  const options = Object.values(labels?.[line.column] ?? {});
  return livingCarriers(world, entity, row).some((record) => {
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
