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
  const state: State = {utf8: true, id: false};
  return {text: print(value, depth, state), utf8: state.utf8};
}

/**
 * The same of an id, where numbers that MongoDB takes for the same id are the same text: 1 as an int, a long, a
 * double or a decimal, at any depth.
 */
export function idJson(value: RawValue): ExtendedJson {
  const state: State = {utf8: true, id: true};
  return {text: print(value, 0, state), utf8: state.utf8};
}

/** The same of a whole document. */
export function documentJson(document: Uint8Array): ExtendedJson {
  const state: State = {utf8: true, id: false};
  return {text: printFields(Elements.of(document), state), utf8: state.utf8};
}

interface State {
  utf8: boolean;
  readonly id: boolean;
}

function print(value: RawValue, depth: number, state: State): string {
  const {bytes, type, start, end} = value;
  if (state.id) {
    const number = idNumber(value);
    if (number !== null) return number;
  }
  switch (type) {
    case BsonType.DOUBLE: return `{"$numberDouble":"${doubleText(doubleAt(bytes, start))}"}`;
    case BsonType.STRING: return string(value, start, state);
    case BsonType.DOCUMENT: return printFields(Elements.within(value, depth), state);
    case BsonType.ARRAY: return printItems(Elements.within(value, depth), state);
    case BsonType.BINARY: {
      const binary = binaryOf(value);
      const base64 = bufferOf(binary.bytes).toString('base64');
      return `{"$binary":{"base64":"${base64}","subType":"${binary.subtype.toString(16).padStart(2, '0')}"}}`;
    }
    case BsonType.UNDEFINED: return '{"$undefined":true}';
    case BsonType.OBJECT_ID: return objectId(bytes, start);
    case BsonType.BOOL: return bytes[start] === 1 ? 'true' : 'false';
    case BsonType.DATE: return `{"$date":{"$numberLong":"${int64At(bytes, start)}"}}`;
    case BsonType.NULL: return 'null';
    case BsonType.REGEX: {
      const middle = bytes.indexOf(0, start);
      return `{"$regularExpression":{"pattern":${quoted(bytes, start, middle, state)},"options":${quoted(bytes, middle + 1, end - 1, state)}}}`;
    }
    case BsonType.DB_POINTER: return `{"$dbPointer":{"$ref":${string(value, start, state)},"$id":${objectId(bytes, end - 12)}}}`;
    case BsonType.CODE: return `{"$code":${string(value, start, state)}}`;
    case BsonType.SYMBOL: return `{"$symbol":${string(value, start, state)}}`;
    case BsonType.CODE_WITH_SCOPE: return `{"$code":${string(value, start + 4, state)},"$scope":${printFields(Elements.within(value, depth), state)}}`;
    case BsonType.INT32: return `{"$numberInt":"${int32At(bytes, start)}"}`;
    case BsonType.TIMESTAMP: return `{"$timestamp":{"t":${uint32At(bytes, start + 4)},"i":${uint32At(bytes, start)}}}`;
    case BsonType.INT64: return `{"$numberLong":"${int64At(bytes, start)}"}`;
    case BsonType.DECIMAL128: return `{"$numberDecimal":"${decimal128Text(decimal128At(bytes, start))}"}`;
    case BsonType.MIN_KEY: return '{"$minKey":1}';
    case BsonType.MAX_KEY: return '{"$maxKey":1}';
    default: throw new Error(`no BSON type ${type}: the value was not read by this package`);
  }
}

function printFields(elements: Elements, state: State): string {
  let text = '';
  while (elements.next()) {
    const name = quotedName(elements, state);
    text += `${text === '' ? '{' : ','}${name}:${print(elements, elements.depth, state)}`;
  }
  return text === '' ? '{}' : `${text}}`;
}

function printItems(elements: Elements, state: State): string {
  let text = '';
  while (elements.next()) text += (text === '' ? '[' : ',') + print(elements, elements.depth, state);
  return text === '' ? '[]' : `${text}]`;
}

function quotedName(elements: Elements, state: State): string {
  const name = elements.name();
  if (name !== null) return JSON.stringify(name);
  state.utf8 = false;
  return `"$invalidUtf8:${bufferOf(elements.bytes).toString('hex', elements.nameStart, elements.nameEnd)}"`;
}

/** The string whose length stands at `start`. */
function string(value: RawValue, start: number, state: State): string {
  return quoted(value.bytes, start + 4, start + 3 + int32At(value.bytes, start), state);
}

function quoted(bytes: Uint8Array, start: number, end: number, state: State): string {
  const text = textOf(bytes, start, end);
  if (text !== null) return JSON.stringify(text);
  state.utf8 = false;
  return `{"$invalidUtf8":"${bufferOf(bytes).toString('hex', start, end)}"}`;
}

function objectId(bytes: Uint8Array, at: number): string {
  return `{"$oid":"${objectIdText(bytes, at)}"}`;
}

function doubleText(value: number): string {
  if (Object.is(value, -0)) return '-0.0';
  return Number.isInteger(value) ? value.toFixed(1) : String(value);
}
