import { type BoundField, columnKey, NUMBERS } from './bind';
import { dayIn, startOfDay } from './day';
import { nameKey } from './names';
import { instantOf, isYes } from './normalise';
import type { ParkReason } from './park';

export type Converted = { value: string | number | boolean | null } | { park: ParkReason };

const parked = (park: ParkReason): Converted => ({ park });

/** Marketo's own rule for addresses: ASCII, and a dot in the domain (DESIGN §6, sample data). */
const EMAIL = /^[\x21-\x3f\x41-\x7e]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$/;
/** Text areas are limited in bytes, not characters (marketo-api §4.1); a custom object's describe names less (§6.4). */
const TEXT_AREA_BYTES = 30_000;
/** Multi-select labels have no documented separator (native-sync §7.5): Marketo's own lists use this one. */
const LABELS = '; ';
const INT32 = 2_147_483_647;
const DAY = /^\d{4}-\d\d-\d\d/;

const blank = (value: unknown): boolean => value === null || value === undefined || String(value).trim() === '';

function fitsMarketo(bound: BoundField, text: string): Converted {
  const { dataType, length } = bound.field;
  if (dataType === 'email' && !EMAIL.test(text)) return parked('invalid-email');
  const [size, limit] =
    dataType === 'text' ? [Buffer.byteLength(text), length ?? TEXT_AREA_BYTES] : [text.length, length];
  return limit !== undefined && size > limit ? parked('too-long') : { value: text };
}

/** A row's value as Marketo takes it, or the reason why it can't go. Text is never cut. */
export function convertToMarketo(bound: BoundField, row: Record<string, unknown>): Converted {
  const raw = row[columnKey(bound.column)];
  if (bound.kind === 'boolean') return { value: raw === true };
  if (typeof raw === 'object' && raw !== null) return parked('wrong-type');
  if (blank(raw)) return { value: null };
  const text = String(raw).trim();
  switch (bound.kind) {
    case 'text':
      return fitsMarketo(bound, text);
    case 'id':
      return fitsMarketo(bound, text.toLowerCase());
    case 'label': {
      const label = bound.column.options?.[Number(raw)];
      return label === undefined ? parked('unknown-option') : fitsMarketo(bound, label.trim());
    }
    case 'labels': {
      const labels = text.split(',').map((code) => bound.column.options?.[Number(code)]);
      return labels.some((label) => label === undefined)
        ? parked('unknown-option')
        : fitsMarketo(bound, labels.join(LABELS));
    }
    case 'integer':
    case 'number': {
      const number = Number(raw);
      if (!Number.isFinite(number)) return parked('wrong-type');
      // Marketo refuses a decimal in an integer field (marketo-api §9.19).
      if (!Number.isInteger(number) && ['integer', 'percent', 'score'].includes(bound.field.dataType))
        return parked('wrong-type');
      return NUMBERS.has(bound.field.dataType) ? { value: number } : fitsMarketo(bound, String(number));
    }
    case 'date':
      if (bound.timeZone !== undefined) return dayOfInstant(bound.timeZone, text);
      if (!DAY.test(text)) return parked('wrong-type');
      return { value: bound.field.dataType === 'datetime' ? `${text.slice(0, 10)}T00:00:00Z` : text.slice(0, 10) };
    case 'datetime': {
      const time = instantOf(text);
      return Number.isNaN(time) ? parked('wrong-type') : { value: `${new Date(time).toISOString().slice(0, 19)}Z` };
    }
  }
}

/** The row's value to compare with, where it does not travel: labels, not codes; as it is where it would not fit. */
export function asMarketoHasIt(bound: BoundField, row: Record<string, unknown>): unknown {
  const converted = convertToMarketo(bound, row);
  return 'park' in converted ? row[columnKey(bound.column)] : converted.value;
}

function optionCode(bound: BoundField, label: string): number | undefined {
  const wanted = nameKey(label);
  const found = Object.entries(bound.column.options ?? {}).find(([, text]) => nameKey(text) === wanted);
  return found && Number(found[0]);
}

function dayOfInstant(timeZone: string, text: string): Converted {
  const at = instantOf(text);
  return Number.isNaN(at) ? parked('wrong-type') : { value: dayIn(timeZone, at) };
}

function startOf(timeZone: string, day: string): Converted {
  const at = startOfDay(timeZone, day);
  return Number.isNaN(at) ? parked('wrong-type') : { value: new Date(at).toISOString() };
}

/** A person's value as the column takes it, or the reason why it can't go. */
export function convertToDynamics(bound: BoundField, value: unknown): Converted {
  if (bound.kind === 'boolean') return { value: isYes(value) };
  if (typeof value === 'object' && value !== null) return parked('wrong-type');
  if (blank(value)) return { value: null };
  const text = String(value).trim();
  switch (bound.kind) {
    case 'text':
    case 'id': {
      const { maxLength } = bound.column;
      return maxLength !== undefined && text.length > maxLength ? parked('too-long') : { value: text };
    }
    case 'label': {
      const code = optionCode(bound, text);
      return code === undefined ? parked('unknown-option') : { value: code };
    }
    case 'labels': {
      const codes = text.split(';').map((label) => optionCode(bound, label));
      return codes.some((code) => code === undefined) ? parked('unknown-option') : { value: codes.join(',') };
    }
    case 'integer':
    case 'number': {
      const number = Number(text);
      if (!Number.isFinite(number)) return parked('wrong-type');
      if (bound.kind === 'integer' && !Number.isInteger(number)) return parked('wrong-type');
      // Marketo's integers have 64 bits, Dataverse's 32 (native-sync §7.5).
      if (bound.column.type === 'Integer' && (number > INT32 || number < -INT32 - 1)) return parked('out-of-range');
      return { value: number };
    }
    case 'date':
      if (!DAY.test(text)) return parked('wrong-type');
      if (bound.timeZone !== undefined) return startOf(bound.timeZone, text.slice(0, 10));
      // Edm.Date takes no time, and Edm.DateTimeOffset wants one.
      return { value: bound.column.dateOnly === false ? `${text.slice(0, 10)}T00:00:00.000Z` : text.slice(0, 10) };
    case 'datetime': {
      const time = instantOf(text);
      return Number.isNaN(time) ? parked('wrong-type') : { value: new Date(time).toISOString() };
    }
  }
}
