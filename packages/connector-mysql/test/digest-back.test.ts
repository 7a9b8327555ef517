import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {rowDigester} from '@sluice/checksum';
import type {Column, Load, Row, Schema, TableDigest} from '@sluice/core';
import {fixtures} from '@sluice/testkit';
import {MysqlDestination} from '../src/index.ts';
import {openLab, servers, type Lab} from './lab.ts';

const {signal} = new AbortController();
const LIMITS = {maxRows: 100, maxBytes: 1 << 20};

const TYPES: readonly Omit<Column, 'name' | 'nullable'>[] = [
  {type: 'int', native: {dialect: 'mysql', sql: 'tinyint'}}, {type: 'int', native: {dialect: 'mysql', sql: 'int unsigned'}}, {type: 'int'}, {type: 'int', unsigned64: true},
  {type: 'float'}, {type: 'float', native: {dialect: 'mysql', sql: 'float'}}, {type: 'decimal', precision: 30, scale: 6}, {type: 'text'}, {type: 'text', maxLength: 40}, {type: 'bytes'},
  {type: 'date'}, {type: 'time', scale: 3}, {type: 'timestamp', scale: 6}, {type: 'timestamp', scale: 0}, {type: 'timestamptz', scale: 3}, {type: 'json'}, {type: 'uuid'},
];
const wide: Schema = {table: 'wide', primaryKey: [], columns: TYPES.map((type, i) => ({...type, name: `c${i}`, nullable: true}))};
const rows: readonly Row[] = [
  TYPES.map(() => null),
  [-128, 0, -(2n ** 63n), 2n ** 64n - 1n, 5e-324, Math.fround(1.1), '-0.000001', '', '', new Uint8Array(), '0001-01-01', '-838:59:59.000', '1000-01-01 00:00:00.000000', '9999-12-31 23:59:59', '1970-01-02 00:00:00.000', 'null', '00000000-0000-0000-0000-000000000000'],
  [127, 2 ** 32 - 1, 9007199254740993n, 0, 1.7976931348623157e308, Math.fround(3.4e38), '999999999999999999999999.999999', '\\.\t\n\r\b\0\'"', 'é€\u{1f600}', new Uint8Array([0, 255, 13, 10]), '9999-12-31', '838:59:59.000', '9999-12-31 23:59:59.999999', '1000-01-01 00:00:00', '2038-01-19 03:14:07.999', '{"a": 1}', 'ffffffff-ffff-4fff-bfff-ffffffffffff'],
  [0, 1, 2 ** 53 - 1, 1, 0.1, 0, '0.000000', 'x'.repeat(70_000), '€'.repeat(40), new Uint8Array(300).fill(7), '2000-02-29', '00:00:00.001', '2000-01-01 00:00:00.000001', '2000-01-01 00:00:00', '2000-01-01 00:00:00.001', '[]', null],
];

describe.each(servers)('digests of what lies at $kind', it => {
  let lab: Lab;
  beforeAll(async () => { lab = await openLab(it); });
  afterAll(async () => { await lab[Symbol.asyncDispose](); });

  async function fill(load: Load, {table, columns, ...schema}: Schema, given: readonly Row[]): Promise<void> {
    await using writer = await load.open({table, columns, ...schema}, signal);
    const batch = {rows: given.map(row => [...row]), position: null};
    writer.fit(batch);
    await writer.write(batch);
    await writer.commit(null);
  }

  async function bothOf(load: Load, schema: Schema): Promise<(readonly [TableDigest, TableDigest | null])[]> {
    const digests: (readonly [TableDigest, TableDigest | null])[] = [];
    for (const order of ['written', 'any'] as const) {
      const digester = rowDigester(schema.columns, order);
      for await (const batch of load.readBack(schema, LIMITS, signal)) digester.update(batch.rows);
      digests.push([digester.finish(), await load.digestBack!(schema, order, LIMITS, signal, () => {})]);
    }
    return digests;
  }

  test('are the same from the fields as they came and from rows of values, for every type and at its ends', async () => {
    const {bytesKey, noKey, sequence} = fixtures;
    const tables = [{schema: wide, rows}, bytesKey, noKey, sequence(3000)];
    {
      await using destination = new MysqlDestination(lab.endpoint());
      await using load = await destination.begin({catalog: {tables: tables.map(({schema}) => schema), views: [], others: []}, mode: 'replace'}, signal);
      for (const table of tables) await fill(load, table.schema, table.rows);
      await load.finish(signal);
      for (const {schema} of tables) {
        for (const [fromRows, fromBytes] of await bothOf(load, schema)) expect(fromBytes, schema.table).toEqual(fromRows);
      }
      await load.publish(signal);
    }
    // What is different is so in both.
    await using destination = new MysqlDestination(lab.endpoint());
    await using again = await destination.begin({catalog: {tables: [wide], views: [], others: []}, mode: 'replace'}, signal);
    const before = rowDigester(wide.columns, 'any');
    before.update(rows);
    await fill(again, wide, rows.map((row, i) => row.map((value, at) => i === 3 && at === 7 ? 'y' : value)));
    const [, [fromRows, fromBytes]] = await bothOf(again, wide) as [unknown, readonly [TableDigest, TableDigest | null]];
    expect(fromBytes).toEqual(fromRows);
    expect(fromBytes!.digest).not.toBe(before.finish().digest);
  });

  test('are left to rows of values where a value is read in another form than it was written in', async () => {
    for (const column of [{type: 'bool'}, {type: 'timestamp'}, {type: 'time'}] as const) {
      const schema: Schema = {table: 'looked_at', primaryKey: [], columns: [{...column, name: 'c', nullable: true}]};
      await using destination = new MysqlDestination(lab.endpoint());
      await using load = await destination.begin({catalog: {tables: [schema], views: [], others: []}, mode: 'replace'}, signal);
      await fill(load, schema, [[column.type === 'bool' ? true : column.type === 'time' ? '01:02:03.5' : '2020-01-01 00:00:00.5']]);
      await load.finish(signal);
      expect(await load.digestBack!(schema, 'any', LIMITS, signal, () => {}), column.type).toBeNull();
    }
  });
});
