/** One result of a SELECT. */
export type SoqlItem =
  | {readonly kind: 'system star'} | {readonly kind: 'star'}
  | {readonly kind: 'column'; readonly column: string; readonly as: string}
  | {readonly kind: 'aggregate'; readonly name: AggregateName; /** Null: of `*`. */ readonly column: string | null; readonly as: string};

export type AggregateName = 'count' | 'sum' | 'min' | 'max';

export type SoqlCondition =
  | {readonly kind: 'and'; readonly left: SoqlCondition; readonly right: SoqlCondition}
  | {readonly kind: 'or'; readonly left: SoqlCondition; readonly right: SoqlCondition}
  | {readonly kind: 'null'; readonly column: string; readonly negated: boolean}
  | {readonly kind: 'compare'; readonly left: SoqlOperand; readonly operator: '=' | '!=' | '<' | '<=' | '>' | '>='; readonly right: SoqlOperand};

/** A column, or what is left when it is divided by a number, or a literal. */
export type SoqlOperand =
  | {readonly kind: 'column'; readonly column: string; readonly modulo: string | null}
  | {readonly kind: 'literal'; readonly text: string; readonly isText: boolean};

export interface Soql {
  readonly items: readonly SoqlItem[];
  readonly where: SoqlCondition | null;
  readonly order: readonly {readonly column: string; readonly descending: boolean}[];
  readonly limit: number | null;
  readonly offset: number;
}

/** A query that cannot be read, or that asks for what there is not: 400 with this code. */
export class SoqlError extends Error {
  readonly code: string;
  readonly data: object;

  constructor(code: string, message: string, data: object = {}) {
    super(message);
    this.code = code;
    this.data = data;
  }
}

const TOKEN = /\s+|(`[^`]*`|'(?:[^']|'')*'|:\*|:@?[A-Za-z_]\w*|[A-Za-z_]\w*|\d+(?:\.\d+)?|<=|>=|!=|<>|[=<>*,()%])/y;
const AGGREGATES: readonly string[] = ['count', 'sum', 'min', 'max'];
const CLAUSES = ['where', 'order', 'limit', 'offset'];

/** Reads the part of SoQL that readers of tables use: SELECT, WHERE, ORDER BY, LIMIT, OFFSET, and aggregates without GROUP BY. Throws SoqlError. */
export function parseSoql(text: string): Soql {
  const parser = new Parser(tokensOf(text));
  parser.expect('select');
  const items = parser.items();
  const where = parser.take('where') ? parser.either() : null;
  const order = parser.take('order') ? (parser.expect('by'), parser.order()) : [];
  const limit = parser.take('limit') ? parser.number() : null;
  const offset = parser.take('offset') ? parser.number() : 0;
  parser.end();
  return {items, where, order, limit, offset};
}

function tokensOf(text: string): string[] {
  const tokens: string[] = [];
  for (TOKEN.lastIndex = 0; TOKEN.lastIndex < text.length;) {
    const match = TOKEN.exec(text);
    if (match === null) throw malformed();
    if (match[1] !== undefined) tokens.push(match[1]);
  }
  return tokens;
}

const malformed = () => new SoqlError('query.compiler.malformed', 'Could not parse SoQL query');

class Parser {
  readonly #tokens: readonly string[];
  #at = 0;

  constructor(tokens: readonly string[]) {
    this.#tokens = tokens;
  }

  take(word: string): boolean {
    const is = this.#tokens[this.#at]?.toLowerCase() === word;
    if (is) this.#at++;
    return is;
  }

  expect(word: string): void {
    if (!this.take(word)) throw malformed();
  }

  end(): void {
    if (this.#at < this.#tokens.length) throw malformed();
  }

  number(): number {
    const token = this.#next();
    if (!/^\d+$/.test(token)) throw malformed();
    return Number(token);
  }

  items(): SoqlItem[] {
    const items: SoqlItem[] = [];
    do items.push(this.#item()); while (this.take(','));
    const late = items.some(({kind}, i) => (kind === 'star' && i > 0 && items[i - 1]!.kind !== 'system star') || (kind === 'system star' && i > 0));
    if (late) throw new SoqlError('query.compiler.malformed', 'Star selections must come at the start of the select-list');
    return items;
  }

  order(): {column: string; descending: boolean}[] {
    const order: {column: string; descending: boolean}[] = [];
    do {
      const column = this.#column();
      const descending = this.take('desc');
      if (!descending) this.take('asc');
      order.push({column, descending});
    } while (this.take(','));
    return order;
  }

  either(): SoqlCondition {
    let left = this.#both();
    while (this.take('or')) left = {kind: 'or', left, right: this.#both()};
    return left;
  }

  #both(): SoqlCondition {
    let left = this.#comparison();
    while (this.take('and')) left = {kind: 'and', left, right: this.#comparison()};
    return left;
  }

  #comparison(): SoqlCondition {
    if (this.take('(')) {
      const inner = this.either();
      this.expect(')');
      return inner;
    }
    const left = this.#operand();
    if (left.kind === 'column' && left.modulo === null && this.take('is')) {
      const negated = this.take('not');
      this.expect('null');
      return {kind: 'null', column: left.column, negated};
    }
    const operator = this.#next().replace('<>', '!=');
    if (operator !== '=' && operator !== '!=' && operator !== '<' && operator !== '<=' && operator !== '>' && operator !== '>=') throw malformed();
    return {kind: 'compare', left, operator, right: this.#operand()};
  }

  #operand(): SoqlOperand {
    const token = this.#tokens[this.#at] ?? '';
    if (this.#tokens[this.#at + 1] === '(' && /^[a-z_]/i.test(token)) throw new SoqlError('query.soql.no-such-function', `No such function: ${token}`);
    if (token.startsWith("'")) return {kind: 'literal', text: this.#next().slice(1, -1).replaceAll("''", "'"), isText: true};
    if (/^(?:\d|true$|false$)/.test(token)) return {kind: 'literal', text: this.#next(), isText: false};
    const column = this.#column();
    return {kind: 'column', column, modulo: this.take('%') ? String(this.number()) : null};
  }

  #item(): SoqlItem {
    if (this.take(':*')) return {kind: 'system star'};
    if (this.take('*')) return {kind: 'star'};
    const name = this.#tokens[this.#at]?.toLowerCase() ?? '';
    if (this.#tokens[this.#at + 1] === '(') {
      if (!isAggregate(name)) throw new SoqlError('query.soql.no-such-function', `No such function: ${name}`);
      this.#at += 2;
      const column = this.take('*') ? null : this.#column();
      this.expect(')');
      // As the platform names what has no name: count, count_id, max_updated_at.
      return {kind: 'aggregate', name, column, as: this.#alias() ?? [name, ...column === null ? [] : [column.replace(/^:@?/, '')]].join('_')};
    }
    const column = this.#column();
    return {kind: 'column', column, as: this.#alias() ?? column};
  }

  #alias(): string | null {
    return this.take('as') ? this.#column() : null;
  }

  #column(): string {
    const token = this.#next();
    if (token.startsWith('`')) return token.slice(1, -1);
    if (!/^[:A-Za-z_]/.test(token) || CLAUSES.includes(token.toLowerCase())) throw malformed();
    return token.startsWith(':') ? token : token.toLowerCase();
  }

  #next(): string {
    const token = this.#tokens[this.#at++];
    if (token === undefined) throw malformed();
    return token;
  }
}

// Sound: the list holds the names of the type and no others.
const isAggregate = (name: string): name is AggregateName => AGGREGATES.includes(name);
