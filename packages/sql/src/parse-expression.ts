import type {DialectName} from './dialect.ts';
import {parsePrimary} from './parse-primary.ts';
import {parseSelect} from './parse-select.ts';
import {refuse, type BinaryOperator, type Expression} from './syntax.ts';
import {TokenCursor} from './token-cursor.ts';

/** Reads one expression that is the whole text. Throws Untranslatable. */
export function parseExpression(sql: string, dialect: DialectName): Expression {
  const tokens = new TokenCursor(sql, dialect);
  const expression = parseOne(tokens);
  tokens.end();
  return expression;
}

const COMPARISONS = ['=', '==', '<=>', '<>', '!=', '<', '<=', '>', '>='];

/** Reads one expression, up to where it ends. */
export function parseOne(tokens: TokenCursor): Expression {
  return parseOr(tokens);
}

/** Reads expressions between commas. */
export function parseList(tokens: TokenCursor): Expression[] {
  const list = [parseOne(tokens)];
  while (tokens.takeOperator(',')) list.push(parseOne(tokens));
  return list;
}

function parseOr(tokens: TokenCursor): Expression {
  let left = parseXor(tokens);
  while (tokens.takeWords('or')) left = binary('or', left, parseXor(tokens));
  return left;
}

function parseXor(tokens: TokenCursor): Expression {
  let left = parseAnd(tokens);
  while (tokens.mysql && tokens.takeWords('xor')) left = binary('xor', left, parseAnd(tokens));
  return left;
}

function parseAnd(tokens: TokenCursor): Expression {
  let left = parseNot(tokens);
  while (tokens.takeWords('and') || (tokens.mysql && tokens.takeOperator('&&'))) left = binary('and', left, parseNot(tokens));
  return left;
}

function parseNot(tokens: TokenCursor): Expression {
  if (tokens.isWord('not') && !(tokens.peek(1)?.kind === 'word' && tokens.peek(1)?.value === 'exists')) {
    tokens.next();
    return {kind: 'unary', operator: 'not', operand: parseNot(tokens)};
  }
  return parseComparison(tokens);
}

/**
 * The two dialects bind comparisons in different ways to each other (`a = b < c`): one in a row is
 * read, more are refused.
 */
function parseComparison(tokens: TokenCursor): Expression {
  const left = parseBits(tokens);
  const token = tokens.peek();
  if (token?.kind === 'operator' && COMPARISONS.includes(token.value)) {
    if (token.value === '<=>' && !tokens.mysql) refuse('the operator <=> is not known here');
    tokens.next();
    const operator = token.value === '==' ? '=' : token.value === '!=' ? '<>' : token.value as BinaryOperator;
    if (tokens.isWord('all', 'any', 'some')) refuse('it compares with ALL or ANY');
    return endComparison(tokens, binary(operator, left, parseBits(tokens)));
  }
  if (tokens.takeWords('is')) return endComparison(tokens, parseIs(tokens, left));
  const negated = tokens.takeWords('not');
  if (tokens.takeWords('between')) {
    const low = parseBits(tokens);
    tokens.expectWord('and');
    return endComparison(tokens, {kind: 'between', operand: left, low, high: parseBits(tokens), negated}, false);
  }
  if (tokens.takeWords('in')) {
    tokens.expectOperator('(');
    const among = tokens.isWord('select') ? parseSelect(tokens) : parseList(tokens);
    tokens.expectOperator(')');
    return endComparison(tokens, {kind: 'in', operand: left, among, negated});
  }
  if (tokens.takeWords('like')) {
    const pattern = parseBits(tokens);
    let escape: string | null = null;
    if (tokens.takeWords('escape')) {
      const text = tokens.next();
      if (text.kind !== 'string' || [...text.value].length !== 1) refuse('its ESCAPE is not one character');
      escape = text.value;
    }
    return endComparison(tokens, {kind: 'like', operand: left, pattern, escape, negated});
  }
  if (tokens.isWord('glob', 'regexp', 'rlike', 'match', 'sounds')) refuse(`${tokens.next().value.toUpperCase()} is another thing elsewhere`);
  if (negated) refuse('the word not is not known here');
  return left;
}

/** `a > 0 is true` is read alike by both: the comparison first. */
function endComparison(tokens: TokenCursor, expression: Expression, mayFollow = true): Expression {
  const ahead = wordAhead(tokens, 1) === 'not' ? wordAhead(tokens, 2) : wordAhead(tokens, 1);
  if (mayFollow && tokens.isWord('is') && ['null', 'true', 'false', 'unknown'].includes(ahead ?? '')) {
    tokens.next();
    return endComparison(tokens, parseIs(tokens, expression));
  }
  const token = tokens.peek();
  if ((token?.kind === 'operator' && COMPARISONS.includes(token.value)) || tokens.isWord('is', 'between', 'in', 'like')) {
    refuse('comparisons follow each other without parentheses');
  }
  return expression;
}

function wordAhead(tokens: TokenCursor, ahead: number): string | null {
  const token = tokens.peek(ahead);
  return token?.kind === 'word' ? token.value : null;
}

function parseIs(tokens: TokenCursor, operand: Expression): Expression {
  const negated = tokens.takeWords('not');
  for (const what of ['null', 'true', 'false'] as const) if (tokens.takeWords(what)) return {kind: 'is', operand, what, negated};
  if (tokens.takeWords('unknown')) return {kind: 'is', operand, what: 'null', negated};
  if (tokens.mysql || tokens.isWord('distinct')) refuse('IS is followed by something unknown');
  const same = binary('<=>', operand, parseBits(tokens));
  return negated ? {kind: 'unary', operator: 'not', operand: same} : same;
}

/** `&` binds tighter than comparisons and looser than `+` in both. */
function parseBits(tokens: TokenCursor): Expression {
  let left = parseSum(tokens);
  while (tokens.isOperator('&', '|', '<<', '>>')) {
    if (!tokens.takeOperator('&')) refuse(`the operator ${tokens.next().value} works on other numbers elsewhere`);
    left = binary('&', left, parseSum(tokens));
  }
  return left;
}

function parseSum(tokens: TokenCursor): Expression {
  let left = parseProduct(tokens);
  while (tokens.isOperator('+', '-')) left = binary(tokens.next().value as '+' | '-', left, parseProduct(tokens));
  return left;
}

function parseProduct(tokens: TokenCursor): Expression {
  let left = parseUnary(tokens);
  for (;;) {
    if (tokens.isOperator('/') || tokens.isWord('div')) refuse('division gives other numbers elsewhere');
    if (tokens.isOperator('*', '%')) left = binary(tokens.next().value as '*' | '%', left, parseUnary(tokens));
    else if (tokens.mysql && tokens.takeWords('mod')) left = binary('%', left, parseUnary(tokens));
    else return left;
  }
}

function parseUnary(tokens: TokenCursor): Expression {
  if (tokens.takeOperator('-')) return {kind: 'unary', operator: '-', operand: parseUnary(tokens)};
  if (tokens.takeOperator('+')) return parseUnary(tokens);
  if (tokens.mysql && tokens.takeOperator('!')) return {kind: 'unary', operator: 'not', operand: parseUnary(tokens)};
  if (tokens.isOperator('~')) refuse('the operator ~ works on other numbers elsewhere');
  if (tokens.isWord('binary', 'interval')) refuse(`${tokens.next().value.toUpperCase()} is not known elsewhere`);
  return parseJoined(tokens);
}

/** `||` joins texts in SQLite. In MySQL it is OR or joins, as the session pleases. */
function parseJoined(tokens: TokenCursor): Expression {
  let left = parseCollated(tokens);
  while (tokens.isOperator('||', '->', '->>')) {
    if (tokens.mysql || !tokens.isOperator('||')) refuse(`the operator ${tokens.next().value} is another thing elsewhere`);
    tokens.next();
    left = binary('||', left, parseCollated(tokens));
  }
  return left;
}

function parseCollated(tokens: TokenCursor): Expression {
  let operand = parsePrimary(tokens);
  while (tokens.takeWords('collate')) {
    const collation = tokens.takeName() ?? refuse('a collation is missing');
    operand = {kind: 'collate', operand, collation: collation.toLowerCase()};
  }
  return operand;
}

function binary(operator: BinaryOperator, left: Expression, right: Expression): Expression {
  return {kind: 'binary', operator, left, right};
}
