import { composed } from './names';
import type { RoleSources } from './role-sources';

export interface Role {
  /** The contact's GUID. */
  contact: string;
  role: string;
  isPrimary: boolean;
}

/** Marketo's role name is 50 characters (marketo-api §6.2): a longer one is parked, never cut. */
export const ROLE_LENGTH = 50;
export const CUSTOMER_ROLE = 'Customer';
export const CONTACT_ROLE = 'Contact';

/** A role as Marketo has it: written for the person that the contact was linked to then. */
export interface WrittenRole extends Role {
  leadId: number;
}

export const roleKey = (role: Pick<Role, 'contact' | 'role'>): string => `${role.contact}|${composed(role.role)}`;

/** What Marketo knows a role by, on its opportunity: the case of its name counts, as far as anybody knows. */
export const writtenKey = (role: Pick<WrittenRole, 'leadId' | 'role'>): string =>
  `${role.leadId}|${composed(role.role)}`;

/** The set of roles that an opportunity should have, from all its sources; one entry per contact and role. */
export function desiredRoles(sources: RoleSources, useParentContact: boolean): Role[] {
  const roles = new Map<string, Role>();
  const add = (role: Role) => {
    if (!roles.has(roleKey(role))) roles.set(roleKey(role), role);
  };
  if (sources.customer) add({ contact: sources.customer, role: CUSTOMER_ROLE, isPrimary: true });
  if (useParentContact && sources.parentContact && sources.parentContact !== sources.customer) {
    add({ contact: sources.parentContact, role: CONTACT_ROLE, isPrimary: !sources.customer });
  }
  for (const { contact, role } of Object.values(sources.connections)) {
    add({ contact, role, isPrimary: false });
  }
  return [...roles.values()];
}

/**
 * delete = previous − desired; write = what is new, or whose person or primary flag moved.
 * @param unsure roles whose last write or deletion was never answered: wanted ones are written, others deleted
 */
export function roleChanges(
  previous: readonly WrittenRole[],
  desired: readonly WrittenRole[],
  unsure: readonly WrittenRole[] = [],
): { write: WrittenRole[]; remove: WrittenRole[] } {
  const doubtful = new Set(unsure.map(writtenKey));
  const before = new Map(previous.map((role) => [writtenKey(role), role]));
  const after = new Set(desired.map(writtenKey));
  const there = new Map([...previous, ...unsure].map((role) => [writtenKey(role), role]));
  return {
    write: desired.filter(
      (role) => doubtful.has(writtenKey(role)) || before.get(writtenKey(role))?.isPrimary !== role.isPrimary,
    ),
    remove: [...there.values()].filter((role) => !after.has(writtenKey(role))),
  };
}
