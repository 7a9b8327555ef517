/// <reference lib="es2024.string" />
import {plainDecimal, type Column, type ColumnType, type Value} from '@sluice/core';
import {GEOMETRIES, hexEwkb, type GeometryName} from './ewkb.ts';
import type {MemberKind} from './row-members.ts';

/** What can be compared with the server's own figures: the values themselves, which of them is the least, that what it calls the least is one of them, or only how many there are. */
export type Comparable = 'sum' | 'order' | 'member' | 'count' | 'nothing';

/** How the values of a type travel. */
export interface FieldType {
  readonly type: ColumnType;
  readonly scale?: number;
  readonly comparable: Comparable;
  /** What a value of it is called where its type says too little. */
  readonly what?: string;
  /** The canonical value; undefined where it is not what the type says. Never called for null. */
  convert(kind: MemberKind, text: string): Value | undefined;
}

// Half a character can only come as an escape; no database takes it.
const text: FieldType = {type: 'text', comparable: 'member', convert: (kind, value) => (kind === 'string' && value.isWellFormed() ? value : undefined)};
const opaqueText: FieldType = {...text, comparable: 'nothing'};
const number: FieldType = {type: 'decimal', comparable: 'sum', convert: (kind, value) => (kind === 'string' || kind === 'number' ? decimalOf(value) : undefined)};
const bool: FieldType = {
  type: 'bool', comparable: 'count',
  convert: (kind, value) => (kind === 'bool' || kind === 'string' ? (value === 'true' ? true : value === 'false' ? false : undefined) : undefined),
};
const floating: FieldType = {type: 'timestamp', scale: 3, comparable: 'order', convert: (kind, value) => (kind === 'string' ? momentOf(value, false) : undefined)};
const fixed: FieldType = {type: 'timestamptz', scale: 3, comparable: 'order', convert: (kind, value) => (kind === 'string' ? momentOf(value, true) : undefined)};
const document: FieldType = {type: 'json', comparable: 'count', convert: documentOf};
const opaqueDocument: FieldType = {...document, comparable: 'nothing'};

/** Types as metadata spells them: https://dev.socrata.com/docs/datatypes, and those of old portals. */
const TYPES: Readonly<Record<string, FieldType>> = {
  text, email: text, html: text, flag: text, drop_down_list: text, photo: opaqueText, blob: opaqueText, row_identifier: opaqueText, row_version: opaqueText, time: opaqueText, interval: opaqueText, datestamp: opaqueText,
  number, double: {...number, comparable: 'order'}, money: number, percent: number, stars: number,
  checkbox: bool, boolean: bool, calendar_date: floating, floating_timestamp: floating, date: fixed, fixed_timestamp: fixed,
  point: document, line: document, polygon: document, multipoint: document, multiline: document, multipolygon: document,
  // Several values in one, at least at some portals: what a count of them would be nobody has told.
  url: opaqueDocument, location: opaqueDocument, phone: opaqueDocument, document: opaqueDocument, json: opaqueDocument,
};

/** Null: the type is one that nobody has told of; its values are kept as JSON. */
export const knownType = (dataTypeName: string): FieldType | null => (Object.hasOwn(TYPES, dataTypeName) ? TYPES[dataTypeName] ?? null : null);
export const unknownType: FieldType = opaqueDocument;

/** A geometry as PostGIS has it, and the type that it gets there; null for what is none. */
export function postgisType(dataTypeName: string): {readonly field: FieldType; readonly sql: string} | null {
  const name = Object.hasOwn(GEOMETRIES, dataTypeName) ? GEOMETRIES[dataTypeName] : undefined;
  return name === undefined ? null : {field: geometry(name), sql: `geometry(${name},4326)`};
}

const geometry = (name: GeometryName): FieldType => ({type: 'text', comparable: 'count', what: `geometry of the type ${name}, each coordinate a double,`, convert: (kind, value) => (kind === 'nested' ? hexEwkb(value, name) : undefined)});

/** The platform's own columns. */
export const SYSTEM_COLUMNS: readonly {readonly column: Column; readonly field: FieldType}[] = [
  {column: {name: ':id', type: 'text', nullable: false, native: native('row_identifier'), maxLength: 64}, field: opaqueText},
  {column: {name: ':created_at', type: 'timestamptz', nullable: false, scale: 3, native: native('fixed_timestamp')}, field: fixed},
  {column: {name: ':updated_at', type: 'timestamptz', nullable: false, scale: 3, native: native('fixed_timestamp')}, field: fixed},
  {column: {name: ':version', type: 'text', nullable: true, native: native('row_version')}, field: opaqueText},
];

function native(sql: string): {readonly dialect: string; readonly sql: string} {
  return {dialect: 'socrata', sql};
}

/** A number without its exponent, and without zeros that say nothing before it; undefined for what is none, or has more zeros than anybody means. */
export function decimalOf(value: string): string | undefined {
  if (!NUMBER.test(value)) return undefined;
  return plainDecimal(value)?.replace(/^(-?)0+(?=\d)/, '$1');
}

const NUMBER = /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z?$/;
const DATE_LENGTH = 10;
/** Up to the seconds: behind it comes a fraction, or nothing. */
const SECONDS_LENGTH = 19;
/** Digits that the platform prints behind them. */
const FRACTION_DIGITS = 3;
const WHOLE_LENGTH = SECONDS_LENGTH + 1 + FRACTION_DIGITS;

/** `2014-10-13T00:00:00.000` as `2014-10-13 00:00:00.000`. With a zone only where the type has one. */
function momentOf(value: string, hasZone: boolean): string | undefined {
  if (!MOMENT.test(value) || value.endsWith('Z') !== hasZone) return undefined;
  return wholeMoment(`${value.slice(0, DATE_LENGTH)} ${value.slice(DATE_LENGTH + 1, hasZone ? -1 : undefined)}`);
}

/** A moment with three digits of its second, as many as the platform prints, and more only where they say something. */
export function wholeMoment(value: string): string {
  if (value.length === WHOLE_LENGTH) return value;
  if (value.length < WHOLE_LENGTH) return (value.length === SECONDS_LENGTH ? `${value}.` : value).padEnd(WHOLE_LENGTH, '0');
  let end = value.length;
  while (end > WHOLE_LENGTH && value.charCodeAt(end - 1) === 0x30) end--;
  return value.slice(0, end);
}

/** A document as the portal prints it; a text or number in a place for documents is one, too. */
function documentOf(kind: MemberKind, value: string): string | undefined {
  if (kind !== 'string') return value;
  return value.isWellFormed() ? JSON.stringify(value) : undefined;
}
