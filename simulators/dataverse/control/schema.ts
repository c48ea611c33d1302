import { forgetShape } from '../blank';
import type { Database } from '../database';
import { checkNames } from '../settings';
import type { Option } from '../types';
import { expireTokens } from './expire';
import { CHANGES } from './schema-changes';

/** A change of a table's schema while the organisation runs (dataverse-api §4.4, §12.6). */
export interface SchemaChange {
  table: string;
  do: string;
  /** addColumn, retype: the short form of schema/define.ts (`new_code:s20`, `new_level:p`); else the column's name. */
  column?: string;
  /** addColumn, retype: options of a choice. */
  options?: Option[];
  maxLength?: number;
  min?: number;
  max?: number;
  required?: boolean;
  value?: number;
  label?: string;
  /** Of a status reason: the state it belongs to. */
  state?: number;
  on?: boolean;
  /** addKey, removeKey. */
  name?: string;
  columns?: string[];
}

const FIELDS = [
  'table',
  'do',
  'column',
  'options',
  'maxLength',
  'min',
  'max',
  'required',
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
