import type { Database } from '../database';
import type { Row, Table } from '../types';

/** Puts the defaults of columns that were not sent into a new row, as the switches say. `sent` = what the request named. */
export function fillDefaults({ settings }: Database, table: Table, row: Row, sent: Row): void {
  if (settings.createDefaults === 'none') return;
  const keepsNull = settings.nullOnCreate === 'null';
  for (const { wire, default: value } of table.columns.values()) {
    if (value === undefined || (sent[wire] ?? null) !== null) continue;
    if (keepsNull && wire in sent) continue;
    row[wire] = value;
  }
}
