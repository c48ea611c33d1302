/** Nothing that either vendor answers is nested a tenth as deep. */
export const MAX_DEPTH = 64;
/**
 * A page of 4,800 rows with a hundred columns has no more values, nor has a table's metadata at the bound of its bytes. Parsed, half a
 * million take 50 MB in the worst case, objects that are all different, where a text of 12 MB could hold five million.
 */
export const MAX_VALUES = 500_000;

/** Why a text is refused before it is parsed. */
export type Hostile = 'JSON_TOO_DEEP' | 'JSON_PROTO_KEY' | 'TOO_LARGE';

export const isHostile = (code: unknown): code is Hostile =>
  code === 'JSON_TOO_DEEP' || code === 'JSON_PROTO_KEY' || code === 'TOO_LARGE';

const QUOTE = 0x22;
const COLON = 0x3a;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;

/**
 * Looks through a text that is to be JSON for what must not be used: nesting deeper than 64, which overflows whatever walks the
 * value, more values than the memory is meant to hold, and keys `__proto__`, which set the prototype of what they are copied to, however they are spelled (`\u005f_proto__`).
 *
 * One pass without recursion, of a text of any kind; whether it is JSON at all is for `JSON.parse` to say. Strings are jumped over,
 * so that it costs a small part of what the parsing does.
 */
export function hostileIn(text: string): Hostile | undefined {
  let depth = 0;
  let values = 0;
  let backslash = nextBackslash(text, 0);
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    // `[` and `{` differ in one bit, as do `]` and `}`.
    if ((code | 0x20) === 0x7b) {
      depth++;
      if (depth > MAX_DEPTH) return 'JSON_TOO_DEEP';
    } else if ((code | 0x20) === 0x7d) depth--;
    // One behind each comma, and the first of each object or list.
    if ((code === COMMA || (code | 0x20) === 0x7b) && ++values > MAX_VALUES) return 'TOO_LARGE';
    if (code !== QUOTE) continue;
    let end = text.indexOf('"', at + 1);
    if (backslash < at) backslash = nextBackslash(text, at);
    const escaped = end !== -1 && backslash < end;
    if (escaped) end = endOfString(text, at + 1);
    if (end === -1) return undefined;
    if (isProto(text, at, end, escaped) && isKey(text, end)) return 'JSON_PROTO_KEY';
    at = end;
  }
  return undefined;
}

function nextBackslash(text: string, from: number): number {
  const at = text.indexOf('\\', from);
  return at === -1 ? text.length : at;
}

/** Where a string with escapes ends; -1 where it doesn't. */
function endOfString(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === BACKSLASH) at++;
    else if (code === QUOTE) return at;
  }
  return -1;
}

const PROTO = '__proto__';
/** Each of its letters may be written as `\u0000`. */
const LONGEST = PROTO.length * 6;

function isProto(text: string, start: number, end: number, escaped: boolean): boolean {
  const length = end - start - 1;
  if (!escaped) return length === PROTO.length && text.startsWith(PROTO, start + 1);
  if (length > LONGEST) return false;
  const plain = text
    .slice(start + 1, end)
    .replace(/\\u([0-9a-f]{4})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return plain === PROTO;
}

function isKey(text: string, end: number): boolean {
  let at = end + 1;
  while (/\s/.test(text.charAt(at))) at++;
  return text.charCodeAt(at) === COLON;
}
