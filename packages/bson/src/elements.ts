import {BsonType} from './bson-type.ts';
import {damaged, MAX_DEPTH, tooDeep} from './damaged.ts';
import {int32At} from './numbers.ts';
import {bufferOf, textOf} from './text.ts';

/** The shortest document: its length and its last byte. */
const EMPTY = 5;

/**
 * Goes through the elements of a document in their order and decodes nothing that is not asked for.
 * After `next()` has returned true, the fields tell of one element; places are offsets in `bytes`.
 * Throws a `VALUE` PipelineError where the bytes are not BSON; never reads outside of the document.
 */
export class Elements implements RawValue {
  readonly bytes: Uint8Array;
  /** 0 for the document itself. */
  readonly depth: number;
  type = 0;
  nameStart = 0;
  nameEnd = 0;
  start = 0;
  end = 0;
  #next: number;
  readonly #limit: number;

  private constructor(bytes: Uint8Array, start: number, end: number, depth: number) {
    this.bytes = bytes;
    this.depth = depth;
    this.#next = start + 4;
    this.#limit = end - 1;
  }

  /** The elements of a whole document. */
  static of(document: Uint8Array): Elements {
    return new Elements(bufferOf(document), 0, documentEnd(document), 0);
  }

  /** Goes on to the next element; false when there is none. */
  next(): boolean {
    const {bytes} = this;
    const limit = this.#limit;
    const at = this.#next;
    if (at === limit) return false;
    const type = bytes[at]!;
    const nameEnd = endOfName(bytes, at + 1, limit);
    this.type = type;
    this.nameStart = at + 1;
    this.nameEnd = nameEnd;
    this.start = nameEnd + 1;
    this.end = this.#next = valueEnd(bytes, type, nameEnd + 1, limit);
    return true;
  }

  /** The name of the element; null when its bytes are not UTF-8. */
  name(): string | null {
    return textOf(this.bytes, this.nameStart, this.nameEnd);
  }

  /** The elements of this one's value: of a document, an array, or the scope of code. */
  inner(): Elements {
    return Elements.within(this, this.depth);
  }

  /** The elements of a value that stands in a document `depth` levels below the whole one. */
  static within(value: RawValue, depth: number): Elements {
    const {bytes, type, start, end} = value;
    if (depth >= MAX_DEPTH) throw tooDeep(bytes, start);
    // The scope follows the length of the whole, the length of the code and the code.
    const from = type === BsonType.CODE_WITH_SCOPE ? start + 8 + int32At(bytes, start + 4) : start;
    return new Elements(bytes, from, end, depth + 1);
  }
}

/** Where a whole document ends: exactly where its bytes do. */
export function documentEnd(document: Uint8Array): number {
  const {length} = document;
  if (length < EMPTY) throw damaged(document, 0, `a document has at least ${EMPTY} bytes`);
  if (int32At(document, 0) !== length) throw damaged(document, 0, 'its length is not what it says');
  if (document[length - 1] !== 0) throw damaged(document, length - 1, 'it does not end with a zero byte');
  return length;
}

/** Where a name ends: at its zero byte. */
export function endOfName(bytes: Uint8Array, start: number, limit: number): number {
  let at = start;
  while (at < limit && bytes[at] !== 0) at++;
  if (at >= limit) throw damaged(bytes, start - 1, 'a name does not end');
  return at;
}

/** How many bytes the values of a type have; -1 where each says it itself. */
const SIZES = new Int8Array(256).fill(-2);
const sizes: readonly (readonly [number, number])[] = [
  [BsonType.DOUBLE, 8], [BsonType.UNDEFINED, 0], [BsonType.OBJECT_ID, 12], [BsonType.BOOL, 1], [BsonType.DATE, 8], [BsonType.NULL, 0], [BsonType.INT32, 4],
  [BsonType.TIMESTAMP, 8], [BsonType.INT64, 8], [BsonType.DECIMAL128, 16], [BsonType.MIN_KEY, 0], [BsonType.MAX_KEY, 0],
  [BsonType.STRING, -1], [BsonType.DOCUMENT, -1], [BsonType.ARRAY, -1], [BsonType.BINARY, -1], [BsonType.REGEX, -1], [BsonType.DB_POINTER, -1],
  [BsonType.CODE, -1], [BsonType.SYMBOL, -1], [BsonType.CODE_WITH_SCOPE, -1],
];
for (const [type, size] of sizes) SIZES[type] = size;

/**
 * Where the value at `start` ends, which is at `limit` or before it; what is within a document or an
 * array is not looked at. Throws where the value is not whole.
 */
export function valueEnd(bytes: Uint8Array, type: number, start: number, limit: number): number {
  const size = SIZES[type]!;
  const end = size >= 0 ? start + size : variableEnd(bytes, type, start, limit);
  if (end > limit) throw damaged(bytes, start, 'a value ends behind its document');
  if (type === BsonType.BOOL && bytes[start]! > 1) throw damaged(bytes, start, 'a boolean is neither 0 nor 1');
  return end;
}

function variableEnd(bytes: Uint8Array, type: number, start: number, limit: number): number {
  switch (type) {
    case BsonType.STRING: case BsonType.CODE: case BsonType.SYMBOL: return stringEnd(bytes, start, limit);
    case BsonType.DOCUMENT: case BsonType.ARRAY: return innerEnd(bytes, start, limit);
    case BsonType.BINARY: {
      const length = lengthAt(bytes, start, limit, 0);
      const end = start + 5 + length;
      // The old generic subtype has its length twice.
      if (end <= limit && bytes[start + 4] === 2 && (length < 4 || int32At(bytes, start + 5) !== length - 4)) throw damaged(bytes, start, 'a binary of subtype 2 has a wrong length');
      return end;
    }
    case BsonType.REGEX: return endOfName(bytes, endOfName(bytes, start, limit) + 1, limit) + 1;
    case BsonType.DB_POINTER: return stringEnd(bytes, start, limit) + 12;
    case BsonType.CODE_WITH_SCOPE: {
      const end = start + lengthAt(bytes, start, limit, 4 + 5 + EMPTY);
      if (end > limit) throw damaged(bytes, start, 'a value ends behind its document');
      if (innerEnd(bytes, stringEnd(bytes, start + 4, end), end) !== end) throw damaged(bytes, start, 'code and scope are not as long as they say');
      return end;
    }
    default: throw damaged(bytes, start, 'there is no type of this number');
  }
}

function lengthAt(bytes: Uint8Array, start: number, limit: number, least: number): number {
  if (start + 4 > limit) throw damaged(bytes, start, 'a value ends behind its document');
  const length = int32At(bytes, start);
  if (length < least) throw damaged(bytes, start, 'a length is too small');
  return length;
}

function stringEnd(bytes: Uint8Array, start: number, limit: number): number {
  const end = start + 4 + lengthAt(bytes, start, limit, 1);
  if (end > limit) throw damaged(bytes, start, 'a value ends behind its document');
  if (bytes[end - 1] !== 0) throw damaged(bytes, start, 'a text does not end with a zero byte');
  return end;
}

function innerEnd(bytes: Uint8Array, start: number, limit: number): number {
  const end = start + lengthAt(bytes, start, limit, EMPTY);
  if (end > limit) throw damaged(bytes, start, 'a value ends behind its document');
  if (bytes[end - 1] !== 0) throw damaged(bytes, start, 'a document does not end with a zero byte');
  return end;
}

/** A value as it lies in a document. */
export interface RawValue {
  readonly bytes: Uint8Array;
  readonly type: number;
  readonly start: number;
  readonly end: number;
}

/** The first element of that name in the document itself; null when there is none. */
export function findField(document: Uint8Array, name: string): RawValue | null {
  const wanted = Buffer.from(name);
  const bytes = bufferOf(document);
  for (const elements = Elements.of(document); elements.next();) {
    const {type, nameStart, nameEnd, start, end} = elements;
    if (nameEnd - nameStart === wanted.length && bytes.compare(wanted, 0, wanted.length, nameStart, nameEnd) === 0) return {bytes: document, type, start, end};
  }
  return null;
}

/** Looks at every byte of a document. Throws a `VALUE` PipelineError where it is not BSON. */
export function checkDocument(document: Uint8Array): void {
  checkElements(Elements.of(document));
}

function checkElements(elements: Elements): void {
  while (elements.next()) {
    const {type} = elements;
    if (type === BsonType.DOCUMENT || type === BsonType.ARRAY || type === BsonType.CODE_WITH_SCOPE) checkElements(elements.inner());
  }
}
