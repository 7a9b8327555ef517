/// <reference lib="es2024.string" />
import {type Column, type ColumnType, plainDecimal, type Value} from '@sluice/core';
import {base64, floatText} from '@sluice/csv-staging';
import {anyOf, anyText, bytesOf, markedFloat} from './any-value.ts';
import type {JsonKind} from './json-line.ts';
import {floatOf, integerOf} from './number-text.ts';

/** Undefined: the value is none of this type. */
type Maybe<T> = T | undefined;
type NotNull = NonNullable<Value>;

/** How one type of column lies in a file that Sluice wrote. Null is no concern of these functions. */
export interface FieldType {
  /** Type and format of Frictionless Table Schema v1. */
  readonly standard: {readonly type: string; readonly format?: string};
  /** In CSV. */
  text(value: NotNull): Maybe<string>;
  fromText(text: string): Maybe<Value>;
  /** In JSON Lines: the JSON text of the value. */
  json(value: NotNull): Maybe<string>;
  fromJson(kind: JsonKind, text: string): Maybe<Value>;
  /** For TYPES.md. */
  readonly inCsv: string;
  readonly inJson: string;
}

type TextForm = Pick<FieldType, 'standard' | 'text' | 'fromText' | 'inCsv'>;

/** A type whose JSON is the CSV text in quotes. */
const quoted = (form: TextForm): FieldType => ({
  ...form,
  json: value => {
    const text = form.text(value);
    return text === undefined ? undefined : JSON.stringify(text);
  },
  fromJson: (kind, text) => (kind === 'string' ? form.fromText(text) : undefined),
  inJson: `string: ${form.inCsv}`,
});

/** Text that must have a certain shape. */
const shaped = (standard: FieldType['standard'], shape: RegExp, inCsv: string): FieldType => quoted({
  standard, inCsv,
  text: value => (typeof value === 'string' && shape.test(value) ? value : undefined),
  fromText: text => (shape.test(text) ? text : undefined),
});

const isText = (value: NotNull): value is string => typeof value === 'string' && value.isWellFormed();
const number = (value: NotNull): Maybe<number> => (typeof value === 'number' ? value : undefined);
const INFINITE: Readonly<Record<string, number>> = {NaN, INF: Infinity, '-INF': -Infinity};
const CLOCK = '\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?';

const decimal = shaped({type: 'number'}, /^-?\d+(\.\d+)?$/, 'all its digits, trailing zeros too');
const text = quoted({
  standard: {type: 'string'}, inCsv: 'as it is',
  text: value => (isText(value) ? value : undefined),
  fromText: read => read,
});

export const FIELD_TYPES: Readonly<Record<ColumnType, FieldType>> = {
  bool: {
    standard: {type: 'boolean'}, inCsv: '`true`, `false`', inJson: '`true`, `false`',
    text: value => (typeof value === 'boolean' ? String(value) : undefined),
    fromText: read => (read === 'true' ? true : read === 'false' ? false : undefined),
    json: value => (typeof value === 'boolean' ? String(value) : undefined),
    fromJson: (kind, read) => (kind === 'bool' ? read === 'true' : undefined),
  },
  int: {
    standard: {type: 'integer'}, inCsv: 'digits, to -2^63 and 2^64 - 1', inJson: 'number: all its digits, also beyond 2^53',
    text: intText,
    fromText: integerOf,
    json: intText,
    fromJson: (kind, read) => (kind === 'number' ? integerOf(read) : undefined),
  },
  float: {
    standard: {type: 'number'},
    inCsv: 'the shortest text that gives the same bits; `NaN`, `INF`, `-INF`', inJson: 'number; string: `NaN`, `INF`, `-INF`',
    text: value => (typeof value === 'number' ? floatText(value) : undefined),
    fromText: read => (Object.hasOwn(INFINITE, read) ? INFINITE[read] : floatOf(read)),
    json: value => {
      const read = number(value);
      return read === undefined ? undefined : Number.isFinite(read) ? floatText(read) : JSON.stringify(floatText(read));
    },
    fromJson: (kind, read) => (kind === 'number' ? floatOf(read) : kind === 'string' && Object.hasOwn(INFINITE, read) ? INFINITE[read] : undefined),
  },
  decimal: {
    ...decimal,
    fromJson: (kind, read) => (kind === 'number' ? plainDecimal(read) ?? undefined : decimal.fromJson(kind, read)),
  },
  text,
  bytes: quoted({
    standard: {type: 'string', format: 'binary'}, inCsv: 'base64',
    text: value => (value instanceof Uint8Array ? base64(value) : undefined),
    fromText: bytesOf,
  }),
  date: shaped({type: 'date', format: 'any'}, /^\d{4}-\d\d-\d\d$/, '`YYYY-MM-DD`; zero and partial dates as they are'),
  time: shaped({type: 'string'}, /^-?\d{2,}:\d\d:\d\d(\.\d+)?$/, '`[-]HH:MM:SS[.f]`, hours beyond 24 too'),
  timestamp: shaped({type: 'datetime', format: 'any'}, new RegExp(`^\\d{4}-\\d\\d-\\d\\d ${CLOCK}$`), '`YYYY-MM-DD HH:MM:SS[.f]`, no zone'),
  timestamptz: shaped({type: 'datetime', format: 'any'}, new RegExp(`^\\d{4}-\\d\\d-\\d\\d ${CLOCK}$`), '`YYYY-MM-DD HH:MM:SS[.f]`, in UTC'),
  json: {
    ...text,
    standard: {type: 'any'}, inCsv: 'the document to the letter',
    json: value => (isText(value) ? embeddedJson(value) : undefined),
    fromJson: (kind, read) => (kind === 'string' || kind === 'nested' ? read : undefined),
    inJson: 'an object or array in one line: to the letter; every other document: string of its text',
  },
  uuid: shaped({type: 'string', format: 'uuid'}, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, 'lower case, with hyphens'),
  any: {
    standard: {type: 'any'},
    text: value => (typeof value === 'string' && !isText(value) ? undefined : anyText(value)),
    fromText: anyOf,
    inCsv: 'integer: digits; float: with a point or exponent; `true`, `false`; bytes: `base64:…`; text as it is, or after `text:` where it would read as one of these',
    json: anyJson,
    fromJson: anyFromJson,
    inJson: 'number (a float with a point or exponent), `true`, `false`, string; bytes: `{"base64":"…"}`; NaN and infinities: `{"float":"…"}`',
  },
};

/** The standard description of a column, as far as its type goes. */
export function standardType(column: Column): FieldType['standard'] {
  return FIELD_TYPES[column.type].standard;
}

function intText(value: NotNull): Maybe<string> {
  if (typeof value === 'bigint') return value.toString();
  return typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : undefined;
}

/** Objects and arrays in one line stand in the line as they are; they come back to the letter. */
function embeddedJson(document: string): string {
  if (/^[{[]/.test(document) && /[}\]]$/.test(document) && !/[\r\n]/.test(document)) {
    try {
      JSON.parse(document);
      return document;
    } catch {
      // Not what its column says, or nested too deep for this parser: kept as text.
    }
  }
  return JSON.stringify(document);
}

function anyJson(value: NotNull): Maybe<string> {
  switch (typeof value) {
    case 'string': return isText(value) ? JSON.stringify(value) : undefined;
    case 'number': return Number.isFinite(value) ? markedFloat(value) : `{"float":"${floatText(value)}"}`;
    case 'object': return `{"base64":"${base64(value)}"}`;
    default: return String(value);
  }
}

function anyFromJson(kind: JsonKind, read: string): Maybe<Value> {
  switch (kind) {
    case 'string': return read;
    case 'bool': return read === 'true';
    case 'number': return /^-?\d+$/.test(read) && read !== '-0' ? BigInt(read) : floatOf(read);
    case 'null': return undefined;
    case 'nested': {
      const {float, base64: bytes} = JSON.parse(read) as {readonly float?: unknown; readonly base64?: unknown};
      if (typeof bytes === 'string') return bytesOf(bytes);
      return typeof float === 'string' && Object.hasOwn(INFINITE, float) ? INFINITE[float] : undefined;
    }
  }
}
