import {afterAll, beforeAll, beforeEach, describe, expect, test} from 'vitest';
import type {Catalog, Column, Row, Schema} from '@sluice/core';
import {PostgresDestination} from '../src/index.ts';
import {openLab, postgres, type Lab} from './lab.ts';

const {signal} = new AbortController();
const id: Column = {name: 'id', type: 'int', nullable: false, native: {dialect: 'postgres', sql: 'integer'}};
const some = (name: string, sql: string, type: Column['type'], more: Partial<Column> = {}): Column => ({name, type, nullable: true, native: {dialect: 'postgres', sql}, ...more});
const catalogOf = (...columns: readonly Column[]): Catalog & {readonly tables: readonly [Schema]} => ({
  tables: [{table: 'live', columns: [id, ...columns], primaryKey: ['id']}], views: [], others: [],
});

describe.skipIf(postgres === null)('a source whose tables changed since the last run', () => {
  let lab: Lab;
  beforeAll(async () => { lab = await openLab(postgres!); });
  afterAll(async () => { await lab[Symbol.asyncDispose](); });
  beforeEach(async () => { await lab.run(`DROP SCHEMA public CASCADE; CREATE SCHEMA public AUTHORIZATION ${lab.user}`); });
  const make = async (sql: string) => { await lab.run(`SET ROLE ${lab.user}; ${sql}; RESET ROLE`); };
  const types = async () => Object.fromEntries((await lab.rows("SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = 'live'::regclass AND attnum > 0 AND NOT attisdropped")) as [string, string][]);

  async function upsert(catalog: ReturnType<typeof catalogOf>, rows: readonly Row[]) {
    await using destination = new PostgresDestination(lab.endpoint());
    const {tables} = await destination.plan({catalog, mode: 'upsert'}, signal);
    await using load = await destination.begin({catalog, mode: 'upsert'}, signal);
    await using writer = await load.open(catalog.tables[0], signal);
    const batch = {rows: rows.map(row => [...row]), position: null};
    writer.fit(batch);
    await writer.write(batch);
    await writer.commit(null);
    return {ddl: tables[0]!.ddl, warnings: (await load.publish(signal)).warnings ?? []};
  }

  test('columns that are new or wider are changed at the destination, planned before and told after; what is there stays', async () => {
    await make("CREATE TABLE live (id int PRIMARY KEY, small smallint, word varchar(3), price numeric(5,2), same varchar(9)); INSERT INTO live VALUES (1, 7, 'abc', 1.50, 'x')");
    const catalog = catalogOf(
      some('small', 'bigint', 'int'), some('word', 'text', 'text'), some('price', 'numeric(12,2)', 'decimal', {precision: 12, scale: 2}), some('same', 'character varying(5)', 'text', {maxLength: 5}),
      some('fresh', 'date', 'date'),
    );
    const {ddl, warnings} = await upsert(catalog, [[2, 2n ** 40n, 'abcdef', '1234567890.12', 'y', '2020-01-01']]);
    expect(ddl).toEqual(['ALTER TABLE "live" ADD "fresh" date, ALTER COLUMN "small" TYPE bigint, ALTER COLUMN "word" TYPE text, ALTER COLUMN "price" TYPE numeric(12,2)']);
    expect(await types()).toEqual({id: 'integer', small: 'bigint', word: 'text', price: 'numeric(12,2)', same: 'character varying(9)', fresh: 'date'});
    expect(warnings).toHaveLength(4);
    expect(warnings).toContain('column small of table live of the destination was made wider (bigint)');
    expect(await lab.rows('SELECT * FROM live ORDER BY id')).toEqual([['1', '7', 'abc', '1.50', 'x', null], ['2', '1099511627776', 'abcdef', '1234567890.12', 'y', '2020-01-01']]);
    expect(await upsert(catalog, [])).toEqual({ddl: [], warnings: []});
  });

  test.each<[string, string, Column]>([
    ['a domain, which has rules of its own', 'CREATE DOMAIN few AS smallint CHECK (VALUE < 10); CREATE TABLE live (id int PRIMARY KEY, v few)', some('v', 'bigint', 'int')],
    ['a column with an order of its own', 'CREATE TABLE live (id int PRIMARY KEY, v varchar(3) COLLATE "C")', some('v', 'text', 'text')],
    ['a number that would get another number of fraction digits', 'CREATE TABLE live (id int PRIMARY KEY, v numeric(5,2))', some('v', 'numeric(9,4)', 'decimal', {precision: 9, scale: 4})],
    ['a column that is wider already', 'CREATE TABLE live (id int PRIMARY KEY, v bigint)', some('v', 'smallint', 'int')],
  ])('%s stays as it is', async (_, sql, column) => {
    await make(sql);
    const before = await types();
    await upsert(catalogOf(column), []);
    expect(await types()).toEqual(before);
  });

  test('what would lose something stops before anything is changed: all of it at once, with what is lost and statements to run', async () => {
    await make("CREATE TABLE live (id int PRIMARY KEY, note text, gone int); INSERT INTO live VALUES (1, 'x', 2)");
    const before = await types();
    const catalog = catalogOf(some('note', 'integer', 'int'), some('must', 'integer', 'int', {nullable: false}), some('fresh', 'integer', 'int'));
    const error: unknown = await upsert(catalog, []).catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      code: 'SLUICE_SCHEMA', context: {table: 'live', column: 'note'},
      problems: [{path: 'live.note'}, {path: 'live.must'}, {path: 'live.gone', message: expect.stringMatching(/what it holds is lost; ALTER TABLE "live" DROP COLUMN "gone"$/)}],
      remedy: 'load it with replace, or change it there: ALTER TABLE "live" ALTER COLUMN "note" TYPE integer USING "note"::integer; ALTER TABLE "live" ADD "must" integer; ALTER TABLE "live" DROP COLUMN "gone"',
    });
    expect(await types()).toEqual(before);
    // A person runs two of them, and finds another way for the third.
    await make('ALTER TABLE live DROP COLUMN note; ALTER TABLE live ADD note integer; ALTER TABLE live ADD must integer; ALTER TABLE live DROP COLUMN gone');
    await upsert(catalog, [[1, 5, 6, 7]]);
    expect(await lab.rows('SELECT id, note, must, fresh FROM live')).toEqual([['1', '5', '6', '7']]);
  });

  test('a column that a view reads stays narrow: told, with the statement; what does not fit is refused', async () => {
    await make('CREATE TABLE live (id int PRIMARY KEY, v smallint); CREATE VIEW w AS SELECT v FROM live');
    const catalog = catalogOf(some('v', 'bigint', 'int'), some('fresh', 'integer', 'int'));
    const {warnings} = await upsert(catalog, [[1, 7, 8]]);
    expect(warnings).toEqual([expect.stringContaining('new column fresh'), expect.stringMatching(/stays narrower.*ALTER TABLE "live" ALTER COLUMN "v" TYPE bigint$/)]);
    expect(await types()).toEqual({id: 'integer', v: 'smallint', fresh: 'integer'});
    await expect(upsert(catalog, [[1, 40_000, 8]])).rejects.toMatchObject({code: 'SLUICE_VALUE', context: {table: 'live', column: 'v', row: 0}});
    expect(await lab.rows('SELECT * FROM live')).toEqual([['1', '7', '8']]);
  });

  test('a source that says nothing of its widths has nothing made wider', async () => {
    await make('CREATE TABLE live (id int PRIMARY KEY, v smallint, w varchar(3))');
    const before = await types();
    await upsert(catalogOf({name: 'v', type: 'int', nullable: true}, {name: 'w', type: 'text', nullable: true}), []);
    expect(await types()).toEqual(before);
  });

  test('text of MySQL whose length is only that of its storage is text, and becomes it where it was made narrower before', async () => {
    await make("CREATE TABLE live (id int PRIMARY KEY, memo varchar(65535), named varchar(20)); INSERT INTO live VALUES (1, 'abc', 'x')");
    const mysql = (name: string, sql: string, maxLength: number): Column => ({name, type: 'text', nullable: true, maxLength, native: {dialect: 'mysql', sql}});
    const catalog = catalogOf(mysql('memo', 'text', 65535), mysql('named', 'varchar(20)', 20), mysql('tiny', 'tinytext', 255), mysql('big', 'mediumtext COLLATE utf8mb4_bin', 16777215));
    await upsert(catalog, [[2, 'é'.repeat(70000), 'y', 'z', 'long']]);
    expect(await types()).toEqual({id: 'integer', memo: 'text', named: 'character varying(20)', tiny: 'text', big: 'text'});
    expect(await lab.rows('SELECT id, length(memo), named FROM live ORDER BY id')).toEqual([['1', '3', 'x'], ['2', '70000', 'y']]);
  });
});
