import {parseList, parseOne} from './parse-expression.ts';
import {refuse, type Expression, type FromItem, type OrderTerm, type Select, type SelectCore, type SelectItem} from './syntax.ts';
import type {DialectName} from './dialect.ts';
import {TokenCursor} from './token-cursor.ts';

/** Reads a SELECT that is the whole text. Throws Untranslatable. */
export function parseWholeSelect(sql: string, dialect: DialectName): Select {
  const tokens = new TokenCursor(sql, dialect);
  const select = parseSelect(tokens);
  tokens.takeOperator(';');
  tokens.end();
  return select;
}

/** Reads a SELECT up to where it ends. */
export function parseSelect(tokens: TokenCursor): Select {
  if (tokens.isWord('with')) refuse('it has a WITH clause');
  const arms: {operator: 'union' | 'union all' | null; core: SelectCore}[] = [{operator: null, core: parseCore(tokens)}];
  while (tokens.takeWords('union')) {
    const operator = tokens.takeWords('all') ? 'union all' : 'union';
    if (operator === 'union') tokens.takeWords('distinct');
    arms.push({operator, core: parseCore(tokens)});
  }
  if (tokens.isWord('except', 'intersect')) refuse(`it has ${tokens.next().value.toUpperCase()}`);
  const orderBy: OrderTerm[] = [];
  if (tokens.takeWords('order', 'by')) do orderBy.push(parseOrderTerm(tokens)); while (tokens.takeOperator(','));
  let limit: number | null = null;
  let offset: number | null = null;
  if (tokens.takeWords('limit')) {
    limit = parseCount(tokens);
    if (tokens.takeOperator(',')) [offset, limit] = [limit, parseCount(tokens)];
    else if (tokens.takeWords('offset')) offset = parseCount(tokens);
  }
  return {arms, orderBy, limit, offset};
}

function parseCount(tokens: TokenCursor): number {
  const {kind, value} = tokens.next();
  if (kind !== 'number' || !/^\d+$/.test(value)) refuse('its LIMIT is no number');
  return Number(value);
}

function parseOrderTerm(tokens: TokenCursor): OrderTerm {
  const value = parseOne(tokens);
  const descending = tokens.takeWords('desc');
  if (!descending) tokens.takeWords('asc');
  if (tokens.isWord('nulls')) refuse('it says where nulls go');
  return {value, descending};
}

function parseCore(tokens: TokenCursor): SelectCore {
  if (tokens.isOperator('(')) refuse('a part of its UNION stands in parentheses');
  if (!tokens.takeWords('select')) refuse('it is no SELECT');
  const distinct = tokens.takeWords('distinct');
  if (!distinct) tokens.takeWords('all');
  if (tokens.isWord('straight_join', 'high_priority', 'sql_no_cache', 'sql_calc_found_rows', 'sql_small_result', 'sql_big_result', 'sql_buffer_result')) {
    if (tokens.peek(1)?.kind !== 'operator') refuse(`it has the hint ${tokens.next().value}`);
  }
  const items = [parseItem(tokens)];
  while (tokens.takeOperator(',')) items.push(parseItem(tokens));
  const from: FromItem[] = [];
  if (tokens.takeWords('from')) do from.push(parseJoins(tokens)); while (tokens.takeOperator(','));
  const where = tokens.takeWords('where') ? parseOne(tokens) : null;
  const groupBy = tokens.takeWords('group', 'by') ? parseList(tokens) : [];
  if (tokens.isWord('with')) refuse('it has WITH ROLLUP');
  const having = tokens.takeWords('having') ? parseOne(tokens) : null;
  if (tokens.isWord('window', 'for', 'into', 'lock', 'procedure')) refuse(`it has the clause ${tokens.next().value.toUpperCase()}`);
  return {distinct, items, from, where, groupBy, having};
}

function parseItem(tokens: TokenCursor): SelectItem {
  if (tokens.takeOperator('*')) return {kind: 'star', qualifier: null};
  const qualifier = tokens.peek();
  if ((qualifier?.kind === 'identifier' || qualifier?.kind === 'word') && tokens.peek(1)?.value === '.' && tokens.peek(2)?.value === '*' && tokens.peek(2)?.kind === 'operator') {
    for (let i = 0; i < 3; i++) tokens.next();
    return {kind: 'star', qualifier: qualifier.kind === 'word' ? qualifier.text : qualifier.value};
  }
  const value = parseOne(tokens);
  return {kind: 'value', value, name: parseAlias(tokens) ?? (value.kind === 'column' ? value.name : null)};
}

function parseAlias(tokens: TokenCursor): string | null {
  const explicit = tokens.takeWords('as');
  const token = tokens.peek();
  // An alias in quotes of a string is MySQL's, and SQLite's by mistake.
  if (explicit && token?.kind === 'string') return tokens.next().value;
  const name = tokens.takeName();
  if (explicit && name === null) refuse('a name is missing behind AS');
  return name;
}

function parseJoins(tokens: TokenCursor): FromItem {
  let left = parseFromItem(tokens);
  for (;;) {
    if (tokens.isWord('natural', 'straight_join', 'full', 'right')) refuse(`it has a ${tokens.next().value.toUpperCase()} join`);
    let type: 'inner' | 'left' | 'cross' | null = null;
    if (tokens.takeWords('left', 'outer', 'join') || tokens.takeWords('left', 'join')) type = 'left';
    else if (tokens.takeWords('cross', 'join')) type = 'cross';
    else if (tokens.takeWords('inner', 'join') || tokens.takeWords('join')) type = 'inner';
    if (type === null) return left;
    const right = parseFromItem(tokens);
    if (tokens.isWord('using')) refuse('it joins by USING');
    const on: Expression | null = tokens.takeWords('on') ? parseOne(tokens) : null;
    if (on === null && type === 'left') refuse('a LEFT JOIN has no condition');
    left = {kind: 'join', type, left, right, on};
  }
}

function parseFromItem(tokens: TokenCursor): FromItem {
  if (tokens.takeOperator('(')) {
    if (!tokens.isWord('select')) {
      const inner = parseJoins(tokens);
      if (tokens.isOperator(',')) refuse('it lists tables in parentheses');
      tokens.expectOperator(')');
      return inner;
    }
    const select = parseSelect(tokens);
    tokens.expectOperator(')');
    const alias = parseAlias(tokens) ?? refuse('a SELECT in its FROM has no name');
    return {kind: 'derived', select, alias};
  }
  let name = tokens.takeName() ?? refuse('the name of a table is missing');
  let database: string | null = null;
  if (tokens.takeOperator('.')) {
    database = name;
    name = tokens.takeName() ?? refuse('the name of a table is missing');
  }
  if (tokens.isOperator('(')) refuse('it reads a function as a table');
  const alias = parseAlias(tokens) ?? name;
  if (tokens.isWord('use', 'force', 'ignore', 'indexed', 'partition')) refuse('it has a hint about indexes');
  return {kind: 'table', database, name, alias};
}
