/** The byte that stands before each element and says what its value is (bsonspec.org 1.1). */
export const BsonType = {
  DOUBLE: 0x01,
  STRING: 0x02,
  DOCUMENT: 0x03,
  ARRAY: 0x04,
  BINARY: 0x05,
  UNDEFINED: 0x06,
  OBJECT_ID: 0x07,
  BOOL: 0x08,
  DATE: 0x09,
  NULL: 0x0a,
  REGEX: 0x0b,
  DB_POINTER: 0x0c,
  CODE: 0x0d,
  SYMBOL: 0x0e,
  CODE_WITH_SCOPE: 0x0f,
  INT32: 0x10,
  TIMESTAMP: 0x11,
  INT64: 0x12,
  DECIMAL128: 0x13,
  MIN_KEY: 0xff,
  MAX_KEY: 0x7f,
} as const;
export type BsonType = (typeof BsonType)[keyof typeof BsonType];

const NAMES: Readonly<Record<number, string>> = {
  0x01: 'double', 0x02: 'string', 0x03: 'object', 0x04: 'array', 0x05: 'binData', 0x06: 'undefined', 0x07: 'objectId', 0x08: 'bool', 0x09: 'date',
  0x0a: 'null', 0x0b: 'regex', 0x0c: 'dbPointer', 0x0d: 'javascript', 0x0e: 'symbol', 0x0f: 'javascriptWithScope', 0x10: 'int', 0x11: 'timestamp',
  0x12: 'long', 0x13: 'decimal', 0xff: 'minKey', 0x7f: 'maxKey',
};

/** The name of a type as MongoDB's `$type` has it, such as `int`, `long`, `objectId`; null when there is no such type. */
export function bsonTypeName(type: number): string | null {
  return NAMES[type] ?? null;
}
