import { DataverseError } from '../errors';
import type { TableStore } from '../store';
import type { Row } from '../types';
import { sameKeyValue } from '../web/key';

/**
 * Throws 412 0x80060892 where another row has the same values in all columns of an alternate key; an empty value makes
 * no clash (dataverse-api §5.2). Searches the table, so keys cost time on large ones.
 */
export function checkKeys(store: TableStore, row: Row): void {
  const { table } = store;
  for (const key of table.keys) {
    const names = key.columns.map((name) => table.columns.get(name)?.wire ?? name);
    if (names.some((name) => row[name] === null || row[name] === undefined)) continue;
    for (const [id, other] of store.rows) {
      if (id === row[table.primaryId] || !names.every((name) => sameKeyValue(other[name] ?? null, row[name]!)))
        continue;
      throw new DataverseError(
        412,
        '0x80060892',
        `Entity Key ${key.name} violated. A record with the same value for ${key.columns.join(', ')} already exists.`,
      );
    }
  }
}
