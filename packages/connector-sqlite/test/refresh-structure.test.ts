import {join} from 'node:path';
import type {Column, Place, Row, Schema, View} from '@sluice/core';
import Database from 'better-sqlite3';
import {beforeEach, describe, expect, test} from 'vitest';
import {load as replace, never, said} from './loading.ts';
import {begin, loadAnew, writeBatches} from './refreshing.ts';
import {temporaryFolders} from './temporary-folder.ts';

// What becomes of indexes, constraints and views when only some rows move.

const newFolder = temporaryFolders();
let file: string;
beforeEach(() => { file = join(newFolder(), 'study.db'); });

const mysql = (sql: string) => ({dialect: 'mysql', sql});
const id: Column = {name: 'id', type: 'int', nullable: false};
const n: Column = {name: 'n', type: 'int', nullable: true};
const base: Schema = {table: 't', columns: [id, n], primaryKey: ['id'], order: 'key'};
const rows: Row[] = [[1, 1], [2, 2], [3, 3]];
const view: View = {name: 'v', columns: ['id'], ...mysql('select `t`.`id` AS `id` from `t`')};
const unique: Schema = {...base, indexes: [{name: 'u', unique: true, parts: [{column: 'n'}]}]};
const checked: Schema = {...base, checks: [{name: 'c', ...mysql('(`n` < 3)')}]};
const generated: Schema = {...base, columns: [id, {...n, generated: {...mysql('(`id` * 1)'), stored: true}}]};
const parent: Schema = {...base, table: 'parent'};
const child: Schema = {...base, table: 'child', foreignKeys: [{name: 'f', columns: ['n'], table: 'parent', referencedColumns: ['id'], onUpdate: 'NO ACTION', onDelete: 'NO ACTION'}]};

function plainly<T>(use: (db: Database.Database) => T, path = file): T {
  const db = new Database(path);
  try {
    return use(db);
  } finally {
    db.close();
  }
}
const all = <T = unknown>(sql: string) => plainly(db => db.prepare(sql).raw().all() as T[][]);
const objects = () => all<string>("SELECT type, name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite%' ORDER BY type, name");

/** A refresh of the live file in which nothing is written but what `patch` writes; what it left out. */
async function refresh(tables: readonly Schema[], {views = [], keep = tables.map(({table}) => table), patch}: {
  readonly views?: readonly View[]; readonly keep?: readonly string[];
  readonly patch?: {readonly schema: Schema; readonly rows: readonly Row[]; readonly places?: readonly string[]};
} = {}): Promise<string[]> {
  await using load = await begin(file, tables, 'live', keep, {views});
  if (patch) {
    await using writer = await load.open(patch.schema, keep.includes(patch.schema.table) ? 'patch' : 'anew', never);
    await writer.remove((patch.places ?? []) as Place[]);
    await writeBatches(writer, patch.schema, patch.rows);
    await writer.commit();
  }
  const omissions = said(await load.finish(never));
  const before = await load.objects(never);
  await load.publish(never);
  expect(before.map(({type, name}) => `${type} ${name}`)).toEqual(objects().map(([type, name]) => `${type} ${name}`));
  expect(plainly(db => db.pragma('integrity_check', {simple: true}))).toBe('ok');
  return omissions;
}

describe('a table that is kept', () => {
  test('keeps its index, its checks and its generated columns; views are made again', async () => {
    const more: Schema = {...checked, table: 'checked', checks: [{name: 'c', ...mysql('(`n` < 30)')}]};
    const computed: Schema = {...generated, table: 'computed'};
    await loadAnew(file, [{schema: unique, rows}, {schema: more, rows}, {schema: computed, rows}], {views: [view]});
    const before = objects();
    expect(before).toHaveLength(5);
    expect(await refresh([unique, more, computed], {views: [view]})).toEqual([]);
    expect(objects()).toEqual(before);
    expect(await refresh([unique, more, computed])).toEqual([]);
    expect(objects()).toEqual(before.filter(([type]) => type !== 'view'));
  });

  test('is said again to lack what its rows contradicted', async () => {
    const schemas = [{...unique, table: 'a'}, {...checked, table: 'b'}, {...generated, table: 'c'}];
    await loadAnew(file, schemas.map(schema => ({schema, rows: [...rows, [4, 3]] as Row[]})));
    const before = objects();
    expect(await refresh(schemas)).toEqual([
      'unique u: the loaded rows are not unique: made as an ordinary index',
      'check c: rows contradict it in SQLite, or it cannot be computed for them',
      'generated n: kept as plain values: rows contradict it in SQLite, or it cannot be computed for them',
    ]);
    expect(objects()).toEqual(before);
  });

  test('cannot be patched where rows decided what it is: checks, generated columns, a unique index that is none', async () => {
    const schemas = [base, {...unique, table: 'a'}, {...unique, table: 'b'}, {...checked, table: 'c'}, {...generated, table: 'd'}];
    await loadAnew(file, schemas.map(schema => ({schema, rows: schema.table === 'b' ? [[1, 1], [2, 1]] : rows})));
    await using load = await begin(file, schemas, 'live', schemas.map(({table}) => table));
    expect(schemas.map(schema => load.patchable(schema))).toEqual([true, true, false, false, false]);
    await expect(load.open(schemas[3]!, 'patch', never)).rejects.toThrow('assertion failed');
    await using _writer = await load.open(schemas[3]!, 'anew', never);
    expect(load.patchable(schemas[3]!), 'made anew by this load').toBe(true);
  });

  test.each([
    ['a column', 'ALTER TABLE t ADD COLUMN more TEXT'], ['a name', 'ALTER TABLE t RENAME TO u'], ['a type', 'DROP TABLE t; CREATE TABLE "t" (id INTEGER PRIMARY KEY, n TEXT)'], ['everything', 'DROP TABLE t'],
  ])('is refused when somebody changed %s of it', async (_, sql) => {
    await loadAnew(file, [{schema: base, rows}, {schema: parent, rows}]);
    plainly(db => db.exec(sql));
    await expect(begin(file, [base, parent], 'live', ['t', 'parent'])).rejects.toMatchObject({code: 'SLUICE_SCHEMA', context: {table: 't'}});
    await refresh([base, parent], {keep: ['parent'], patch: {schema: base, rows}});
    expect(all('SELECT * FROM t')).toEqual(rows);
  });
});

test('everything in the live file that is not in the load goes: tables, indexes, triggers, views, virtual tables, statistics', async () => {
  await loadAnew(file, [{schema: unique, rows}, {schema: parent, rows}], {views: [view]});
  const before = objects();
  plainly(db => db.exec(`CREATE TABLE mine (a); CREATE INDEX extra ON t (n, id); CREATE TRIGGER watch AFTER INSERT ON t BEGIN SELECT 1; END;
    CREATE VIEW seen AS SELECT * FROM mine; CREATE TRIGGER instead INSTEAD OF INSERT ON seen BEGIN SELECT 1; END; CREATE VIRTUAL TABLE words USING fts5(body); INSERT INTO words VALUES ('hello');
    DROP INDEX t_u; CREATE INDEX t_u ON t (id); DROP VIEW v; CREATE VIEW v AS SELECT 7 AS id; ANALYZE;`));
  expect(await refresh([unique, parent], {views: [view]})).toEqual([]);
  expect(objects()).toEqual(before);
  expect(all("SELECT name FROM sqlite_schema WHERE name LIKE 'sqlite_stat%'")).toEqual([]);
});

test('a kept table stays though a replaced one has its name in its foreign keys with ON DELETE CASCADE', async () => {
  const cascading: Schema = {...child, foreignKeys: [{...child.foreignKeys![0]!, onDelete: 'CASCADE'}]};
  await loadAnew(file, [{schema: parent, rows}, {schema: cascading, rows}]);
  expect(await refresh([parent, cascading], {keep: ['child'], patch: {schema: parent, rows}})).toEqual([]);
  expect(all('SELECT count(*) FROM child')).toEqual([[3]]);
});

describe('a foreign key', () => {
  const key = () => all("SELECT count(*) FROM pragma_foreign_key_list('child')")[0];
  const lost = ['foreign key f: 1 row refers to a row that is not in the load'];
  beforeEach(async () => { await loadAnew(file, [{schema: parent, rows}, {schema: child, rows}], {size: 1}); });

  test('goes when a row is patched in that breaks it, stays away, and comes back when none does', async () => {
    expect(key()).toEqual([1]);
    expect(await refresh([parent, child], {patch: {schema: child, rows: [[4, 99]]}})).toEqual(lost);
    expect(key()).toEqual([0]);
    expect(await refresh([parent, child])).toEqual(['foreign key f: rows refer to a row that is not in the load, or the columns they refer to are not unique']);
    expect(await refresh([parent, child], {patch: {schema: parent, rows: [[99, 1]]}})).toEqual([]);
    expect(key()).toEqual([1]);
  });

  test('goes when the row it needs is taken out of another table, or that is made anew without it', async () => {
    expect(await refresh([parent, child], {patch: {schema: parent, rows: [], places: ['[[2,2]]']}})).toEqual(lost);
    expect(key()).toEqual([0]);
    expect(await refresh([parent, child], {keep: ['child'], patch: {schema: parent, rows}})).toEqual([]);
    expect(key()).toEqual([1]);
    expect(await refresh([parent, child], {keep: ['child'], patch: {schema: parent, rows: rows.slice(1)}})).toEqual(lost);
    expect(key()).toEqual([0]);
  });
});

test('a foreign key of a kept table goes when the columns it refers to are unique no more', async () => {
  const named: Schema = {...parent, indexes: [{name: 'u', unique: true, parts: [{column: 'n'}]}]};
  const child2: Schema = {...child, foreignKeys: [{...child.foreignKeys![0]!, referencedColumns: ['n']}]};
  await loadAnew(file, [{schema: named, rows}, {schema: child2, rows}]);
  expect(all("SELECT count(*) FROM pragma_foreign_key_list('child')")).toEqual([[1]]);
  expect(await refresh([named, child2], {keep: ['child'], patch: {schema: named, rows: [...rows, [4, 3]]}})).toEqual([
    'unique u: the loaded rows are not unique: made as an ordinary index', 'foreign key f: the columns of table parent are not unique',
  ]);
  expect(all("SELECT count(*) FROM pragma_foreign_key_list('child')")).toEqual([[0]]);
  expect(await refresh([named, child2], {keep: ['child'], patch: {schema: named, rows}})).toEqual([]);
  expect(all("SELECT count(*) FROM pragma_foreign_key_list('child')")).toEqual([[1]]);
});

test('whatever is patched, the structure is that of a load of all rows', async () => {
  const tables = [parent, child, unique, {...unique, table: 'plain', indexes: []}];
  await loadAnew(file, tables.map(schema => ({schema, rows})), {views: [view], size: 1});
  await refresh(tables, {views: [view], patch: {schema: unique, rows: [[4, 2]], places: ['[[2,2]]']}});
  const patched = objects();
  const whole = join(newFolder(), 'whole.db');
  await replace(whole, tables.map(schema => ({schema, rows: schema.table === 't' ? [[1, 1], [3, 3], [4, 2]] : rows})), {views: [view], fresh: true});
  expect(patched).toEqual(plainly(db => db.prepare("SELECT type, name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite%' ORDER BY type, name").raw().all(), whole));
});
