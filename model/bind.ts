import type { FieldRule } from './field-rule';

/** What the model needs to know of a Dataverse column (dataverse-api §8). */
export interface Column {
  logicalName: string;
  type: string;
  typeName?: string;
  maxLength?: number;
  dateOnly?: boolean;
  options?: Record<number, string>;
}

/** What the model needs to know of a Marketo field (marketo-api §4.1). */
export interface Field {
  name: string;
  dataType: string;
  length?: number;
  readOnly: boolean;
}

/** How a value is brought across; derived from both types. */
export type ValueKind = 'text' | 'label' | 'labels' | 'boolean' | 'integer' | 'number' | 'date' | 'datetime' | 'id';

export interface BoundField {
  rule: FieldRule;
  kind: ValueKind;
  column: Column;
  field: Field;
  /** Four bytes that name the field in a link's fingerprints (model/fingerprint.ts). */
  key: number;
}

export interface Dropped {
  rule: FieldRule;
  why: string;
}

const LOOKUPS = new Set(['Lookup', 'Customer', 'Owner']);
const OPTIONS = new Set(['Picklist', 'State', 'Status']);
const NUMBERS = new Set(['integer', 'float', 'currency', 'percent', 'score']);

/** The key under which a row carries the column's value. */
export const columnKey = (column: Column): string =>
  LOOKUPS.has(column.type) ? `_${column.logicalName}_value` : column.logicalName;

/** FNV-1a over both names: stable however the map is ordered or grows. */
function fieldKey(rule: FieldRule): number {
  let hash = 0x811c9dc5;
  for (const char of `${rule.dynamics}>${rule.marketo}`) {
    hash = Math.imul(hash ^ char.charCodeAt(0), 0x01000193) >>> 0;
  }
  return hash;
}

function kindOf(column: Column, field: Field): ValueKind | undefined {
  if (LOOKUPS.has(column.type) || column.type === 'Uniqueidentifier') return 'id';
  if (OPTIONS.has(column.type)) return 'label';
  if (column.typeName === 'MultiSelectPicklistType') return 'labels';
  if (column.type === 'Boolean') return field.dataType === 'boolean' ? 'boolean' : undefined;
  if (column.type === 'DateTime') return field.dataType === 'date' ? 'date' : 'datetime';
  if (column.type === 'Integer' || column.type === 'BigInt') return NUMBERS.has(field.dataType) ? 'integer' : 'text';
  if (['Decimal', 'Double', 'Money'].includes(column.type)) return NUMBERS.has(field.dataType) ? 'number' : 'text';
  if (['String', 'Memo', 'EntityName'].includes(column.type)) return NUMBERS.has(field.dataType) ? undefined : 'text';
  return undefined;
}

/** Joins each rule with the two ends' metadata. What can't be joined is named with the reason, never lost. */
export function bindRules(
  rules: readonly FieldRule[],
  columns: Record<string, Column>,
  fields: ReadonlyMap<string, Field>,
): { bound: BoundField[]; dropped: Dropped[] } {
  const bound: BoundField[] = [];
  const dropped: Dropped[] = [];
  for (const rule of rules) {
    const column = columns[rule.dynamics];
    const field = fields.get(rule.marketo.toLowerCase());
    const kind = column && field && kindOf(column, field);
    if (column && field && kind && !(field.readOnly && rule.direction !== 'to-dynamics')) {
      bound.push({ rule: { ...rule, marketo: field.name }, kind, column, field, key: fieldKey(rule) });
      continue;
    }
    if (rule.optional) continue;
    const why = !column
      ? `Dynamics has no column ${rule.dynamics} that can be read`
      : !field
        ? `Marketo has no field ${rule.marketo}`
        : !kind
          ? `a ${column.type} column does not fit a ${field.dataType} field`
          : `Marketo's field ${rule.marketo} is read-only`;
    dropped.push({ rule, why });
  }
  return { bound, dropped };
}
