import { badQuery } from '../errors';

export type Token =
  | { kind: 'name'; text: string }
  | { kind: 'value'; value: string | number | boolean | null }
  | { kind: 'mark'; text: '(' | ')' | ',' | '=' | ':' };

const GUID = /^[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}/;
const DATE = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})?)?/;
const NUMBER = /^-?\d+(?:\.\d+)?/;
const NAME = /^(?:[A-Za-z_][\w.]*'[^']*'|@?[A-Za-z_][\w./]*)/;
const TEXT = /^'((?:[^']|'')*)'/;
const ARRAY = /^\[(?:"(?:[^"\\]|\\.)*"|[^\]"])*\]/;

/** Splits a $filter into tokens; a JSON array of a query function comes as a text value. */
export function tokens(text: string): Token[] {
  const found: Token[] = [];
  let rest = text.trim();
  while (rest.length > 0) {
    const [token, length] = next(rest, text);
    found.push(token);
    rest = rest.slice(length).trimStart();
  }
  return found;
}

function next(rest: string, whole: string): [Token, number] {
  const first = rest[0]!;
  if (first === '(' || first === ')' || first === ',' || first === '=' || first === ':') {
    return [{ kind: 'mark', text: first }, 1];
  }
  const text = TEXT.exec(rest);
  if (text) return [{ kind: 'value', value: text[1]!.replaceAll("''", "'") }, text[0].length];
  const plain = GUID.exec(rest) ?? DATE.exec(rest) ?? ARRAY.exec(rest);
  if (plain) return [{ kind: 'value', value: plain[0] }, plain[0].length];
  const number = NUMBER.exec(rest);
  if (number) return [{ kind: 'value', value: Number(number[0]) }, number[0].length];
  const name = NAME.exec(rest);
  if (!name) throw badQuery(`Syntax error at position ${whole.length - rest.length} in the $filter.`);
  const word = name[0];
  const enumeration = /^[A-Za-z_][\w.]*'([^']*)'$/.exec(word); // Namespace.Type'Member' of a metadata query
  if (enumeration) return [{ kind: 'value', value: enumeration[1]! }, word.length];
  const constants: Record<string, boolean | null> = { true: true, false: false, null: null };
  if (word in constants) return [{ kind: 'value', value: constants[word]! }, word.length];
  return [{ kind: 'name', text: word }, word.length];
}
