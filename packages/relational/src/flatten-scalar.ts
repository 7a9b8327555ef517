import {
  binaryOf, BsonType, decimal128At, doubleAt, extendedJson, idJson, int32At, int64At, isMoment, momentText, objectIdText, plainDecimal, textOf, uuidText,
} from '@sluice/bson';
import type {Value} from '@sluice/core';
import type {MisfitReason} from './misfit.ts';
import type {ScalarNode, ScalarType} from './plan.ts';

/** Instead of a value: it does not fit, and why. Symbols, because a look at the type tells them from every value. */
export const refused = {
  type: Symbol('other type'),
  utf8: Symbol('not UTF-8'),
  nul: Symbol('holds NUL'),
  range: Symbol('out of range'),
  exact: Symbol('not exact'),
} as const;

const REASONS = new Map<symbol, MisfitReason>([
  [refused.type, 'other type'], [refused.utf8, 'not UTF-8'], [refused.nul, 'holds NUL'], [refused.range, 'out of range'], [refused.exact, 'not exact'],
]);

export function reasonOf(symbol: symbol): MisfitReason {
  const reason = REASONS.get(symbol);
  if (reason === undefined) throw new Error('not a refusal');
  return reason;
}

/** The value of a column from the bytes of a value, or why it is none. `depth`: of the document that the value stands in. */
export type Take = (bytes: Uint8Array, type: number, start: number, end: number, depth: number) => Value | symbol;

/** How moments are given: as the canonical text, or as milliseconds since 1970. */
export type Moments = 'text' | 'milliseconds';

export function takeOf({type, strict}: Pick<ScalarNode, 'type' | 'strict'>, moments: Moments): Take {
  if (type === 'date' && moments === 'milliseconds') return milliseconds;
  return (strict ? STRICT[type] : undefined) ?? TOLERANT[type];
}

/** Of a column with ids of any type: what MongoDB takes for one id has one text, as the rows of a document are found by it. */
export const takeId: Take = (bytes, type, start, end) => {
  const {text, utf8} = idJson({bytes, type, start, end});
  return utf8 ? text : refused.utf8;
};

const TOLERANT: Readonly<Record<ScalarType, Take>> = {
  bool: (bytes, type, start) => (type === BsonType.BOOL ? bytes[start] === 1 : refused.type),
  int: integer,
  long: integer,
  double: (bytes, type, start) => {
    if (type === BsonType.DOUBLE) return doubleAt(bytes, start);
    if (type === BsonType.INT32) return int32At(bytes, start);
    if (type !== BsonType.INT64) return refused.type;
    const value = int64At(bytes, start);
    if (typeof value === 'number') return value;
    const near = Number(value);
    return BigInt(near) === value ? near : refused.exact;
  },
  decimal: (bytes, type, start) => {
    switch (type) {
      case BsonType.DECIMAL128: return plainDecimal(decimal128At(bytes, start)) ?? refused.range;
      case BsonType.INT32: return String(int32At(bytes, start));
      case BsonType.INT64: return String(int64At(bytes, start));
      case BsonType.DOUBLE: return doubleDigits(doubleAt(bytes, start)) ?? refused.range;
      default: return refused.type;
    }
  },
  string: (bytes, type, start, end) => {
    if (type !== BsonType.STRING) return refused.type;
    const text = textOf(bytes, start + 4, end - 1);
    if (text === null) return refused.utf8;
    return text.includes('\0') ? refused.nul : text;
  },
  date: (bytes, type, start) => (type === BsonType.DATE ? momentText(int64At(bytes, start)) ?? refused.range : refused.type),
  objectId: (bytes, type, start) => (type === BsonType.OBJECT_ID ? objectIdText(bytes, start) : refused.type),
  uuid: (bytes, type, start, end) => (type === BsonType.BINARY && bytes[start + 4] === UUID && end - start === 5 + 16 ? uuidText(bytes, start + 5) : refused.type),
  binary: (bytes, type, start, end) => {
    if (type !== BsonType.BINARY || bytes[start + 4] !== GENERIC) return refused.type;
    // A copy: the row outlives the reply of the server that the document is a part of.
    return new Uint8Array(binaryOf({bytes, type, start, end}).bytes);
  },
  json: (bytes, type, start, end, depth) => {
    const {text, utf8} = extendedJson({bytes, type, start, end}, depth);
    return utf8 ? text : refused.utf8;
  },
  null: () => refused.type,
};

const STRICT: Partial<Record<ScalarType, Take>> = {
  int: (bytes, type, start) => (type === BsonType.INT32 ? int32At(bytes, start) : refused.type),
  long: (bytes, type, start) => (type === BsonType.INT64 ? int64At(bytes, start) : refused.type),
  double: (bytes, type, start) => {
    if (type === BsonType.DOUBLE) return doubleAt(bytes, start);
    return type === BsonType.INT32 ? int32At(bytes, start) : refused.type;
  },
  decimal: (bytes, type, start) => (type === BsonType.DECIMAL128 ? plainDecimal(decimal128At(bytes, start)) ?? refused.range : refused.type),
};

const milliseconds: Take = (bytes, type, start) => {
  if (type !== BsonType.DATE) return refused.type;
  const moment = int64At(bytes, start);
  return isMoment(moment) ? moment : refused.range;
};

const GENERIC = 0;
const UUID = 4;

function integer(bytes: Uint8Array, type: number, start: number): Value | symbol {
  if (type === BsonType.INT32) return int32At(bytes, start);
  if (type === BsonType.INT64) return int64At(bytes, start);
  if (type !== BsonType.DOUBLE) return refused.type;
  const value = doubleAt(bytes, start);
  return Number.isSafeInteger(value) && !Object.is(value, -0) ? value : refused.exact;
}

/**
 * An integer exactly, whatever it takes; of other doubles the fewest digits that give the same double, without
 * an exponent. Null for what no decimal is.
 */
function doubleDigits(value: number): string | null {
  if (Number.isInteger(value)) return Object.is(value, -0) ? null : String(BigInt(value));
  if (!Number.isFinite(value)) return null;
  const text = String(value);
  // Only what is less than a millionth has an exponent.
  const parts = /^(-?)(\d)(?:\.(\d+))?e-(\d+)$/.exec(text);
  if (!parts) return text;
  const [, sign = '', whole = '', fraction = '', exponent] = parts;
  return `${sign}0.${'0'.repeat(Number(exponent) - 1)}${whole}${fraction}`;
}
