import { wire } from '../history/interest';
import type { RecordHistory } from '../history/record';
import { guid, type World } from '../world';

export interface DesiredRole {
  opportunity: string;
  /** Marketo's id of the person. */
  leadId: string;
  role: string;
  isPrimary: boolean;
  /** `seq` since which the rows have said so. */
  since: number;
  /** The contact is frozen or gone: it may be there, and need not. */
  doubtful: boolean;
}

const DEFAULT_ROLE = 'Stakeholder';
/** Marketo's (marketo-api §6.2): a longer one is listed, never cut. */
export const LONGEST_ROLE = 50;

/** The roles that an opportunity should have, as the rows say at `seq`. */
export function desiredRoles(world: World, row: RecordHistory, seq = Number.POSITIVE_INFINITY): DesiredRole[] {
  const contacts = world.entities.get('contact');
  if (!contacts) return [];
  const roles = new Map<string, DesiredRole>();
  const add = (contact: string | undefined, role: string, isPrimary: boolean, since: number): void => {
    const there = contact === undefined ? undefined : world.row('contact', contact);
    if (!there) return;
    const standing = world.standing('contact', there, seq);
    for (const person of world.counterparts(contacts, there.id, seq)) {
      const key = `${person.id} ${role.toLowerCase()}`;
      if (roles.has(key)) continue;
      const doubtful = standing !== 'eligible';
      const paired = person.since('microsoftId', Math.min(seq, Number.MAX_SAFE_INTEGER));
      roles.set(key, {
        opportunity: row.id,
        leadId: person.id,
        role,
        isPrimary,
        since: Math.max(since, paired),
        doubtful,
      });
    }
  };
  const sinceOf = (record: RecordHistory, column: string) =>
    record.since(column, Math.min(seq, Number.MAX_SAFE_INTEGER));
  const customer = world.target(row, 'customerid', 'contact', seq);
  const parent = world.target(row, 'parentcontactid', 'contact', seq);
  const lookups = Math.max(sinceOf(row, wire('customerid')), sinceOf(row, wire('parentcontactid')));
  add(customer, 'Customer', true, lookups);
  if (world.evidence.map.parentContactRoles && parent !== customer)
    add(parent, 'Contact', customer === undefined, lookups);
  for (const connection of connectionsOf(world, row.id)) {
    if (world.standing('connection', connection, seq) !== 'eligible') continue;
    if (world.target(connection, 'record1id', 'opportunity', seq) !== row.id) continue;
    const contact = world.target(connection, 'record2id', 'contact', seq);
    add(contact, roleName(world, connection, seq), false, connection.last(seq)?.seq ?? 0);
  }
  return [...roles.values()];
}

function roleName(world: World, connection: RecordHistory, seq: number): string {
  const role = world.row('connectionrole', guid(connection.value(wire('record2roleid'), seq)));
  return String(role?.value('name') ?? DEFAULT_ROLE);
}

const indexes = new WeakMap<World, ReadonlyMap<string, RecordHistory[]>>();

/** Each connection is stored as a pair (dataverse-api §9.5): the half that starts at the opportunity counts. */
export function connectionsOf(world: World, opportunity: string): readonly RecordHistory[] {
  let index = indexes.get(world) as Map<string, RecordHistory[]> | undefined;
  if (!index) {
    index = new Map();
    for (const connection of world.rows('connection').values())
      for (const id of new Set(connection.moments(wire('record1id')).map(({ value }) => guid(value))))
        index.set(id, [...(index.get(id) ?? []), connection]);
    indexes.set(world, index);
  }
  return index.get(opportunity) ?? [];
}
