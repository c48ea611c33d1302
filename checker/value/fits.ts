import type { CheckedLine } from '../map';
import { type Comparable, EMPTY, hasNoLabel } from './comparable';

/** Marketo's text areas hold 30,000 bytes (marketo-api §4.1). */
const TEXT_AREA = 30_000;
const INT32 = 2_147_483_647;

/** What Marketo takes in an e-mail field: ASCII, with a dot in the domain. */
export function isAddress(address: string): boolean {
  const at = address.lastIndexOf('@');
  return at > 0 && address.slice(at + 1).includes('.') && [...address].every((letter) => letter > ' ' && letter <= '~');
}

/** Could Marketo's field refuse this value of Dynamics'? Generous: only a value that certainly fits does fit. */
export function fitsMarketo(line: CheckedLine, value: Comparable, raw: unknown): boolean {
  if (value === EMPTY) return true;
  if (hasNoLabel(value)) return false;
  if (line.kind === 'email' && !isAddress(value)) return false;
  if (line.kind === 'number' && line.integer && !Number.isInteger(Number(value))) return false;
  if (line.kind === 'number' && !Number.isFinite(Number(value))) return false;
  const text = String(raw).trim();
  const size = line.inBytes || line.fieldLength === undefined ? Buffer.byteLength(text) : text.length;
  return size <= (line.fieldLength ?? TEXT_AREA);
}

/** Could the Dynamics column refuse this value of Marketo's? */
export function fitsDynamics(line: CheckedLine, value: Comparable, raw: unknown, labels: readonly string[]): boolean {
  if (value === EMPTY) return true;
  if (line.kind === 'option' || line.kind === 'options') {
    const known = new Set(labels.map((label) => label.normalize('NFC').trim().toLowerCase()));
    return value.split(line.kind === 'options' ? ';' : '\u0000').every((label) => known.has(label));
  }
  if (line.kind === 'number') {
    const number = Number(value);
    return Number.isFinite(number) && !(line.integer && (!Number.isInteger(number) || Math.abs(number) > INT32));
  }
  if ((line.kind === 'date' || line.kind === 'time') && Number.isNaN(Date.parse(String(raw)))) return false;
  return String(raw).trim().length <= (line.columnLength ?? Number.POSITIVE_INFINITY);
}
