import type { Comparison, Filter, Literal } from '../../odata/ast';
import type { Kind } from '../../odata/scope';
import { invalid } from './query';
import type { Element } from './xml';

const COMPARED: Record<string, Comparison> = { eq: 'eq', ne: 'ne', neq: 'ne', gt: 'gt', ge: 'ge', lt: 'lt', le: 'le' };
const TEXT: Record<string, 'startswith' | 'endswith' | 'like'> = {
  'begins-with': 'startswith',
  'ends-with': 'endswith',
  like: 'like',
};
/** Operators whose query function is not called by their own words. */
const NAMED: Record<string, string> = {
  'contain-values': 'ContainValues',
  'not-contain-values': 'DoesNotContainValues',
  'last-seven-days': 'Last7Days',
  'next-seven-days': 'Next7Days',
  'eq-userid': 'EqualUserId',
  'ne-userid': 'NotEqualUserId',
  'eq-businessid': 'EqualBusinessId',
  'ne-businessid': 'NotEqualBusinessId',
  'eq-or-under': 'UnderOrEqual',
  'eq-or-above': 'AboveOrEqual',
};

/** The filters of an entity as one $filter; names become `alias/attribute`, and `kindOf` says what those hold. */
export function filterOf(
  elements: readonly Element[],
  alias: string,
  kindOf: (path: string) => Kind | undefined,
): Filter | undefined {
  return all(
    'and',
    elements.map((element) => one(element, alias, kindOf)),
  );
}

function all(op: 'and' | 'or', filters: readonly (Filter | undefined)[]): Filter | undefined {
  let whole: Filter | undefined;
  for (const filter of filters) if (filter) whole = whole ? { op, left: whole, right: filter } : filter;
  return whole;
}

function one(element: Element, alias: string, kindOf: (path: string) => Kind | undefined): Filter | undefined {
  if (element.name === 'condition') return condition(element, alias, kindOf);
  if (element.name !== 'filter') throw invalid(`the element '${element.name}' within a filter is not supported`);
  const inner = element.children.map((child) => one(child, alias, kindOf));
  return all(element.attributes.type === 'or' ? 'or' : 'and', inner);
}

function condition(element: Element, alias: string, kindOf: (path: string) => Kind | undefined): Filter {
  const { attribute, operator = '', value, entityname, valueof } = element.attributes;
  if (!attribute) throw invalid('a condition has no attribute');
  const name = `${entityname ?? alias}/${attribute}`;
  const kind = kindOf(name);
  const listed = element.children.filter((child) => child.name === 'value').map((child) => child.text);
  const values = listed.length > 0 ? listed : value === undefined ? [] : [value];
  const comparison = COMPARED[operator];
  if (comparison && valueof)
    return {
      op: 'columns',
      comparison,
      name,
      other: valueof.includes('.') ? valueof.replace('.', '/') : `${alias}/${valueof}`,
    };
  if (comparison) return { op: comparison, name, value: literal(values[0] ?? '', kind) };
  if (operator === 'null' || operator === 'not-null') {
    return { op: operator === 'null' ? 'eq' : 'ne', name, value: null };
  }
  if (operator === 'in' || operator === 'not-in') return { op: operator === 'in' ? 'in' : 'notin', name, values };
  const text = TEXT[operator.replace(/^not-/, '').replace(/^(begin|end)-/, '$1s-')];
  if (text) {
    const filter: Filter = { op: text, name, value: values[0] ?? '' };
    return operator.startsWith('not-') ? { op: 'not', inner: filter } : filter;
  }
  const fn = NAMED[operator] ?? pascal(operator);
  return {
    op: 'function',
    fn,
    name,
    values: values.map((each) => literal(each, kind === 'number' ? kind : undefined)),
  };
}

function literal(text: string, kind: Kind | undefined): Literal {
  if (kind === 'number') return Number(text);
  if (kind === 'boolean') return text === '1' || text.toLowerCase() === 'true';
  return kind === 'id' ? text.replace(/[{}]/g, '').toLowerCase() : text;
}

/** `olderthan-x-days` → OlderThanXDays, `last-month` → LastMonth. */
const pascal = (operator: string): string =>
  operator
    .replace('olderthan', 'older-than')
    .split('-')
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
    .join('');
