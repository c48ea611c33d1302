import { badQuery } from '../errors';
import type { Literal } from './ast';
import { type Token, tokens } from './lexer';

/** Walks over the tokens of a $filter; `aliases` are the `@p1=…` parameters of the URL. Throws 400 0x80060888. */
export class Cursor {
  private at = 0;
  private readonly list: Token[];

  constructor(
    text: string,
    private readonly aliases: ReadonlyMap<string, string>,
  ) {
    this.list = tokens(text);
  }

  get ended(): boolean {
    return this.at >= this.list.length;
  }

  /** Whether a value stands here, or an alias, which stands for one. */
  get onValue(): boolean {
    const token = this.list[this.at];
    return token?.kind === 'value' || (token?.kind === 'name' && token.text.startsWith('@'));
  }

  name(): string {
    const token = this.list[this.at];
    if (token?.kind !== 'name') throw badQuery('Syntax error: a property name is missing in the $filter.');
    this.at += 1;
    return token.text;
  }

  value(): Literal {
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

  takeName(text: string): boolean {
    const token = this.list[this.at];
    if (token?.kind !== 'name' || token.text !== text) return false;
    this.at += 1;
    return true;
  }

  takeMark(text: string): boolean {
    const token = this.list[this.at];
    if (token?.kind !== 'mark' || token.text !== text) return false;
    this.at += 1;
    return true;
  }

  needMark(text: string): void {
    if (!this.takeMark(text)) throw badQuery(`Syntax error: '${text}' is missing in the $filter.`);
  }
}
