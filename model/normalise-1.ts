import type { ValueKind } from './normalise';

/*
 * The first version of the normaliser, as it was at 1e0847a. Marks that it made are compared with it for ever, so nothing here
 * changes (test/unit/model/normalise-1.test.ts).
 */

/**
 * One comparable text for a value in Marketo's domain (labels, not codes): trimmed; empty = null = absent;
 * e-mail and labels in lower case, several labels as a set; numbers in their shortest form; dates and times to the precision that Marketo keeps.
 * An unset boolean is `false`, as Marketo reads it (marketo-api §4.1).
 */
export function normaliseAs1(kind: ValueKind, dataType: string, value: unknown): string | null {
  if (kind === 'boolean') return value === true || value === 'true' || value === 1 || value === '1' ? 'true' : 'false';
  if (value === null || value === undefined) return null;
  const given = String(value);
  const text = (given.includes('\r') ? given.replace(/\r\n?/g, '\n') : given).trim();
  if (text === '') return null;
  switch (kind) {
    case 'integer':
    case 'number': {
      const number = Number(text);
      return Number.isFinite(number) ? String(number) : text;
    }
    case 'date':
      return text.slice(0, 10).trim();
    case 'datetime': {
      const time = Date.parse(text);
      // Marketo keeps seconds (marketo-api §8).
      return Number.isNaN(time) ? text : `${new Date(time).toISOString().slice(0, 19)}Z`;
    }
    case 'id':
      return text.toLowerCase();
    // Options are found by their label whatever its case, and several are a set (model/convert.ts).
    case 'label':
      return text.toLowerCase();
    case 'labels': {
      const labels = text
        .toLowerCase()
        .split(';')
        .map((label) => label.trim());
      return [...new Set(labels.filter((label) => label !== ''))].sort().join('; ') || null;
    }
    default:
      return dataType === 'email' ? text.toLowerCase() : text;
  }
}
