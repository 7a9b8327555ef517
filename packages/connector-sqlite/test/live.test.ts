import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import type {Column, Position, Row, Schema} from '@sluice/core';
import Database from 'better-sqlite3';
import {beforeEach, describe, expect, test} from 'vitest';
import {SqliteDestination, SqliteSource} from '../src/index.ts';
import {catalogOf, load, never, type Table} from './loading.ts';
import {temporaryFolders} from './temporary-folder.ts';

// Append and upsert: into files of ours, and into those of others.

const newFolder = temporaryFolders();
let file: string;
beforeEach(() => { file = join(newFolder(), 'live.db'); });

const mysql = (sql: string) => ({dialect: 'mysql', sql});
const column = (name: string, type: Column['type'], more: Partial<Column> = {}): Column => ({name, type, nullable: true, ...more});
const id: Column = {name: 'id', type: 'int', nullable: false};

function plainly<T>(use: (db: Database.Database) => T): T {
  const db = new Database(file);
  try {
    return use(db);
  } finally {
    db.close();
  }
}
const all = (sql: string) => plainly(db => db.prepare(sql).raw().all());

test('a new table has its indexes, checks and keys; generated columns are plain values', async () => {
  const parent: Table = {schema: {table: 'parent', columns: [id], primaryKey: ['id']}, rows: [[1]]};
  const child: Table = {
    schema: {
      table: 'child', primaryKey: ['id'], columns: [id, column('p', 'int', {comment: 'points'}), column('twice', 'int', {generated: {...mysql('(`id` * 2)'), stored: true}})],
      indexes: [{name: 'by_p', unique: true, parts: [{column: 'p'}]}], checks: [{name: 'c', ...mysql('(`id` > 0)')}],
      foreignKeys: [{name: 'f', columns: ['p'], table: 'parent', referencedColumns: ['id'], onUpdate: 'NO ACTION', onDelete: 'NO ACTION'}],
    },
    rows: [[1, 1, 2]],
  };
  const view = {name: 'v', columns: ['id'], ...mysql('select `child`.`id` AS `id` from `child`')};
  await load(file, [parent, child], {mode: 'append', views: [view]});
  await load(file, [{...child, rows: [[2, null, 4]]}], {mode: 'append', views: [view]});
  expect(all('SELECT * FROM child')).toEqual([[1, 1, 2], [2, null, 4]]);
  expect(all('SELECT * FROM v ORDER BY id')).toEqual([[1], [2]]);
  await using source = new SqliteSource(file);
  const found = (await source.discover(never)).tables.find(({table}) => table === 'child')!;
  expect(found).toMatchObject({indexes: [{name: 'by_p', unique: true}], checks: [{name: 'c'}], foreignKeys: [{name: 'f'}], columns: [{}, {comment: 'points'}, {}]});
  expect(found.columns[2]).not.toHaveProperty('generated');
  for (const [row, message] of [[[3, 1, 6], 'a unique index has the same key already'], [[-3, 5, 6], 'a CHECK of the table refuses the row']] as [Row, string][]) {
    await expect(load(file, [{...child, rows: [[9, 9, 9], row]}], {mode: 'append'})).rejects.toMatchObject({code: 'SLUICE_VALUE', message: expect.stringContaining(message) as string, context: {table: 'child', row: 1}});
  }
  expect(all('SELECT count(*) FROM child')).toEqual([[2]]);
});

test('a column that SQLite computes itself is left to it', async () => {
  const schema: Schema = {table: 't', primaryKey: ['id'], columns: [id, column('twice', 'int', {generated: {...mysql('(`id` * 2)'), stored: true}}), column('v', 'text')]};
  await load(file, [{schema, rows: [[1, 2, 'a']]}]);
  await load(file, [{schema, rows: [[1, 2, 'b'], [5, 10, 'c']]}], {mode: 'upsert'});
  expect(all('SELECT * FROM t')).toEqual([[1, 2, 'b'], [5, 10, 'c']]);
});

test('an upsert keeps what only shares another unique key: it is refused', async () => {
  const schema: Schema = {table: 't', primaryKey: ['id'], columns: [id, column('code', 'text')], indexes: [{name: 'u', unique: true, parts: [{column: 'code'}]}]};
  await load(file, [{schema, rows: [[1, 'a'], [2, 'b']]}], {mode: 'upsert'});
  await expect(load(file, [{schema, rows: [[3, 'b']]}], {mode: 'upsert'})).rejects.toMatchObject({code: 'SLUICE_VALUE', context: {table: 't', row: 0}});
  expect(all('SELECT * FROM t')).toEqual([[1, 'a'], [2, 'b']]);
});

test('a key that ignores case is written in the letters of the last row', async () => {
  const schema: Schema = {table: 't', primaryKey: ['code'], columns: [column('code', 'text', {nullable: false, caseInsensitive: true}), column('v', 'int')]};
  await load(file, [{schema, rows: [['Anna', 1]]}], {mode: 'upsert'});
  await load(file, [{schema, rows: [['ANNA', 2]]}], {mode: 'upsert'});
  expect(all('SELECT * FROM t')).toEqual([['ANNA', 2]]);
});

test('every type is appended exactly, and new columns keep their type and comment', async () => {
  const first: Schema = {table: 't', columns: [id], primaryKey: ['id']};
  await load(file, [{schema: first, rows: [[1]]}], {mode: 'append'});
  const more = [
    column('huge', 'int', {unsigned64: true, native: mysql('bigint unsigned')}), column('price', 'decimal', {precision: 8, scale: 2, comment: 'in euro */'}), column('yes', 'bool'),
    column('name', 'text', {caseInsensitive: true, maxLength: 9}), column('raw', 'bytes'), column('loose', 'any'),
  ];
  const wider: Schema = {...first, columns: [...more, id]};
  const rows: Row[] = [[18_446_744_073_709_551_615n, '9.50', true, 'x', Uint8Array.of(0), 5n, 2], [null, null, null, null, null, 0.5, 3]];
  for (const row of rows) await load(file, [{schema: wider, rows: [row]}], {mode: 'append'});
  await using source = new SqliteSource(file);
  const {tables: [found]} = await source.discover(never);
  expect(found!.columns.slice(1)).toMatchObject(more.map(({name, type}) => ({name, type})));
  expect(found!.columns[1]).toMatchObject(more[0]!);
  expect(found!.columns[2]).toMatchObject(more[1]!);
  const read: Row[] = [];
  for await (const batch of source.read({schema: {...found!, columns: [...found!.columns.slice(1), found!.columns[0]!]}, after: null, maxRows: 10, maxBytes: 1e6}, never)) read.push(...batch.rows);
  expect(read).toEqual([[null, null, null, null, null, null, 1], ...rows]);
});

describe("a table that is somebody else's", () => {
  test('takes rows when its columns hold them as the load does', async () => {
    plainly(db => db.exec("CREATE TABLE People (ID integer primary key, Name varchar(20), note TEXT DEFAULT 'x'); INSERT INTO People VALUES (1, 'a', 'n')"));
    const schema: Schema = {table: 'people', columns: [column('name', 'text', {maxLength: 30}), id, column('note', 'text')], primaryKey: ['id']};
    await load(file, [{schema, rows: [['b', 2, null]]}], {mode: 'append'});
    expect(all('SELECT * FROM People')).toEqual([[1, 'a', 'n'], [2, 'b', null]]);
  });

  test.each<[string, string, Partial<Column>]>([
    ['a real column for integers', 'REAL', {type: 'int'}], ['a numeric column for exact decimals', 'NUMERIC', {type: 'decimal', precision: 30, scale: 2}], ['another scale', 'DECIMAL(8,3)', {type: 'decimal', precision: 8, scale: 2}],
    ['an integer column for text', 'INT', {type: 'text'}], ['a text column for bytes', 'TEXT', {type: 'bytes'}], ['an integer column for unsigned 64 bits', 'BIGINT', {type: 'int', unsigned64: true}], ['a NOT NULL column for nulls', 'TEXT NOT NULL', {type: 'text'}],
  ])('is refused where something would change or be lost: %s', async (_, declared, more) => {
    plainly(db => db.exec(`CREATE TABLE t (id INTEGER PRIMARY KEY, v ${declared})`));
    const schema: Schema = {table: 't', columns: [id, column('v', 'text', more)], primaryKey: ['id']};
    await expect(load(file, [{schema}], {mode: 'append'})).rejects.toMatchObject({code: 'SLUICE_SCHEMA', context: {table: 't'}, problems: [{path: 't.v'}]});
  });

  test('is no table at all: a view', async () => {
    plainly(db => db.exec('CREATE VIEW t AS SELECT 1 AS id'));
    await expect(load(file, [{schema: {table: 't', columns: [id], primaryKey: ['id']}}], {mode: 'append'})).rejects.toMatchObject({code: 'SLUICE_SCHEMA', context: {table: 't'}});
  });

  test('all that does not fit is told at once', async () => {
    plainly(db => db.exec('CREATE TABLE t (id INT, a TEXT, gone TEXT)'));
    const schema: Schema = {table: 't', columns: [id, column('a', 'int'), column('b', 'int', {nullable: false})], primaryKey: ['id']};
    await expect(load(file, [{schema}], {mode: 'upsert'})).rejects.toMatchObject({problems: [{path: 't.a'}, {path: 't.b'}, {path: 't.gone'}, {path: 't'}]});
    expect(all("SELECT name FROM sqlite_schema")).toEqual([['t']]);
  });
});

test('a file that another program writes is LOCKED', async () => {
  const schema: Schema = {table: 't', columns: [id], primaryKey: ['id']};
  await load(file, [{schema}], {mode: 'append'});
  const other = new Database(file);
  other.exec('BEGIN IMMEDIATE');
  await using destination = new SqliteDestination(file);
  await using loading = await destination.begin({catalog: catalogOf([{schema}]), mode: 'append'}, never);
  await expect(loading.open(schema, never)).rejects.toMatchObject({code: 'SLUICE_LOCKED'});
  other.close();
  await using writer = await loading.open(schema, never);
  expect(await writer.commit(null)).toEqual({rows: 0});
}, 20_000);

test('rows and position are one transaction: without the position there are no rows', async () => {
  const schema: Schema = {table: 't', columns: [id], primaryKey: ['id']};
  await load(file, [{schema, rows: [[1]]}], {mode: 'append'});
  plainly(db => db.exec("CREATE TRIGGER no BEFORE INSERT ON _sluice_position BEGIN SELECT RAISE(ABORT, 'no'); END"));
  await using destination = new SqliteDestination(file);
  await using loading = await destination.begin({catalog: catalogOf([{schema}]), mode: 'append'}, never);
  {
    await using writer = await loading.open(schema, never);
    await writer.write({rows: [[2]], position: null});
    await expect(writer.commit('2' as Position)).rejects.toMatchObject({context: {table: 't'}});
  }
  expect(all('SELECT id FROM t')).toEqual([[1]]);
});

test('nothing of a deleted row stays in free pages', async () => {
  const schema: Schema = {table: 't', columns: [id, column('v', 'text')], primaryKey: ['id']};
  const canary = 'PHI-CANARY-7f3a';
  await load(file, [{schema, rows: [[1, canary.repeat(500)], [2, 'x']]}], {mode: 'upsert'});
  await using destination = new SqliteDestination(file);
  await using loading = await destination.begin({catalog: catalogOf([{schema}]), mode: 'upsert'}, never);
  {
    await using writer = await loading.open(schema, never);
    await writer.write({rows: [[1, null]], ops: ['delete'], position: null});
    await writer.commit(null);
  }
  expect(readFileSync(file).includes(canary)).toBe(false);
});
