import { badQuery } from '../errors';
import type { Comparison, Literal } from './ast';
import type { Kind, Property } from './scope';

type Comparable = string | number | boolean;

const OPERATORS: Record<Comparison, string> = {
  eq: 'Equal',
  ne: 'NotEqual',
  gt: 'GreaterThan',
  ge: 'GreaterThanOrEqual',
  lt: 'LessThan',
  le: 'LessThanOrEqual',
};
const EDM: Record<Kind, string> = {
  text: 'Edm.String',
  number: 'Edm.Int32',
  boolean: 'Edm.Boolean',
  time: 'Edm.DateTimeOffset',
  id: 'Edm.Guid',
};

/** A property against a value; throws 400 0x80060888 where their types cannot be compared. */
export function comparison<T>(
  op: Comparison,
  name: string,
  property: Property<T>,
  literal: Literal,
): (item: T) => boolean {
  const { read, kind } = property;
  if (literal === null) {
    const wanted = op === 'eq';
    return (item) => ((read(item) ?? null) === null) === wanted;
  }
  if (property.navigation) throw incompatible(op, `Microsoft.Dynamics.CRM.${name}`, literal);
  if (kind !== undefined && !fits(kind, literal)) throw incompatible(op, EDM[kind], literal);
  const right = comparable(literal, kind);
  return (item) => {
    const value = read(item) ?? null;
    if (value === null) return op === 'ne';
    return holds(op, comparable(value, kind), right);
  };
}

/** Whether `left op right`. */
export function holds(op: Comparison, left: Comparable, right: Comparable): boolean {
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
}

/** A value in the form in which values of its kind compare. */
export function comparable(value: unknown, kind: Kind | undefined): Comparable {
  if (kind === 'time') return Date.parse(String(value));
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  return String(value).toLowerCase();
}

function fits(kind: Kind, literal: Comparable): boolean {
  if (kind === 'number' || kind === 'boolean') return typeof literal === kind;
  if (typeof literal !== 'string') return false;
  return kind !== 'time' || !Number.isNaN(Date.parse(literal));
}

function incompatible(op: Comparison, left: string, literal: Comparable) {
  const right = EDM[typeof literal === 'string' ? 'text' : (typeof literal as Kind)];
  return badQuery(
    `A binary operator with incompatible types was detected. Found operand types '${left}' and '${right}' for operator kind '${OPERATORS[op]}'.`,
  );
}
