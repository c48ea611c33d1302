import { type Field, field } from '../fields';

/** The fields of a program member; only the last two can be written (marketo-api §6.5; names as we model them). */
export const MEMBER_FIELDS: ReadonlyMap<string, Field> = new Map(
  [
    field(1, 'leadId', 'integer', { readOnly: true }),
    field(2, 'programId', 'integer', { readOnly: true }),
    field(3, 'statusName', 'string', { readOnly: true }),
    field(4, 'reachedSuccess', 'boolean', { readOnly: true }),
    field(5, 'acquiredBy', 'boolean', { readOnly: true }),
    field(6, 'membershipDate', 'datetime', { readOnly: true }),
    field(7, 'updatedAt', 'datetime', { readOnly: true }),
    field(8, 'registrationCode', 'string', { custom: true }),
    field(9, 'webinarUrl', 'url', { custom: true }),
  ].map((one) => [one.name, one]),
);

/** What members can be asked for by; `updatedAt` needs `startAt` and `endAt`. */
export const MEMBER_KEYS: readonly string[] = ['leadId', 'statusName', 'reachedSuccess', 'updatedAt'];
