import { badQuery } from '../errors';
import type { Property, Scope } from '../odata/scope';
import type { Row, Table, Value } from '../types';

export type Compare = (a: Row, b: Row) => number;

/** Compiles $orderby, with the primary key as the last tie-breaker; nulls first, as in SQL. `@p1` stands for a column. */
export function compileOrder(
  scope: Scope<Row>,
  table: Table,
  orderby: string,
  aliases: ReadonlyMap<string, string> = new Map(),
): Compare {
  const terms = orderby.split(',').map((term): { read: Property<Row>['read']; sign: number } => {
    const [written, direction = 'asc', ...rest] = term.trim().split(/\s+/);
    const name = written?.startsWith('@') ? aliases.get(written) : written;
    if (!name || rest.length > 0 || (direction !== 'asc' && direction !== 'desc')) {
      throw badQuery(`Syntax error in $orderby: '${term.trim()}'.`);
    }
    return { read: scope.property(name).read, sign: direction === 'desc' ? -1 : 1 };
  });
  return (a, b) => {
    for (const { read, sign } of terms) {
      const order = compareValues((read(a) ?? null) as Value, (read(b) ?? null) as Value);
      if (order !== 0) return sign * order;
    }
    return compareValues(a[table.primaryId] ?? null, b[table.primaryId] ?? null);
  };
}

/** Nulls first, text without case. */
export function compareValues(a: Value, b: Value): number {
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
