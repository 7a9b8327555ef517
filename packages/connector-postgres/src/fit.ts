import {Fitting, Refusal, type Rewrite, type TableLossRules} from '@sluice/core';
import {clock, dayNumber} from '@sluice/csv-staging/postgres-binary';
import {jsonText} from '@sluice/sql';
import type {TargetColumn} from './target-column.ts';
import type {TargetType} from './target-type.ts';

/** The server refuses most of what a column cannot hold, too, but rounds and cuts some of it in silence. Generated columns get no values. */
export function fittingOf(table: string, columns: readonly TargetColumn[], rules?: TableLossRules): Fitting {
  return new Fitting(table, columns.flatMap(({column, type, generated}, at) => (
    generated ? [] : [{at, name: column.name, nullable: column.nullable, rewrite: type.family === 'json' && rules?.has(column.name) ? json : rewriting(type)}])), rules);
}

const refuse = {
  type: new Refusal('holds a value of another type'),
  range: new Refusal('holds a number out of its range'),
  single: new Refusal('holds a number that a real rounds'),
  digits: new Refusal('holds a number with more digits than it has'),
  number: new Refusal('holds text that is no number'),
  fraction: new Refusal('holds a time with more fraction digits than it has'),
  moment: new Refusal('holds a date or time that PostgreSQL has not'),
  length: new Refusal('is too short for the value'),
  nul: new Refusal('holds text with a NUL, and PostgreSQL has none'),
  pair: new Refusal('holds text with half of a surrogate pair'),
  uuid: new Refusal('holds text that is no UUID'),
};

const INTEGERS = {int2: [-(2n ** 15n), 2n ** 15n - 1n], int4: [-(2n ** 31n), 2n ** 31n - 1n], int8: [-(2n ** 63n), 2n ** 63n - 1n]} as const;

/** What a column of this type makes of a value, without a rule. */
export function rewriting(type: TargetType): Rewrite {
  switch (type.family) {
    case 'bool': return value => typeof value === 'boolean' ? value : refuse.type;
    case 'int2': case 'int4': case 'int8': return integer(...INTEGERS[type.family]);
    case 'numeric': return numeric(type);
    case 'float8': return value => typeof value === 'number' ? value : refuse.type;
    case 'float4': return value => typeof value !== 'number' ? refuse.type : Number.isNaN(value) || Math.fround(value) === value ? value : refuse.single;
    case 'bytea': return value => value instanceof Uint8Array ? value : refuse.type;
    case 'date': return day;
    case 'time': return moment(TIME, type.scale, {is: isTime, length: CLOCK_LENGTH});
    case 'interval': return duration(type.scale);
    case 'timestamp': case 'timestamptz': return moment(TIMESTAMP, type.scale, {is: isTimestamp, length: DAY_LENGTH + 1 + CLOCK_LENGTH});
    case 'uuid': return uuid;
    case 'char': return fixedText(type.length);
    case 'text': return limitedText(type.length);
    case 'json': case 'jsonb': case 'own': return plainText;
  }
}

function integer(least: bigint, most: bigint): Rewrite {
  const low = Number(least), high = Number(most);
  return value => typeof value === 'number' ? (Number.isInteger(value) && value >= low && value <= high ? value : refuse.range)
    : typeof value !== 'bigint' ? refuse.type : value >= least && value <= most ? value : refuse.range;
}

/** With the flag `u` only half a pair matches. */
const LONE_SURROGATE = /[\ud800-\udfff]/u;

const plainText: Rewrite = value =>
  typeof value !== 'string' ? refuse.type : value.includes('\0') ? refuse.nul : LONE_SURROGATE.test(value) ? refuse.pair : value;

const json: Rewrite = value => {
  const text = jsonText(value);
  return typeof text === 'string' ? plainText(text) : text;
};

// A character beyond the basic plane counts once for the server and twice for JavaScript.
const characters = (text: string, length: number) => text.length <= length ? text.length : [...text].length;

function limitedText(length: number | null): Rewrite {
  if (length === null) return plainText;
  return value => typeof value === 'string' && characters(value, length) > length ? refuse.length : plainText(value);
}

/** The server fills up with blanks; cut it would in silence. */
function fixedText(length: number | null): Rewrite {
  const fits = limitedText(length);
  return value => {
    const text = fits(value);
    if (length === null || typeof text !== 'string') return text;
    const missing = length - [...text].length;
    return missing > 0 ? text + ' '.repeat(missing) : text;
  };
}

const DECIMAL = /^(-?)0*(\d*?)(?:\.(\d*))?$/;
/** What an undeclared numeric holds (PostgreSQL 18 manual, 8.1.2). */
const MAX_WHOLE = 131_072, MAX_FRACTION = 16_383;

function numeric({precision, scale}: TargetType): Rewrite {
  const whole = precision === null ? MAX_WHOLE : precision - (scale ?? 0);
  const declared = precision === null ? null : scale ?? 0;
  const limit = 10n ** BigInt(Math.min(whole, 40));
  return value => {
    if (typeof value === 'number' || typeof value === 'bigint') {
      if (typeof value === 'number' && !Number.isInteger(value)) return refuse.type;
      return BigInt(value) < limit && BigInt(value) > -limit ? value : refuse.range;
    }
    if (typeof value !== 'string') return refuse.type;
    // The common case, without a regular expression: as many fraction digits as the column has, and no zero to take away.
    const dot = declared === null || declared === 0 ? value.length : value.length - declared - 1;
    const first = value.charCodeAt(0);
    if (declared !== null && first > 48 && first <= 57 && dot >= 1 && dot <= whole && value.length <= SIMPLE && (declared === 0 ? DIGITS.test(value) : value.charCodeAt(dot) === 46 && FIXED.test(value))) return value;
    if (value === 'NaN' || (precision === null && (value === 'Infinity' || value === '-Infinity'))) return value;
    const match = DECIMAL.exec(value);
    if (!match || !/\d/.test(value)) return refuse.number;
    const [, sign = '', digits = '', fraction = ''] = match;
    if (digits.length > whole || fraction.length > MAX_FRACTION || (declared !== null && /[1-9]/.test(fraction.slice(declared)))) return refuse.digits;
    const kept = declared === null ? fraction : fraction.slice(0, declared).padEnd(declared, '0');
    const isZero = digits === '' && !/[1-9]/.test(kept);
    return `${isZero ? '' : sign}${digits || '0'}${kept === '' ? '' : `.${kept}`}`;
  };
}

const SIMPLE = 1_000;
const DIGITS = /^\d+$/;
const FIXED = /^\d+\.\d+$/;

const DATE = '(?:(?!0000)\\d{4}|[1-9]\\d{4,6})-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\\d|3[01])';
const CLOCK = '(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(?:\\.(\\d+))?';
const DAY = new RegExp(`^(?:${DATE}(?: BC)?|-?infinity)$`);
const TIMESTAMP = new RegExp(`^(?:${DATE} ${CLOCK}(?: BC)?|-?infinity)$`);
const TIME = new RegExp(`^(?:${CLOCK}|24:00:00)$`);
const DURATION = /^-?(?:\d\d|[1-9]\d{2,8}):[0-5]\d:[0-5]\d(?:\.(\d+))?$/;

const day: Rewrite = value => typeof value !== 'string' ? refuse.type : value.length === DAY_LENGTH && isDay(value) ? value : DAY.test(value) && isOfItsMonth(value) ? value : refuse.moment;

// The common cases, without a regular expression, whose match is an object for each value.
const DAY_LENGTH = 10, CLOCK_LENGTH = 8, BLANK = 32;
const isDay = (value: string) => !Number.isNaN(dayNumber(value));
const isTime = (value: string) => !Number.isNaN(clock(value, 0));
const isTimestamp = (value: string) => isDay(value) && value.charCodeAt(DAY_LENGTH) === BLANK && !Number.isNaN(clock(value, DAY_LENGTH + 1));

const LATE = /^(\d+)-(\d\d)-(29|30|31)/;

/** MySQL, if told so, has 31 days in every month. */
function isOfItsMonth(value: string): boolean {
  // Nearly all: a day before the 29th of a year of four digits.
  const tens = value.charCodeAt(8);
  if (value.charCodeAt(4) === 45 && (tens < 50 || (tens === 50 && value.charCodeAt(9) < 57))) return true;
  const late = LATE.exec(value);
  if (!late) return true;
  const [, year, month, dayOfMonth] = late.map(Number) as [number, number, number, number];
  // The year before year 1 is 1 BC here, and a leap year.
  const counted = value.endsWith(' BC') ? year - 1 : year;
  const isLeap = counted % 4 === 0 && (counted % 100 !== 0 || counted % 400 === 0);
  return dayOfMonth <= (month === 2 ? (isLeap ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31);
}

/** `scale` null: trailing zeros of the fraction are left out, as the server prints it. */
function moment(pattern: RegExp, scale: number | null, usual?: {readonly is: (value: string) => boolean; readonly length: number}): Rewrite {
  const length = usual === undefined || scale === null ? -1 : usual.length + (scale === 0 ? 0 : scale + 1);
  return value => {
    if (typeof value !== 'string') return refuse.type;
    if (value.length === length && usual!.is(value)) return value;
    const match = pattern.exec(value);
    if (!match || !isOfItsMonth(value)) return refuse.moment;
    if (value.endsWith('infinity')) return value;
    const fraction = match[1] ?? '';
    if (fraction.length === (scale ?? -1)) return value;
    const most = scale ?? MICROSECONDS;
    if (fraction.length > most && /[1-9]/.test(fraction.slice(most))) return refuse.fraction;
    const era = value.endsWith(' BC') ? ' BC' : '';
    const whole = value.slice(0, value.length - era.length - (fraction === '' ? 0 : fraction.length + 1));
    const kept = scale === null ? fraction.slice(0, most).replace(/0+$/, '') : fraction.slice(0, scale).padEnd(scale, '0');
    return `${whole}${kept === '' ? '' : `.${kept}`}${era}`;
  };
}

const MICROSECONDS = 6;

function duration(scale: number | null): Rewrite {
  const rewrite = moment(DURATION, scale);
  return value => {
    const text = rewrite(value);
    // The server prints no sign before zero.
    return typeof text === 'string' && text.startsWith('-') && !/[1-9]/.test(text) ? text.slice(1) : text;
  };
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

const uuid: Rewrite = value => {
  if (typeof value !== 'string') return refuse.type;
  if (UUID.test(value)) return value;
  const lower = value.toLowerCase();
  return UUID.test(lower) ? lower : refuse.uuid;
};
