import fc from 'fast-check';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {packRows, rowDigester} from '@sluice/checksum';
import type {Column, Row, Schema, TableDigest, Value} from '@sluice/core';
import {PostgresDestination} from '../src/index.ts';
import {openLab, postgres, type Lab} from './lab.ts';

const {signal} = new AbortController();
const LIMITS = {maxRows: 100, maxBytes: 1 << 20};
/** The column as it is written, and how the server reads the same value from text. */
const COLUMNS: readonly (Omit<Column, 'nullable' | 'name'> & {readonly cast: string})[] = [
  {type: 'bool', cast: 'boolean'}, {type: 'int', cast: 'smallint', native: {dialect: 'mysql', sql: 'tinyint'}}, {type: 'int', cast: 'integer', native: {dialect: 'mysql', sql: 'int'}},
  {type: 'int', cast: 'bigint'}, {type: 'int', unsigned64: true, cast: 'numeric(20)'}, {type: 'float', cast: 'double precision'}, {type: 'float', cast: 'real', native: {dialect: 'mysql', sql: 'float'}},
  {type: 'decimal', cast: 'numeric'}, {type: 'decimal', precision: 30, scale: 6, cast: 'numeric(30,6)'}, {type: 'text', cast: 'text'}, {type: 'text', maxLength: 40, cast: 'varchar(40)'},
  {type: 'bytes', cast: 'bytea'}, {type: 'date', cast: 'date'}, {type: 'time', cast: 'interval'}, {type: 'timestamp', cast: 'timestamp'}, {type: 'timestamp', scale: 3, cast: 'timestamp(3)'},
  {type: 'timestamptz', cast: 'timestamptz'}, {type: 'json', cast: 'json'}, {type: 'uuid', cast: 'uuid'},
];
const schema: Schema = {table: 'binary_rows', primaryKey: [], columns: COLUMNS.map(({cast: _, ...column}, i) => ({...column, name: `c${i}`, nullable: true}))};
const TIME = '[-]?(?:\\d\\d|[1-8]\\d\\d):[0-5]\\d:[0-5]\\d(?:\\.\\d{1,5}[1-9])?';
const MOMENT = '(?:000[1-9]|0[1-9]\\d\\d|[1-9]\\d{3})-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\\d|2[0-8]) (?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d';

describe.skipIf(postgres === null).for(['values', 'packed'] as const)('rows in the binary format, given as %s', given => {
  let lab: Lab;
  beforeAll(async () => { lab = await openLab(postgres!); });
  afterAll(async () => { await lab[Symbol.asyncDispose](); });

  /** Packed rows that have to be looked at go as values: `asTheyAre` says that none has to. */
  async function write(rows: readonly Row[], asTheyAre = true) {
    await using destination = new PostgresDestination(lab.endpoint());
    await using load = await destination.begin({catalog: {tables: [schema], views: [], others: []}, mode: 'replace'}, signal);
    {
      await using writer = await load.open(schema, signal);
      const packed = given === 'packed' ? writer.packed!.fit(packRows(schema.columns, rows)) : null;
      if (given === 'packed') expect(packed !== null).toBe(asTheyAre);
      if (packed) await writer.packed!.write(packed);
      else {
        const batch = {rows: rows.map(row => [...row]), position: null};
        writer.fit(batch);
        await writer.write(batch);
      }
      await writer.commit(null);
    }
    await load.finish(signal);
    const digests: (readonly [fromRows: TableDigest, fromBytes: TableDigest | null])[] = [];
    for (const order of ['written', 'any'] as const) {
      const digester = rowDigester(schema.columns, order);
      for await (const batch of load.readBack(schema, LIMITS, signal)) digester.update(batch.rows);
      digests.push([digester.finish(), await load.digestBack!(schema, order, LIMITS, signal, () => {})]);
    }
    await load.publish(signal);
    return digests;
  }

  /** Rows of the table that the server does not make of the same texts, and the other way round. */
  async function differences(rows: readonly Row[]): Promise<(string | null)[][]> {
    await lab.run(`DROP TABLE IF EXISTS expected; CREATE TABLE expected (${COLUMNS.map(({cast}, i) => `c${i} ${cast}`).join(', ')})`);
    for (const row of rows) {
      await lab.run(`INSERT INTO expected VALUES (${COLUMNS.map(({cast}, i) => `$${i + 1}::text::${cast}`).join(', ')})`, row.map(asText));
    }
    const both = (a: string, b: string) => `(SELECT '${a}', t::text FROM ${a} t EXCEPT ALL SELECT '${a}', t::text FROM ${b} t)`;
    return await lab.rows(`${both('binary_rows', 'expected')} UNION ALL ${both('expected', 'binary_rows')}`);
  }
  const asText = (value: Value) => value === null ? null : value instanceof Uint8Array ? `\\x${Buffer.from(value).toString('hex')}` : Object.is(value, -0) ? '-0' : String(value);

  /** The server prints no zeros at the end: a packed row with them would have to be looked at. */
  const SHORTENED = given === 'packed' ? '-00:00:00.1' : '-00:00:00.100000';
  /** One value of each column. */
  const nulls: Row = COLUMNS.map(() => null);
  const edges: Row[] = [
    nulls,
    [true, -128, -(2 ** 31), -(2n ** 63n), 2n ** 64n - 1n, NaN, NaN, '-0.000100', '999999999999999999999999.999999', '', '', new Uint8Array(), '0001-01-01', '-838:59:59', '0001-01-01 00:00:00', '0001-01-01 00:00:00.001', '9999-12-31 23:59:59.999999', 'null', '00000000-0000-0000-0000-000000000000'],
    [false, 255, 2 ** 31 - 1, 2n ** 63n - 1n, 0, -0, -0, '100000000000000000000000000000000000000001', '0.000000', '\\.\t\n\r\b', 'é€\u{1f600}', new Uint8Array([0, 255]), '9999-12-31', '00:00:00', '1999-12-31 23:59:59.999999', '1999-12-31 23:59:59.999', '1970-01-01 00:00:00', '{"a" : 1 }', 'ffffffff-ffff-4fff-bfff-ffffffffffff'],
    [null, 0, 0, -9007199254740993n, 9007199254740993n, Infinity, -Infinity, '0', '-1.500000', 'x'.repeat(70_000), 'x'.repeat(24), new Uint8Array(70_000).fill(7), '2000-02-29', '100:00:00.000001', '2000-01-01 00:00:00', '2100-02-28 00:00:00.500', '1600-02-29 12:00:00', '[]', null],
    [null, 0, 0, 2 ** 53 - 1, 1, 5e-324, 2 ** -149, '10000.0001', '10000.000000', 'a'.repeat(25), '€'.repeat(40), null, '2000-01-01', SHORTENED, '2000-01-01 00:00:00.1', '2000-01-01 00:00:00.100', '1900-03-01 00:00:00', '""', null],
    [null, 0, 0, -(2 ** 53 - 1), 1, 1.7976931348623157e308, 1, '99990000.00009999', '0.999999', 'b', 'b', null, '1900-02-28', '23:59:59.999999', null, null, null, null, null],
  ];

  test('are what the server makes of the same texts: the edges of every type', async () => {
    await write(edges);
    expect(await differences(edges)).toEqual([]);
  });

  test('are digested from their bytes to what they are digested to as rows, in either order', async () => {
    // More than a run of the digest, and more than a chunk of the socket.
    for (const [fromRows, fromBytes] of await write([...Array.from({length: 4_200}, (_, i) => nulls.with(9, `row ${i} ${'x'.repeat(100)}`)), ...edges])) {
      expect(fromRows.rows).toBe(4_200 + edges.length);
      expect(fromBytes).toEqual(fromRows);
    }
  });

  test('values that only the server can judge go as text, with all others of their batch', async () => {
    const of = (type: Column['type'], value: Value) => nulls.map((_, i) => COLUMNS[i]!.type === type && COLUMNS[i]!.scale === undefined ? value : null);
    const rows: Row[] = [
      ...edges, of('date', 'infinity'), of('date', '0044-03-15 BC'), of('date', '12345-01-01'), of('timestamp', '-infinity'), of('timestamptz', '0001-01-01 00:00:00 BC'),
      nulls.with(7, 'NaN'), nulls.with(7, `${'9'.repeat(300)}.5`),
    ];
    // Nor are they digested from bytes.
    expect((await write(rows, false)).map(([, fromBytes]) => fromBytes)).toEqual([null, null]);
    expect(await differences(rows)).toEqual([]);
  });

  test('a day that no month has is refused, with its row', async () => {
    const rows: Row[] = [...edges, nulls.with(12, '2023-02-29')];
    await expect(write(rows, false)).rejects.toMatchObject({code: 'SLUICE_VALUE', context: {table: 'binary_rows', row: edges.length}});
  });

  test('law: whatever numbers, texts and moments go in, they are what the server makes of their texts', async () => {
    const digits = (most: number) => fc.stringMatching(new RegExp(`^[0-9]{0,${most}}$`));
    const arbitrary = fc.array(fc.tuple(
      fc.boolean(), fc.integer({min: -128, max: 127}), fc.integer(), fc.bigInt({min: -(2n ** 63n), max: 2n ** 63n - 1n}), fc.bigInt({min: 0n, max: 2n ** 64n - 1n}), fc.double(), fc.float(),
      fc.tuple(fc.constantFrom('', '-'), fc.bigInt({min: 1n, max: 10n ** 60n}), digits(40)).map(([sign, whole, fraction]) => `${sign}${whole}${fraction === '' ? '' : `.${fraction}`}`),
      fc.tuple(fc.bigInt({min: 1n, max: 10n ** 23n}), fc.stringMatching(/^[0-9]{6}$/)).map(([whole, fraction]) => `-${whole}.${fraction}`),
      fc.string({unit: 'binary', maxLength: 60}).map(text => text.replaceAll('\0', '')), fc.string({unit: 'binary', maxLength: 20}).map(text => text.replaceAll('\0', '')), fc.uint8Array({maxLength: 40}),
      fc.stringMatching(new RegExp(`^${MOMENT}$`)).map(text => text.slice(0, 10)), fc.stringMatching(new RegExp(`^${TIME}$`)).filter(text => !/^-[0:.]*$/.test(text)),
      fc.stringMatching(new RegExp(`^${MOMENT}\\.\\d{5}[1-9]$`)), fc.stringMatching(new RegExp(`^${MOMENT}\\.\\d{3}$`)), fc.stringMatching(new RegExp(`^${MOMENT}$`)), fc.json(), fc.uuid(),
    ), {minLength: 1, maxLength: 20});
    await fc.assert(fc.asyncProperty(arbitrary, async tuples => {
      // JSON with \u0000 is text of another kind.
      const rows = tuples.map(row => row.map((value, i) => i === 4 || i === 3 ? (Number.isSafeInteger(Number(value)) ? Number(value) : value) : i === 17 && String(value).includes('\\u0000') ? '1' : value) as Row);
      for (const [fromRows, fromBytes] of await write(rows)) expect(fromBytes).toEqual(fromRows);
      expect(await differences(rows)).toEqual([]);
    }), {numRuns: 15, seed: 7});
  });
});
