import type { Value } from '../types';

/** What a new row holds in a column that nobody sent: as recorded; `followemail` and a lead's quality as documented. */
const DEFAULTS: Record<string, Value> = {
  donotemail: false,
  donotbulkemail: false,
  donotphone: false,
  donotfax: false,
  donotpostalmail: false,
  donotsendmm: false,
  followemail: true,
  preferredcontactmethodcode: 1,
  'contact.leadsourcecode': 1,
  'contact.customertypecode': 1,
  'lead.leadqualitycode': 2,
};

/** The default of a column, or undefined where it has none; `table.column` goes before `column`. */
export const defaultOf = (table: string, name: string): Value | undefined =>
  DEFAULTS[`${table}.${name}`] ?? DEFAULTS[name];
