import {plainDecimal, type Column, type ColumnType, type Value} from '@sluice/core';
import {FIELD_TYPES} from './field-types.ts';
import type {JsonKind} from './json-line.ts';
import type {ColumnReader} from './table-file.ts';

/** A field of a Frictionless Table Schema v1, as far as it matters here. */
export interface StandardField {
  readonly name: string;
  readonly type?: unknown;
  readonly format?: unknown;
  readonly description?: unknown;
  readonly constraints?: {readonly required?: unknown; readonly maxLength?: unknown; readonly [other: string]: unknown};
  readonly [other: string]: unknown;
}

interface Reading {
  readonly type: ColumnType;
  fromText(text: string): Value | undefined;
  fromJson(kind: JsonKind, text: string): Value | undefined;
}

/**
 * How to read a field that somebody else described. What the standard lets vary in ways that core
 * values do not carry (other date patterns, thousands separators, geographic points, …) is text.
 */
export function standardReader(field: StandardField, missing: ReadonlySet<string>): ColumnReader {
  const {constraints = {}} = field;
  const {type, fromText, fromJson} = readingOf(field);
  const maxLength = type === 'text' && typeof constraints.maxLength === 'number' ? constraints.maxLength : undefined;
  const column: Column = {
    name: field.name, type, nullable: constraints.required !== true,
    ...(maxLength !== undefined && {maxLength}),
    ...(typeof field.description === 'string' && field.description !== '' && {comment: field.description}),
  };
  return {column, fromText: text => (missing.has(text) ? null : fromText(text)), fromJson};
}

/** Columns of a CSV file that nobody described. */
export function textColumn(name: string): ColumnReader {
  return {column: {name, type: 'text', nullable: true}, ...READ_TEXT};
}

const inBoth = (type: ColumnType, fromText: (text: string) => Value | undefined): Reading => ({
  type, fromText, fromJson: (kind, text) => (kind === 'string' ? fromText(text) : undefined),
});
const READ_TEXT = inBoth('text', text => text);
// Numbers of others may be written with an exponent; a decimal has none.
const READ_DECIMAL: Reading = {
  type: 'decimal',
  fromText: text => (/^[+-]?\d+(\.\d*)?([eE][+-]?\d+)?$/.test(text) ? plainDecimal(text.replace(/^\+/, '').replace(/\.(?=$|[eE])/, '')) ?? undefined : undefined),
  fromJson: (kind, text) => (kind === 'number' ? plainDecimal(text) ?? undefined : undefined),
};
/** The document as it is written: in JSON Lines the source text of whatever stands there. */
export const READ_JSON: Reading = {
  type: 'json',
  fromText: text => text,
  fromJson: (kind, text) => (kind === 'string' ? JSON.stringify(text) : text),
};

function readingOf(field: StandardField): Reading {
  const {type, format = 'default'} = field;
  const plain = format === 'default';
  switch (type) {
    case 'integer': return field['bareNumber'] === false || typeof field['groupChar'] === 'string' ? READ_TEXT : {type: 'int', ...parts('int')};
    case 'number': {
      const varied = ['bareNumber', 'groupChar', 'decimalChar'].some(name => field[name] !== undefined);
      return varied ? READ_TEXT : READ_DECIMAL;
    }
    case 'boolean': return booleanReading(field);
    case 'string': return format === 'binary' ? {type: 'bytes', ...parts('bytes')} : READ_TEXT;
    case 'date': return plain ? {type: 'date', ...parts('date')} : READ_TEXT;
    case 'datetime': return plain ? READ_INSTANT : READ_TEXT;
    case 'object': case 'array': return READ_JSON;
    case 'geojson': return READ_JSON;
    default: return READ_TEXT;
  }
}

const parts = (type: ColumnType): Pick<Reading, 'fromText' | 'fromJson'> => ({fromText: FIELD_TYPES[type].fromText, fromJson: FIELD_TYPES[type].fromJson});

// The standard's own form, in UTC: `YYYY-MM-DDThh:mm:ssZ`.
const READ_INSTANT = inBoth('timestamptz', text => {
  const match = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d(?:\.\d+)?)Z$/.exec(text);
  return match ? `${match[1]} ${match[2]}` : undefined;
});

function booleanReading(field: StandardField): Reading {
  const words = (name: string, otherwise: string[]) => new Set(Array.isArray(field[name]) ? (field[name] as unknown[]) : otherwise);
  const yes = words('trueValues', ['true', 'True', 'TRUE', '1']);
  const no = words('falseValues', ['false', 'False', 'FALSE', '0']);
  return {
    type: 'bool',
    fromText: text => (yes.has(text) ? true : no.has(text) ? false : undefined),
    fromJson: (kind, text) => (kind === 'bool' ? text === 'true' : undefined),
  };
}
