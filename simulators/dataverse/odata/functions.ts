import { badQuery } from '../errors';
import type { Literal } from './ast';
import { comparable } from './compare';
import type { Property, Scope } from './scope';
import { RANGES } from './time-ranges';

type Test = (value: unknown) => boolean;
type Make = (values: readonly Literal[], property: Property<never>, scope: Scope<never>) => Test;

/** Query functions other than In and NotIn and those of time; each says how many values it takes. */
const FUNCTIONS: Record<string, { values: number | 'some'; make: Make }> = {
  Between: { values: 2, make: (values, { kind }) => between(values, kind) },
  NotBetween: { values: 2, make: (values, { kind }) => not(between(values, kind)) },
  ContainValues: { values: 'some', make: (values) => contains(values) },
  DoesNotContainValues: { values: 'some', make: (values) => (value) => !contains(values)(value) },
  EqualUserId: {
    values: 0,
    make:
      (_values, _property, { userId }) =>
      (value) =>
        value === userId,
  },
  NotEqualUserId: {
    values: 0,
    make:
      (_values, _property, { userId }) =>
      (value) =>
        value !== userId,
  },
  EqualBusinessId: { values: 0, make: (_values, _property, scope) => (value) => value === scope.businessUnitId },
  NotEqualBusinessId: { values: 0, make: (_values, _property, scope) => (value) => value !== scope.businessUnitId },
  Under: { values: 1, make: ([top], property) => under(top, property) },
  NotUnder: {
    values: 1,
    make:
      ([top], property) =>
      (value) =>
        !under(top, property)(value),
  },
  UnderOrEqual: { values: 1, make: ([top], property) => or(same(top), under(top, property)) },
  Above: { values: 1, make: ([bottom], property) => above(bottom, property) },
  AboveOrEqual: { values: 1, make: ([bottom], property) => or(same(bottom), above(bottom, property)) },
};

/**
 * A query function of the namespace Microsoft.Dynamics.CRM (dataverse-api §3.1) as a test of the property's value.
 * Days begin at midnight UTC. Throws 400 0x80060888 where the function is unknown or its values do not fit.
 */
export function queryFunction<T>(
  fn: string,
  name: string,
  values: readonly Literal[],
  property: Property<T>,
  scope: Scope<T>,
): Test {
  const range = RANGES[fn];
  if (range) {
    need(fn, values, range.values);
    if (property.kind !== undefined && property.kind !== 'time') throw badQuery(`'${name}' is no date for '${fn}'.`);
    const [from, to] = range.of(scope.now ?? 0, values[0] ?? 0);
    return (value) => {
      const at = value === null ? Number.NaN : Date.parse(String(value));
      return range.outside ? at < from || at >= to : at >= from && at < to;
    };
  }
  const found = FUNCTIONS[fn];
  if (!found) throw badQuery(`An unknown function with name 'Microsoft.Dynamics.CRM.${fn}' was found.`);
  need(fn, values, found.values);
  return found.make(values, property as Property<never>, scope as Scope<never>);
}

function need(fn: string, values: readonly Literal[], count: number | 'some'): void {
  if (count === 'some' ? values.length > 0 : values.length === count) return;
  throw badQuery(`The query function '${fn}' takes ${count} values, not ${values.length}.`);
}

const not =
  (test: Test): Test =>
  (value) =>
    value !== null && !test(value);

const or =
  (left: Test, right: Test): Test =>
  (value) =>
    left(value) || right(value);

const same =
  (id: Literal | undefined): Test =>
  (value) =>
    value === String(id).toLowerCase();

function between([low, high]: readonly Literal[], kind: Property<never>['kind']): Test {
  // values of a JSON array are often text where the column is a number
  const read = (value: unknown) => (kind === 'number' ? Number(value) : comparable(value, kind));
  const [from, to] = [read(low), read(high)];
  return (value) => value !== null && read(value) >= from && read(value) <= to;
}

function contains(values: readonly Literal[]): Test {
  const wanted = new Set(values.map(String));
  return (value) =>
    value !== null &&
    String(value)
      .split(',')
      .some((code) => wanted.has(code.trim()));
}

function under(top: Literal | undefined, { above }: Property<never>): Test {
  if (!above) throw badQuery('The table has no hierarchy.');
  const id = String(top).toLowerCase();
  return (value) => typeof value === 'string' && above(value).includes(id);
}

function above(bottom: Literal | undefined, property: Property<never>): Test {
  if (!property.above) throw badQuery('The table has no hierarchy.');
  const ids = new Set(property.above(String(bottom).toLowerCase()));
  return (value) => ids.has(String(value));
}
