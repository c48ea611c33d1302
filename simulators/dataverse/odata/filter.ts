import { badQuery } from '../errors';
import type { Filter, TextFunction } from './ast';
import { comparable, comparison, holds } from './compare';
import { queryFunction } from './functions';
import type { Scope } from './scope';

export type Predicate<T> = (item: T) => boolean;

/**
 * Compiles a parsed filter. Text compares without case (dataverse-api §3.1); a null matches only `eq null`, and `ne`
 * anything but null, as SQL with Dataverse's "or is null" does.
 */
export function compile<T>(filter: Filter, scope: Scope<T>): Predicate<T> {
  switch (filter.op) {
    case 'and':
    case 'or': {
      const left = compile(filter.left, scope);
      const right = compile(filter.right, scope);
      return filter.op === 'and' ? (item) => left(item) && right(item) : (item) => left(item) || right(item);
    }
    case 'not': {
      const inner = compile(filter.inner, scope);
      return (item) => !inner(item);
    }
    case 'in':
    case 'notin': {
      const { read } = scope.property(filter.name, true);
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
    case 'endswith':
    case 'like': {
      const { read } = scope.property(filter.name);
      const matches = like(filter.op, filter.value);
      return (item) => {
        const value = read(item);
        return typeof value === 'string' && matches(value);
      };
    }
    case 'columns': {
      const [left, right] = [scope.property(filter.name), scope.property(filter.other)];
      return (item) => {
        const [a, b] = [left.read(item) ?? null, right.read(item) ?? null];
        if (a === null || b === null) return false;
        return holds(filter.comparison, comparable(a, left.kind), comparable(b, right.kind));
      };
    }
    case 'function': {
      const property = scope.property(filter.name, true);
      const holds = queryFunction(filter.fn, filter.name, filter.values, property, scope);
      return (item) => holds(property.read(item) ?? null);
    }
    case 'any':
    case 'all': {
      if (!scope.collection) throw badQuery(`The $filter cannot use '${filter.op}' here.`);
      const { rows, inner } = scope.collection(filter.path, filter.variable);
      if (!filter.inner) return (item) => rows(item).length > 0;
      const matches = compile(filter.inner, inner);
      return filter.op === 'any' ? (item) => rows(item).some(matches) : (item) => rows(item).every(matches);
    }
    default:
      return comparison(filter.op, filter.name, scope.property(filter.name), filter.value);
  }
}

/** A text function; `%`, `_` and `[…]` in its value are wildcards, as in SQL (dataverse-api §3.1). */
function like(op: TextFunction, value: string): (text: string) => boolean {
  const needle = value.toLowerCase();
  if (op !== 'like' && !/[%_[]/.test(needle)) {
    const method = ({ contains: 'includes', startswith: 'startsWith', endswith: 'endsWith' } as const)[op];
    return (text) => text.toLowerCase()[method](needle);
  }
  const pattern = likePattern(needle);
  const expression = new RegExp(
    `${op === 'startswith' || op === 'like' ? '^' : ''}${pattern}${op === 'endswith' || op === 'like' ? '$' : ''}`,
    's',
  );
  return (text) => expression.test(text.toLowerCase());
}

/** A regular expression's text for an SQL LIKE pattern. */
export function likePattern(text: string): string {
  return text.replace(
    /\[(\^?)([^\]]*)\]|[%_]|[.*+?^${}()|[\]\\]/g,
    (mark, not: string, letters: string | undefined) => {
      if (mark === '%') return '.*';
      if (mark === '_') return '.';
      if (letters === undefined) return `\\${mark}`;
      return `[${not}${letters.replace(/[\]\\^]/g, '\\$&')}]`;
    },
  );
}
