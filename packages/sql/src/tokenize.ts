import {dialects, type DialectName} from './dialect.ts';

/**
 * A piece of SQL text. `value` is what it means: the unquoted name, the text of a string, the hex
 * digits of a blob; for words it is lower case, for the others the text itself.
 */
export interface Token {
  readonly kind: 'word' | 'identifier' | 'string' | 'blob' | 'number' | 'operator' | 'comment';
  readonly value: string;
  /** As it stands in the SQL. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** The character set introducer in front of a MySQL string, e.g. `utf8mb4`. */
  readonly introducer?: string;
}

/** What a lexer cannot read; callers turn it into a reason not to translate. */
export class LexicalError extends Error {
  override readonly name = 'LexicalError';
}

/**
 * Splits SQL of a dialect into tokens, comments included, white space left out. Throws
 * {@link LexicalError} for text that does not end, and for what only one server version would run
 * (executable comments).
 */
export function tokenize(sql: string, dialect: DialectName): Token[] {
  const rules = dialect === 'postgres' ? postgresRules : dialects[dialect].backslashEscapes ? mysqlRules : sqliteRules;
  const tokens: Token[] = [];
  let at = 0;
  while (at < sql.length) {
    if (isSpace(sql.charCodeAt(at))) {
      at++;
      continue;
    }
    const token = rules(sql, at);
    tokens.push({...token, text: sql.slice(token.start, token.end)});
    at = token.end;
  }
  return tokens;
}

type Lexeme = Omit<Token, 'text'>;

function sqliteRules(sql: string, at: number): Lexeme {
  const c = sql[at]!;
  const comment = readComment(sql, at, false);
  if (comment) return comment;
  if (c === "'") return quoted('string', sql, at, "'", false);
  if (c === '"' || c === '`') return quoted('identifier', sql, at, c, false);
  if (c === '[') {
    const close = sql.indexOf(']', at);
    if (close < 0) throw new LexicalError('a name in brackets that does not end');
    return {kind: 'identifier', value: sql.slice(at + 1, close), start: at, end: close + 1};
  }
  if ((c === 'x' || c === 'X') && sql[at + 1] === "'") return hexLiteral(sql, at);
  return readNumber(sql, at) ?? readWord(sql, at) ?? readOperator(sql, at, SQLITE_OPERATORS);
}

/** As a session with standard_conforming_strings reads it (PostgreSQL manual, 4.1). */
function postgresRules(sql: string, at: number): Lexeme {
  const c = sql[at]!;
  const comment = readComment(sql, at, false);
  if (comment) {
    // They nest here, and must end.
    if (sql[at] === '/' && (comment.value.includes('/*') || !sql.slice(at, comment.end).endsWith('*/'))) throw new LexicalError('a comment in a comment, or one that does not end');
    return comment;
  }
  if (c === "'") return quoted('string', sql, at, "'", false);
  if (c === '"') return quoted('identifier', sql, at, '"', false);
  if (/^(?:[eEbBxXnN]|[uU]&)'|^[uU]&"/.test(sql.slice(at, at + 3))) throw new LexicalError('a literal with escapes or bits');
  if (/^\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$/.test(sql.slice(at, at + 64))) throw new LexicalError('a text between dollar signs');
  if (c === '[' || c === ']') return {kind: 'operator', value: c, start: at, end: at + 1};
  return readNumber(sql, at) ?? readWord(sql, at) ?? readOperator(sql, at, POSTGRES_OPERATORS);
}

function mysqlRules(sql: string, at: number): Lexeme {
  const c = sql[at]!;
  const comment = readComment(sql, at, true);
  if (comment) return comment;
  if (c === "'" || c === '"') return quoted('string', sql, at, c, true);
  if (c === '`') return quoted('identifier', sql, at, c, false);
  if ((c === 'x' || c === 'X') && sql[at + 1] === "'") return hexLiteral(sql, at);
  if ((c === 'b' || c === 'B') && sql[at + 1] === "'") throw new LexicalError('a bit literal');
  if ((c === 'n' || c === 'N') && sql[at + 1] === "'") {
    return {...quoted('string', sql, at + 1, "'", true), start: at, introducer: 'utf8mb3'};
  }
  if (c === '_') {
    const introducer = /_([a-z0-9]+)\s*(?=['"])/iy;
    introducer.lastIndex = at;
    const match = introducer.exec(sql);
    if (match) {
      const open = introducer.lastIndex;
      return {...quoted('string', sql, open, sql[open]!, true), start: at, introducer: match[1]!.toLowerCase()};
    }
  }
  return readNumber(sql, at) ?? readWord(sql, at) ?? readOperator(sql, at, MYSQL_OPERATORS);
}

function readComment(sql: string, at: number, mysql: boolean): Lexeme | null {
  const two = sql.slice(at, at + 2);
  // MySQL wants white space after `--`; otherwise it is two minus signs.
  const dashes = two === '--' && (!mysql || at + 2 >= sql.length || isSpace(sql.charCodeAt(at + 2)));
  if (dashes || (mysql && sql[at] === '#')) {
    const newline = sql.indexOf('\n', at);
    const end = newline < 0 ? sql.length : newline;
    return {kind: 'comment', value: sql.slice(at + (dashes ? 2 : 1), end), start: at, end};
  }
  if (two !== '/*') return null;
  if (mysql && /^\/\*M?!/.test(sql.slice(at, at + 4))) throw new LexicalError('a comment that some server versions run');
  const close = sql.indexOf('*/', at + 2);
  // SQLite lets the last comment of a text stay open.
  const inner = close < 0 ? sql.length : close;
  if (close < 0 && mysql) throw new LexicalError('a comment that does not end');
  return {kind: 'comment', value: sql.slice(at + 2, inner), start: at, end: close < 0 ? sql.length : close + 2};
}

function quoted(kind: 'string' | 'identifier', sql: string, at: number, quote: string, backslash: boolean): Lexeme {
  let value = '';
  let from = at + 1;
  for (let i = from; i < sql.length; i++) {
    const c = sql[i];
    if (c === quote) {
      value += sql.slice(from, i);
      if (sql[i + 1] !== quote) return {kind, value, start: at, end: i + 1};
      value += quote;
      i++;
      from = i + 1;
    } else if (backslash && c === '\\') {
      const next = sql[i + 1];
      if (next === undefined) break;
      value += sql.slice(from, i) + unescaped(next);
      i++;
      from = i + 1;
    }
  }
  throw new LexicalError(`a ${kind} that does not end`);
}

/** MySQL 9 manual, 11.1.1. `\%` and `\_` keep their backslash: they mean something to LIKE. */
function unescaped(c: string): string {
  switch (c) {
    case '0': return '\0';
    case 'b': return '\b';
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    case 'Z': return '\x1a';
    case '%': return '\\%';
    case '_': return '\\_';
    default: return c;
  }
}

function hexLiteral(sql: string, at: number): Lexeme {
  const match = /^[xX]'((?:[0-9a-fA-F]{2})*)'/.exec(sql.slice(at));
  if (!match) throw new LexicalError('a hexadecimal literal that is not whole bytes');
  return {kind: 'blob', value: match[1]!.toLowerCase(), start: at, end: at + match[0].length};
}

function readNumber(sql: string, at: number): Lexeme | null {
  const pattern = /0[xX][0-9a-fA-F]+|(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/y;
  pattern.lastIndex = at;
  const match = pattern.exec(sql);
  if (!match) return null;
  // `1abc` is a name in MySQL and an error in SQLite.
  const after = sql[pattern.lastIndex];
  if (after !== undefined && NAME_PART.test(after)) {
    return /^\d+$/.test(match[0]) ? readWord(sql, at, true) : null;
  }
  return {kind: 'number', value: match[0], start: at, end: pattern.lastIndex};
}

const NAME_PART = /[\p{L}\p{N}\p{M}_$\u0080-\uffff]/u;

function readWord(sql: string, at: number, digitFirst = false): Lexeme | null {
  const pattern = digitFirst ? /[\w$\u0080-\u{10ffff}]+/uy : /@{0,2}[A-Za-z_\u0080-\u{10ffff}][\w$\u0080-\u{10ffff}]*/uy;
  pattern.lastIndex = at;
  const match = pattern.exec(sql);
  if (!match) return null;
  return {kind: 'word', value: match[0].toLowerCase(), start: at, end: pattern.lastIndex};
}

const SQLITE_OPERATORS = ['->>', '->', '||', '<<', '>>', '<=', '>=', '==', '<>', '!='];
const POSTGRES_OPERATORS = ['!~~*', '!~*', '!~~', '->>', '#>>', '~~*', '->', '#>', '@>', '<@', '||', '&&', '<<', '>>', '<=', '>=', '<>', '!=', '::', '~~', '~*', '!~'];
const MYSQL_OPERATORS = ['->>', '<=>', '->', '||', '&&', '<<', '>>', '<=', '>=', '<>', '!=', ':='];

function readOperator(sql: string, at: number, longer: readonly string[]): Lexeme {
  const value = longer.find(operator => sql.startsWith(operator, at)) ?? sql[at]!;
  if (!/^[-+*/%<>=!&|~^(),.;?:@]/.test(value) && !(longer === POSTGRES_OPERATORS && value.startsWith('#'))) throw new LexicalError('a character that is no part of SQL');
  return {kind: 'operator', value, start: at, end: at + value.length};
}

function isSpace(code: number): boolean {
  return code === 32 || (code >= 9 && code <= 13);
}
