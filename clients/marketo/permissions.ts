/** What the role of the API-only user needs (marketo-api §1.4). */
export type Permission =
  | 'Read-Only Lead'
  | 'Read-Write Lead'
  | 'Read-Only Activity'
  | 'Read-Only Company'
  | 'Read-Write Company'
  | 'Read-Only Opportunity'
  | 'Read-Write Opportunity'
  | 'Read-Only Sales Person'
  | 'Read-Write Sales Person'
  | 'Read-Only Custom Object'
  | 'Read-Write Custom Object'
  | 'Read-Only Custom Object Type'
  | 'Read-Write Custom Object Type'
  | 'Read-Write Schema Custom Field'
  | 'none';

const OBJECTS = [
  ['companies', 'Company'],
  ['opportunities', 'Opportunity'],
  ['salespersons', 'Sales Person'],
  ['customobjects', 'Custom Object'],
] as const;

/** For an object of the generic contract. */
export function permissionFor(path: string, access: 'Read-Only' | 'Read-Write'): Permission {
  const object = OBJECTS.find(([prefix]) => path.startsWith(prefix));
  return object === undefined ? 'none' : `${access} ${object[1]}`;
}
