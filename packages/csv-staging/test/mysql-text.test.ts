import {describe, expect, test} from 'vitest';
import fc from 'fast-check';
import type {Row, Value} from '@sluice/core';
import {mysqlText, type MysqlTextOptions} from '../src/mysql-text.ts';

const encode = (rows: readonly Row[], options: Partial<MysqlTextOptions> = {}) =>
  Buffer.concat([...mysqlText(rows, {fields: (rows[0] ?? []).map(() => 'value'), ...options})]).toString();

/** What MySQL makes of it, written from the manual's description, byte by byte. */
function decode(text: string): (string | null)[][] {
  const rows: (string | null)[][] = [];
  let row: (string | null)[] = [];
  let field = '';
  let isNull = false;
  for (let i = 0; i < text.length; i++) {
    const character = text[i]!;
    if (character === '\\') {
      const next = text[++i]!;
      if (next === 'N' && field === '' && (text[i + 1] === '\t' || text[i + 1] === '\n')) isNull = true;
      else field += {'0': '\0', b: '\b', n: '\n', r: '\r', t: '\t', Z: '\x1a'}[next] ?? next;
    } else if (character === '\t' || character === '\n') {
      row.push(isNull ? null : field);
      field = '';
      isNull = false;
      if (character === '\n') {
        rows.push(row);
        row = [];
      }
    } else {
      field += character;
    }
  }
  return rows;
}

const text = (value: Value) =>
  value === null ? null : value instanceof Uint8Array ? Buffer.from(value).toString('hex')
    : typeof value === 'boolean' ? (value ? '1' : '0') : Object.is(value, -0) ? '-0' : String(value);

describe('MySQL bulk text', () => {
  test('writes NULL, empty text and the text \\N so that they stay apart', () => {
    expect(encode([[null, '', '\\N', 'NULL']])).toBe('\\N\t\t\\\\N\tNULL\n');
  });

  test('writes numbers, floats, booleans, bytes and big integers', () => {
    expect(encode([[0, -0, 5e-324, 1.7976931348623157e308, 18446744073709551615n, true, false, Uint8Array.of(0, 255)]]))
      .toBe('0\t-0\t5e-324\t1.7976931348623157e+308\t18446744073709551615\t1\t0\t00ff\n');
  });

  test('writes the year 0 as 0000, and other years as they are', () => {
    expect(encode([[0, 1901]], {fields: ['year', 'year']})).toBe('0000\t1901\n');
  });

  test('refuses NaN and infinity', () => {
    for (const value of [NaN, Infinity, -Infinity]) expect(() => encode([[value]])).toThrow(/no NaN/);
  });

  test('picks fields from the row and adds a last one', () => {
    expect(encode([[1, 'a', 2], [3, 'b', 4]], {fields: ['value', 'value'], at: [2, 0], last: i => String(i * 10)})).toBe('2\t1\t0\n4\t3\t10\n');
  });

  test('any rows read back as they were, in chunks of any size', () => {
    const value = fc.oneof(
      fc.constant(null), fc.string({unit: 'binary'}), fc.string({unit: fc.constantFrom('\\', '\t', '\n', '\0', '\r', 'N', 'é', '\u{1F600}', ' ')}),
      fc.string({unit: 'grapheme', minLength: 20, maxLength: 300}), fc.integer(), fc.bigInt({min: -(2n ** 63n), max: 2n ** 64n - 1n}),
      fc.double({noNaN: true, noDefaultInfinity: true}), fc.boolean(), fc.uint8Array(),
    );
    fc.assert(fc.property(fc.integer({min: 1, max: 5}).chain(width => fc.array(fc.array(value, {minLength: width, maxLength: width}))),
      fc.integer({min: 64, max: 500}), (rows, chunkBytes) => {
        const chunks = [...mysqlText(rows, {fields: (rows[0] ?? []).map(() => 'value'), chunkBytes})];
        for (const chunk of chunks) expect(chunk.length).toBeLessThanOrEqual(chunkBytes);
        expect(decode(Buffer.concat(chunks).toString())).toEqual(rows.map(row => row.map(text)));
      }), {numRuns: 500, seed: 7});
  });

  test('a value of many chunks comes whole, and its chunks keep to the limit', () => {
    const long = 'ä\tb'.repeat(200_000);
    const chunks = [...mysqlText([[1, long, 2]], {fields: ['value', 'value', 'value'], chunkBytes: 65_536})];
    expect(Math.max(...chunks.map(chunk => chunk.length))).toBeLessThanOrEqual(65_536);
    expect(decode(Buffer.concat(chunks).toString())).toEqual([['1', long, '2']]);
  });

  test('chunks stay as they are when the next ones are made', () => {
    const rows = Array.from({length: 5000}, (_, i): Row => [i, `row ${i}`]);
    const chunks = mysqlText(rows, {fields: ['value', 'value'], chunkBytes: 1000});
    expect(decode([...chunks].map(String).join(''))).toEqual(rows.map(row => row.map(text)));
  });
});
