import {type DialectName, dialects} from './dialect.ts';
import {refuse} from './syntax.ts';
import {LexicalError, tokenize, type Token} from './tokenize.ts';

// Words that end an operand or begin a clause: an operand is never one of them unless it is quoted.
export const RESERVED = new Set(`and or xor not is in like glob regexp rlike match between as from where group having order limit union all distinct on using join inner left right
full cross natural use force ignore indexed when then else end case select exists null asc desc escape collate over interval div mod sounds binary window offset fetch for into with except intersect
straight_join`.split(/\s+/));

/** Walks over the tokens of a text, comments left out. */
export class TokenCursor {
  readonly mysql: boolean;
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(sql: string, dialect: DialectName) {
    this.mysql = dialects[dialect].backslashEscapes;
    try {
      this.#tokens = tokenize(sql, dialect).filter(({kind}) => kind !== 'comment');
    } catch (error) {
      if (error instanceof LexicalError) refuse(`it has ${error.message}`);
      throw error;
    }
  }

  peek(ahead = 0): Token | undefined {
    return this.#tokens[this.#at + ahead];
  }

  isWord(...words: readonly string[]): boolean {
    const token = this.peek();
    return token?.kind === 'word' && words.includes(token.value);
  }

  isOperator(...operators: readonly string[]): boolean {
    const token = this.peek();
    return token?.kind === 'operator' && operators.includes(token.value);
  }

  /** Passes the words when all of them come. */
  takeWords(...words: readonly string[]): boolean {
    if (!words.every((word, i) => this.peek(i)?.kind === 'word' && this.peek(i)?.value === word)) return false;
    this.#at += words.length;
    return true;
  }

  takeOperator(operator: string): boolean {
    if (!this.isOperator(operator)) return false;
    this.#at++;
    return true;
  }

  expectOperator(operator: string): void {
    if (!this.takeOperator(operator)) refuse(`a ${operator} is missing`);
  }

  expectWord(word: string): void {
    if (!this.takeWords(word)) refuse(`the word ${word} is missing`);
  }

  next(): Token {
    const token = this.#tokens[this.#at++];
    return token ?? refuse('it ends too early');
  }

  end(): void {
    const token = this.peek();
    if (token) refuse(token.kind === 'word' ? `the word ${token.value} is not known here` : 'something follows its end');
  }

  /** A name, quoted or not; null when none comes. */
  takeName(): string | null {
    const token = this.peek();
    if (token?.kind === 'identifier' || (token?.kind === 'word' && !RESERVED.has(token.value))) {
      this.#at++;
      return nameOf(token);
    }
    return null;
  }
}

/** A name as it is meant: words keep the case in which they are written. */
export function nameOf({kind, value, text}: Token): string {
  return kind === 'word' ? text : value;
}
