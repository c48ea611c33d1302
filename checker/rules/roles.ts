import { breach, type Counts, type Found } from '../breach';
import type { RecordHistory } from '../history/record';
import type { CheckedEntity } from '../map';
import { guid, type World } from '../world';
import { connectionsOf, type DesiredRole, desiredRoles, LONGEST_ROLE } from './desired-roles';
import { rolesKeptFailing } from './keeps-failing';
import { isRoleRefused } from './refusals';

const keyOf = (opportunity: unknown, leadId: unknown, role: unknown): string =>
  `${guid(opportunity)} ${leadId} ${String(role).toLowerCase()}`;

/** Contact roles against their three sources: the customer, the parent contact, the stakeholders (native-sync §2.7). */
export function* roles(world: World, counts: Counts): Found {
  const entity = world.evidence.map.entities.find(({ kind }) => kind === 'roles');
  const opportunity = world.entities.get('opportunity');
  if (!entity || !opportunity) return;
  const found = new Map<string, RecordHistory>();
  for (const role of world.marketo.table(entity.object).values())
    if (role.alive())
      found.set(keyOf(role.value('externalOpportunityId'), role.value('leadId'), role.value('role')), role);
  const desired = new Map<string, DesiredRole>();
  const judged = new Set<string>();
  for (const row of world.rows('opportunity').values()) {
    if (world.standing('opportunity', row) !== 'eligible') continue;
    if (world.counterparts(opportunity, row.id).length === 0) continue;
    judged.add(row.id);
    for (const role of desiredRoles(world, row)) desired.set(keyOf(row.id, role.leadId, role.role), role);
  }
  for (const [key, role] of desired) {
    const there = found.get(key);
    if (isListed(world, entity, role)) counts.excepted += 1;
    else if (!there) {
      if (!role.doubtful)
        yield breach('lost', entity.name, role.opportunity, 'a contact has no role though the rows say so');
    } else {
      counts.records += 1;
      counts.fields += 1;
      if (!role.doubtful && (there.value('isPrimary') === true) !== role.isPrimary)
        yield breach('different', entity.name, role.opportunity, 'the rows say otherwise', { field: 'isPrimary' });
    }
  }
  const removedBy = removedByCall(world.marketo.table(entity.object).values());
  for (const [key, role] of found) {
    const id = guid(role.value('externalOpportunityId'));
    if (!isOurs(role, removedBy) || desired.has(key) || !judged.has(id)) continue;
    const refused = isRoleRefused(world, entity.object, [id, role.value('leadId'), role.value('role')]);
    if (refused && world.exceptions.row(entity.name, id)) continue;
    if (keepFailing(world, entity, id)) continue;
    if (!personIsKnown(world, role)) continue;
    yield breach('different', entity.name, id, 'a role is left that no row names any more', { seq: role.last()?.seq });
  }
  yield* removed(world, entity.name, entity.object);
}

/** That a role waits or is refused is listed of its opportunity; which one, only the refusal or its length says. Who waits for a person has no role yet. */
function isListed(world: World, entity: CheckedEntity, { opportunity, leadId, role }: DesiredRole): boolean {
  const { name, object } = entity;
  if (keepFailing(world, entity, opportunity)) return true;
  if (role.length > LONGEST_ROLE)
    return world.exceptions.field(name, opportunity, { column: 'role', field: 'role' })?.reason === 'too-long';
  return (
    world.exceptions.row(name, opportunity) !== undefined && isRoleRefused(world, object, [opportunity, leadId, role])
  );
}

/** The opportunity's roles are set aside together, under its own id or that of a connection of it. */
function keepFailing(world: World, { name, object }: CheckedEntity, opportunity: string): boolean {
  const ids = [opportunity, ...connectionsOf(world, opportunity).map(({ id }) => id)];
  const isListedSo = ids.some((id) => world.exceptions.row(name, id)?.reason === 'keeps-failing');
  return isListedSo && rolesKeptFailing(world, object, opportunity);
}

/** What others made or moved is theirs, also where a merge of ours moved it on. */
function isOurs(role: RecordHistory, removedBy: RemovedBy): boolean {
  if (!role.versions.every(({ ours }) => ours)) return false;
  const call = role.born()?.call;
  const removed = call === undefined ? [] : (removedBy.get(call) ?? []);
  const movedFrom = removed.find(
    (other) =>
      other !== role &&
      guid(other.value('externalOpportunityId')) === guid(role.value('externalOpportunityId')) &&
      other.value('role') === role.value('role'),
  );
  return movedFrom === undefined || isOurs(movedFrom, removedBy);
}

/** By call, what it removed last. */
type RemovedBy = ReadonlyMap<number, readonly RecordHistory[]>;

function removedByCall(roles: Iterable<RecordHistory>): RemovedBy {
  const removed = new Map<number, RecordHistory[]>();
  for (const role of roles) {
    const last = role.last();
    if (last?.kind === 'delete' && last.call !== undefined)
      removed.set(last.call, [...(removed.get(last.call) ?? []), role]);
  }
  return removed;
}

/** A role of a person whose row is gone or was never ours stays out of it. */
function personIsKnown(world: World, role: RecordHistory): boolean {
  const person = world.marketo.table('leads').get(String(role.value('leadId')));
  const owner = person?.alive() ? world.ownerOf(person) : undefined;
  return owner?.row.alive() === true;
}

/** Roles that the service removed though the rows named them when the call was received, or that it had never made. */
function* removed(world: World, entity: string, object: string): Found {
  const opportunities = callsThatDeleted(world, 'opportunities');
  const people = callsThatDeleted(world, 'leads');
  for (const role of world.marketo.table(object).values()) {
    const version = role.last();
    if (version?.kind !== 'delete' || !version.ours) continue;
    if (version.call !== undefined && (opportunities.has(version.call) || people.has(version.call))) continue;
    const row = world.row('opportunity', guid(role.value('externalOpportunityId')));
    if (!row || world.standing('opportunity', row, version.received) === 'gone') continue;
    const wanted = desiredRoles(world, row, version.received).find(
      (one) => one.leadId === String(role.value('leadId')) && one.role === role.value('role') && !one.doubtful,
    );
    const foreign = !role.versions.some(({ ours, kind }) => ours && kind !== 'delete');
    if (wanted && world.dynamics.calls.readBetween(wanted.since, version.received))
      yield breach('wrongly-deleted', entity, row.id, 'a role was removed that the rows name', { seq: version.seq });
    else if (foreign)
      yield breach('wrongly-deleted', entity, row.id, 'a role was removed that the service had not made', {
        seq: version.seq,
      });
  }
}

function callsThatDeleted(world: World, table: string): ReadonlySet<number> {
  const calls = new Set<number>();
  for (const { versions } of world.marketo.table(table).values())
    for (const { kind, call } of versions) if (kind === 'delete' && call !== undefined) calls.add(call);
  return calls;
}
