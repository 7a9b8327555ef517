import {BsonType} from './bson-type.ts';
import {decimal128At, decimal128Text} from './decimal128.ts';
import {Elements} from './elements.ts';
import type {RawValue} from './elements.ts';
import {idNumber} from './id-number.ts';
import {binaryOf, objectIdText} from './ids.ts';
import {doubleAt, int32At, int64At, uint32At} from './numbers.ts';
import {bufferOf, textOf} from './text.ts';

export interface ExtendedJson {
  /** Without white space; what is no character of ASCII is written as it is, NUL as `\u0000`. */
  readonly text: string;
  /** False when a text or a name in it was not UTF-8: `{"$invalidUtf8": "<hex>"}` stands for the text, `$invalidUtf8:<hex>` for the name. */
  readonly utf8: boolean;
}

/**
 * A value as MongoDB Extended JSON v2, canonical: every number keeps its type, fields their order, and
 * repeated names stay. `depth` is how many levels below the whole document the value's own document lies.
 * Throws a `VALUE` PipelineError where the bytes are not BSON.
 */
export function extendedJson(value: RawValue, depth = 0): ExtendedJson {
  const state: State = {utf8: true, ...COMPACT};
  return {text: print(value, depth, state), utf8: state.utf8};
}

/**
 * The same of an id, where numbers that MongoDB takes for the same id are the same text: 1 as an int, a long, a
 * double or a decimal, at any depth.
 */
export function idJson(value: RawValue): ExtendedJson {
  const state: State = {utf8: true, ...COMPACT, id: true};
  return {text: print(value, 0, state), utf8: state.utf8};
}

/** The same of a whole document. */
export function documentJson(document: Uint8Array): ExtendedJson {
  const state: State = {utf8: true, ...COMPACT};
  return {text: printFields(Elements.of(document), state), utf8: state.utf8};
}

/**
 * The same as PostgreSQL's `jsonb` prints it: a blank behind every colon and comma, and members such as `options` and
 * `pattern` in the order of `jsonb`. Null where `jsonb` would print another text or refuse it: where fields are repeated or
 * stand in another order than its own (shorter names first, then by their bytes), a text has a NUL, a name is not UTF-8.
 * Null, too, where documents and arrays stand within each other more than {@link MAX_JSONB_LEVELS} deep: others than PostgreSQL refuse that.
 */
export function jsonbText(value: RawValue, depth = 0): string | null {
  const state: State = {utf8: true, ...SPACED};
  const text = print(value, depth, state);
  return state.kept ? text : null;
}

/** MariaDB (10.11) takes JSON of 31 levels: a date in the innermost document has two, and what stands around a value needs some. */
export const MAX_JSONB_LEVELS = 20;

interface State {
  utf8: boolean;
  /** Numbers are ids. */
  readonly id: boolean;
  readonly colon: string;
  readonly comma: string;
  readonly jsonb: boolean;
  /** Whether `jsonb` would print what is printed. */
  kept: boolean;
  level: number;
}

const COMPACT = {id: false, colon: ':', comma: ',', jsonb: false, kept: true, level: 0} as const;
const SPACED = {...COMPACT, colon: ': ', comma: ', ', jsonb: true} as const;

function print(value: RawValue, depth: number, state: State): string {
  const {bytes, type, start, end} = value;
  if (state.id) {
    const number = idNumber(value);
    if (number !== null) return number;
  }
  const {colon, comma} = state;
  switch (type) {
    case BsonType.DOUBLE: return `{"$numberDouble"${colon}"${doubleText(doubleAt(bytes, start))}"}`;
    case BsonType.STRING: return string(value, start, state);
    case BsonType.DOCUMENT: return printFields(Elements.within(value, depth), state);
    case BsonType.ARRAY: return printItems(Elements.within(value, depth), state);
    case BsonType.BINARY: {
      const binary = binaryOf(value);
      const base64 = bufferOf(binary.bytes).toString('base64');
      return `{"$binary"${colon}{"base64"${colon}"${base64}"${comma}"subType"${colon}"${binary.subtype.toString(16).padStart(2, '0')}"}}`;
    }
    case BsonType.UNDEFINED: return `{"$undefined"${colon}true}`;
    case BsonType.OBJECT_ID: return objectId(bytes, start, state);
    case BsonType.BOOL: return bytes[start] === 1 ? 'true' : 'false';
    case BsonType.DATE: return `{"$date"${colon}{"$numberLong"${colon}"${int64At(bytes, start)}"}}`;
    case BsonType.NULL: return 'null';
    case BsonType.REGEX: {
      const middle = bytes.indexOf(0, start);
      const pattern = `"pattern"${colon}${quoted(bytes, start, middle, state)}`;
      return `{"$regularExpression"${colon}{${members(pattern, `"options"${colon}${quoted(bytes, middle + 1, end - 1, state)}`, state)}}}`;
    }
    case BsonType.DB_POINTER:
      return `{"$dbPointer"${colon}{${members(`"$ref"${colon}${string(value, start, state)}`, `"$id"${colon}${objectId(bytes, end - 12, state)}`, state)}}}`;
    case BsonType.CODE: return `{"$code"${colon}${string(value, start, state)}}`;
    case BsonType.SYMBOL: return `{"$symbol"${colon}${string(value, start, state)}}`;
    case BsonType.CODE_WITH_SCOPE: {
      state.level++;
      const text = `{"$code"${colon}${string(value, start + 4, state)}${comma}"$scope"${colon}${printFields(Elements.within(value, depth), state)}}`;
      state.level--;
      return text;
    }
    case BsonType.INT32: return `{"$numberInt"${colon}"${int32At(bytes, start)}"}`;
    case BsonType.TIMESTAMP: return `{"$timestamp"${colon}{${members(`"t"${colon}${uint32At(bytes, start + 4)}`, `"i"${colon}${uint32At(bytes, start)}`, state)}}}`;
    case BsonType.INT64: return `{"$numberLong"${colon}"${int64At(bytes, start)}"}`;
    case BsonType.DECIMAL128: return `{"$numberDecimal"${colon}"${decimal128Text(decimal128At(bytes, start))}"}`;
    case BsonType.MIN_KEY: return `{"$minKey"${colon}1}`;
    case BsonType.MAX_KEY: return `{"$maxKey"${colon}1}`;
    default: throw new Error(`no BSON type ${type}: the value was not read by this package`);
  }
}

/** Two members in the order of the standard, which is not that of `jsonb`. */
function members(first: string, second: string, {jsonb, comma}: State): string {
  return jsonb ? `${second}${comma}${first}` : `${first}${comma}${second}`;
}

function printFields(elements: Elements, state: State): string {
  const {colon, comma, jsonb} = state;
  if (++state.level > MAX_JSONB_LEVELS) state.kept = false;
  let text = '';
  let nameStart = -1;
  let nameEnd = -1;
  while (elements.next()) {
    if (jsonb) {
      if (nameStart >= 0 && jsonbOrder(elements.bytes, nameStart, nameEnd, elements.nameStart, elements.nameEnd) >= 0) state.kept = false;
      // Whoever asked gets nothing: the rest need not be printed.
      if (!state.kept) return '';
      ({nameStart, nameEnd} = elements);
    }
    const name = quotedName(elements, state);
    text += `${text === '' ? '{' : comma}${name}${colon}${print(elements, elements.depth, state)}`;
  }
  state.level--;
  return text === '' ? '{}' : `${text}}`;
}

function printItems(elements: Elements, state: State): string {
  if (++state.level > MAX_JSONB_LEVELS) state.kept = false;
  let text = '';
  while (elements.next()) {
    if (state.jsonb && !state.kept) return '';
    text += (text === '' ? '[' : state.comma) + print(elements, elements.depth, state);
  }
  state.level--;
  return text === '' ? '[]' : `${text}]`;
}

/** `jsonb` keeps shorter names before longer ones, and those of one length in the order of their bytes. */
function jsonbOrder(bytes: Uint8Array, start: number, end: number, otherStart: number, otherEnd: number): number {
  const longer = (end - start) - (otherEnd - otherStart);
  return longer === 0 ? bufferOf(bytes).compare(bytes, otherStart, otherEnd, start, end) : longer;
}

function quotedName(elements: Elements, state: State): string {
  const name = elements.name();
  if (name !== null) return JSON.stringify(name);
  state.utf8 = false;
  // What is printed stands at another place in the order than what it stands for.
  state.kept = false;
  return `"$invalidUtf8:${bufferOf(elements.bytes).toString('hex', elements.nameStart, elements.nameEnd)}"`;
}

/** The string whose length stands at `start`. */
function string(value: RawValue, start: number, state: State): string {
  return quoted(value.bytes, start + 4, start + 3 + int32At(value.bytes, start), state);
}

function quoted(bytes: Uint8Array, start: number, end: number, state: State): string {
  const text = textOf(bytes, start, end);
  if (text !== null) {
    if (state.jsonb && text.includes('\0')) state.kept = false;
    return JSON.stringify(text);
  }
  state.utf8 = false;
  return `{"$invalidUtf8"${state.colon}"${bufferOf(bytes).toString('hex', start, end)}"}`;
}

function objectId(bytes: Uint8Array, at: number, {colon}: State): string {
  return `{"$oid"${colon}"${objectIdText(bytes, at)}"}`;
}

function doubleText(value: number): string {
  if (Object.is(value, -0)) return '-0.0';
  return Number.isInteger(value) ? value.toFixed(1) : String(value);
}
