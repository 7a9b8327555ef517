import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import type {Row, Value} from '@sluice/core';
import {postgresBytes, postgresText, PostgresTextError, PostgresTextReader} from '../src/index.ts';

const encode = (rows: readonly Row[], chunkBytes?: number) =>
  Buffer.concat([...postgresText(rows, {at: (rows[0] ?? []).map((_, i) => i), ...(chunkBytes !== undefined && {chunkBytes})})]);

function decode(bytes: Uint8Array, cuts: readonly number[] = []): (string | null)[][] {
  const rows: (string | null)[][] = [];
  const reader = new PostgresTextReader(fields => rows.push(fields));
  const places = [0, ...[...new Set(cuts.map(cut => cut % (bytes.length + 1)))].sort((a, b) => a - b), bytes.length];
  for (let i = 1; i < places.length; i++) reader.push(bytes.subarray(places[i - 1], places[i]));
  reader.end();
  return rows;
}

const text = fc.string({unit: 'binary'});
const printed = (value: Value) => value === null ? null
  : value instanceof Uint8Array ? `\\x${Buffer.from(value).toString('hex')}` : typeof value === 'boolean' ? (value ? 't' : 'f') : Object.is(value, -0) ? '-0' : String(value);

describe('the text of COPY', () => {
  test('is what the manual says', () => {
    expect(encode([[null, '', '\\N', 'a\tb\nc\rd\\', true, false]]).toString()).toBe('\\N\t\t\\\\N\ta\\tb\\nc\\rd\\\\\tt\tf\n');
    expect(encode([[0, -0, NaN, Infinity, -Infinity, 5e-324, 18446744073709551615n, Uint8Array.of(0, 255)]]).toString())
      .toBe('0\t-0\tNaN\tInfinity\t-Infinity\t5e-324\t18446744073709551615\t\\\\x00ff\n');
  });

  test('a last field, picked fields', () => {
    expect(Buffer.concat([...postgresText([[1, 'a'], [2, 'b']], {at: [1], last: i => String(i * 10)})]).toString()).toBe('a\t0\nb\t10\n');
  });

  test('rows written are rows read, wherever the bytes are cut and however small the chunks', () => {
    const value: fc.Arbitrary<Value> = fc.oneof(fc.constant(null), text, fc.double(), fc.bigInt(), fc.boolean(), fc.uint8Array(), text.map(it => it.repeat(40)));
    const rows = fc.integer({min: 1, max: 5}).chain(width => fc.array(fc.array(value, {minLength: width, maxLength: width}), {maxLength: 8}));
    fc.assert(fc.property(rows, fc.array(fc.nat()), fc.constantFrom(64, 300, undefined), (table, cuts, chunk) => {
      expect(decode(encode(table, chunk), cuts)).toEqual(table.map(row => row.map(printed)));
    }), {seed: 4, numRuns: 400});
  });

  test('reads escapes that only a server would write', () => {
    expect(decode(Buffer.from('\\b\\f\\v\\x41\\101\\.\\q\n'))).toEqual([['\b\f\vAA.q']]);
  });

  test('bytes in hex', () => {
    fc.assert(fc.property(fc.uint8Array(), bytes => {
      expect(postgresBytes(decode(encode([[bytes]]))[0]![0]!)).toEqual(bytes);
    }), {seed: 5});
  });

  test('what is not UTF-8 is an error with its row, and never shows', () => {
    const bytes = Buffer.concat([Buffer.from('a\tb\nc\t'), Buffer.of(0xff), Buffer.from('secret\n')]);
    for (const cuts of [[], [3], [7]]) {
      try {
        decode(bytes, cuts);
        expect.fail('it was read');
      } catch (error) {
        expect(error).toBeInstanceOf(PostgresTextError);
        expect(error).toMatchObject({row: 1, message: expect.not.stringContaining('secret')});
      }
    }
  });

  test('a row cut off is an error', () => {
    expect(() => decode(Buffer.from('a\tb'))).toThrow(/does not end/);
  });
});
