import {afterAll, beforeAll, beforeEach, describe, expect, test} from 'vitest';
import type {Column, Operation, Row, Schema, WriteMode} from '@sluice/core';
import {PostgresDestination} from '../src/index.ts';
import {openLab, postgres, type Lab} from './lab.ts';

const {signal} = new AbortController();
const id: Column = {name: 'id', type: 'int', nullable: false};
const schemaOf = (...columns: readonly Column[]): Schema => ({table: 'live', columns: [id, ...columns], primaryKey: ['id']});
const some = (name: string, type: Column['type'], more: Partial<Column> = {}): Column => ({name, type, nullable: true, ...more});

describe.skipIf(postgres === null)('append and upsert into a table that somebody else made', () => {
  let lab: Lab;
  beforeAll(async () => { lab = await openLab(postgres!); });
  afterAll(async () => { await lab[Symbol.asyncDispose](); });
  beforeEach(async () => {
    await lab.killAll();
    await lab.run(`DROP SCHEMA public CASCADE; CREATE SCHEMA public AUTHORIZATION ${lab.user}`);
  });
  const make = async (sql: string) => { await lab.run(`SET ROLE ${lab.user}; ${sql}; RESET ROLE`); };

  async function load(schema: Schema, rows: readonly Row[], {mode = 'append', ops}: {mode?: WriteMode; ops?: readonly Operation[]} = {}) {
    await using destination = new PostgresDestination(lab.endpoint());
    await using it = await destination.begin({catalog: {tables: [schema], views: [], others: []}, mode}, signal);
    await using writer = await it.open(schema, signal);
    const batch = {rows: rows.map(row => [...row]), position: null, ...(ops && {ops})};
    writer.fit(batch);
    await writer.write(batch);
    await writer.commit(null);
    const back: Row[] = [];
    for await (const {rows: read} of it.readBack(schema, {maxRows: 100, maxBytes: 1e6}, signal)) back.push(...read);
    return {back, adjustments: writer.adjustments.map(({column, count}) => [column, count])};
  }

  test.each<[string, Column, string, Row[1]]>([
    ['digits that the column would round away', some('v', 'decimal', {precision: 10, scale: 3}), 'numeric(10,2)', '1.005'],
    ['text that it would cut the blanks of', some('v', 'text'), 'varchar(3)', 'abc '],
    ['text that is too long', some('v', 'text'), 'char(3)', 'abcd'],
    ['a number out of range', some('v', 'int'), 'smallint', 40_000],
    ['a float that it would round', some('v', 'float'), 'real', 0.1],
    ['a fraction of a second', some('v', 'timestamp', {scale: 6}), 'timestamp(3)', '2020-01-01 00:00:00.000001'],
    ['NULL', some('v', 'text'), 'text NOT NULL', null],
    ['a label that an enumeration has not', some('v', 'text'), 'mood', 'angry'],
    ['a value that a check refuses', some('v', 'int'), 'int CHECK (v > 0)', -1],
    ['a value that a domain refuses', some('v', 'int'), 'positive', -1],
  ])('%s: refused with table and row, nothing written', async (_, column, type, value) => {
    await make(`CREATE TYPE mood AS ENUM ('sad'); CREATE DOMAIN positive AS int CHECK (VALUE > 0); CREATE TABLE live (id int PRIMARY KEY, v ${type})`);
    for (const mode of ['append', 'upsert'] as const) {
      await expect(load(schemaOf(column), [[1, value!]], {mode})).rejects.toMatchObject({code: 'SLUICE_VALUE', context: {table: 'live', row: 0}});
    }
    expect(await lab.rows('SELECT * FROM live')).toEqual([]);
  });

  test('what fits arrives, in the form of the column', async () => {
    await make('CREATE TABLE live (id int PRIMARY KEY, price numeric(10,2), at timestamp(3), word char(3), t interval, big numeric(20))');
    const schema = schemaOf(some('price', 'decimal'), some('at', 'timestamp'), some('word', 'text'), some('t', 'time'), some('big', 'int', {unsigned64: true}));
    const {back, adjustments} = await load(schema, [[1, '1.5', '2020-01-01 00:00:00.5', 'a', '-100:00:00', 18_446_744_073_709_551_615n], [2, null, null, null, null, 5]]);
    expect(back).toEqual([[1, '1.50', '2020-01-01 00:00:00.500', 'a  ', '-100:00:00', 18_446_744_073_709_551_615n], [2, null, null, null, null, 5]]);
    expect(adjustments).toEqual([['price', 1], ['at', 1], ['word', 1]]);
  });

  test('generated columns compute, identities take what comes, new columns are NULL where there were rows', async () => {
    await make('CREATE TABLE live (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, a int, twice int GENERATED ALWAYS AS (a * 2) STORED); INSERT INTO live (a) VALUES (1)');
    const schema = schemaOf(some('a', 'int'), some('twice', 'int'), some('fresh', 'int', {autoIncrement: true, default: {kind: 'literal', text: '9'}}));
    for (const mode of ['append', 'upsert'] as const) await load(schema, [[mode === 'append' ? 10 : 11, 5, 10, 7]], {mode});
    await load(schema, [[11, 6, 12, 8]], {mode: 'upsert'});
    expect(await lab.rows('SELECT * FROM live ORDER BY id')).toEqual([['1', '1', '2', null], ['10', '5', '10', '7'], ['11', '6', '12', '8']]);
  });

  test('a partitioned table takes rows; one that belongs to no partition is refused', async () => {
    await make('CREATE TABLE live (id int PRIMARY KEY, a int) PARTITION BY RANGE (id); CREATE TABLE live_1 PARTITION OF live FOR VALUES FROM (0) TO (100)');
    expect((await load(schemaOf(some('a', 'int')), [[1, 1], [99, 2]])).back).toEqual([[1, 1], [99, 2]]);
    await expect(load(schemaOf(some('a', 'int')), [[50, 1], [100, 3]])).rejects.toMatchObject({code: 'SLUICE_VALUE', context: {table: 'live', row: 1}});
  });

  test('upsert never overwrites a row that only shares another unique key', async () => {
    await make("CREATE TABLE live (id int PRIMARY KEY, mail text UNIQUE); INSERT INTO live VALUES (1, 'a'), (2, 'b')");
    await expect(load(schemaOf(some('mail', 'text')), [[3, 'c'], [4, 'a']], {mode: 'upsert'})).rejects.toMatchObject({code: 'SLUICE_VALUE', context: {table: 'live', row: 1}});
    await load(schemaOf(some('mail', 'text')), [[1, null], [2, 'a']], {mode: 'upsert', ops: ['delete', 'update']});
    expect(await lab.rows('SELECT * FROM live')).toEqual([['2', 'a']]);
  });

  test('a trigger that leaves rows out is noticed', async () => {
    await make("CREATE TABLE live (id int PRIMARY KEY); CREATE FUNCTION drop_it() RETURNS trigger LANGUAGE plpgsql AS 'begin return null; end'; CREATE TRIGGER t BEFORE INSERT ON live FOR EACH ROW EXECUTE FUNCTION drop_it()");
    await expect(load(schemaOf(), [[1], [2]])).rejects.toMatchObject({code: 'SLUICE_WRITE', message: expect.stringContaining('0 of 2')});
  });

  test('a table of another shape is told before anything is changed', async () => {
    await make('CREATE TABLE live (id int PRIMARY KEY, a text, more int)');
    await expect(load(schemaOf(some('a', 'int')), [])).rejects.toMatchObject({code: 'SLUICE_SCHEMA', context: {table: 'live', column: 'a'}});
    await expect(load(schemaOf(some('a', 'text'), some('fresh', 'int')), [])).rejects.toMatchObject({code: 'SLUICE_SCHEMA', context: {table: 'live', column: 'more'}});
    expect(await lab.rows("SELECT attname FROM pg_attribute WHERE attrelid = 'live'::regclass AND attnum > 0")).toEqual([['id'], ['a'], ['more']]);
  });
});
