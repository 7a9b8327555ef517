import {Parser} from './parser.ts';
import {refuse, type Expression, type FromItem, type OrderTerm, type Select, type SelectCore, type SelectItem} from './syntax.ts';
import type {DialectName} from './dialect.ts';

/** Reads a SELECT that is the whole text. Throws Untranslatable. */
export function parseWholeSelect(sql: string, dialect: DialectName): Select {
  const parser = new Parser(sql, dialect);
  const select = parseSelect(parser);
  parser.takeOperator(';');
  parser.end();
  return select;
}

/** Reads a SELECT up to where it ends. */
export function parseSelect(parser: Parser): Select {
  if (parser.isWord('with')) refuse('it has a WITH clause');
  const arms: {operator: 'union' | 'union all' | null; core: SelectCore}[] = [{operator: null, core: parseCore(parser)}];
  while (parser.takeWords('union')) {
    const operator = parser.takeWords('all') ? 'union all' : 'union';
    if (operator === 'union') parser.takeWords('distinct');
    arms.push({operator, core: parseCore(parser)});
  }
  if (parser.isWord('except', 'intersect')) refuse(`it has ${parser.next().value.toUpperCase()}`);
  const orderBy: OrderTerm[] = [];
  if (parser.takeWords('order', 'by')) do orderBy.push(parseOrderTerm(parser)); while (parser.takeOperator(','));
  let limit: number | null = null;
  let offset: number | null = null;
  if (parser.takeWords('limit')) {
    limit = parseCount(parser);
    if (parser.takeOperator(',')) [offset, limit] = [limit, parseCount(parser)];
    else if (parser.takeWords('offset')) offset = parseCount(parser);
  }
  return {arms, orderBy, limit, offset};
}

function parseCount(parser: Parser): number {
  const {kind, value} = parser.next();
  if (kind !== 'number' || !/^\d+$/.test(value)) refuse('its LIMIT is no number');
  return Number(value);
}

function parseOrderTerm(parser: Parser): OrderTerm {
  const value = parser.expression();
  const descending = parser.takeWords('desc');
  if (!descending) parser.takeWords('asc');
  if (parser.isWord('nulls')) refuse('it says where nulls go');
  return {value, descending};
}

function parseCore(parser: Parser): SelectCore {
  if (parser.isOperator('(')) refuse('a part of its UNION stands in parentheses');
  if (!parser.takeWords('select')) refuse('it is no SELECT');
  const distinct = parser.takeWords('distinct');
  if (!distinct) parser.takeWords('all');
  if (parser.isWord('straight_join', 'high_priority', 'sql_no_cache', 'sql_calc_found_rows', 'sql_small_result', 'sql_big_result', 'sql_buffer_result')) {
    if (parser.peek(1)?.kind !== 'operator') refuse(`it has the hint ${parser.next().value}`);
  }
  const items = [parseItem(parser)];
  while (parser.takeOperator(',')) items.push(parseItem(parser));
  const from: FromItem[] = [];
  if (parser.takeWords('from')) do from.push(parseJoins(parser)); while (parser.takeOperator(','));
  const where = parser.takeWords('where') ? parser.expression() : null;
  const groupBy = parser.takeWords('group', 'by') ? parser.expressions() : [];
  if (parser.isWord('with')) refuse('it has WITH ROLLUP');
  const having = parser.takeWords('having') ? parser.expression() : null;
  if (parser.isWord('window', 'for', 'into', 'lock', 'procedure')) refuse(`it has the clause ${parser.next().value.toUpperCase()}`);
  return {distinct, items, from, where, groupBy, having};
}

function parseItem(parser: Parser): SelectItem {
  if (parser.takeOperator('*')) return {kind: 'star', qualifier: null};
  const qualifier = parser.peek();
  if ((qualifier?.kind === 'identifier' || qualifier?.kind === 'word') && parser.peek(1)?.value === '.' && parser.peek(2)?.value === '*' && parser.peek(2)?.kind === 'operator') {
    for (let i = 0; i < 3; i++) parser.next();
    return {kind: 'star', qualifier: qualifier.kind === 'word' ? qualifier.text : qualifier.value};
  }
  const value = parser.expression();
  return {kind: 'value', value, name: parseAlias(parser) ?? (value.kind === 'column' ? value.name : null)};
}

function parseAlias(parser: Parser): string | null {
  const explicit = parser.takeWords('as');
  const token = parser.peek();
  // An alias in quotes of a string is MySQL's, and SQLite's by mistake.
  if (explicit && token?.kind === 'string') return parser.next().value;
  const name = parser.takeName();
  if (explicit && name === null) refuse('a name is missing behind AS');
  return name;
}

function parseJoins(parser: Parser): FromItem {
  let left = parseFromItem(parser);
  for (;;) {
    if (parser.isWord('natural', 'straight_join', 'full', 'right')) refuse(`it has a ${parser.next().value.toUpperCase()} join`);
    let type: 'inner' | 'left' | 'cross' | null = null;
    if (parser.takeWords('left', 'outer', 'join') || parser.takeWords('left', 'join')) type = 'left';
    else if (parser.takeWords('cross', 'join')) type = 'cross';
    else if (parser.takeWords('inner', 'join') || parser.takeWords('join')) type = 'inner';
    if (type === null) return left;
    const right = parseFromItem(parser);
    if (parser.isWord('using')) refuse('it joins by USING');
    const on: Expression | null = parser.takeWords('on') ? parser.expression() : null;
    if (on === null && type === 'left') refuse('a LEFT JOIN has no condition');
    left = {kind: 'join', type, left, right, on};
  }
}

function parseFromItem(parser: Parser): FromItem {
  if (parser.takeOperator('(')) {
    if (!parser.isWord('select')) {
      const inner = parseJoins(parser);
      if (parser.isOperator(',')) refuse('it lists tables in parentheses');
      parser.expectOperator(')');
      return inner;
    }
    const select = parseSelect(parser);
    parser.expectOperator(')');
    const alias = parseAlias(parser) ?? refuse('a SELECT in its FROM has no name');
    return {kind: 'derived', select, alias};
  }
  let name = parser.takeName() ?? refuse('the name of a table is missing');
  if (parser.takeOperator('.')) name = parser.takeName() ?? refuse('the name of a table is missing'); // what stood before is the database
  if (parser.isOperator('(')) refuse('it reads a function as a table');
  const alias = parseAlias(parser) ?? name;
  if (parser.isWord('use', 'force', 'ignore', 'indexed', 'partition')) refuse('it has a hint about indexes');
  return {kind: 'table', name, alias};
}
