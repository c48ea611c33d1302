import { DataverseError } from '../errors';
import type { Option, Row, Table } from '../types';

const statuses = (table: Table): Option[] => table.columns.get('statuscode')?.options ?? [];

/** State and status of a new row: the first status reason of the state, the state of the status reason. */
export function initialState(table: Table, row: Row): void {
  if (!table.columns.has('statecode')) return;
  const byStatus = statuses(table).find((option) => option.value === row.statuscode);
  row.statecode ??= byStatus?.state ?? 0;
  row.statuscode ??= firstStatus(table, row.statecode as number);
}

/** Throws 400 0x80048408 where the status reason belongs to another state. */
export function checkPair(table: Table, row: Row): void {
  const status = statuses(table).find((option) => option.value === row.statuscode);
  if (status?.state === undefined || status.state === row.statecode) return;
  throw new DataverseError(
    400,
    '0x80048408',
    `${row.statuscode} is not a valid status code for state code ${row.statecode} on ${table.logicalName}.`,
  );
}

/**
 * Settles state and status after a change: a state alone takes its first status reason; a pair that does not belong
 * together is refused with 0x80048408 (dataverse-api §5.7, §7).
 */
export function settleState(table: Table, values: Row, row: Row): void {
  if (!table.columns.has('statecode')) return;
  if (values.statecode !== undefined && values.statuscode === undefined) {
    const current = statuses(table).find((option) => option.value === row.statuscode);
    if (current?.state !== values.statecode) row.statuscode = firstStatus(table, values.statecode as number);
  }
  if (values.statuscode !== undefined) checkPair(table, row);
}

function firstStatus(table: Table, state: number): number | null {
  return statuses(table).find((option) => option.state === state)?.value ?? null;
}
