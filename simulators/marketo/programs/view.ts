import { stamp } from '../envelope';
import type { Value } from '../fields';
import { MEMBER_FIELDS, MEMBER_KEYS } from './fields';
import { type Member, type Program, SUCCESS } from './store';

const BORN = Date.UTC(2020, 0, 1);

/** A member with the fields asked for. */
export function viewMember(program: Program, member: Member, names: string[]) {
  return Object.fromEntries(names.map((name) => [name, memberValue(program, member, name)]));
}

/** What a member shows of one of its fields. */
export function memberValue(program: Program, member: Member, name: string): Value {
  switch (name) {
    case 'leadId':
      return member.leadId;
    case 'programId':
      return program.id;
    case 'statusName':
      return member.statusName;
    case 'reachedSuccess':
      return member.statusName === SUCCESS;
    case 'acquiredBy':
      return false;
    case 'membershipDate':
      return stamp(member.membershipDate);
    case 'updatedAt':
      return stamp(member.updatedAt);
    default:
      return member.values[name] ?? null;
  }
}

/** Fields, keys and searchable fields of a member. */
export function describeMember() {
  return {
    name: 'API Program Membership',
    description: 'API Program Membership',
    createdAt: stamp(BORN),
    updatedAt: stamp(BORN),
    dedupeFields: ['leadId', 'programId'],
    searchableFields: MEMBER_KEYS.map((name) => [name]),
    fields: [...MEMBER_FIELDS.values()].map(({ name, displayName, dataType, length, readOnly }) => ({
      name,
      displayName,
      dataType,
      ...(length !== undefined && { length }),
      updateable: !readOnly,
      crmManaged: false,
    })),
  };
}
