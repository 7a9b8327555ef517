import {ErrorCode, PipelineError} from '@sluice/core';
import {BsonType, bsonTypeName} from './bson-type.ts';
import {int32At} from './numbers.ts';

/** Levels of documents and arrays within each other. MongoDB stores 100. */
export const MAX_DEPTH = 200;

/** Says that a document is not BSON, or not of MongoDB, and where: the path of the field whose bytes `at` lies in. Holds no data but names of fields. */
export function damaged(document: Uint8Array, at: number, what: string): PipelineError {
  const path = pathAt(document, at);
  return new PipelineError(ErrorCode.VALUE, `a document is damaged ${path === '' ? '' : `in the field ${path}, `}at byte ${at}: ${what}`, {
    remedy: 'validate the collection with MongoDB\'s `validate` command, and write the document again or delete it',
  });
}

export function tooDeep(document: Uint8Array, at: number): PipelineError {
  // A path of so many names would be no help: its first ones are.
  const path = pathAt(document, at).split('.').slice(0, 8).join('.');
  return new PipelineError(ErrorCode.VALUE, `a document nests more than ${MAX_DEPTH} levels deep in the field ${path}`, {
    remedy: 'MongoDB stores 100 levels; leave the field out, or store it flatter',
  });
}

/** Whatever fails while a path is looked for ends it. */
function pathAt(document: Uint8Array, offset: number): string {
  const names: string[] = [];
  let at = 4;
  let limit = document.length;
  while (at < limit && names.length <= MAX_DEPTH) {
    const type = document[at]!;
    const nameEnd = document.indexOf(0, at + 1);
    if (type === 0 || nameEnd < 0 || offset < at) break;
    const start = nameEnd + 1;
    const end = roughEnd(document, type, start);
    if (offset >= end) {
      at = end;
      continue;
    }
    // Where the head of an element is not one, what stands there may be data.
    if (offset < start || bsonTypeName(type) === null) break;
    names.push(nameText(document.subarray(at + 1, nameEnd)));
    if (type !== BsonType.DOCUMENT && type !== BsonType.ARRAY) break;
    limit = Math.min(limit, end);
    at = start + 4;
  }
  return names.join('.');
}

/** Short, and without characters that would break a line of a log. */
function nameText(bytes: Uint8Array): string {
  const text = Buffer.from(bytes).toString().replaceAll(/\p{Cc}/gu, '?');
  return text.length > LONGEST_NAME ? `${text.slice(0, LONGEST_NAME)}…` : text;
}

const LONGEST_NAME = 64;

/** Where a value seems to end; beyond the document when that cannot be said. */
function roughEnd(document: Uint8Array, type: number, start: number): number {
  const length = start + 4 <= document.length ? int32At(document, start) : -1;
  const sized = (end: number) => (length < 0 || end > document.length ? Infinity : end);
  switch (type) {
    case BsonType.UNDEFINED: case BsonType.NULL: case BsonType.MIN_KEY: case BsonType.MAX_KEY: return start;
    case BsonType.BOOL: return start + 1;
    case BsonType.INT32: return start + 4;
    case BsonType.DOUBLE: case BsonType.DATE: case BsonType.TIMESTAMP: case BsonType.INT64: return start + 8;
    case BsonType.OBJECT_ID: return start + 12;
    case BsonType.DECIMAL128: return start + 16;
    case BsonType.STRING: case BsonType.CODE: case BsonType.SYMBOL: return sized(start + 4 + length);
    case BsonType.DOCUMENT: case BsonType.ARRAY: case BsonType.CODE_WITH_SCOPE: return sized(start + length);
    case BsonType.BINARY: return sized(start + 5 + length);
    case BsonType.DB_POINTER: return sized(start + 16 + length);
    case BsonType.REGEX: {
      const pattern = document.indexOf(0, start);
      const options = pattern < 0 ? -1 : document.indexOf(0, pattern + 1);
      return options < 0 ? Infinity : options + 1;
    }
    default: return Infinity;
  }
}
