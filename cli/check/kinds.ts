import type { Kind } from '../../checker/index';
import type { Column } from './dataverse-metadata';
import type { Field } from './marketo-metadata';

const NUMBERS = ['Integer', 'BigInt', 'Decimal', 'Double', 'Money'];
const LOOKUPS = ['Lookup', 'Customer', 'Owner'];
const OPTIONS = ['Picklist', 'State', 'Status'];
const MARKETO_NUMBERS = ['integer', 'float', 'currency', 'percent', 'score'];
const MARKETO_TIMES = ['date', 'datetime'];

/** How two values are compared; undefined where the two types don't fit together, so that the field isn't synced. */
export function kindOf(column: Column, field: Field): Kind | undefined {
  const { type } = column;
  if ((type === 'Boolean') !== (field.dataType === 'boolean')) return undefined;
  if (type === 'Boolean') return 'flag';
  if (type === 'DateTime') {
    if (MARKETO_NUMBERS.includes(field.dataType)) return undefined;
    return column.dateOnly || field.dataType === 'date' ? 'date' : 'time';
  }
  if (MARKETO_TIMES.includes(field.dataType)) return undefined;
  if (NUMBERS.includes(type)) return 'number';
  if (MARKETO_NUMBERS.includes(field.dataType)) return undefined;
  if (LOOKUPS.includes(type)) return 'lookup';
  if (OPTIONS.includes(type)) return 'option';
  if (type === 'MultiSelectPicklist') return 'options';
  if (type === 'Uniqueidentifier') return 'id';
  if (!['String', 'Memo', 'EntityName'].includes(type)) return undefined;
  return field.dataType === 'email' ? 'email' : 'text';
}

const MARKETO_INTEGERS = ['integer', 'percent', 'score'];

/** Decimals and large numbers are refused by one side or the other. */
export const isInteger = (column: Column, field: Field): boolean =>
  column.type === 'Integer' || MARKETO_INTEGERS.includes(field.dataType);
