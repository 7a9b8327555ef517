import {join} from 'node:path';
import fc from 'fast-check';
import type {Column, ColumnType, Row, Schema, Value} from '@sluice/core';
import {expectRows} from '@sluice/testkit';
import Database from 'better-sqlite3';
import {expect, test} from 'vitest';
import {ruleOf, SqliteDestination, SqliteSource} from '../src/index.ts';
import {catalogOf, load, never} from './loading.ts';
import {temporaryFolders} from './temporary-folder.ts';

const newFolder = temporaryFolders();

const digits = (n: number) => fc.array(fc.integer({min: 0, max: 9}), {minLength: n, maxLength: n}).map(list => list.join(''));
const two = (max: number) => fc.integer({min: 0, max}).map(n => String(n).padStart(2, '0'));
const date = fc.tuple(fc.integer({min: 0, max: 9999}), two(12), two(31)).map(([year, month, day]) => `${String(year).padStart(4, '0')}-${month}-${day}`);
const clock = fc.tuple(two(23), two(59), two(59)).map(parts => parts.join(':'));
const int = (low: bigint, high: bigint) => fc.oneof(fc.bigInt(low, high), fc.constantFrom(low, high, 0n, 2n ** 53n - 1n, 2n ** 53n, 2n ** 53n + 1n))
  .map(n => (n >= -(2n ** 53n - 1n) && n <= 2n ** 53n - 1n ? Number(n) : n));

/** A column, and any value that may stand in it. */
const columns: readonly (readonly [Omit<Column, 'name' | 'nullable'>, fc.Arbitrary<Value>])[] = [
  [{type: 'bool'}, fc.boolean()],
  [{type: 'int'}, int(-(2n ** 63n), 2n ** 63n - 1n)],
  [{type: 'int', unsigned64: true}, fc.oneof(int(0n, 2n ** 64n - 1n), int(2n ** 63n - 2n, 2n ** 63n + 2n))],
  [{type: 'float'}, fc.double({noNaN: true}).filter(n => !Object.is(n, -0))],
  ...[[1, 0], [15, 0], [15, 2], [15, 15], [14, 7], [16, 2], [65, 30]].map(([precision, scale]) => {
    const whole = digits(Math.max(precision! - scale!, 1)).map(text => (precision === scale ? '0' : text.replace(/^0+(?=\d)/, '')));
    const value = fc.tuple(fc.boolean(), whole, digits(scale!)).map(([negative, front, back]) => {
      const text = back === '' ? front : `${front}.${back}`;
      return negative && /[1-9]/.test(text) ? `-${text}` : text;
    });
    return [{type: 'decimal', precision, scale} as Omit<Column, 'name' | 'nullable'>, value] as const;
  }),
  [{type: 'decimal'}, fc.constantFrom('1', '1.0', '-0.000', '123456789012345678901234567890.5', '007')],
  [{type: 'text'}, fc.string({unit: 'binary'})],
  [{type: 'text', maxLength: 3, caseInsensitive: true}, fc.string({unit: 'grapheme'})],
  [{type: 'bytes'}, fc.uint8Array()],
  [{type: 'date'}, date],
  [{type: 'time', scale: 0}, fc.tuple(fc.constantFrom('', '-'), clock).map(parts => parts.join(''))],
  [{type: 'timestamp', scale: 6}, fc.tuple(date, clock, digits(6)).map(([day, time, f]) => `${day} ${time}.${f}`)],
  [{type: 'timestamptz', scale: 0}, fc.tuple(date, clock).map(parts => parts.join(' '))],
  [{type: 'json'}, fc.json()],
  [{type: 'uuid'}, fc.uuid()],
  [{type: 'any'}, fc.oneof(fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n), fc.double({noNaN: true}), fc.string({unit: 'binary'}), fc.uint8Array())],
];
const described = columns.map(([column], i): Column => ({...column, name: `c${i} ${column.type}`, nullable: true}));
const schema = {table: 'exact', columns: described, primaryKey: []};
const row = fc.tuple(...columns.map(([, value]) => fc.option(value, {nil: null, freq: 10})));

test('every value of every type is read back as it was written, and by a source too', async () => {
  const folder = newFolder();
  const file = join(folder, 'x.db');
  await fc.assert(fc.asyncProperty(fc.array(row as fc.Arbitrary<Row>, {minLength: 1, maxLength: 40}), fc.integer({min: 1, max: 50}), async (rows, maxRows) => {
    await using destination = new SqliteDestination(file, {fresh: true, archiveDirectory: folder});
    await using loading = await destination.begin({catalog: catalogOf([{schema}]), mode: 'replace'}, never);
    {
      await using writer = await loading.open(schema, never);
      const batch = {rows: rows.map(values => [...values]), position: null};
      writer.fit(batch);
      expectRows(schema, batch.rows, rows);
      expect(writer.adjustments).toEqual([]);
      await writer.write(batch);
      await writer.commit(null);
    }
    expect(await loading.finish(never)).toEqual([]);
    const back: Row[] = [];
    for await (const batch of loading.readBack(schema, {maxRows, maxBytes: 10_000}, never)) back.push(...batch.rows);
    expectRows(schema, back, rows);
    await loading.publish(never);

    await using source = new SqliteSource(file);
    const {tables: [found]} = await source.discover(never);
    // Values that do not tell their type by their look (no rows, nulls only) leave what is declared.
    const again: Row[] = [];
    for await (const batch of source.read({schema: found!, after: null, maxRows, maxBytes: 10_000}, never)) again.push(...batch.rows);
    const types = found!.columns.map(({type}) => type);
    expectRows(schema, again.map(values => values.map((value, i) => sameKind(types[i]!, described[i]!, value))), rows);
  }), {seed: 20_260_101, numRuns: 60});
}, 120_000);

/** Text of no certain form in a column declared otherwise is text, or of no type: the value is the same. */
function sameKind(found: ColumnType, wanted: Column, value: Value): Value {
  if (found === wanted.type || value === null) return value;
  expect(['text', 'any', 'decimal']).toContain(found);
  return value;
}

test('decimals of 15 digits are numbers for SQLite, wider ones text, and both sum', async () => {
  const file = join(newFolder(), 'x.db');
  const price = (precision: number): Column => ({name: `p${precision}`, type: 'decimal', precision, scale: 2, nullable: true});
  await load(file, [{schema: {table: 't', columns: [price(15), price(16)], primaryKey: []}, rows: [['9.50', '9.50'], ['10.25', '10.25'], ['-1.00', '-1.00']]}]);
  const db = new Database(file, {readonly: true});
  const all = (sql: string) => db.prepare(sql).raw().all();
  expect(all('SELECT p15 FROM t ORDER BY p15')).toEqual([[-1], [9.5], [10.25]]);
  expect(all('SELECT p16 FROM t ORDER BY CAST(p16 AS NUMERIC)')).toEqual([['-1.00'], ['9.50'], ['10.25']]);
  expect(all('SELECT sum(p15), sum(p16) FROM t')).toEqual([[18.75, 18.75]]);
  db.close();
});

test('what SQLite cannot hold is met by a counted rule or refused with its place', async () => {
  const file = join(newFolder(), 'x.db');
  const t = (type: ColumnType, more: Partial<Column> = {}) => ({table: 't', columns: [{name: 'v', type, nullable: true, ...more}], primaryKey: []});
  const fit = async (type: ColumnType, values: readonly Value[], more: Partial<Column> = {}) => {
    await using destination = new SqliteDestination(file);
    await using loading = await destination.begin({catalog: catalogOf([{schema: t(type, more)}]), mode: 'replace'}, never);
    await using writer = await loading.open(t(type, more), never);
    const batch = {rows: values.map(value => [value]), position: null};
    writer.fit(batch);
    return {values: batch.rows.flat(), adjustments: writer.adjustments};
  };
  expect(await fit('float', [-0, 0, null, Infinity, -0])).toEqual({values: [0, 0, null, Infinity, 0], adjustments: [{column: 'v', kind: 'negative zero', count: 2}]});
  expect(await fit('decimal', ['-0.00', '0.00'], {precision: 5, scale: 2})).toEqual({values: ['0.00', '0.00'], adjustments: [{column: 'v', kind: 'negative zero', count: 1}]});
  expect(await fit('any', [true, false, -0])).toEqual({values: [1n, 0n, -0], adjustments: [{column: 'v', kind: 'boolean as integer', count: 2}]});
  for (const [type, value, more] of [['float', NaN, {}], ['any', NaN, {}], ['decimal', '1.234', {precision: 5, scale: 2}], ['decimal', '1.2', {precision: 5, scale: 2}], ['decimal', '1234.00', {precision: 5, scale: 2}], ['decimal', '01.00', {precision: 5, scale: 2}]] as const) {
    await expect(fit(type, [null, value], more), `${type}`).rejects.toMatchObject({code: 'SLUICE_VALUE', context: {table: 't', column: 'v', row: 1}});
  }
});

test('a row that is refused in the middle of a large batch is named, with its column where that is known', async () => {
  const schema: Schema = {
    table: 't', primaryKey: ['id'],
    columns: [{name: 'id', type: 'int', nullable: false}, {name: 'a', type: 'int', nullable: false}, {name: 'b', type: 'text', nullable: true}],
  };
  for (const [bad, place, message] of [
    [[5, 1, 'x'], {row: 277}, /primary key is there already/], [[277, null, 'x'], {row: 277, column: 'a'}, /not nullable/], [[277, 2n ** 63n, 'x'], {row: 277, column: 'a'}, /beyond 64 bits/],
  ] as [Row, object, RegExp][]) {
    const rows = Array.from({length: 500}, (_, i): Row => (i === 277 ? bad : [i, i, 'x']));
    await expect(load(join(newFolder(), 'x.db'), [{schema, rows}])).rejects.toMatchObject({code: 'SLUICE_VALUE', message: expect.stringMatching(message) as string, context: {table: 't', ...place}});
  }
});

test('rows whose key is the rowid are read back in the order of the key: the writer says so', async () => {
  const t: Schema = {table: 't', columns: [{name: 'id', type: 'int', nullable: false}], primaryKey: ['id']};
  for (const [schema, order, wanted] of [[t, 'any', [1, 2, 3]], [{...t, order: 'key'}, 'written', [1, 2, 3]], [{...t, primaryKey: []}, 'written', [3, 1, 2]]] as [Schema, string, number[]][]) {
    await using destination = new SqliteDestination(join(newFolder(), 'x.db'));
    await using loading = await destination.begin({catalog: catalogOf([{schema}]), mode: 'replace'}, never);
    await using writer = await loading.open(schema, never);
    expect(writer.order).toBe(order);
    await writer.write({rows: schema.order === 'key' ? [[1], [2], [3]] : [[3], [1], [2]], position: null});
    await writer.commit(null);
    const back: Row[] = [];
    for await (const {rows} of loading.readBack(schema, {maxRows: 2, maxBytes: 1000}, never)) back.push(...rows);
    expect(back.flat()).toEqual(wanted);
  }
});

test('the rule of a column never depends on its name', () => {
  for (const column of described) expect(ruleOf({...column, name: 'INT'})).toBe(ruleOf(column));
});
