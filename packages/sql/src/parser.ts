import {type DialectName, dialects} from './dialect.ts';
import {parseSelect} from './parse-select.ts';
import {refuse, type BinaryOperator, type Expression} from './syntax.ts';
import {LexicalError, tokenize, type Token} from './tokenize.ts';

/** Reads one expression that is the whole text. Throws Untranslatable. */
export function parseExpression(sql: string, dialect: DialectName): Expression {
  const parser = new Parser(sql, dialect);
  const expression = parser.expression();
  parser.end();
  return expression;
}

const COMPARISONS = ['=', '==', '<=>', '<>', '!=', '<', '<=', '>', '>='];
// Words that end an operand or begin a clause: an operand is never one of them unless it is quoted.
const RESERVED = new Set(`and or xor not is in like glob regexp rlike match between as from where group having order limit union all distinct on using join inner left right
full cross natural use force ignore indexed when then else end case select exists null asc desc escape collate over interval div mod sounds binary window offset fetch for into with except intersect
straight_join`.split(/\s+/));

const FUNCTIONS_TOO = ['left', 'right', 'mod'];

/** Reads tokens one after the other. Everything it does not know it refuses. */
export class Parser {
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

  expression(): Expression {
    return this.#or();
  }

  expressions(): Expression[] {
    const list = [this.expression()];
    while (this.takeOperator(',')) list.push(this.expression());
    return list;
  }

  #or(): Expression {
    let left = this.#xor();
    while (this.takeWords('or')) left = binary('or', left, this.#xor());
    return left;
  }

  #xor(): Expression {
    let left = this.#and();
    while (this.mysql && this.takeWords('xor')) left = binary('xor', left, this.#and());
    return left;
  }

  #and(): Expression {
    let left = this.#not();
    while (this.takeWords('and') || (this.mysql && this.takeOperator('&&'))) left = binary('and', left, this.#not());
    return left;
  }

  #not(): Expression {
    if (this.isWord('not') && !(this.peek(1)?.kind === 'word' && this.peek(1)?.value === 'exists')) {
      this.next();
      return {kind: 'unary', operator: 'not', operand: this.#not()};
    }
    return this.#comparison();
  }

  /**
   * The two dialects bind comparisons in different ways to each other (`a = b < c`): one in a row is
   * read, more are refused.
   */
  #comparison(): Expression {
    const left = this.#bits();
    const token = this.peek();
    if (token?.kind === 'operator' && COMPARISONS.includes(token.value)) {
      if (token.value === '<=>' && !this.mysql) refuse('the operator <=> is not known here');
      this.next();
      const operator = token.value === '==' ? '=' : token.value === '!=' ? '<>' : token.value as BinaryOperator;
      if (this.isWord('all', 'any', 'some')) refuse('it compares with ALL or ANY');
      return this.#once(binary(operator, left, this.#bits()));
    }
    if (this.takeWords('is')) return this.#once(this.#is(left));
    const negated = this.takeWords('not');
    if (this.takeWords('between')) {
      const low = this.#bits();
      this.expectWord('and');
      return this.#once({kind: 'between', operand: left, low, high: this.#bits(), negated}, false);
    }
    if (this.takeWords('in')) {
      this.expectOperator('(');
      const among = this.isWord('select') ? parseSelect(this) : this.expressions();
      this.expectOperator(')');
      return this.#once({kind: 'in', operand: left, among, negated});
    }
    if (this.takeWords('like')) {
      const pattern = this.#bits();
      let escape: string | null = null;
      if (this.takeWords('escape')) {
        const text = this.next();
        if (text.kind !== 'string' || [...text.value].length !== 1) refuse('its ESCAPE is not one character');
        escape = text.value;
      }
      return this.#once({kind: 'like', operand: left, pattern, escape, negated});
    }
    if (this.isWord('glob', 'regexp', 'rlike', 'match', 'sounds')) refuse(`${this.next().value.toUpperCase()} is another thing elsewhere`);
    if (negated) refuse('the word not is not known here');
    return left;
  }

  /** `a > 0 is true` is read alike by both: the comparison first. */
  #once(expression: Expression, mayFollow = true): Expression {
    const ahead = this.#wordAhead(1) === 'not' ? this.#wordAhead(2) : this.#wordAhead(1);
    if (mayFollow && this.isWord('is') && ['null', 'true', 'false', 'unknown'].includes(ahead ?? '')) {
      this.next();
      return this.#once(this.#is(expression));
    }
    const token = this.peek();
    if ((token?.kind === 'operator' && COMPARISONS.includes(token.value)) || this.isWord('is', 'between', 'in', 'like')) {
      refuse('comparisons follow each other without parentheses');
    }
    return expression;
  }

  #wordAhead(ahead: number): string | null {
    const token = this.peek(ahead);
    return token?.kind === 'word' ? token.value : null;
  }

  #is(operand: Expression): Expression {
    const negated = this.takeWords('not');
    for (const what of ['null', 'true', 'false'] as const) if (this.takeWords(what)) return {kind: 'is', operand, what, negated};
    if (this.takeWords('unknown')) return {kind: 'is', operand, what: 'null', negated};
    if (this.mysql || this.isWord('distinct')) refuse('IS is followed by something unknown');
    const same = binary('<=>', operand, this.#bits());
    return negated ? {kind: 'unary', operator: 'not', operand: same} : same;
  }

  /** `&` binds tighter than comparisons and looser than `+` in both. */
  #bits(): Expression {
    let left = this.#sum();
    while (this.isOperator('&', '|', '<<', '>>')) {
      if (!this.takeOperator('&')) refuse(`the operator ${this.next().value} works on other numbers elsewhere`);
      left = binary('&', left, this.#sum());
    }
    return left;
  }

  #sum(): Expression {
    let left = this.#product();
    while (this.isOperator('+', '-')) left = binary(this.next().value as '+' | '-', left, this.#product());
    return left;
  }

  #product(): Expression {
    let left = this.#unary();
    for (;;) {
      if (this.isOperator('/') || this.isWord('div')) refuse('division gives other numbers elsewhere');
      if (this.isOperator('*', '%')) left = binary(this.next().value as '*' | '%', left, this.#unary());
      else if (this.mysql && this.takeWords('mod')) left = binary('%', left, this.#unary());
      else return left;
    }
  }

  #unary(): Expression {
    if (this.takeOperator('-')) return {kind: 'unary', operator: '-', operand: this.#unary()};
    if (this.takeOperator('+')) return this.#unary();
    if (this.mysql && this.takeOperator('!')) return {kind: 'unary', operator: 'not', operand: this.#unary()};
    if (this.isOperator('~')) refuse('the operator ~ works on other numbers elsewhere');
    if (this.isWord('binary', 'interval')) refuse(`${this.next().value.toUpperCase()} is not known elsewhere`);
    return this.#joined();
  }

  /** `||` joins texts in SQLite. In MySQL it is OR or joins, as the session pleases. */
  #joined(): Expression {
    let left = this.#collated();
    while (this.isOperator('||', '->', '->>')) {
      if (this.mysql || !this.isOperator('||')) refuse(`the operator ${this.next().value} is another thing elsewhere`);
      this.next();
      left = binary('||', left, this.#collated());
    }
    return left;
  }

  #collated(): Expression {
    let operand = this.#primary();
    while (this.takeWords('collate')) {
      const collation = this.takeName() ?? refuse('a collation is missing');
      operand = {kind: 'collate', operand, collation: collation.toLowerCase()};
    }
    return operand;
  }

  #primary(): Expression {
    const token = this.next();
    switch (token.kind) {
      case 'number':
        if (/^0x/i.test(token.value)) refuse('a hexadecimal number is text or a number, as the place wants it');
        return {kind: 'number', text: token.value};
      case 'string': return {kind: 'string', text: this.#stringText(token)};
      case 'blob': return refuse('it has a literal of bytes');
      case 'identifier': return this.#column(token.value);
      case 'word': return this.#word(token.value, token.text);
      case 'operator': break;
      case 'comment': break;
    }
    if (token.value !== '(') refuse(`the operator ${token.value} is not known here`);
    if (this.isWord('select')) {
      const select = parseSelect(this);
      this.expectOperator(')');
      return {kind: 'subquery', select};
    }
    const inner = this.expression();
    if (this.isOperator(',')) refuse('it compares rows of values');
    this.expectOperator(')');
    return inner;
  }

  #stringText({value, introducer}: Token): string {
    // The server prints literals in the connection's character set, whatever the introducer says.
    if (introducer !== undefined && !introducer.startsWith('utf8') && (introducer === 'binary' || /[^ -~]/.test(value))) {
      refuse(`a literal is in the character set ${introducer}`);
    }
    if (value.includes('\0')) refuse('a literal holds a NUL');
    // The server's own printing joins neighbours; text by hand may not.
    if (this.peek()?.kind === 'string') refuse('literals follow each other');
    return value;
  }

  #column(name: string): Expression {
    // `database`.`table`.`column`: the database says nothing that the table does not.
    const names = [name];
    while (this.takeOperator('.')) {
      const token = this.next();
      if (token.kind !== 'identifier' && token.kind !== 'word') refuse('a name is missing behind a point');
      names.push(nameOf(token));
    }
    if (names.length > 3) refuse('a name has too many parts');
    // The server prints names of its own functions without quotes.
    if (this.mysql && this.isOperator('(')) refuse(`it calls the stored function ${names.at(-1)!}`);
    return {kind: 'column', name: names.at(-1)!, qualifier: names.at(-2) ?? null};
  }

  #word(word: string, text: string): Expression {
    switch (word) {
      case 'null': return {kind: 'null'};
      case 'true': case 'false':
        if (!this.isOperator('.')) return {kind: 'number', text: word === 'true' ? '1' : '0'};
        break;
      case 'case': return this.#case();
      case 'not': // only before EXISTS; see #not
        this.expectWord('exists');
        return {kind: 'unary', operator: 'not', operand: this.#exists()};
      case 'exists': return this.#exists();
      case 'cast': return this.#cast();
      case 'convert': return this.#convert();
      case 'date': case 'timestamp': {
        const literal = this.peek();
        if (this.mysql && literal?.kind === 'string') {
          this.next();
          return {kind: 'moment', type: word, text: literal.value};
        }
        break;
      }
      case 'current_timestamp': case 'localtimestamp': case 'localtime': case 'current_date': case 'current_time': return this.#now(word);
      case 'now': case 'curdate': case 'curtime': if (this.mysql && this.isOperator('(')) return this.#now(word); break;
      default:
    }
    if (RESERVED.has(word) && !FUNCTIONS_TOO.includes(word)) refuse(`the word ${word} is not known here`);
    if (this.takeOperator('(')) return this.#call(word);
    if (RESERVED.has(word)) refuse(`the word ${word} is not known here`);
    return this.#column(text);
  }

  #now(word: string): Expression {
    let digits = 0;
    if (this.takeOperator('(') && !this.takeOperator(')')) {
      digits = Number(this.next().value);
      if (!Number.isInteger(digits) || digits > 6) refuse('a time has an unknown precision');
      this.expectOperator(')');
    }
    const type = word.endsWith('date') ? 'date' : /^(current_time|curtime)$/.test(word) ? 'time' : 'timestamp';
    return {kind: 'now', type, digits};
  }

  #exists(): Expression {
    this.expectOperator('(');
    const select = parseSelect(this);
    this.expectOperator(')');
    return {kind: 'exists', select};
  }

  #case(): Expression {
    const base = this.isWord('when') ? null : this.expression();
    const whens: [Expression, Expression][] = [];
    while (this.takeWords('when')) {
      const when = this.expression();
      this.expectWord('then');
      whens.push([when, this.expression()]);
    }
    const otherwise = this.takeWords('else') ? this.expression() : null;
    this.expectWord('end');
    if (whens.length === 0) refuse('a CASE has no WHEN');
    return {kind: 'case', base, whens, otherwise};
  }

  #cast(): Expression {
    this.expectOperator('(');
    const operand = this.expression();
    this.expectWord('as');
    const words: string[] = [];
    while (!this.isOperator(')')) words.push(this.next().value);
    this.expectOperator(')');
    return {kind: 'cast', operand, type: words.join(' ')};
  }

  /** Only `convert(x using utf8mb4)`: a change of character set changes nothing that is text here. */
  #convert(): Expression {
    this.expectOperator('(');
    const operand = this.expression();
    if (!this.takeWords('using') || !this.next().value.startsWith('utf8')) refuse('CONVERT is not known elsewhere');
    this.expectOperator(')');
    return {kind: 'cast', operand, type: 'char'};
  }

  #call(name: string): Expression {
    const distinct = this.takeWords('distinct');
    const star = this.takeOperator('*');
    const list = star || this.isOperator(')') ? [] : this.expressions();
    let separator: string | null = null;
    if (this.isWord('order')) refuse(`${name.toUpperCase()} has an order of its own, which older versions of SQLite cannot read`);
    if (this.takeWords('separator')) {
      const text = this.next();
      if (text.kind !== 'string') refuse('a separator is no text');
      separator = this.#stringText(text);
    }
    this.expectOperator(')');
    if (this.isWord('over', 'filter')) refuse('it has window functions');
    return {kind: 'call', name, arguments: list, star, distinct, separator};
  }
}

function nameOf({kind, value, text}: Token): string {
  return kind === 'word' ? text : value;
}

function binary(operator: BinaryOperator, left: Expression, right: Expression): Expression {
  return {kind: 'binary', operator, left, right};
}
