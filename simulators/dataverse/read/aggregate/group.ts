import { DataverseError } from '../../errors';
import type { Value } from '../../types';

/** One value of each group, under its name in the answer. */
export interface Measure<T> {
  alias: string;
  method: Method;
  /** What is measured; `count` counts the rows. */
  read: (item: T) => unknown;
}

export const METHODS = ['sum', 'average', 'min', 'max', 'count', 'countcolumn', 'countdistinct'] as const;
export type Method = (typeof METHODS)[number];

export interface Key<T> {
  alias: string;
  read: (item: T) => unknown;
}

const MOST_ROWS = 50_000; // dataverse-api §3.1

/** Groups items and measures each group; without keys all of them are one. Throws 400 where there are too many rows. */
export function aggregate<T>(
  items: Iterable<T>,
  keys: readonly Key<T>[],
  measures: readonly Measure<T>[],
): Record<string, Value>[] {
  const groups = new Map<string, { values: Value[]; items: T[] }>();
  let count = 0;
  for (const item of items) {
    count += 1;
    if (count > MOST_ROWS) {
      throw new DataverseError(
        400,
        '0x8004e023',
        'The maximum record limit is exceeded. Reduce the number of records.',
      );
    }
    const values = keys.map(({ read }) => (read(item) ?? null) as Value);
    const text = JSON.stringify(values.map((value) => (typeof value === 'string' ? value.toLowerCase() : value)));
    const group = groups.get(text);
    if (group) group.items.push(item);
    else groups.set(text, { values, items: [item] });
  }
  if (keys.length === 0 && groups.size === 0) groups.set('', { values: [], items: [] });
  return [...groups.values()].map(({ values, items: members }) => {
    const row: Record<string, Value> = {};
    keys.forEach(({ alias }, at) => {
      row[alias] = values[at]!;
    });
    for (const measure of measures) row[measure.alias] = measured(measure, members);
    return row;
  });
}

function measured<T>({ method, read }: Measure<T>, items: readonly T[]): Value {
  if (method === 'count') return items.length;
  const values = items.map(read).filter((value) => value !== null && value !== undefined) as Exclude<Value, null>[];
  if (method === 'countcolumn') return values.length;
  if (method === 'countdistinct') return new Set(values).size;
  if (values.length === 0) return null;
  if (method === 'min' || method === 'max') {
    return values.reduce((best, value) => ((method === 'min' ? value < best : value > best) ? value : best));
  }
  const sum = values.reduce<number>((total, value) => total + Number(value), 0);
  return method === 'sum' ? sum : sum / values.length;
}
