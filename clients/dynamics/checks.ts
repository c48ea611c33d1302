import { ApiError } from '../errors';

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

export const bug = (operation: string, about: string): ApiError =>
  new ApiError({ api: 'dynamics', operation, kind: 'bug', about });

/** Ids go into addresses and filters, so nothing but a GUID may pass. */
export function guid(operation: string, id: string): string {
  if (!GUID.test(id)) throw bug(operation, 'an id is not a GUID');
  return id.toLowerCase();
}

/** Names of tables, sets and columns go into addresses. */
export function name(operation: string, value: string): string {
  if (NAME.test(value)) return value;
  throw new ApiError({ api: 'dynamics', operation, kind: 'configuration', about: 'not a name of a table or column' });
}

export const names = (operation: string, values: readonly string[]): string[] =>
  values.map((value) => name(operation, value));

/** A row's version as it was answered, or stored; undefined where it is none: a number that JavaScript does not hold exactly orders nothing. */
export function versionIn(value: unknown): number | undefined {
  const version = typeof value === 'string' && value !== '' ? Number(value) : value;
  return Number.isSafeInteger(version) && Number(version) >= 0 ? Number(version) : undefined;
}
