import {join} from 'node:path';
import type {Column, ColumnType, Row, Value} from '@sluice/core';
import fc from 'fast-check';
import {expect, test} from 'vitest';
import {readAll, type Table, tempFolder, write} from './bench.ts';

const digits = (min: number, max: number) => fc.string({unit: fc.constantFrom(...'0123456789'), minLength: min, maxLength: max});
const pad = (n: number, width: number) => String(n).padStart(width, '0');
const upTo = (max: number) => fc.integer({min: 0, max}).map(n => pad(n, 2));
const fraction = fc.oneof(fc.constant(''), digits(1, 9).map(f => `.${f}`));
const date = fc.tuple(fc.integer({min: 0, max: 9999}), upTo(12), upTo(31)).map(([y, m, d]) => `${pad(y, 4)}-${m}-${d}`);
const clock = fc.tuple(upTo(23), upTo(59), upTo(59), fraction).map(([h, m, s, f]) => `${h}:${m}:${s}${f}`);
const stamp = fc.tuple(date, clock).map(([d, c]) => `${d} ${c}`);
const int = fc.oneof(fc.maxSafeInteger(), fc.bigInt({min: -(2n ** 63n), max: 2n ** 64n - 1n}).map(n => (Number.isSafeInteger(Number(n)) ? Number(n) : n)));
const text = fc.oneof(
  fc.string({unit: 'binary'}), fc.string({unit: fc.constantFrom('"', ',', '\r', '\n', '\\', '\0', '{', '}', ':', ' ', 'é', '\u{1F600}', '\u2028', '\uFEFF')}),
  fc.constantFrom('', 'NULL', 'null', '\\N', '""', 'NaN', 'INF', '1', '-0', '007', '1.0', 'true', 'text:', 'text:x', 'base64:', 'base64:AP8=', 'base64:x', '=1+1'));
const bytes = fc.uint8Array();
const float = fc.double();
const document = fc.oneof(
  fc.json(), fc.json().map(json => ` ${json}\n`), fc.json().map(json => JSON.stringify(JSON.parse(json), null, 2)), text,
  fc.constantFrom('{"a":1,"a":2}', '[9.0, 12345678901234567890]', 'null', '"x"', '{', '[]', '{} ', '[1,2]\r\n'));

/** Any value that a column of the type may hold. */
const VALUES: Readonly<Record<ColumnType, fc.Arbitrary<NonNullable<Value>>>> = {
  bool: fc.boolean(), int, float, text, bytes, date, json: document, timestamp: stamp, timestamptz: stamp,
  decimal: fc.tuple(fc.constantFrom('', '-'), digits(1, 65), fc.oneof(fc.constant(''), digits(1, 30).map(f => `.${f}`))).map(parts => parts.join('')),
  time: fc.tuple(fc.constantFrom('', '-'), fc.integer({min: 0, max: 900}), upTo(59), upTo(59), fraction).map(([s, h, m, c, f]) => `${s}${pad(h, 2)}:${m}:${c}${f}`),
  uuid: fc.uuid(),
  any: fc.oneof(fc.boolean(), fc.bigInt({min: -(2n ** 63n), max: 2n ** 64n - 1n}), float, text, bytes, fc.constantFrom(5, -0, 1e21, 0.1)),
};

const name = fc.string({unit: 'grapheme', minLength: 1, maxLength: 10});
const anyTable: fc.Arbitrary<Table> = fc.uniqueArray(fc.tuple(name, fc.constantFrom(...(Object.keys(VALUES) as ColumnType[])), fc.boolean()), {
  minLength: 1, maxLength: 8, selector: ([column]) => column,
}).chain(drawn => {
  const columns = drawn.map(([column, type, nullable]): Column => ({name: column, type, nullable}));
  const row: fc.Arbitrary<Row> = fc.tuple(...columns.map(({type, nullable}) => (nullable ? fc.option(VALUES[type]) : VALUES[type]))) as fc.Arbitrary<Row>;
  return fc.tuple(name, fc.array(row, {maxLength: 15})).map(([table, rows]) => ({schema: {table, columns, primaryKey: []}, rows}));
});

for (const format of ['csv', 'jsonl'] as const) {
  for (const gzip of [false, true]) {
    test(`any table of values comes back exactly: ${format}${gzip ? ', gzip' : ''}`, async () => {
      await using folder = await tempFolder();
      let n = 0;
      await fc.assert(fc.asyncProperty(anyTable, async table => {
        const url = `${format}:${join(folder.path, String(n++))}/${gzip ? `*.${format}.gz` : ''}`;
        const {back} = await write(url, [table]);
        expect(back).toEqual([table.rows]);
        expect((await readAll(url)).tables).toEqual([table]);
      }), {numRuns: gzip ? 40 : 150, seed: 42});
    }, 60_000);
  }
}
