import fc from 'fast-check';
import {expect, test} from 'vitest';
import {csvBytes, type Field, fieldText, readCsv} from '../src/index.ts';

const never = new AbortController().signal;

async function roundTrip(columns: string[], rows: Field[][], size: number): Promise<{columns: readonly string[]; rows: Field[][]}> {
  const bytes = Buffer.concat([csvBytes([columns]), csvBytes(rows)]);
  async function* pieces() {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  }
  const back: Field[][] = [];
  let names: readonly string[] = [];
  for await (const batch of readCsv(pieces(), {maxRows: 7, maxBytes: 1000}, never)) {
    names = batch.columns;
    back.push(...batch.rows);
  }
  return {columns: names, rows: back};
}

test('writes records as RFC 4180 does', () => {
  expect(csvBytes([['a', null, ''], ['x,y', 'q"q', 'l\nl'], ['c\rc', ' s ', "'"]]).toString()).toBe(
    'a,,""\r\n"x,y","q""q","l\nl"\r\n"c\rc", s ,\'\r\n');
});

test('leaves what a spreadsheet may take for a formula as it is', () => {
  expect(csvBytes([['=1+1', '+1', '-1', '@a', '\tx']]).toString()).toBe('=1+1,+1,-1,@a,\tx\r\n');
});

test('any table of text and nulls comes back exactly, whatever the size of the chunks', async () => {
  const nasty = fc.oneof(
    fc.string({unit: 'binary'}), fc.string({unit: fc.constantFrom('"', ',', '\r', '\n', '\u0000', '\uFEFF', ' ', '\\', 'N', 'é', '\u{1F600}', '\u2028')}),
    fc.constantFrom('', '""', '"', ',', '\r', '\n', '\r\n', '\uFEFF', '\\N', 'NULL'));
  const table = fc.integer({min: 1, max: 4}).chain(width => fc.tuple(
    fc.array(nasty.filter(name => name !== ''), {minLength: width, maxLength: width}),
    fc.array(fc.array(fc.option(nasty), {minLength: width, maxLength: width}), {maxLength: 20}),
    fc.integer({min: 1, max: 50})));
  await fc.assert(fc.asyncProperty(table, async ([columns, rows, size]) => {
    expect(await roundTrip(columns, rows, size)).toEqual({columns, rows});
  }), {numRuns: 1000, seed: 20240229});
});

test('half of a surrogate pair is a VALUE error that names the row, not U+FFFD', () => {
  expect(() => csvBytes([['a'], ['x\uD800y']], {table: 'orders', firstRow: 10})).toThrow(
    expect.objectContaining({code: 'SLUICE_VALUE', context: {table: 'orders', row: 11}}));
});

test('spells values as the Table Schema standard does', () => {
  expect([
    true, false, 0, -0, 0.1, 1e21, 5e-324, NaN, Infinity, -Infinity, 18446744073709551615n, '0.10', new Uint8Array([0, 255]), new Uint8Array(), null,
  ].map(fieldText)).toEqual([
    'true', 'false', '0', '-0', '0.1', '1e+21', '5e-324', 'NaN', 'INF', '-INF', '18446744073709551615', '0.10', 'AP8=', '', null,
  ]);
});
