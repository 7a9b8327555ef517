import {parseList, parseOne} from './parse-expression.ts';
import {parseSelect} from './parse-select.ts';
import {refuse, type Expression} from './syntax.ts';
import {nameOf, RESERVED, type TokenCursor} from './token-cursor.ts';
import type {Token} from './tokenize.ts';

const FUNCTIONS_TOO = ['left', 'right', 'mod'];

/** Reads what stands between operators: a literal, a name, a call, CASE, something in parentheses. */
export function parsePrimary(tokens: TokenCursor): Expression {
  const token = tokens.next();
  switch (token.kind) {
    case 'number':
      if (/^0x/i.test(token.value)) refuse('a hexadecimal number is text or a number, as the place wants it');
      return {kind: 'number', text: token.value};
    case 'string': return {kind: 'string', text: stringText(tokens, token)};
    case 'blob': return refuse('it has a literal of bytes');
    case 'identifier': return parseColumn(tokens, token.value);
    case 'word': return parseWord(tokens, token.value, token.text);
    case 'operator': break;
    case 'comment': break;
  }
  if (token.value !== '(') refuse(`the operator ${token.value} is not known here`);
  if (tokens.isWord('select')) {
    const select = parseSelect(tokens);
    tokens.expectOperator(')');
    return {kind: 'subquery', select};
  }
  const inner = parseOne(tokens);
  if (tokens.isOperator(',')) refuse('it compares rows of values');
  tokens.expectOperator(')');
  return inner;
}

function stringText(tokens: TokenCursor, {value, introducer}: Token): string {
  // The server prints literals in the connection's character set, whatever the introducer says.
  if (introducer !== undefined && !introducer.startsWith('utf8') && (introducer === 'binary' || /[^ -~]/.test(value))) {
    refuse(`a literal is in the character set ${introducer}`);
  }
  if (value.includes('\0')) refuse('a literal holds a NUL');
  // The server's own printing joins neighbours; text by hand may not.
  if (tokens.peek()?.kind === 'string') refuse('literals follow each other');
  return value;
}

function parseColumn(tokens: TokenCursor, name: string): Expression {
  const names = [name];
  while (tokens.takeOperator('.')) {
    const token = tokens.next();
    if (token.kind !== 'identifier' && token.kind !== 'word') refuse('a name is missing behind a point');
    names.push(nameOf(token));
  }
  if (names.length > 3) refuse('a name has too many parts');
  // The server prints names of its own functions without quotes.
  if (tokens.mysql && tokens.isOperator('(')) refuse(`it calls the stored function ${names.at(-1)!}`);
  return {kind: 'column', name: names.at(-1)!, qualifier: names.at(-2) ?? null, database: names.at(-3) ?? null};
}

function parseWord(tokens: TokenCursor, word: string, text: string): Expression {
  switch (word) {
    case 'null': return {kind: 'null'};
    case 'true': case 'false':
      if (!tokens.isOperator('.')) return {kind: 'number', text: word === 'true' ? '1' : '0'};
      break;
    case 'case': return parseCase(tokens);
    case 'not': // only before EXISTS; see #not
      tokens.expectWord('exists');
      return {kind: 'unary', operator: 'not', operand: parseExists(tokens)};
    case 'exists': return parseExists(tokens);
    case 'cast': return parseCast(tokens);
    case 'convert': return parseConvert(tokens);
    case 'date': case 'timestamp': {
      const literal = tokens.peek();
      if (tokens.mysql && literal?.kind === 'string') {
        tokens.next();
        return {kind: 'moment', type: word, text: literal.value};
      }
      break;
    }
    case 'current_timestamp': case 'localtimestamp': case 'localtime': case 'current_date': case 'current_time': return parseNow(tokens, word);
    case 'now': case 'curdate': case 'curtime': if (tokens.mysql && tokens.isOperator('(')) return parseNow(tokens, word); break;
    default:
  }
  if (RESERVED.has(word) && !FUNCTIONS_TOO.includes(word)) refuse(`the word ${word} is not known here`);
  if (tokens.takeOperator('(')) return parseCall(tokens, word);
  if (RESERVED.has(word)) refuse(`the word ${word} is not known here`);
  return parseColumn(tokens, text);
}

function parseNow(tokens: TokenCursor, word: string): Expression {
  let digits = 0;
  if (tokens.takeOperator('(') && !tokens.takeOperator(')')) {
    digits = Number(tokens.next().value);
    if (!Number.isInteger(digits) || digits > 6) refuse('a time has an unknown precision');
    tokens.expectOperator(')');
  }
  const type = word.endsWith('date') ? 'date' : /^(current_time|curtime)$/.test(word) ? 'time' : 'timestamp';
  return {kind: 'now', type, digits};
}

function parseExists(tokens: TokenCursor): Expression {
  tokens.expectOperator('(');
  const select = parseSelect(tokens);
  tokens.expectOperator(')');
  return {kind: 'exists', select};
}

function parseCase(tokens: TokenCursor): Expression {
  const base = tokens.isWord('when') ? null : parseOne(tokens);
  const whens: [Expression, Expression][] = [];
  while (tokens.takeWords('when')) {
    const when = parseOne(tokens);
    tokens.expectWord('then');
    whens.push([when, parseOne(tokens)]);
  }
  const otherwise = tokens.takeWords('else') ? parseOne(tokens) : null;
  tokens.expectWord('end');
  if (whens.length === 0) refuse('a CASE has no WHEN');
  return {kind: 'case', base, whens, otherwise};
}

function parseCast(tokens: TokenCursor): Expression {
  tokens.expectOperator('(');
  const operand = parseOne(tokens);
  tokens.expectWord('as');
  const words: string[] = [];
  while (!tokens.isOperator(')')) words.push(tokens.next().value);
  tokens.expectOperator(')');
  return {kind: 'cast', operand, type: words.join(' ')};
}

/** Only `convert(x using utf8mb4)`: a change of character set changes nothing that is text here. */
function parseConvert(tokens: TokenCursor): Expression {
  tokens.expectOperator('(');
  const operand = parseOne(tokens);
  if (!tokens.takeWords('using') || !tokens.next().value.startsWith('utf8')) refuse('CONVERT is not known elsewhere');
  tokens.expectOperator(')');
  return {kind: 'cast', operand, type: 'char'};
}

function parseCall(tokens: TokenCursor, name: string): Expression {
  const distinct = tokens.takeWords('distinct');
  const star = tokens.takeOperator('*');
  const list = star || tokens.isOperator(')') ? [] : parseList(tokens);
  let separator: string | null = null;
  if (tokens.isWord('order')) refuse(`${name.toUpperCase()} has an order of its own, which older versions of SQLite cannot read`);
  if (tokens.takeWords('separator')) {
    const text = tokens.next();
    if (text.kind !== 'string') refuse('a separator is no text');
    separator = stringText(tokens, text);
  }
  tokens.expectOperator(')');
  if (tokens.isWord('over', 'filter')) refuse('it has window functions');
  return {kind: 'call', name, arguments: list, star, distinct, separator};
}
