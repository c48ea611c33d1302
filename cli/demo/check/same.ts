import type { Kind } from '../expected/line';

/** One comparable text; nothing, an empty text and (for flags) an unset value are the same on both sides. */
function comparable(kind: Kind, value: unknown): string {
  if (kind === 'flag') return value === true || value === 'true' ? 'yes' : 'no';
  if (value === null || value === undefined) return '';
  const text = String(value).replaceAll('\r\n', '\n').trim();
  if (text === '') return '';
  switch (kind) {
    case 'email':
    case 'id':
      return text.toLowerCase();
    case 'number':
      return String(Number(text));
    case 'date':
      return text.slice(0, 10);
    case 'time':
      // Marketo keeps whole seconds (marketo-api §8).
      return String(Math.floor(Date.parse(text) / 1_000));
    default:
      return text;
  }
}

export const same = (kind: Kind, one: unknown, other: unknown): boolean =>
  comparable(kind, one) === comparable(kind, other);
