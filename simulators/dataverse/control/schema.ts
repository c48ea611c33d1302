import { forgetShape } from '../blank';
import type { Database } from '../database';
import { checkNames } from '../settings';
import { expireTokens } from './expire';
import type { SchemaChange } from './schema-change';
import { CHANGES } from './schema-changes';

const FIELDS = [
  'table',
  'do',
  'column',
  'options',
  'maxLength',
  'min',
  'max',
  'required',
  'default',
  'value',
  'label',
  'state',
  'on',
  'name',
  'columns',
];

/**
 * Runs one change; metadata follows at once, and the table's delta tokens expire unless the switch says otherwise.
 * Throws an Error that names what is wrong.
 */
export function changeSchema(database: Database, change: SchemaChange): object {
  checkNames('field', change, FIELDS);
  const run = CHANGES[change.do];
  if (!run) throw new Error(`do '${change.do}' is unknown; use one of ${Object.keys(CHANGES).join(', ')}`);
  const store = database.store(change.table);
  run(database, store, change);
  forgetShape(store.table);
  database.schemaVersion += 1;
  if (database.settings.schemaChangeExpiresTokens) expireTokens(database, [change.table]);
  return { schemaVersion: database.schemaVersion };
}
