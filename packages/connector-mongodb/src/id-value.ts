import {binaryOf, BsonType, doubleAt, Elements, idOf, int32At, int64At, objectIdText, textOf, uint32At, type RawValue} from '@sluice/bson';
import {ErrorCode, must, PipelineError} from '@sluice/core';
import {Binary, BSONSymbol, Code, Decimal128, Double, Int32, Long, MaxKey, MinKey, ObjectId, Timestamp} from 'mongodb';

const LAST_MS = 8_640_000_000_000_000n;

/** The id in a document `{"": id}`. */
export const idIn = (document: Uint8Array): RawValue => must(idOf(document), 'id');

/**
 * An id as the driver takes it in a query, of the same BSON type and to the last bit; documents keep the order of their fields.
 * Throws VALUE for what the driver cannot send: text that is not UTF-8, a day beyond the year 275760, types that are deprecated.
 */
export function driverValue(value: RawValue, depth = 0): unknown {
  const {bytes, type, start, end} = value;
  switch (type) {
    case BsonType.DOUBLE: return new Double(doubleAt(bytes, start));
    case BsonType.STRING: return text(bytes, start, end);
    case BsonType.DOCUMENT: return fields(Elements.within(value, depth));
    case BsonType.ARRAY: return items(Elements.within(value, depth));
    case BsonType.BINARY: {
      const binary = binaryOf(value);
      return new Binary(binary.bytes, binary.subtype);
    }
    case BsonType.OBJECT_ID: return new ObjectId(objectIdText(bytes, start));
    case BsonType.BOOL: return bytes[start] === 1;
    case BsonType.DATE: {
      const ms = int64At(bytes, start);
      if (BigInt(ms) < -LAST_MS || BigInt(ms) > LAST_MS) throw unsendable('a date beyond those that JavaScript has');
      return new Date(Number(ms));
    }
    case BsonType.NULL: return null;
    case BsonType.SYMBOL: return new BSONSymbol(text(bytes, start, end));
    case BsonType.CODE: return new Code(text(bytes, start, end));
    case BsonType.INT32: return new Int32(int32At(bytes, start));
    case BsonType.TIMESTAMP: return new Timestamp({t: uint32At(bytes, start + 4), i: uint32At(bytes, start)});
    case BsonType.INT64: return Long.fromString(String(int64At(bytes, start)));
    case BsonType.DECIMAL128: return new Decimal128(bytes.slice(start, end));
    case BsonType.MIN_KEY: return new MinKey();
    case BsonType.MAX_KEY: return new MaxKey();
    default: throw unsendable('a type that no query takes');
  }
}

function fields(elements: Elements): Map<string, unknown> {
  const map = new Map<string, unknown>();
  while (elements.next()) {
    const name = elements.name();
    if (name === null || map.has(name)) throw unsendable(name === null ? 'a field whose name is not UTF-8' : 'a document with a field twice');
    map.set(name, driverValue(elements, elements.depth));
  }
  return map;
}

function items(elements: Elements): unknown[] {
  const array: unknown[] = [];
  while (elements.next()) array.push(driverValue(elements, elements.depth));
  return array;
}

function text(bytes: Uint8Array, start: number, end: number): string {
  const found = textOf(bytes, start + 4, end - 1);
  if (found === null) throw unsendable('text that is not UTF-8');
  return found;
}

const unsendable = (what: string) => new PipelineError(ErrorCode.VALUE, `an _id holds ${what}: the documents from it on cannot be asked for`, {
  remedy: 'read the collection from its beginning, in one part, or give the document another _id',
});
