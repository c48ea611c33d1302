import { badPayload } from '../errors';
import type { Target } from '../write/reference';

/** A row as a parameter of a message: `{"@odata.type": "Microsoft.Dynamics.CRM.contact", "contactid": …}`. */
export function reference(value: unknown): Target {
  const row = (value ?? {}) as Record<string, unknown>;
  const table = String(row['@odata.type'] ?? '').replace(/^#?Microsoft\.Dynamics\.CRM\./, '');
  const id = row[`${table}id`];
  if (typeof id !== 'string') throw badPayload('A row given as a parameter needs @odata.type and its id.');
  return { table, id: id.toLowerCase() };
}
