import {BSON, EJSON} from 'bson';
import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {BsonType, checkDocument, documentJson, extendedJson, findField, jsonbText, MAX_JSONB_LEVELS} from '../src/index.ts';
import {documents, values} from './documents.ts';
import {element, int32, raw, string} from './raw.ts';

/** What the library prints of each leaf, put together here: its own objects would not keep the order of names like `0`. */
function expected(value: unknown): string {
  if (value instanceof Map) return `{${[...value].map(([name, inner]) => `${JSON.stringify(name)}:${expected(inner)}`).join(',')}}`;
  if (Array.isArray(value)) return `[${value.map(expected).join(',')}]`;
  return EJSON.stringify(value, {relaxed: false});
}

describe('Extended JSON', () => {
  test('is what the library of the driver prints, of any document', () => {
    fc.assert(fc.property(documents, document => {
      const bytes = BSON.serialize(document);
      checkDocument(bytes);
      expect(documentJson(bytes)).toEqual({text: expected(document), utf8: true});
    }), {numRuns: 1000, seed: 1});
  });

  test('has the types that no library writes any more', () => {
    const id = Buffer.from('56b8f05cf9fcee1b00000010', 'hex');
    expect(documentJson(raw(element(BsonType.UNDEFINED, 'u'), element(BsonType.DB_POINTER, 'p', Buffer.concat([string('db.c'), id])))).text)
      .toBe('{"u":{"$undefined":true},"p":{"$dbPointer":{"$ref":"db.c","$id":{"$oid":"56b8f05cf9fcee1b00000010"}}}}');
  });

  test('leaves out the second length of the old generic binary', () => {
    const bytes = raw(element(BsonType.BINARY, 'b', Buffer.concat([int32(6), Buffer.of(2), int32(2), Buffer.of(1, 2)])));
    expect(documentJson(bytes).text).toBe('{"b":{"$binary":{"base64":"AQI=","subType":"02"}}}');
  });

  test('keeps repeated names and the order', () => {
    const bytes = raw(element(BsonType.INT32, 'b', int32(1)), element(BsonType.INT32, 'a', int32(2)), element(BsonType.INT32, 'b', int32(3)));
    expect(documentJson(bytes).text).toBe('{"b":{"$numberInt":"1"},"a":{"$numberInt":"2"},"b":{"$numberInt":"3"}}');
  });

  test('keeps the bytes of text and names that are not UTF-8, and says so', () => {
    const bytes = raw(element(BsonType.STRING, 'short', string(Buffer.of(0x61, 0xff))), element(BsonType.STRING, 'long', string(Buffer.alloc(40, 0xc3))), element(BsonType.NULL, Buffer.of(0xfe)));
    expect(documentJson(bytes)).toEqual({text: `{"short":{"$invalidUtf8":"61ff"},"long":{"$invalidUtf8":"${'c3'.repeat(40)}"},"$invalidUtf8:fe":null}`, utf8: false});
  });

  test('takes the replacement character for what it is when it really stands there', () => {
    const bytes = raw(element(BsonType.STRING, 's', string('a long enough text with \ufffd')));
    expect(extendedJson(findField(bytes, 's')!)).toEqual({text: '"a long enough text with \ufffd"', utf8: true});
  });
});

/** Parsed JSON as PostgreSQL's `jsonb` prints it: shorter names first, then by their bytes. */
function jsonb(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(jsonb).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(([name, inner]) => ({name: Buffer.from(name), text: `${JSON.stringify(name)}: ${jsonb(inner)}`}));
  return `{${members.sort((a, b) => a.name.length - b.name.length || a.name.compare(b.name)).map(({text}) => text).join(', ')}}`;
}

/** Whether the fields of all documents in it stand in the order of `jsonb`, and no text has a NUL. */
function isPlain(value: unknown): boolean {
  if (value instanceof Map) {
    const names = [...value.keys()].map(name => Buffer.from(String(name)));
    return names.every((name, i) => i === 0 || names[i - 1]!.length < name.length || (names[i - 1]!.length === name.length && names[i - 1]!.compare(name) < 0)) && [...value.values()].every(isPlain);
  }
  return Array.isArray(value) ? value.every(isPlain) : !JSON.stringify(EJSON.serialize({value})).includes(String.raw`\u0000`);
}

describe('as jsonb prints it', () => {
  test('any value is the same, or none where jsonb would change it', () => {
    let plain = 0;
    fc.assert(fc.property(values, value => {
      const found = findField(BSON.serialize(new Map([['v', value]])), 'v')!;
      const text = jsonbText(found);
      expect(text === null).toBe(!isPlain(value));
      if (text === null) return;
      plain++;
      // No field of the documents here stands for a type of BSON and has another order: what `jsonb` orders is written in its order.
      expect(text).toBe(jsonb(JSON.parse(text)));
      expect(JSON.parse(text)).toEqual(JSON.parse(extendedJson(found).text));
    }), {numRuns: 2000, seed: 3});
    expect(plain).toBeGreaterThan(800);
  });

  test('members that stand for a value have its order', () => {
    const bytes = raw(element(BsonType.REGEX, 'r', Buffer.from('a"\0ix\0')), element(BsonType.TIMESTAMP, 't', Buffer.concat([int32(2), int32(1)])),
      element(BsonType.DB_POINTER, 'p', Buffer.concat([string('db.c'), Buffer.alloc(12)])), element(BsonType.STRING, 's', string(Buffer.of(0x61, 0xff))));
    const printed = ['r', 't', 'p', 's'].map(name => jsonbText(findField(bytes, name)!));
    expect(printed).toEqual([
      '{"$regularExpression": {"options": "ix", "pattern": "a\\""}}', '{"$timestamp": {"i": 2, "t": 1}}', '{"$dbPointer": {"$id": {"$oid": "000000000000000000000000"}, "$ref": "db.c"}}', '{"$invalidUtf8": "61ff"}',
    ]);
  });

  test('repeated names, names that are not UTF-8 and deep nesting have none', () => {
    const jsonbOf = (...elements: readonly Uint8Array[]) => jsonbText(findField(raw(element(BsonType.DOCUMENT, 'd', raw(...elements))), 'd')!);
    expect(jsonbOf(element(BsonType.NULL, 'a'), element(BsonType.NULL, 'b'))).toBe('{"a": null, "b": null}');
    expect(jsonbOf(element(BsonType.NULL, 'a'), element(BsonType.NULL, 'a'))).toBeNull();
    expect(jsonbOf(element(BsonType.NULL, Buffer.of(0xfe)))).toBeNull();
    const nested = (levels: number): Uint8Array => (levels === 0 ? raw() : raw(element(BsonType.ARRAY, '0', nested(levels - 1))));
    expect(jsonbOf(element(BsonType.ARRAY, 'x', nested(MAX_JSONB_LEVELS - 2)))).not.toBeNull();
    expect(jsonbOf(element(BsonType.ARRAY, 'x', nested(MAX_JSONB_LEVELS - 1)))).toBeNull();
    // Code with a scope is an object around that of the scope.
    const scope = (levels: number): Uint8Array => {
      const value = Buffer.concat([string('c'), levels === 1 ? raw() : raw(element(BsonType.CODE_WITH_SCOPE, 'c', scope(levels - 1)))]);
      return Buffer.concat([int32(4 + value.length), value]);
    };
    const codeOf = (levels: number) => jsonbText(findField(raw(element(BsonType.CODE_WITH_SCOPE, 'c', scope(levels))), 'c')!);
    expect([codeOf(MAX_JSONB_LEVELS / 2) === null, codeOf(MAX_JSONB_LEVELS / 2 + 1) === null]).toEqual([false, true]);
  });
});
