import type { Value } from './fields';
import type { MarketoSettings } from './settings';

/** How look-ups treat upper and lower case; undocumented, so two switches say. */
export type LookupCase = Readonly<Pick<MarketoSettings, 'emailLookupCase' | 'stringLookupCase'>>;

/** A value as it is compared in a look-up by this field. */
export function lookupKey(cases: LookupCase, name: string, value: Value): string {
  const insensitive = (name === 'email' ? cases.emailLookupCase : cases.stringLookupCase) === 'insensitive';
  return insensitive ? String(value).toLowerCase() : String(value);
}
