import type { FieldRule } from './field-rule';
import type { ValueKind } from './normalise';

/** What the model needs to know of a Dataverse column (dataverse-api §8). */
export interface Column {
  logicalName: string;
  type: string;
  typeName?: string;
  maxLength?: number;
  dateOnly?: boolean;
  /** An instant (DateTimeBehavior UserLocal): which day it is depends on the zone. */
  userLocal?: true;
  options?: Record<number, string>;
  /** What Dynamics puts into a new row where nobody says anything of the column; absent: nothing. */
  default?: number | true;
  /** Column security may hide it without a word. */
  secured?: true;
}

/** What the model needs to know of a Marketo field (marketo-api §4.1). */
export interface Field {
  name: string;
  dataType: string;
  length?: number;
  readOnly: boolean;
}

export interface BoundField {
  rule: FieldRule;
  kind: ValueKind;
  column: Column;
  field: Field;
  /** Of an instant that Marketo keeps as a day: the zone (IANA) whose days count. */
  timeZone?: string;
  /** Four bytes that name the field in a link's fingerprints (model/fingerprint.ts). */
  key: number;
}

/** Why a rule of the map finds no counterpart. */
export type DropCause = 'no-column' | 'unreadable' | 'no-field' | 'does-not-fit' | 'read-only' | 'no-time-zone';

export interface Dropped {
  rule: FieldRule;
  cause: DropCause;
  why: string;
}

const LOOKUPS = new Set(['Lookup', 'Customer', 'Owner']);
const OPTIONS = new Set(['Picklist', 'State', 'Status']);
/** Marketo's numeric types. */
export const NUMBERS: ReadonlySet<string> = new Set(['integer', 'float', 'currency', 'percent', 'score']);

/** The key under which a row carries the column's value. */
export const columnKey = (column: Column): string =>
  LOOKUPS.has(column.type) ? `_${column.logicalName}_value` : column.logicalName;

/**
 * FNV-1a over both names: stable however the map is ordered or grows. A later edition of the field has another key, so
 * that what was agreed before is forgotten without a write to any link (model/field-state.ts).
 */
export function fieldKey({ dynamics, marketo }: Pick<FieldRule, 'dynamics' | 'marketo'>, edition = 0): number {
  let hash = 0x811c9dc5;
  for (const char of `${dynamics}>${marketo}${edition === 0 ? '' : `#${edition}`}`) {
    hash = Math.imul(hash ^ char.charCodeAt(0), 0x01000193) >>> 0;
  }
  return hash;
}

function kindOf(column: Column, field: Field): ValueKind | undefined {
  const { type } = column;
  if (type === 'Boolean') return field.dataType === 'boolean' ? 'boolean' : undefined;
  if (field.dataType === 'boolean') return undefined;
  if (type === 'DateTime') {
    if (NUMBERS.has(field.dataType)) return undefined;
    // What either end keeps to the day is compared by the day.
    return column.dateOnly || field.dataType === 'date' ? 'date' : 'datetime';
  }
  if (field.dataType === 'date' || field.dataType === 'datetime') return undefined;
  if (type === 'Integer' || type === 'BigInt') return 'integer';
  if (['Decimal', 'Double', 'Money'].includes(type)) return 'number';
  // What is left holds text: string, text, email, phone, url, reference, link.
  if (NUMBERS.has(field.dataType)) return undefined;
  if (LOOKUPS.has(type) || type === 'Uniqueidentifier') return 'id';
  if (OPTIONS.has(type)) return 'label';
  if (column.typeName === 'MultiSelectPicklistType') return 'labels';
  return ['String', 'Memo', 'EntityName'].includes(type) ? 'text' : undefined;
}

/** Is it an instant on one end, and a day on the other? */
const isDayOfInstant = (column: Column, field: Field): boolean =>
  column.userLocal === true && field.dataType === 'date';

/**
 * Joins each rule with the two ends' metadata. What can't be joined is named with the reason, never lost.
 *
 * @param unreadable columns that are there and may not be read
 */
export function bindRules(
  rules: readonly FieldRule[],
  columns: Record<string, Column>,
  fields: ReadonlyMap<string, Field>,
  unreadable: readonly string[] = [],
): { bound: BoundField[]; dropped: Dropped[] } {
  const bound: BoundField[] = [];
  const dropped: Dropped[] = [];
  for (const rule of rules) {
    const column = columns[rule.dynamics];
    const field = fields.get(rule.marketo.toLowerCase());
    const kind = column && field && kindOf(column, field);
    const needsZone = column && field && isDayOfInstant(column, field);
    const isReadOnly = field?.readOnly === true && rule.direction !== 'to-dynamics';
    if (column && field && kind && !isReadOnly && (!needsZone || rule.timeZone !== undefined)) {
      const zone = needsZone && rule.timeZone !== undefined ? { timeZone: rule.timeZone } : {};
      bound.push({ rule: { ...rule, marketo: field.name }, kind, column, field, ...zone, key: fieldKey(rule) });
      continue;
    }
    if (!column && unreadable.includes(rule.dynamics)) {
      dropped.push({ rule, cause: 'unreadable', why: unreadableWhy(rule.dynamics) });
      continue;
    }
    if (rule.optional) continue;
    dropped.push({ rule, ...whyNot(rule, column, field, kind) });
  }
  return { bound, dropped };
}

/** What an administrator has to do about a column that is there. */
export const unreadableWhy = (column: string): string =>
  `Dynamics' column ${column} may not be read: give the sync user “Read” and “Read unmasked: All records” in a column security profile`;

function whyNot(
  rule: FieldRule,
  column: Column | undefined,
  field: Field | undefined,
  kind: ValueKind | undefined,
): Omit<Dropped, 'rule'> {
  if (!column) return { cause: 'no-column', why: `Dynamics has no column ${rule.dynamics} that can be read` };
  if (!field) return { cause: 'no-field', why: `Marketo has no field ${rule.marketo}` };
  if (!kind)
    return {
      cause: 'does-not-fit',
      why: `a column of type ${column.type} does not fit a field of type ${field.dataType}`,
    };
  if (isDayOfInstant(column, field) && rule.timeZone === undefined)
    return {
      cause: 'no-time-zone',
      why: `${rule.dynamics} is a date and time (User Local) and ${rule.marketo} a date: which day it is depends on a time zone`,
    };
  return { cause: 'read-only', why: `Marketo's field ${rule.marketo} is read-only` };
}
