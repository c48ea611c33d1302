import type { Comparison, Filter, Literal } from './parse';

export type Predicate<T> = (item: T) => boolean;

/** How a name of the filter is read from an item, and whether it is a point in time. */
export interface Property<T> {
  read: (item: T) => unknown;
  time?: boolean;
}

/**
 * Compiles a parsed filter. Text compares without case (dataverse-api §3.1); a null matches only `eq null`, and `ne`
 * anything but null, as SQL with Dataverse's "or is null" does.
 */
export function compile<T>(filter: Filter, property: (name: string) => Property<T>): Predicate<T> {
  switch (filter.op) {
    case 'and':
    case 'or': {
      const left = compile(filter.left, property);
      const right = compile(filter.right, property);
      return filter.op === 'and' ? (item) => left(item) && right(item) : (item) => left(item) || right(item);
    }
    case 'not': {
      const inner = compile(filter.inner, property);
      return (item) => !inner(item);
    }
    case 'in':
    case 'notin': {
      const { read } = property(filter.name);
      const values = new Set(filter.values.map((value) => value.toLowerCase()));
      const wanted = filter.op === 'in';
      return (item) => {
        const value = read(item);
        if (value === null || value === undefined) return !wanted;
        return values.has(String(value).toLowerCase()) === wanted;
      };
    }
    case 'contains':
    case 'startswith':
    case 'endswith': {
      const { read } = property(filter.name);
      const needle = filter.value.toLowerCase();
      const method = ({ contains: 'includes', startswith: 'startsWith', endswith: 'endsWith' } as const)[filter.op];
      return (item) => {
        const value = read(item);
        return typeof value === 'string' && value.toLowerCase()[method](needle);
      };
    }
    default:
      return comparison(filter.op, property(filter.name), filter.value);
  }
}

function comparison<T>(op: Comparison, { read, time }: Property<T>, literal: Literal): Predicate<T> {
  if (literal === null) {
    const wanted = op === 'eq';
    return (item) => ((read(item) ?? null) === null) === wanted;
  }
  const right = comparable(literal, time);
  return (item) => {
    const value = read(item) ?? null;
    if (value === null) return op === 'ne';
    const left = comparable(value, time);
    switch (op) {
      case 'eq':
        return left === right;
      case 'ne':
        return left !== right;
      case 'gt':
        return left > right;
      case 'ge':
        return left >= right;
      case 'lt':
        return left < right;
      default:
        return left <= right;
    }
  };
}

function comparable(value: unknown, time: boolean | undefined): string | number | boolean {
  if (time) return Date.parse(String(value));
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  return String(value).toLowerCase();
}
