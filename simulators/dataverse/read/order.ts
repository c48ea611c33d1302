import { badQuery } from '../errors';
import { columnOf } from '../odata/columns';
import type { Row, Table, Value } from '../types';

export type Compare = (a: Row, b: Row) => number;

/** Compiles $orderby, with the primary key as the last tie-breaker; nulls first, as in SQL. */
export function compileOrder(table: Table, orderby: string): Compare {
  const terms = orderby.split(',').map((term) => {
    const [name, direction = 'asc', ...rest] = term.trim().split(/\s+/);
    if (!name || rest.length > 0 || (direction !== 'asc' && direction !== 'desc')) {
      throw badQuery(`Syntax error in $orderby: '${term.trim()}'.`);
    }
    return { wire: columnOf(table, name).wire, sign: direction === 'desc' ? -1 : 1 };
  });
  return (a, b) => {
    for (const { wire, sign } of terms) {
      const order = compare(a[wire] ?? null, b[wire] ?? null);
      if (order !== 0) return sign * order;
    }
    return compare(a[table.primaryId] ?? null, b[table.primaryId] ?? null);
  };
}

function compare(a: Value, b: Value): number {
  if (a === b) return 0;
  if (a === null) return -1;
  if (b === null) return 1;
  if (typeof a === 'string' && typeof b === 'string') {
    const left = a.toLowerCase();
    const right = b.toLowerCase();
    return left < right ? -1 : left > right ? 1 : 0;
  }
  return a < b ? -1 : 1;
}

/** The `count` first rows of an order without sorting all of them. */
export function firstInOrder(rows: Iterable<Row>, order: Compare, count: number): Row[] {
  const best: Row[] = [];
  for (const row of rows) {
    if (best.length === count && order(row, best[count - 1]!) >= 0) continue;
    let at = best.length;
    while (at > 0 && order(row, best[at - 1]!) < 0) at -= 1;
    best.splice(at, 0, row);
    if (best.length > count) best.pop();
  }
  return best;
}
