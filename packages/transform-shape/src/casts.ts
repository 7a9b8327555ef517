import type {Column, ColumnType, Value} from '@sluice/core';

/** Converts one value, null excepted; undefined where that would lose or invent something. */
export type Cast = (value: Exclude<Value, null>) => Value | undefined;

/** The types a column can be cast to. */
export type CastType = Exclude<ColumnType, 'any' | 'timestamptz'>;

/**
 * The conversions that give back the value when they are undone, or refuse it. Everything else, such
 * as decimal to float or text with leading zeros to int, would change values in silence.
 */
const casts: {readonly [From in ColumnType]?: {readonly [To in CastType]?: Cast}} = {
  bool: {int: value => (value === true ? 1 : 0), text: String},
  int: {
    text: String, decimal: String,
    float: value => (typeof value === 'number' ? value : undefined),
    bool: value => (value === 0 ? false : value === 1 ? true : undefined),
  },
  float: {
    text: value => (Object.is(value, -0) ? '-0' : String(value)),
    int: value => (Number.isSafeInteger(value) && !Object.is(value, -0) ? value : undefined),
  },
  decimal: {
    text: value => value,
    int: value => integer(String(value).replace(/\.0+$/u, '')),
  },
  text: {
    int: value => integer(String(value)),
    decimal: value => (/^-?(?:0|[1-9]\d*)(?:\.\d+)?$/u.test(String(value)) ? value : undefined),
    bool: value => (value === 'true' ? true : value === 'false' ? false : undefined),
    date: value => (isDate(String(value)) ? value : undefined),
    timestamp: value => (isTimestamp(String(value)) ? value : undefined),
    time: value => (/^-?\d{2,}:[0-5]\d:[0-5]\d(?:\.\d+)?$/u.test(String(value)) ? value : undefined),
    uuid: value => (/^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/u.test(String(value)) ? value : undefined),
    json: value => (isJson(String(value)) ? value : undefined),
    bytes: value => new TextEncoder().encode(String(value)),
  },
  bytes: {text: value => (typeof value === 'object' ? utf8(value) : undefined)},
  date: {text: value => value, timestamp: value => `${String(value)} 00:00:00`},
  timestamp: {text: value => value, date: value => /^(.{10}) 00:00:00(?:\.0+)?$/u.exec(String(value))?.[1]},
  timestamptz: {text: value => value},
  time: {text: value => value},
  json: {text: value => value},
  uuid: {text: value => value},
  any: {
    text: value => (typeof value === 'string' ? value : undefined),
    int: value => (typeof value === 'bigint' ? integer(String(value)) : undefined),
    float: value => (typeof value === 'number' ? value : undefined),
    bytes: value => (typeof value === 'object' ? value : undefined),
  },
};

/** The conversion between two types, undefined when there is none that is exact. */
export const castBetween = (from: ColumnType, to: CastType): Cast | undefined => casts[from]?.[to];

/** The types a type can be cast to. */
export const castsFrom = (from: ColumnType): readonly string[] => Object.keys(casts[from] ?? {});

/** The column after the cast: what the source said of the old type is gone. */
export function castColumn({name, nullable, comment, type: from, unsigned64}: Column, type: CastType): Column {
  return {
    name, type, nullable, ...(comment !== undefined && {comment}),
    ...(from === 'int' && type === 'decimal' && {precision: 20, scale: 0}), // 2^64 - 1 has 20 digits
    ...(type === 'int' && unsigned64 && {unsigned64}),
  };
}

function integer(text: string): number | bigint | undefined {
  if (!/^(?:0|-?[1-9]\d*)$/u.test(text)) return undefined;
  const value = BigInt(text);
  if (value < -(2n ** 63n) || value >= 2n ** 64n) return undefined;
  return value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value;
}

function isDate(text: string): boolean {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/u.exec(text);
  if (!parts) return false;
  const [year, month, day] = [Number(parts[1]), Number(parts[2]), Number(parts[3])];
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return month >= 1 && month <= 12 && day >= 1 && day <= [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]!;
}

const isTimestamp = (text: string): boolean => isDate(text.slice(0, 10)) && /^ (?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?$/u.test(text.slice(10));

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function utf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', {fatal: true, ignoreBOM: true}).decode(bytes);
  } catch {
    return undefined;
  }
}
