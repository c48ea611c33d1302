import { MarketoFault } from '../errors';
import type { MarketoSettings } from '../settings';

/** Formats of bulk files (marketo-api §7). */
export const FORMATS = ['CSV', 'TSV', 'SSV'] as const;
export type Format = (typeof FORMATS)[number];

/** A format by its name in any case; throws 1003. */
export function readFormat(name: string): Format {
  const format = FORMATS.find((one) => one === name.toUpperCase());
  if (!format) throw new MarketoFault('1003', `Invalid value for format '${name}'`);
  return format;
}

/** What separates the columns; the vendor describes SSV in two ways, so that is a switch (§0.2). */
export function separatorOf(format: Format, { ssvSeparator }: MarketoSettings): string {
  if (format === 'SSV') return ssvSeparator === 'semicolon' ? ';' : ' ';
  return format === 'TSV' ? '\t' : ',';
}

/** The rows of a file, cells unquoted as RFC 4180 says; empty lines are left out. */
export function* readRows(text: string, separator: string): Generator<string[]> {
  let row: string[] = [];
  let at = text.startsWith('\ufeff') ? 1 : 0;
  while (at < text.length) {
    const [cell, end] = text[at] === '"' ? quoted(text, at) : plain(text, at, separator);
    row.push(cell);
    at = end;
    if (text[at] === separator) {
      at += 1;
      if (at < text.length && text[at] !== '\n' && text[at] !== '\r') continue;
      row.push('');
    }
    if (text[at] === '\r') at += 1;
    if (text[at] === '\n') at += 1;
    if (row.length > 1 || row[0] !== '') yield row;
    row = [];
  }
}

/** One line of a file, without its end. */
export function writeRow(cells: readonly string[], separator: string): string {
  return cells.map((cell) => (needsQuotes(cell, separator) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(separator);
}

function needsQuotes(cell: string, separator: string): boolean {
  return cell.includes(separator) || /["\r\n]/.test(cell);
}

function plain(text: string, from: number, separator: string): [cell: string, end: number] {
  let end = from;
  while (end < text.length && text[end] !== separator && text[end] !== '\n' && text[end] !== '\r') end += 1;
  return [text.slice(from, end), end];
}

/** A quoted cell; what stands between its closing quote and the next separator is no part of it. */
function quoted(text: string, from: number): [cell: string, end: number] {
  let cell = '';
  let at = from + 1;
  for (;;) {
    const quote = text.indexOf('"', at);
    if (quote < 0) return [cell + text.slice(at), text.length];
    cell += text.slice(at, quote);
    if (text[quote + 1] !== '"') return [cell, quote + 1];
    cell += '"';
    at = quote + 2;
  }
}
