export type Document = Record<string, unknown> & { _id: string | number };
export type Filter = Record<string, unknown>;
type Comparable = string | number | Date;

/** Of MongoDB's operators those that clients/mongo uses; any other is a fault of the test. */
const OPERATORS: Readonly<Record<string, (value: unknown, operand: unknown) => boolean>> = {
  $in: (value, operand) => (operand as unknown[]).includes(value),
  $nin: (value, operand) => !(operand as unknown[]).includes(value),
  $ne: (value, operand) => !same(value, operand),
  $exists: (value, operand) => (value !== undefined) === operand,
  $size: (value, operand) => Array.isArray(value) && value.length === operand,
  $lt: (value, operand) => isSet(value) && (value as Comparable) < (operand as Comparable),
  $lte: (value, operand) => isSet(value) && (value as Comparable) <= (operand as Comparable),
  $gt: (value, operand) => isSet(value) && (value as Comparable) > (operand as Comparable),
  $gte: (value, operand) => isSet(value) && (value as Comparable) >= (operand as Comparable),
  $not: (value, operand) => !holdAll(value, operand as Record<string, unknown>),
};

function holdAll(value: unknown, operators: Record<string, unknown>): boolean {
  return Object.entries(operators).every(([operator, operand]) => {
    return operatorNamed(operator)(value, operand);
  });
}

const isSet = (value: unknown): boolean => value !== undefined && value !== null;

/** A list is like a value that is in it. */
function same(value: unknown, wanted: unknown): boolean {
  if (Array.isArray(value) && !Array.isArray(wanted)) return value.some((one) => same(one, wanted));
  if (wanted instanceof Date) return value instanceof Date && value.getTime() === wanted.getTime();
  if (Array.isArray(wanted)) return Array.isArray(value) && JSON.stringify(value) === JSON.stringify(wanted);
  return value === wanted || (wanted === null && value === undefined);
}

/** Operators by name, where a filter's condition is made of them. */
export function operatorsOf(condition: unknown): Record<string, unknown> | undefined {
  if (typeof condition !== 'object' || condition === null) return undefined;
  return Object.keys(condition).some((name) => name.startsWith('$'))
    ? (condition as Record<string, unknown>)
    : undefined;
}

function operatorNamed(name: string) {
  const holds = OPERATORS[name];
  if (!holds) throw new Error(`the memory database knows no ${name}`);
  return holds;
}

export function matches(document: Document, filter: Filter): boolean {
  for (const name in filter) {
    if (name === '$or') {
      if (!(filter.$or as Filter[]).some((one) => matches(document, one))) return false;
      continue;
    }
    if (name === '$nor') {
      if ((filter.$nor as Filter[]).some((one) => matches(document, one))) return false;
      continue;
    }
    const operators = operatorsOf(filter[name]);
    if (!operators) {
      if (!valuesAt(document, name).some((value) => same(value, filter[name]))) return false;
      continue;
    }
    for (const operator in operators) {
      const holds = operatorNamed(operator);
      if (!valuesAt(document, name).some((value) => holds(value, operators[operator]))) return false;
    }
  }
  return true;
}

/**
 * What lies there; by a path such as `written.contact` that of each element of a list, or of the one object; by one such as `waiters.3` that
 * element.
 */
function valuesAt(document: Document, name: string): unknown[] {
  const [part = '', of] = name.split('.');
  if (of === undefined) return [document[name]];
  const held = document[part] as Record<string, unknown> | Record<string, unknown>[] | undefined;
  if (/^\d+$/.test(of)) return [(held as unknown[] | undefined)?.[Number(of)]];
  return Array.isArray(held) ? held.map((element) => element[of]) : [held?.[of]];
}
