import type { Context } from '../context';
import { DataverseError } from '../errors';
import type { TableStore } from '../store';
import type { Row } from '../types';
import { sameKeyValue } from '../web/key';

/**
 * Throws 0x80040333 where the call asks for duplicate detection (the API does not by itself) and an active row matches
 * by a rule of the settings (dataverse-api §5.3). `values` are those that are written; `id` the row that is updated.
 */
export function checkDuplicates(context: Context, store: TableStore, values: Row, id?: string): void {
  if (context.request.headers['mscrm.suppressduplicatedetection']?.toLowerCase() !== 'false') return;
  const { duplicateRules, duplicatesFoundStatus } = context.settings;
  const row: Row = { ...(id === undefined ? {} : store.get(id)), ...values };
  for (const { table, columns } of duplicateRules) {
    if (table !== store.table.logicalName || !columns.some((column) => column in values)) continue;
    for (const [otherId, other] of store.rows) {
      if (otherId === id || (other.statecode ?? 0) !== 0) continue;
      if (!columns.every((column) => sameKeyValue(other[column] ?? null, row[column] ?? null))) continue;
      throw new DataverseError(
        duplicatesFoundStatus,
        '0x80040333',
        'A record was not created or updated because a duplicate of the current record already exists.',
      );
    }
  }
}
