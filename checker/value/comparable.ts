import type { CheckedLine, Labels } from '../map';

/** One comparable text: nothing, an empty text and, for flags, an unset value are the same on both sides; so are composed and decomposed Unicode. */
export type Comparable = string;
export const EMPTY: Comparable = '';

function comparable(kind: CheckedLine['kind'], value: unknown): Comparable {
  if (kind === 'flag') return value === true || value === 'true' || value === 1 || value === '1' ? 'yes' : EMPTY;
  if (value === null || value === undefined) return EMPTY;
  const text = String(value).replace(/\r\n?/g, '\n').normalize('NFC').trim();
  if (text === '') return EMPTY;
  switch (kind) {
    case 'email':
    case 'id':
    case 'lookup':
    case 'option':
      return text.toLowerCase();
    case 'options':
      return [
        ...new Set(
          text
            .toLowerCase()
            .split(';')
            .map((label) => label.trim()),
        ),
      ]
        .filter(Boolean)
        .sort()
        .join(';');
    case 'number':
      return Number.isFinite(Number(text)) ? String(Number(text)) : text;
    case 'date':
      return text.slice(0, 10);
    case 'time':
      // Marketo keeps whole seconds (marketo-api §8).
      return Number.isNaN(Date.parse(text)) ? text : String(Math.floor(Date.parse(text) / 1_000));
    default:
      return text;
  }
}

/** A code that has no label: it equals no label. */
const UNLABELLED = '\u0000';

/** A Dataverse value as Marketo would show it: options by their label. */
export function ofDynamics(line: CheckedLine, value: unknown, labels: Labels[string] | undefined): Comparable {
  if (value === null || value === undefined || value === '') return comparable(line.kind, value);
  const label = (code: unknown): string =>
    labels?.[line.column]?.[String(code).trim()] ?? `${UNLABELLED}${String(code).trim()}`;
  if (line.kind === 'option') return comparable('option', label(value));
  if (line.kind === 'options') return comparable('options', String(value).split(',').map(label).join(';'));
  if (line.timeZone !== undefined && line.kind === 'date') return dayIn(line.timeZone, String(value));
  return comparable(line.kind, value);
}

/** The day of an instant, as the people of that zone write it. */
function dayIn(timeZone: string, instant: string): Comparable {
  const at = Date.parse(instant);
  return Number.isNaN(at) ? instant : new Intl.DateTimeFormat('en-CA', { timeZone }).format(at);
}

/** A Marketo value. */
export const ofMarketo = (line: CheckedLine, value: unknown): Comparable => comparable(line.kind, value);

export const hasNoLabel = (value: Comparable): boolean => value.includes(UNLABELLED);
