import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import type {Column, Row, Schema} from '@sluice/core';
import {PostgresBinaryRows, type PostgresBinaryType} from '@sluice/csv-staging/postgres-binary';
import {PostgresDestination} from '../src/index.ts';
import {openLab, postgres, type Lab} from './lab.ts';

const {signal} = new AbortController();
/** Each type that the writer knows, as a column of the load; the second name is the server's. */
const TYPES: readonly (readonly [PostgresBinaryType, string, Omit<Column, 'name' | 'nullable'>])[] = [
  ['int8', 'int8 as bigint', {type: 'int'}], ['bool', 'bool as boolean', {type: 'bool'}], ['float8', 'float8 as double precision', {type: 'float'}], ['numeric', 'numeric', {type: 'decimal'}],
  ['text', 'text', {type: 'text'}], ['json', 'json', {type: 'json'}], ['jsonb', 'jsonb', {type: 'json', native: {dialect: 'postgres', sql: 'jsonb'}}], ['bytea', 'bytea', {type: 'bytes'}], ['uuid', 'uuid', {type: 'uuid'}],
  ['timestamptz', 'timestamptz as timestamp(3) with time zone', {type: 'timestamptz', scale: 3}],
];
const schema: Schema = {table: 'forms', primaryKey: ['c0'], columns: TYPES.map(([, , column], i) => ({...column, name: `c${i}`, nullable: i > 0}))};
const ROWS: readonly Row[] = [
  [-(2n ** 63n), null, null, null, null, null, null, null, null, null],
  [-1, true, -0, '-0.00010', '', '1', 'null', new Uint8Array(), '00000000-0000-0000-0000-000000000000', -210_866_803_200_000],
  [0, false, Number.NaN, `-1${'0'.repeat(6144)}`, 'Zürich 😀 \t\\N', '{"b" : "\\u0000"}', '{"a": [1, 2.50], "bb": "x"}', new Uint8Array([0, 255]), '00112233-4455-6677-8899-aabbccddeeff', -1],
  [2 ** 53 - 1, true, 5e-324, `0.${'0'.repeat(6175)}1`, 'x'.repeat(100_000), '[]', '[]', new Uint8Array(70_000), 'ffffffff-ffff-ffff-ffff-ffffffffffff', 2 ** 53 - 1],
  [2n ** 63n - 1n, true, -Infinity, '12345678.90', 'ß', '""', '"ß"', new Uint8Array([1]), 'a0000000-0000-0000-0000-00000000000f', 9_224_318_015_999_999n],
];

describe.skipIf(postgres === null)('rows that are made into bytes of COPY', () => {
  let lab: Lab;
  beforeAll(async () => { lab = await openLab(postgres!); });
  afterAll(async () => { await lab[Symbol.asyncDispose](); });

  test('are the values they were, and come back as the same bytes', async () => {
    await using destination = new PostgresDestination(lab.endpoint());
    await using load = await destination.begin({catalog: {tables: [schema], views: [], others: []}, mode: 'replace'}, signal);
    expect((await load.rawFormat!(schema, signal))?.columns).toEqual(TYPES.map(([, name]) => name));
    const table = new PostgresBinaryRows(TYPES.map(([type]) => type));
    for (const row of ROWS) table.add(row);
    const bytes = table.end();
    expect(await load.writeRaw!(schema, (async function* () { yield bytes; })(), signal)).toEqual({rows: ROWS.length});
    await load.finish(signal);
    const back: Uint8Array[] = [];
    for await (const chunk of load.readBackRaw!(schema, signal)) back.push(chunk);
    expect(Buffer.concat(back).equals(bytes)).toBe(true);
    await load.publish(signal);
    const texts = await lab.rows('SELECT * FROM forms ORDER BY c0');
    expect(texts.map(row => row[0])).toEqual(['-9223372036854775808', '-1', '0', '9007199254740991', '9223372036854775807']);
    expect(texts[0]!.slice(1)).toEqual(Array.from({length: 9}, () => null));
    expect(texts[1]!.slice(1)).toEqual(['t', '-0', '-0.00010', '', '1', 'null', '\\x', '00000000-0000-0000-0000-000000000000', '4714-11-24 00:00:00+00 BC']);
    expect(texts[2]!.slice(1)).toEqual(['f', 'NaN', `-1${'0'.repeat(6144)}`, 'Zürich 😀 \t\\N', '{"b" : "\\u0000"}', '{"a": [1, 2.50], "bb": "x"}', '\\x00ff', '00112233-4455-6677-8899-aabbccddeeff', '1969-12-31 23:59:59.999+00']);
    expect(texts[3]!.slice(1)).toEqual(['t', '5e-324', `0.${'0'.repeat(6175)}1`, 'x'.repeat(100_000), '[]', '[]', `\\x${'00'.repeat(70_000)}`, 'ffffffff-ffff-ffff-ffff-ffffffffffff', '287396-10-12 08:59:00.991+00']);
    expect(texts[4]!.slice(1)).toEqual(['t', '-Infinity', '12345678.90', 'ß', '""', '"ß"', '\\x01', 'a0000000-0000-0000-0000-00000000000f', '294276-12-31 23:59:59.999+00']);
  });
});
