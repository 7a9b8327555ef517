import {BSON, EJSON} from 'bson';
import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {BsonType, checkDocument, documentJson, extendedJson, findField} from '../src/index.ts';
import {documents} from './documents.ts';
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
