import type {Column} from '@sluice/core';
import {quoteText} from '@sluice/sql';
import {affinityOf, EXACT_DIGITS, type Storage} from './types.ts';

/**
 * What a column may be, and the SQL condition that every value but null must meet. SQLite does not
 * hold columns to their types: the claims of a column are tried in order on its values, and the
 * first that all of them meet wins. The last is `any`.
 */
export interface Claim {
  readonly column: Pick<Column, 'type' | 'precision' | 'scale' | 'maxLength' | 'unsigned64'>;
  readonly storage: Storage;
  /** Given the quoted name; null needs no look. */
  readonly holds: ((name: string) => string) | null;
  /** The claim is weaker than what is declared: the source's own type does not hold then. */
  readonly fallback?: true;
}

const is = (...classes: readonly string[]) => (name: string) => `typeof(${name}) IN (${classes.map(c => `'${c}'`).join(', ')})`;
const both = (a: (name: string) => string, b: (name: string) => string) => (name: string) => `(${a(name)} AND ${b(name)})`;
const glob = (pattern: string) => (name: string) => `${name} GLOB ${quoteText('sqlite', pattern)}`;
const DIGIT = '[0-9]';
const digits = (n: number) => DIGIT.repeat(n);

const any: Claim = {column: {type: 'any'}, storage: 'any', holds: null, fallback: true};
const text: Claim = {column: {type: 'text'}, storage: 'text', holds: is('text')};
const int: Claim = {column: {type: 'int'}, storage: 'integer', holds: is('integer')};
const float: Claim = {column: {type: 'float'}, storage: 'real', holds: is('real')};
const weaker = (claim: Claim): Claim => ({...claim, fallback: true});

/** The claims of a column with that declared type; `marker` is what a file of ours says beside it. */
export function claimsOf(declared: string, marker: string | null): readonly Claim[] {
  if (marker === 'int unsigned64') {
    const holds = (name: string) => `((typeof(${name}) = 'integer' AND ${name} >= 0) OR (typeof(${name}) = 'text' AND ${name} GLOB '${digits(20)}'))`;
    return [{column: {type: 'int', unsigned64: true}, storage: 'unsigned', holds}, any];
  }
  const match = /^\s*([^(]*?)\s*(?:\(\s*(\d+)\s*(?:,\s*(\d+)\s*)?\))?\s*([^(]*)$/.exec(declared.toUpperCase());
  const name = match ? `${match[1]!} ${match[4]!}`.trim() : declared.toUpperCase();
  const first = match?.[2] === undefined ? undefined : Number(match[2]);
  const second = match?.[3] === undefined ? undefined : Number(match[3]);
  switch (name) {
    case '': return [{...any, column: {type: 'any'}}];
    case 'BOOL': case 'BOOLEAN':
      return [{column: {type: 'bool'}, storage: 'boolean', holds: name => `(typeof(${name}) = 'integer' AND ${name} IN (0, 1))`}, weaker(int), any];
    case 'DECIMAL': case 'NUMERIC': return [...decimalClaims(first, second), weaker(int), weaker(float), any];
    case 'DECIMAL_TEXT': return [...decimalTextClaims(first, second), weaker(text), any];
    case 'DATE_TEXT': return [date, weaker(text), any];
    case 'TIME_TEXT': return [time(first), weaker(text), any];
    case 'DATETIME_TEXT': return [moment('timestamp', first), weaker(text), any];
    case 'TIMESTAMP_TEXT': return [moment('timestamptz', first), weaker(text), any];
    case 'JSON_TEXT': return [{column: {type: 'json'}, storage: 'text', holds: both(is('text'), name => `json_valid(${name})`)}, weaker(text), any];
    case 'UUID_TEXT': return [uuid, weaker(text), any];
    // NUMERIC affinity, but people keep text in them: https://www.sqlite.org/datatype3.html, 2.2.
    case 'DATE': return [date, weaker(text), weaker(int), weaker(float), any];
    case 'DATETIME': case 'TIMESTAMP': return [...[0, 3, 6].map(scale => moment('timestamp', scale)), weaker(text), weaker(int), weaker(float), any];
    default:
  }
  switch (affinityOf(declared)) {
    case 'INTEGER': return [int, any];
    case 'REAL': return [float, any];
    case 'TEXT': return /CHAR/.test(name) && first !== undefined && first > 0 ? [limited(first), weaker(text), any] : [text, any];
    case 'BLOB': return [{column: {type: 'bytes'}, storage: 'blob', holds: is('blob')}, any];
    case 'NUMERIC': return [weaker(int), weaker(float), weaker(text), any];
  }
}

/** Characters, not bytes, and not only up to the first NUL as length() counts: a function of the reading connection. */
export const COUNT_CHARACTERS = 'sluice_characters';

function limited(maxLength: number): Claim {
  // Most values prove themselves by their bytes.
  const holds = (name: string) => `(typeof(${name}) = 'text' AND (octet_length(${name}) <= ${maxLength} OR ${COUNT_CHARACTERS}(${name}) <= ${maxLength}))`;
  return {column: {type: 'text', maxLength}, storage: 'text', holds};
}

function decimalClaims(precision: number | undefined, scale = 0): Claim[] {
  if (precision === undefined || precision > EXACT_DIGITS || scale > precision) return [];
  // Reads back to the letter: what the digits say is what is stored. SQLite has no abs() of the least integer: it fails.
  const holds = (name: string) => `(typeof(${name}) IN ('integer', 'real') AND ${name} > -1e${precision - scale} AND ${name} < 1e${precision - scale} AND CAST(printf('%.${scale}f', ${name}) AS NUMERIC) = ${name})`;
  return [{column: {type: 'decimal', precision, scale}, storage: 'number', holds}];
}

function decimalTextClaims(precision: number | undefined, scale: number | undefined): Claim[] {
  const form = (name: string) => `(typeof(${name}) = 'text' AND ${name} GLOB '*[0-9]' AND ${name} NOT GLOB '*[^0-9.-]*' AND ${name} NOT GLOB '?*-*' AND ${name} NOT GLOB '*.*.*' AND ltrim(${name}, '-') GLOB '[0-9]*')`;
  const loose: Claim = {column: {type: 'decimal'}, storage: 'text', holds: form};
  if (precision === undefined) return [loose];
  const places = scale ?? 0;
  const fraction = (name: string) => (places === 0 ? `instr(${name}, '.') = 0` : `${name} GLOB '*.${digits(places)}'`);
  const most = Math.max(precision - places, 1) + (places === 0 ? 0 : places + 1);
  const strict: Claim = {
    column: {type: 'decimal', precision, scale: places}, storage: 'text',
    holds: name => `(${form(name)} AND ${fraction(name)} AND length(ltrim(${name}, '-')) <= ${most})`,
  };
  return [strict, weaker(loose)];
}

const DAY = `${digits(4)}-${digits(2)}-${digits(2)}`;
const CLOCK = `${digits(2)}:${digits(2)}:${digits(2)}`;
const date: Claim = {column: {type: 'date'}, storage: 'text', holds: both(is('text'), glob(DAY))};
const HEX = '[0-9a-f]';
const uuid: Claim = {
  column: {type: 'uuid'}, storage: 'text',
  holds: both(is('text'), glob([8, 4, 4, 4, 12].map(n => HEX.repeat(n)).join('-'))),
};

function time(scale: number | undefined): Claim {
  const holds = (name: string) => {
    const hours = `ltrim(${name}, '-')`;
    return `(typeof(${name}) = 'text' AND ${name} NOT GLOB '--*' AND (${fractional(hours, 8, CLOCK, scale)} OR ${fractional(hours, 9, DIGIT + CLOCK, scale)}))`;
  };
  return {column: {type: 'time', ...(scale !== undefined && {scale})}, storage: 'text', holds};
}

function moment(type: 'timestamp' | 'timestamptz', scale: number | undefined): Claim {
  return {
    column: {type, ...(scale !== undefined && {scale})}, storage: 'text',
    holds: name => `(typeof(${name}) = 'text' AND ${fractional(name, 19, `${DAY} ${CLOCK}`, scale)})`,
  };
}

/** The pattern, then as many digits of a second as `scale` says, any number of them when it says none. */
function fractional(value: string, width: number, pattern: string, scale: number | undefined): string {
  if (scale !== undefined) return `${value} GLOB '${pattern}${scale === 0 ? '' : `.${digits(scale)}`}'`;
  const rest = `substr(${value}, ${width + 1})`;
  return `(substr(${value}, 1, ${width}) GLOB '${pattern}' AND (${rest} = '' OR (${rest} GLOB '.[0-9]*' AND substr(${rest}, 2) NOT GLOB '*[^0-9]*')))`;
}
