import type { Context } from '../context';
import { DataverseError } from '../errors';
import type { TableStore } from '../store';
import type { Row } from '../types';
import { sameKeyValue } from '../web/key';

/**
 * Throws 0x80040333 where the call asks for duplicate detection (the API does not by itself) and an active row matches
 * by a rule of the settings (dataverse-api §5.3). `values` are those that are written; `id` the row that is updated:
 * whether its other columns count too is a switch.
 */
export function checkDuplicates(context: Context, store: TableStore, values: Row, id?: string): void {
  if (context.request.headers['mscrm.suppressduplicatedetection']?.toLowerCase() !== 'false') return;
  const { duplicatesFoundStatus, duplicateCheckOnUpdate, duplicateRules } = context.settings;
  const table = store.table.logicalName;
  const row: Row = { ...(id === undefined ? {} : store.get(id)), ...values };
  const written = duplicateCheckOnUpdate === 'ruleColumns' ? values : row;
  const tables = new Set(duplicateRules.flatMap((rule) => (rule.table === table ? [rule.matching ?? table] : [])));
  const found = [...tables].some(
    (matching) => duplicatesOf(context, table, context.database.store(matching), row, id, written).length > 0,
  );
  if (!found) return;
  throw new DataverseError(
    duplicatesFoundStatus,
    '0x80040333',
    'A record was not created or updated because a duplicate of the current record already exists.',
  );
}

/** Active rows of `store` that a rule takes for the same as this row of `table`; `written`: the columns that make a rule apply. */
export function duplicatesOf(
  context: Context,
  table: string,
  store: TableStore,
  row: Row,
  id?: string,
  written: Row = row,
): Row[] {
  const rules = context.settings.duplicateRules.filter(
    (rule) =>
      rule.table === table &&
      (rule.matching ?? table) === store.table.logicalName &&
      rule.columns.some((column) => column in written),
  );
  return [...store.rows].flatMap(([otherId, other]) => {
    if (otherId === id || (other.statecode ?? 0) !== 0) return [];
    const same = rules.some(({ columns }) =>
      columns.every((column) => sameKeyValue(other[column] ?? null, row[column] ?? null)),
    );
    return same ? [other] : [];
  });
}
