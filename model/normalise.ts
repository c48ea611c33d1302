import { composed, nameKey } from './names';
import { normaliseAs1 } from './normalise-1';

/** How a value is brought across; derived from both types. */
export type ValueKind = 'text' | 'label' | 'labels' | 'boolean' | 'integer' | 'number' | 'date' | 'datetime' | 'id';

/**
 * Bump when the rules below change, and leave those of before in a file of their own: what an older normaliser made is compared with that
 * one (DESIGN §4). Each mark says which one it was.
 */
export const NORMALISER_VERSION = 2;
export type NormaliserVersion = 1 | 2;

/** As the normaliser of that version has it. */
export const normaliseAs = (
  version: NormaliserVersion,
  kind: ValueKind,
  dataType: string,
  value: unknown,
): string | null => (version === 1 ? normaliseAs1(kind, dataType, value) : normalise(kind, dataType, value));

/** Marketo's feed says yes in any case, as text or as JSON. */
export const isYes = (value: unknown): boolean =>
  value === true || value === 1 || (typeof value === 'string' && (value === '1' || value.toLowerCase() === 'true'));

const WITHOUT_ZONE = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)$/;

/** A date-time's instant, epoch ms, or NaN. Without a zone it is UTC's, as in Marketo's feed, wherever this runs. */
export const instantOf = (text: string): number => Date.parse(text.replace(WITHOUT_ZONE, '$1T$2Z'));

const SHORT = /^-?[1-9]\d{0,14}$/;
const DECIMAL = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3}))?$/;

/** A number's shortest decimal form, without loss: `1.10` and `1.1000` are `1.1`. Undefined for what is none. */
export function decimalOf(text: string): string | undefined {
  if (SHORT.test(text)) return text;
  const [, sign = '', whole = '', part = '', exponent = '0'] = DECIMAL.exec(text) ?? [];
  if (whole === '' && part === '') return undefined;
  const point = whole.length + Number(exponent);
  const digits = (whole + part).padStart(whole.length + part.length + Math.max(0, -point), '0');
  const at = Math.max(0, point);
  const before = digits.slice(0, at).padEnd(at, '0').replace(/^0+/, '') || '0';
  const after = digits.slice(at).replace(/0+$/, '');
  const number = after === '' ? before : `${before}.${after}`;
  return sign === '-' && number !== '0' ? `-${number}` : number;
}

/**
 * One comparable text for a value in Marketo's domain (labels, not codes): trimmed; empty = null = absent;
 * composed (NFC); e-mail and labels in lower case, several labels as a set; numbers in their shortest decimal form; dates and times to the
 * precision that Marketo keeps.
 * An unset boolean is `false`, as Marketo reads it (marketo-api §4.1).
 */
export function normalise(kind: ValueKind, dataType: string, value: unknown): string | null {
  if (kind === 'boolean') return isYes(value) ? 'true' : 'false';
  if (value === null || value === undefined) return null;
  const given = String(value);
  const text = (given.includes('\r') ? given.replace(/\r\n?/g, '\n') : given).trim();
  if (text === '') return null;
  switch (kind) {
    case 'integer':
    case 'number':
      return decimalOf(text) ?? text;
    case 'date':
      return text.slice(0, 10).trim();
    case 'datetime': {
      const time = instantOf(text);
      // Marketo keeps seconds (marketo-api §8).
      return Number.isNaN(time) ? text : `${new Date(time).toISOString().slice(0, 19)}Z`;
    }
    case 'id':
      return text.toLowerCase();
    // Options are found by their label whatever its case, and several are a set (model/convert.ts).
    case 'label':
      return nameKey(text);
    case 'labels': {
      const labels = text.split(';').map(nameKey);
      return [...new Set(labels.filter((label) => label !== ''))].sort().join('; ') || null;
    }
    default:
      return dataType === 'email' ? text.toLowerCase() : composed(text);
  }
}

/** Of a boolean, no is empty too: Marketo can't tell an unset one from one set to no. A text may well be `false`. */
export const isEmpty = (kind: ValueKind, normalised: string | null): boolean =>
  kind === 'boolean' ? normalised !== 'true' : normalised === null;
