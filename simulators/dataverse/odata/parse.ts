import { badQuery } from '../errors';
import { type Token, tokens } from './lexer';

export type Literal = string | number | boolean | null;
export type Comparison = 'eq' | 'ne' | 'gt' | 'ge' | 'lt' | 'le';
export type TextFunction = 'contains' | 'startswith' | 'endswith';

/** A parsed $filter. */
export type Filter =
  | { op: 'and' | 'or'; left: Filter; right: Filter }
  | { op: 'not'; inner: Filter }
  | { op: Comparison; name: string; value: Literal }
  | { op: TextFunction; name: string; value: string }
  | { op: 'in' | 'notin'; name: string; values: string[] };

const COMPARISONS = new Set<string>(['eq', 'ne', 'gt', 'ge', 'lt', 'le']);
const TEXT_FUNCTIONS = new Set<string>(['contains', 'startswith', 'endswith']);

/** Parses a $filter; `aliases` are the `@p1=…` parameters of the URL. Throws 400 0x80060888. */
export function parseFilter(text: string, aliases: ReadonlyMap<string, string> = new Map()): Filter {
  const parser = new Parser(tokens(text), aliases);
  return parser.whole();
}

class Parser {
  private at = 0;

  constructor(
    private readonly list: Token[],
    private readonly aliases: ReadonlyMap<string, string>,
  ) {}

  whole(): Filter {
    const filter = this.or();
    if (this.at < this.list.length) throw badQuery('Syntax error: unexpected text after the $filter expression.');
    return filter;
  }

  private or(): Filter {
    let left = this.and();
    while (this.takeName('or')) left = { op: 'or', left, right: this.and() };
    return left;
  }

  private and(): Filter {
    let left = this.unary();
    while (this.takeName('and')) left = { op: 'and', left, right: this.unary() };
    return left;
  }

  private unary(): Filter {
    if (this.takeName('not')) return { op: 'not', inner: this.unary() };
    if (this.takeMark('(')) {
      const inner = this.or();
      this.needMark(')');
      return inner;
    }
    const name = this.name();
    if (TEXT_FUNCTIONS.has(name)) return this.textFunction(name as TextFunction);
    if (name.startsWith('Microsoft.Dynamics.CRM.'))
      return this.queryFunction(name.slice('Microsoft.Dynamics.CRM.'.length));
    const op = this.name();
    if (!COMPARISONS.has(op)) throw badQuery(`Syntax error: '${op}' is not a comparison of the $filter.`);
    return { op: op as Comparison, name, value: this.value() };
  }

  private textFunction(op: TextFunction): Filter {
    this.needMark('(');
    const name = this.name();
    this.needMark(',');
    const value = String(this.value());
    this.needMark(')');
    return { op, name, value };
  }

  private queryFunction(name: string): Filter {
    const op = ({ In: 'in', NotIn: 'notin' } as const)[name];
    if (!op) throw badQuery(`The query function '${name}' is not supported here.`);
    this.needMark('(');
    const given: Record<string, Literal> = {};
    do {
      const key = this.name();
      this.needMark('=');
      given[key] = this.value();
    } while (this.takeMark(','));
    this.needMark(')');
    const values = asArray(given.PropertyValues);
    if (typeof given.PropertyName !== 'string' || !values) {
      throw badQuery(`The query function '${name}' needs PropertyName and PropertyValues.`);
    }
    return { op, name: given.PropertyName, values };
  }

  private name(): string {
    const token = this.list[this.at];
    if (token?.kind !== 'name') throw badQuery('Syntax error: a property name is missing in the $filter.');
    this.at += 1;
    return token.text;
  }

  private value(): Literal {
    const token = this.list[this.at];
    this.at += 1;
    if (token?.kind === 'value') return token.value;
    if (token?.kind === 'name' && token.text.startsWith('@')) {
      const text = this.aliases.get(token.text);
      if (text === undefined) return null; // an alias without a value is null (dataverse-api §3.1)
      const inner = tokens(text)[0];
      if (inner?.kind === 'value') return inner.value;
    }
    throw badQuery('Syntax error: a value is missing in the $filter.');
  }

  private takeName(text: string): boolean {
    const token = this.list[this.at];
    if (token?.kind !== 'name' || token.text !== text) return false;
    this.at += 1;
    return true;
  }

  private takeMark(text: string): boolean {
    const token = this.list[this.at];
    if (token?.kind !== 'mark' || token.text !== text) return false;
    this.at += 1;
    return true;
  }

  private needMark(text: string): void {
    if (!this.takeMark(text)) throw badQuery(`Syntax error: '${text}' is missing in the $filter.`);
  }
}

function asArray(value: Literal | undefined): string[] | undefined {
  if (typeof value !== 'string' || !value.startsWith('[')) return undefined;
  try {
    return (JSON.parse(value) as unknown[]).map(String);
  } catch {
    throw badQuery('PropertyValues of a query function is not a JSON array.');
  }
}
