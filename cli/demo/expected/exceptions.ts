import type { Row } from '../readers/dataverse';
import type { Line } from './line';

/**
 * The sample's exceptions, counted by hand with grep in simulators/data: e-mail addresses that Marketo refuses. 39 contacts have a letter
 * outside ASCII in theirs, 105 leads a domain without a dot.
 */
export const PARKED_BY_HAND: Readonly<Record<string, number>> = { contact: 39, lead: 105 };

/** What Marketo refuses in an e-mail field; the row goes without it. */
export function isParked(line: Line, value: unknown): boolean {
  if (line.kind !== 'email' || value === null || value === undefined || value === '') return false;
  const address = String(value);
  const domain = address.slice(address.lastIndexOf('@') + 1);
  return [...address].some((letter) => letter > '~') || !domain.includes('.');
}

/** Rows that are not to be in Marketo. */
export function isEligible(entity: string, row: Row): boolean {
  if (entity === 'systemuser' && (row.applicationid || row.accessmode === 3 || row.accessmode === 5)) return false;
  if (entity === 'team' && row.teamtype === 1) return false;
  return row.new_synctomkto !== false;
}
