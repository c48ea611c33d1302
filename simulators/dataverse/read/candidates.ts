import type { Filter } from '../odata/ast';
import type { TableStore } from '../store';
import type { Row } from '../types';

/**
 * The ids a filter can only mean (`id eq …`, ors of those, In on the key), or undefined where all rows must be read:
 * a look-up of 300 ids must not cost a scan of the table.
 */
export function idsOf(filter: Filter | undefined, primaryId: string): string[] | undefined {
  if (!filter) return undefined;
  if (filter.op === 'eq' && filter.name === primaryId) return [String(filter.value).toLowerCase()];
  if (filter.op === 'in' && filter.name === primaryId) return filter.values.map((id) => id.toLowerCase());
  if (filter.op === 'or') {
    const left = idsOf(filter.left, primaryId);
    const right = left && idsOf(filter.right, primaryId);
    return left && right ? [...left, ...right] : undefined;
  }
  if (filter.op === 'and') return idsOf(filter.left, primaryId) ?? idsOf(filter.right, primaryId);
  return undefined;
}

/** Rows that may match, in order of the primary key, after `last`. */
export function* candidates(store: TableStore, filter: Filter | undefined, last: string | null): Generator<Row> {
  const ids = idsOf(filter, store.table.primaryId);
  if (ids) {
    for (const id of [...new Set(ids)].sort()) {
      const row = store.get(id);
      if (row && (last === null || id > last)) yield row;
    }
    return;
  }
  const sorted = store.sortedIds();
  for (let at = store.indexAfter(last); at < sorted.length; at += 1) {
    const row = store.get(sorted[at]!);
    if (row) yield row;
  }
}
