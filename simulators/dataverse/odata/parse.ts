import { badQuery } from '../errors';
import {
  COMPARISONS,
  type Comparison,
  type Filter,
  FLIPPED,
  type Literal,
  TEXT_FUNCTIONS,
  type TextFunction,
} from './ast';
import { Cursor } from './cursor';

const NAMESPACE = 'Microsoft.Dynamics.CRM.';
const LAMBDA = /^(.+)\/(any|all)$/;

/** Parses a $filter; `aliases` are the `@p1=…` parameters of the URL. Throws 400 0x80060888. */
export function parseFilter(text: string, aliases: ReadonlyMap<string, string> = new Map()): Filter {
  const cursor = new Cursor(text, aliases);
  const filter = either(cursor);
  if (!cursor.ended) throw badQuery('Syntax error: unexpected text after the $filter expression.');
  return filter;
}

function either(cursor: Cursor): Filter {
  let left = both(cursor);
  while (cursor.takeName('or')) left = { op: 'or', left, right: both(cursor) };
  return left;
}

function both(cursor: Cursor): Filter {
  let left = one(cursor);
  while (cursor.takeName('and')) left = { op: 'and', left, right: one(cursor) };
  return left;
}

function one(cursor: Cursor): Filter {
  if (cursor.takeName('not')) return { op: 'not', inner: one(cursor) };
  if (cursor.takeMark('(')) {
    const inner = either(cursor);
    cursor.needMark(')');
    return inner;
  }
  if (cursor.onValue) {
    const value = cursor.value();
    const op = FLIPPED[comparison(cursor)];
    return { op, name: cursor.name(), value };
  }
  const name = cursor.name();
  if (TEXT_FUNCTIONS.has(name)) return textFunction(cursor, name as TextFunction);
  if (name.startsWith(NAMESPACE)) return queryFunction(cursor, name.slice(NAMESPACE.length));
  const lambda = LAMBDA.exec(name);
  if (lambda) return overMany(cursor, lambda[1]!, lambda[2] as 'any' | 'all');
  const op = comparison(cursor);
  if (cursor.onValue) return { op, name, value: cursor.value() };
  return { op: 'columns', comparison: op, name, other: cursor.name() };
}

function comparison(cursor: Cursor): Comparison {
  const op = cursor.name();
  if (!COMPARISONS.has(op)) throw badQuery(`Syntax error: '${op}' is not a comparison of the $filter.`);
  return op as Comparison;
}

function textFunction(cursor: Cursor, op: TextFunction): Filter {
  cursor.needMark('(');
  const name = cursor.name();
  cursor.needMark(',');
  const value = String(cursor.value());
  cursor.needMark(')');
  return { op, name, value };
}

function overMany(cursor: Cursor, path: string, op: 'any' | 'all'): Filter {
  cursor.needMark('(');
  if (op === 'any' && cursor.takeMark(')')) return { op, path, variable: '' };
  const variable = cursor.name();
  cursor.needMark(':');
  const inner = either(cursor);
  cursor.needMark(')');
  return { op, path, variable, inner };
}

function queryFunction(cursor: Cursor, fn: string): Filter {
  cursor.needMark('(');
  const given: Record<string, Literal> = {};
  do {
    const key = cursor.name();
    cursor.needMark('=');
    given[key] = cursor.value();
  } while (cursor.takeMark(','));
  cursor.needMark(')');
  const { PropertyName: name, PropertyValue: value, PropertyValues: list } = given;
  if (typeof name !== 'string') throw badQuery(`The query function '${fn}' needs PropertyName.`);
  const values = list === undefined ? (value === undefined ? [] : [value]) : asArray(fn, list);
  const op = ({ In: 'in', NotIn: 'notin' } as const)[fn];
  if (op === undefined) return { op: 'function', fn, name, values };
  if (list === undefined) throw badQuery(`The query function '${fn}' needs PropertyValues.`);
  return { op, name, values: values.map(String) };
}

function asArray(fn: string, value: Literal): Literal[] {
  try {
    const values: unknown = JSON.parse(String(value));
    if (Array.isArray(values)) return values as Literal[];
  } catch {
    // not JSON: refused below
  }
  throw badQuery(`PropertyValues of the query function '${fn}' is not a JSON array.`);
}
