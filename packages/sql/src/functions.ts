import type {Context} from './translate-value.ts';
import {asText, inside, named, remainder, truth, unify, whole} from './translate-value.ts';
import {compare} from './compare.ts';
import {range, rangeOf, rangeOfAbsolute, rangeOfSum} from './integer-range.ts';
import {quoteText} from './quote.ts';
import type {Meaning, Translated} from './meaning.ts';
import {refuse, type Expression} from './syntax.ts';

type Call = Extract<Expression, {kind: 'call'}>;
type Function = (values: readonly Translated[], context: Context, call: Call) => Translated;

/** A function that is called the same, or has another form, and means the same in both. All others are refused. */
export function translateCall(call: Call, values: readonly Translated[], context: Context): Translated {
  const {from, to} = context;
  const name = call.name;
  const known = Object.hasOwn(functions, name) ? functions[name] : undefined;
  const own = from === 'sqlite' ? sqliteOnly : mysqlOnly;
  const one = known ?? (Object.hasOwn(own, name) ? own[name] : undefined);
  if (!one) return refuse(`the function ${name} is not known to mean the same in ${to}`);
  const isAggregate = aggregates.has(name) && !(name === 'min' && values.length > 1) && !(name === 'max' && values.length > 1);
  if ((call.distinct || call.star || call.separator !== null) && !isAggregate) refuse(`the function ${name} is written in an unknown way`);
  if (isAggregate && values.some(({aggregate}) => aggregate)) refuse('an aggregate is inside another');
  return {...one(values, context, call), aggregate: isAggregate || values.some(({aggregate}) => aggregate === true)};
}

/** A value of either server has fewer characters, a table fewer rows. */
const MOST_CHARACTERS = 2n ** 32n, MOST_ROWS = 2n ** 53n;

const aggregates = new Set(['count', 'sum', 'min', 'max', 'avg', 'group_concat']);

const atom = (meaning: Meaning, sql: string): Translated => ({...meaning, sql, atom: true});
const text = (values: readonly Meaning[], sql: string): Translated => {
  const meaning = unify(values.filter(({type}) => type === 'text' || type === 'literal text'));
  // Text made of literals and numbers only is compared as nobody knows: see columnOf.
  return atom(meaning.type === 'null' ? {type: 'literal text', literals: []} : {...meaning, ranked: false}, sql);
};
const only = (values: readonly Translated[], count: number, name: string) => {
  if (values.length !== count) refuse(`the function ${name} has another number of arguments`);
  return values;
};
const isText = ({type}: Meaning) => type === 'text' || type === 'literal text';
const isInteger = ({type, unsigned64}: Meaning) => (type === 'int' && !unsigned64) || type === 'literal int' || type === 'bool';
const wantText = (value: Translated, name: string) => {
  if (!isText(value)) refuse(`the function ${name} of ${named(value)}`);
  return value;
};
const count = (value: Translated | undefined, least: number): number => {
  const number = value?.type === 'literal int' ? Number(value.literal) : NaN;
  if (!(number >= least)) refuse('a part of a text is not given by plain numbers');
  return number;
};

/** Text that reads the same in both, so that it may be joined to other text. */
function reads(value: Translated): string {
  const readable = isText(value) || isInteger(value) || ['date', 'timestamp', 'uuid', 'time', 'null'].includes(value.type);
  if (!readable) refuse(`${named(value)} is written in other digits as text elsewhere`);
  return inside(value);
}

const part = (name: string, from: number, length: number): Function => (values, context) => {
  const [value] = only(values, 1, name);
  if (value!.type !== 'date' && value!.type !== 'timestamp') refuse(`the function ${name} of ${named(value!)}`);
  const integers = range(0n, 9999n);
  if (context.to !== 'sqlite') return atom({type: 'int', integers}, `${name}(${value!.sql})`);
  return atom({type: 'int', integers}, `CAST(substr(${value!.sql}, ${from}, ${length}) AS INTEGER)`);
};

const trimmed: Function = (values, {assumptions}, {name}) => {
  const [value] = only(values, 1, name);
  wantText(value!, name);
  assumptions.add('no NUL', value!.origins);
  return text(values, `${name}(${value!.sql})`);
};

const extreme = (name: 'min' | 'max'): Function => (values, context, call) => {
  if (values.length > 1) {
    // SQLite's min and max of several values are MySQL's least and greatest.
    if (context.from !== 'sqlite') refuse(`the function ${name} has another number of arguments`);
    return several(name, values, context);
  }
  const [value] = only(values, 1, name);
  if (call.distinct) refuse(`${name.toUpperCase()} DISTINCT`);
  const sortable = isInteger(value!) || (value!.type === 'decimal' && !value!.decimalAsText) || ['int', 'float', 'date', 'timestamp', 'timestamptz'].includes(value!.type);
  if (!sortable) refuse(`${name.toUpperCase()} of ${named(value!)}, which is sorted in another way elsewhere`);
  const {literal: _, ...meaning} = value!;
  return atom({...meaning, ...(value!.type === 'literal int' && {type: 'int', integers: rangeOf(value!)})}, `${name}(${value!.sql})`);
};

function several(name: 'min' | 'max', values: readonly Translated[], {to}: Context): Translated {
  const meaning = unify(values);
  if (!isInteger(meaning) && !['float', 'date', 'timestamp'].includes(meaning.type)) refuse(`${named(meaning)} is sorted in another way elsewhere`);
  const written = to === 'sqlite' ? name : name === 'min' ? 'least' : 'greatest';
  return atom(meaning, `${written}(${values.map(({sql}) => sql).join(', ')})`);
}

const substring: Function = (values, {assumptions}, {name}) => {
  const [value, from, length] = values;
  if (values.length < 2 || values.length > 3) refuse(`the function ${name} has another number of arguments`);
  wantText(value!, name);
  count(from, 1);
  if (length) count(length, 0);
  assumptions.add('no NUL', value!.origins);
  return text([value!], `substr(${values.map(({sql}) => sql).join(', ')})`);
};

const conditional: Function = (values, _context, {name}) => {
  const [condition, yes, no] = only(values, 3, name);
  truth(condition!);
  const {literal: _, ...meaning} = unify([yes!, no!]);
  return atom(meaning, `CASE WHEN ${condition!.sql} THEN ${yes!.sql} ELSE ${no!.sql} END`);
};

const cased: Function = (values, {assumptions}, {name}) => {
  const [value] = only(values, 1, name);
  wantText(value!, name);
  // The letters of Turkish have other partners.
  if (value!.type === 'text' && value!.ignoresCase === undefined) refuse('it changes the case of text by a collation that is another one elsewhere');
  if (value!.literal !== undefined && !/^[ -~]*$/.test(value!.literal)) refuse('it changes the case of letters beyond ASCII');
  assumptions.add('ascii', value!.origins);
  return text(values, `${name.startsWith('l') ? 'lower' : 'upper'}(${value!.sql})`);
};

const length: Function = (values, {to, assumptions}, {name}) => {
  const [value] = only(values, 1, name);
  wantText(value!, name);
  assumptions.add('no NUL', value!.origins);
  return atom({type: 'int', integers: range(0n, MOST_CHARACTERS)}, `${to === 'sqlite' ? 'length' : 'char_length'}(${value!.sql})`);
};

const concat: Function = (values, {to}) => {
  const parts = values.map(reads);
  const result = text(values, '');
  if (to !== 'sqlite') return {...result, sql: `concat(${values.map(({sql}) => sql).join(', ')})`};
  return parts.length === 1 ? {...result, sql: asText(parts[0]!, to)} : {...result, sql: parts.join(' || '), atom: false};
};

const chosen: Function = (values, _context, {name}) => {
  if (values.length < 2 || (name === 'ifnull' && values.length > 2)) refuse(`the function ${name} has another number of arguments`);
  const {literal: _, ...meaning} = unify(values);
  return atom(meaning, `${name}(${values.map(({sql}) => sql).join(', ')})`);
};

/** Called the same in both dialects. */
const functions: Readonly<Record<string, Function>> = {
  ifnull: chosen,
  coalesce: chosen,
  nullif: (values, context, {name}) => {
    const [value, other] = only(values, 2, name);
    const same = compare('=', value!, other!, context);
    const {literal: _, sql: __, atom: ___, ...meaning} = value!;
    return atom(meaning, `CASE WHEN ${same.sql} THEN NULL ELSE ${value!.sql} END`);
  },
  abs: (values, _context, {name}) => {
    const [value] = only(values, 1, name);
    if (!isInteger(value!) && value!.type !== 'float') refuse(`the function abs of ${named(value!)}`);
    const meaning: Meaning = value!.type === 'float' ? {type: 'float'} : {type: 'int', integers: rangeOfAbsolute(rangeOf(value!))};
    return atom(meaning, `abs(${value!.sql})`);
  },
  concat,
  lower: cased,
  upper: cased,
  trim: trimmed,
  ltrim: trimmed,
  rtrim: trimmed,
  substr: substring,
  substring,
  replace: (values, _context, {name}) => {
    for (const value of only(values, 3, name)) wantText(value, name);
    return text([values[0]!, values[2]!], `replace(${values.map(({sql}) => sql).join(', ')})`);
  },
  json_valid: (values, _context, {name}) => {
    const [value] = only(values, 1, name);
    if (value!.type !== 'json' && !isText(value!)) refuse(`the function json_valid of ${named(value!)}`);
    return atom({type: 'bool'}, `json_valid(${value!.sql})`);
  },
  count: (values, context, {star, distinct}) => {
    const integers = range(0n, MOST_ROWS);
    if (star) return atom({type: 'int', integers}, 'count(*)');
    const [value] = only(values, 1, 'count');
    return atom({type: 'int', integers}, distinct ? `count(DISTINCT ${distinguishable(value!, context)})` : `count(${value!.sql})`);
  },
  sum: (values, {to}, {distinct}) => {
    const [value] = only(values, 1, 'sum');
    if (distinct) refuse('SUM DISTINCT');
    if (isInteger(value!)) return atom({type: 'int', integers: rangeOfSum(rangeOf(value!))}, `sum(${value!.sql})`);
    if (value!.type === 'float') return atom({type: 'float'}, `sum(${value!.sql})`);
    const {scale, precision, decimalAsText} = value!;
    if (to !== 'sqlite' || value!.type !== 'decimal' || decimalAsText || scale === undefined || precision === undefined) return refuse(`SUM of ${named(value!)}`);
    // Summed as whole units, which is exact, then divided once.
    if (scale === 0) return atom({type: 'int'}, `sum(${value!.sql})`);
    return atom({type: 'decimal', scale, decimalAsText: false}, `(sum(CAST(round(${inside(value!)} * 1e${scale}) AS INTEGER)) / 1e${scale})`);
  },
  avg: (values, _context, {distinct}) => {
    const [value] = only(values, 1, 'avg');
    if (distinct || value!.type !== 'float') refuse(`AVG of ${named(value!)}, which has other digits elsewhere`);
    return atom({type: 'float'}, `avg(${value!.sql})`);
  },
  min: extreme('min'),
  max: extreme('max'),
  group_concat: (values, {from, to}, {distinct, separator}) => {
    const [value, given] = values;
    if (distinct) refuse('GROUP_CONCAT DISTINCT');
    if (!value || values.length > (from === 'sqlite' ? 2 : 1)) refuse('GROUP_CONCAT of several values');
    if (given && given.type !== 'literal text') refuse('a separator is no text');
    reads(value);
    const between = given?.literal ?? separator ?? ',';
    const result = text([value], '');
    return {...result, sql: to === 'sqlite' ? `group_concat(${value.sql}, ${quoteText(to, between)})` : `group_concat(${value.sql} separator ${quoteText(to, between)})`};
  },
};

const mysqlOnly: Readonly<Record<string, Function>> = {
  if: conditional,
  isnull: (values, _context, {name}) => {
    const [value] = only(values, 1, name);
    return whole(values, `${inside(value!)} IS NULL`);
  },
  char_length: length,
  character_length: length,
  length: (values, _context, {name}) => {
    const [value] = only(values, 1, name);
    if (value!.type !== 'bytes') refuse('LENGTH counts the bytes of text, which depend on its character set');
    return atom({type: 'int', integers: range(0n, MOST_CHARACTERS)}, `length(${value!.sql})`);
  },
  lcase: cased,
  ucase: cased,
  mid: substring,
  left: (values, context, {name}) => {
    const [value, width] = only(values, 2, name);
    wantText(value!, name);
    count(width, 0);
    context.assumptions.add('no NUL', value!.origins);
    return text([value!], `substr(${value!.sql}, 1, ${width!.sql})`);
  },
  right: (values, context, {name}) => {
    const [value, width] = only(values, 2, name);
    wantText(value!, name);
    count(width, 1);
    context.assumptions.add('no NUL', value!.origins);
    return text([value!], `substr(${value!.sql}, -${width!.sql})`);
  },
  least: (values, context) => several('min', values, context),
  greatest: (values, context) => several('max', values, context),
  mod: (values, context, {name}) => {
    const [left, right] = only(values, 2, name);
    if (!isInteger(left!) || !isInteger(right!)) refuse('a remainder of something that is no integer');
    return remainder(left!, right!, context);
  },
  year: part('year', 1, 4),
  month: part('month', 6, 2),
  day: part('day', 9, 2),
  dayofmonth: part('dayofmonth', 9, 2),
};

const sqliteOnly: Readonly<Record<string, Function>> = {
  iif: conditional,
  length,
};

/**
 * SQL whose collation is the one that the text has: SQLite gives columns theirs, and other values that
 * of any COLLATE inside them.
 */
export function collated(value: Translated): string {
  if (value.ignoresCase) return `${inside(value)} COLLATE NOCASE`;
  return value.sql.includes('COLLATE') ? `${inside(value)} COLLATE BINARY` : value.sql;
}

/** What DISTINCT, GROUP BY and UNION need: SQL whose values are equal in both when they are in one. */
export function distinguishable(value: Translated, {to, assumptions}: Context): string {
  if (['json', 'any'].includes(value.type)) refuse(`${named(value)} values are told apart in another way elsewhere`);
  if (value.type === 'literal text' || (value.type === 'text' && value.ignoresCase === undefined)) refuse('it tells apart text that is put together of several, or by a collation that is another one elsewhere');
  if (value.type !== 'text') return value.sql;
  assumptions.add(value.ignoresCase ? 'ascii' : 'no trailing blanks', value.origins);
  return to === 'sqlite' ? collated(value) : value.sql;
}
