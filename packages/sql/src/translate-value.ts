import {foldsLetters} from './collation.ts';
import {quoteText} from './quote.ts';
import type {DialectName} from './dialect.ts';
import {compare, type Comparison} from './compare.ts';
import {translateCall} from './functions.ts';
import {rangeOf, rangeOfNegative, rangeOfOne, rangeOfResult, type IntegerRange} from './integer-range.ts';
import {translateLike} from './like.ts';
import {resolve, type Assumptions, type Meaning, type Scope, type Translated} from './meaning.ts';
import {refuse, type BinaryOperator, type Expression, type Select} from './syntax.ts';

/** Everything a value's translation needs. */
export interface Context {
  readonly from: DialectName;
  readonly to: DialectName;
  readonly scope: Scope | null;
  readonly assumptions: Assumptions;
  /**
   * Integers must not be able to leave 64 bits: SQLite goes on with rounded numbers there, and MySQL
   * stops. Not asked for where rows are computed once and compared.
   */
  readonly bounded: boolean;
  /** Refuses the name of a database that is not the one whose tables are known. */
  readonly wantOwn: (database: string | null) => void;
  /** Translates a SELECT inside an expression; resolves its single column. */
  readonly subselect: (select: Select, scope: Scope | null) => {readonly sql: string; readonly columns: readonly Meaning[]};
}

/** Translates one expression, or refuses. */
export function translateValue(value: Expression, context: Context): Translated {
  const {to, assumptions} = context;
  const translate = (inner: Expression) => translateValue(inner, context);
  switch (value.kind) {
    case 'number': return number(value.text);
    case 'string': return {type: 'literal text', literal: value.text, sql: quoteText(to, value.text), atom: true};
    case 'null': return {type: 'null', sql: 'NULL', atom: true};
    case 'moment': return moment(value.type, value.text, to);
    case 'now': return refuse('it uses the time of the statement');
    case 'column':
      context.wantOwn(value.database);
      return resolve(context.scope, value.qualifier, value.name, to);
    case 'call': return translateCall(value, value.arguments.map(translate), context);
    case 'unary': return value.operator === 'not' ? logic('NOT', [truth(translate(value.operand))]) : minus(translate(value.operand), context);
    case 'binary': return binary(value.operator, translate(value.left), translate(value.right), context);
    case 'is': {
      const operand = translate(value.operand);
      if (value.what !== 'null') truth(operand);
      return whole([operand], `${inside(operand)} IS ${value.negated ? 'NOT ' : ''}${value.what.toUpperCase()}`);
    }
    case 'between': {
      const operand = translate(value.operand), low = translate(value.low), high = translate(value.high);
      const sides = [compare('>=', operand, low, context), compare('<=', operand, high, context)];
      const both = `${inside(sides[0]!)} AND ${inside(sides[1]!)}`;
      return whole([operand, low, high], value.negated ? `NOT (${both})` : both);
    }
    case 'in': return translateIn(value, context);
    case 'like': return translateLike(translate(value.operand), translate(value.pattern), value, context);
    case 'case': return translateCase(value, context);
    case 'cast': return cast(translate(value.operand), value.type, to);
    case 'collate': return collate(translate(value.operand), value.collation);
    case 'exists': {
      const {sql} = context.subselect(value.select, context.scope);
      return {type: 'bool', sql: `EXISTS (${sql})`, atom: true};
    }
    case 'subquery': {
      const {sql, columns} = context.subselect(value.select, context.scope);
      if (columns.length !== 1) refuse('a SELECT in it gives more than one column');
      assumptions.add('no NUL', undefined);
      return {...columns[0]!, aggregate: false, sql: `(${sql})`, atom: true};
    }
  }
}

/** The SQL, in parentheses where it needs them beside an operator. */
export function inside({sql, atom}: Pick<Translated, 'sql' | 'atom'>): string {
  return atom ? sql : `(${sql})`;
}

/** A condition: something whose truth is the same in both. Text and decimals have another one. */
export function truth(value: Translated): Translated {
  if (!['bool', 'int', 'literal int', 'float', 'null'].includes(value.type)) refuse(`a value of type ${named(value)} stands for a condition`);
  return value;
}

export function named({type}: Meaning): string {
  return type === 'literal text' ? 'text' : type.startsWith('literal') ? 'number' : type;
}

/** A result of type bool. */
export function whole(parts: readonly Meaning[], sql: string): Translated {
  return {type: 'bool', sql, atom: false, aggregate: parts.some(({aggregate}) => aggregate)};
}

function logic(operator: 'NOT' | 'AND' | 'OR', operands: readonly Translated[]): Translated {
  const [first, second] = operands;
  return whole(operands, second ? `${inside(first!)} ${operator} ${inside(second)}` : `${operator} ${inside(first!)}`);
}

function number(text: string): Translated {
  if (/^\d+$/.test(text)) {
    if (BigInt(text) >= 2n ** 63n) refuse('a number is beyond 64 bits');
    return {type: 'literal int', literal: text, sql: text, atom: true};
  }
  return {type: 'literal number', literal: text, sql: text, atom: true};
}

function moment(type: 'date' | 'timestamp', text: string, to: DialectName): Translated {
  const form = type === 'date' ? /^\d{4}-\d\d-\d\d$/ : /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{1,6})?$/;
  if (!form.test(text)) refuse('a literal of a date is written in another form');
  return {type: 'literal text', literal: text, sql: quoteText(to, text), atom: true};
}

const isInteger = ({type, unsigned64}: Meaning) => (type === 'int' && !unsigned64) || type === 'literal int' || type === 'bool';

function minus(operand: Translated, context: Context): Translated {
  if (operand.type === 'literal int' || operand.type === 'literal number') {
    if (operand.literal!.startsWith('-')) refuse('a number has two signs');
    return {...operand, literal: `-${operand.literal}`, sql: `-${operand.sql}`, atom: false};
  }
  if (!isInteger(operand) && operand.type !== 'float') refuse(`a ${named(operand)} has no minus there`);
  const result = {sql: `-${inside(operand)}`, atom: false, aggregate: operand.aggregate === true};
  return operand.type === 'float' ? {type: 'float', ...result} : {type: 'int', ...computed(rangeOfNegative(rangeOf(operand)), context), ...result};
}

/** What is known of the result of arithmetic; refuses where it is not known to stay within 64 bits, if that matters. */
function computed(integers: IntegerRange | null, {bounded}: Context): Pick<Meaning, 'integers'> {
  if (integers !== null) return {integers};
  return bounded ? refuse('it computes numbers that may leave 64 bits, or fall below zero without a sign, where one server stops and the other does not') : {};
}

function binary(operator: BinaryOperator, left: Translated, right: Translated, context: Context): Translated {
  const aggregate = left.aggregate === true || right.aggregate === true;
  switch (operator) {
    case 'or': case 'and': return logic(operator === 'or' ? 'OR' : 'AND', [truth(left), truth(right)]);
    case 'xor':
      if (left.type !== 'bool' || right.type !== 'bool') refuse('XOR of something that is no condition');
      return whole([left, right], `${inside(left)} <> ${inside(right)}`);
    case '=': case '<>': case '<': case '<=': case '>': case '>=': case '<=>': return compare(operator satisfies Comparison, left, right, context);
    case '+': case '-': case '*': {
      const sql = `${inside(left)} ${operator} ${inside(right)}`;
      if (isInteger(left) && isInteger(right)) return {type: 'int', ...computed(rangeOfResult(operator, rangeOf(left), rangeOf(right)), context), sql, atom: false, aggregate};
      const isNumber = (side: Meaning) => side.type === 'float' || side.type === 'literal int' || side.type === 'literal number';
      if (isNumber(left) && isNumber(right) && (left.type === 'float' || right.type === 'float')) return {type: 'float', sql, atom: false, aggregate};
      return refuse(`it computes with ${named(isInteger(left) ? right : left)} values, which gives other digits elsewhere`);
    }
    case '%':
      if (!isInteger(left) || !isInteger(right)) refuse('a remainder of something that is no integer');
      return remainder(left, right, context);
    case '&': {
      // The bits of negative numbers are numbered in another way; a literal that is none leaves none.
      const mask = [left, right].find(side => side.type === 'literal int' && !side.literal!.startsWith('-'));
      if (!mask || !isInteger(left) || !isInteger(right)) return refuse('the operator & works on other numbers elsewhere');
      return {type: 'int', integers: {low: 0n, high: rangeOf(mask).high, unsigned: true}, sql: `${inside(left)} & ${inside(right)}`, atom: false, aggregate};
    }
    case '||': return translateCall({kind: 'call', name: 'concat', arguments: [], star: false, distinct: false, separator: null}, [left, right], context);
  }
}

/** The remainder of integers. */
export function remainder(left: Translated, right: Translated, context: Context): Translated {
  return {
    type: 'int', ...computed(rangeOfResult('%', rangeOf(left), rangeOf(right)), context),
    sql: `${inside(left)} % ${inside(right)}`, atom: false, aggregate: left.aggregate === true || right.aggregate === true,
  };
}

function translateIn(value: Extract<Expression, {kind: 'in'}>, context: Context): Translated {
  const operand = translateValue(value.operand, context);
  const not = value.negated ? 'NOT ' : '';
  if (Array.isArray(value.among)) {
    const list = (value.among as readonly Expression[]).map(item => translateValue(item, context));
    const comparisons = list.map(item => compare('=', operand, item, context));
    // All of them compare in the same way: what is on their left is what IN takes.
    const left = comparisons[0]!.sql.slice(0, -` = ${inside(list[0]!)}`.length);
    if (comparisons.every(({sql}, i) => sql === `${left} = ${inside(list[i]!)}`)) {
      return whole([operand, ...list], `${left} ${not}IN (${list.map(({sql}) => sql).join(', ')})`);
    }
    const any = comparisons.map(inside).join(' OR ');
    return whole([operand, ...list], value.negated ? `NOT (${any})` : any);
  }
  const {sql, columns} = context.subselect(value.among as Select, context.scope);
  if (columns.length !== 1) refuse('a SELECT in it gives more than one column');
  const side: Translated = {...columns[0]!, sql: '?', atom: true};
  const {sql: compared} = compare('=', operand, side, context);
  if (compared !== `${inside(operand)} = ?`) refuse('it looks for text among the rows of a SELECT');
  return whole([operand], `${inside(operand)} ${not}IN (${sql})`);
}

function translateCase(value: Extract<Expression, {kind: 'case'}>, context: Context): Translated {
  const base = value.base && translateValue(value.base, context);
  const results: Translated[] = [];
  const whens = value.whens.map(([when, then]) => {
    const condition = base ? compare('=', base, translateValue(when, context), context) : truth(translateValue(when, context));
    const result = translateValue(then, context);
    results.push(result);
    return {condition, sql: `WHEN ${condition.sql} THEN ${result.sql}`};
  });
  const otherwise = value.otherwise && translateValue(value.otherwise, context);
  if (otherwise) results.push(otherwise);
  const sql = `CASE ${whens.map(when => when.sql).join(' ')}${otherwise ? ` ELSE ${otherwise.sql}` : ''} END`;
  const aggregate = [...whens.map(({condition}) => condition), ...results].some(part => part.aggregate);
  return {...unify(results), aggregate, sql, atom: true};
}

/** The meaning of a value that is one of several; refuses where a server would convert them. */
export function unify(values: readonly Meaning[]): Meaning {
  const some = values.filter(({type}) => type !== 'null');
  const first = some.find(({type}) => !type.startsWith('literal')) ?? some[0];
  if (!first) return {type: 'null'};
  const kind = (value: Meaning) => (value.type === 'literal text' ? 'text' : value.type === 'literal int' || value.type === 'bool' ? 'int' : value.type);
  for (const value of some) {
    if (kind(value) !== kind(first)) refuse(`a value is ${named(first)} or ${named(value)}, which one server or the other converts`);
    if (value.type === 'decimal' && (value.scale !== first.scale || value.decimalAsText !== first.decimalAsText)) refuse('a value is a decimal of one scale or another');
    if ((value.scale ?? 0) !== (first.scale ?? 0) && kind(first) !== 'text') refuse('a value has one number of fraction digits or another');
    if (value.type === 'literal number') refuse('a value is a decimal literal');
    if ((value.unsigned64 === true) !== (first.unsigned64 === true) && value.type !== 'literal int') refuse('a value has a sign or none');
  }
  const type = kind(first);
  if (type !== 'text') {
    const {literal: _, ...meaning} = first;
    return type === 'int' ? {...meaning, type, integers: rangeOfOne(some)} : {...meaning, type: first.type};
  }
  const literals = some.flatMap(value => value.literals ?? (value.literal === undefined ? [] : [value.literal]));
  const texts = some.filter(value => value.type === 'text' || value.collated);
  if (texts.length === 0) return {type: 'literal text', literals};
  const alike = texts.every(value => value.ignoresCase !== undefined && value.ignoresCase === texts[0]!.ignoresCase);
  return {type: 'text', ...(alike && {ignoresCase: texts[0]!.ignoresCase!}), origins: texts.flatMap(value => value.origins ?? []), literals, ranked: texts.some(({ranked}) => ranked === true)};
}

/** CAST, where it changes nothing but the type. */
function cast(operand: Translated, type: string, to: DialectName): Translated {
  const name = type.toLowerCase();
  const {aggregate = false} = operand;
  if (/^(char|varchar|text|nchar)( character set utf8\w*| charset utf8\w*)?( collate .*)?$/.test(name)) {
    if (operand.type === 'text' || operand.type === 'literal text') return {...operand, ranked: false};
    if (isInteger(operand)) return {type: 'text', sql: asText(operand.sql, to), atom: true, aggregate};
  }
  if (/^(signed|signed integer|integer|int|bigint)$/.test(name) && isInteger(operand)) return {...operand, type: 'int', integers: {...rangeOf(operand), unsigned: false}};
  return refuse(`a CAST of ${named(operand)} gives another value elsewhere`);
}

/** An integer as its digits. */
export function asText(sql: string, to: DialectName): string {
  return `CAST(${sql} AS ${to === 'sqlite' ? 'TEXT' : 'CHAR'})`;
}

function collate(operand: Translated, collation: string): Translated {
  if (operand.type !== 'text' && operand.type !== 'literal text') refuse('a collation of something that is no text');
  // What the text does anyway needs no collation on the other side.
  if (/_bin$|^binary$/.test(collation)) return operand.ignoresCase === false ? operand : {...operand, ignoresCase: false, collated: true};
  if (foldsLetters(collation)) return operand.ignoresCase === true ? operand : {...operand, ignoresCase: true, collated: true};
  return refuse('it compares by a collation that is another one elsewhere');
}

