import type { Context } from '../context';
import { COUNT_LIMIT } from './matching';

const NAMESPACE = 'Microsoft.Dynamics.CRM.';

/**
 * The annotations of a whole list that the caller asked for, each with a comma after it: how many rows there are (-1
 * where $count did not ask), and the version of the schema, which every change of it moves (dataverse-api §3.1, §8).
 */
export function annotations({ prefer, database }: Context, counted?: number): string {
  let text = '';
  const add = (name: string, value: unknown): void => {
    if (prefer.annotations?.(NAMESPACE + name)) text += `"@${NAMESPACE}${name}":${JSON.stringify(value)},`;
  };
  if (counted !== undefined) {
    add('totalrecordcount', Math.min(counted, COUNT_LIMIT));
    add('totalrecordcountlimitexceeded', counted > COUNT_LIMIT);
  }
  add('globalmetadataversion', String(database.schemaVersion));
  return text;
}
