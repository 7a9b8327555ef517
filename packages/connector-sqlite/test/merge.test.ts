import {readdirSync} from 'node:fs';
import {dirname, join} from 'node:path';
import type {Row, Schema, WriteMode} from '@sluice/core';
import Database from 'better-sqlite3';
import {expect, test} from 'vitest';
import {SqliteDestination} from '../src/destination.ts';
import {temporaryFolders} from './temporary-folder.ts';

const {signal} = new AbortController();
const folder = temporaryFolders();
const newFile = () => join(folder(), 'it.db');

async function load(file: string, tables: readonly {readonly schema: Schema; readonly rows: readonly Row[]}[], mode: WriteMode) {
  await using destination = new SqliteDestination(file);
  await using running = await destination.begin({catalog: {tables: tables.map(({schema}) => schema), views: [], others: []}, mode, ...(mode !== 'mirror' && {beside: true})}, signal);
  for (const {schema, rows} of tables) {
    await using writer = await running.open(schema, signal);
    const {rows: fitted} = writer.fit({rows: rows.map(row => [...row]), position: null}).batch;
    await writer.write({rows: fitted, position: null});
    await writer.commit(null);
  }
  await running.finish(signal);
  return await running.publish(signal);
}
function plain<T>(file: string, use: (db: Database.Database) => T): T {
  const db = new Database(file);
  try {
    return use(db);
  } finally {
    db.close();
  }
}
const rowsOf = (file: string, sql: string) => plain(file, db => db.prepare(sql).raw().all());
const people: Schema = {table: 'people', primaryKey: ['id'], columns: [{name: 'id', type: 'int', nullable: false}, {name: 'name', type: 'text', nullable: true, caseInsensitive: true}]};

test('views, triggers and other tables stay, rows that are alike are not touched, and nothing is left beside the file', async () => {
  const file = newFile();
  await load(file, [{schema: people, rows: [[1, 'a'], [2, 'b'], [3, 'c']]}], 'mirror');
  plain(file, db => db.exec(`CREATE VIEW named AS SELECT name FROM people; CREATE TABLE log (id, op);
    CREATE TRIGGER i AFTER INSERT ON people BEGIN INSERT INTO log VALUES (NEW.id, 'INSERT'); END;
    CREATE TRIGGER u AFTER UPDATE ON people BEGIN INSERT INTO log VALUES (NEW.id, 'UPDATE'); END;
    CREATE TRIGGER d AFTER DELETE ON people BEGIN INSERT INTO log VALUES (OLD.id, 'DELETE'); END;`));
  expect(await load(file, [{schema: people, rows: [[1, 'a'], [2, 'B'], [4, 'd']]}], 'mirror')).toMatchObject({merged: [{table: 'people', inserted: 1, updated: 1, deleted: 1}]});
  expect(rowsOf(file, 'SELECT name FROM named')).toEqual([['a'], ['B'], ['d']]);
  expect(rowsOf(file, 'SELECT * FROM log ORDER BY id')).toEqual([[2, 'UPDATE'], [3, 'DELETE'], [4, 'INSERT']]);
  expect(readdirSync(dirname(file))).toEqual(['it.db']);
});

test.each(['mirror', 'upsert', 'append'] as const)('a trigger that changes rows is found out, and nothing happens: %s', async mode => {
  const file = newFile();
  await load(file, [{schema: people, rows: [[1, 'a']]}], 'mirror');
  plain(file, db => db.exec("CREATE TRIGGER changing AFTER INSERT ON people BEGIN UPDATE people SET name = upper(name) WHERE id = NEW.id; END"));
  await expect(load(file, [{schema: people, rows: [[2, 'b']]}], mode)).rejects.toMatchObject({code: 'SLUICE_VERIFY', context: {table: 'people'}});
  expect(rowsOf(file, 'SELECT * FROM people')).toEqual([[1, 'a']]);
  expect(readdirSync(dirname(file))).toEqual(['it.db']);
});

test('a value of another class of storage is another value', async () => {
  const file = newFile();
  const schema: Schema = {table: 'anything', primaryKey: ['id'], columns: [{name: 'id', type: 'int', nullable: false}, {name: 'v', type: 'any', nullable: true}]};
  await load(file, [{schema, rows: [[1, 1], [2, 2n], [3, '3'], [4, null]]}], 'mirror');
  await load(file, [{schema, rows: [[1, 1n], [2, 2], [3, 3n], [4, '']]}], 'mirror');
  expect(rowsOf(file, 'SELECT id, typeof(v) FROM anything')).toEqual([[1, 'integer'], [2, 'real'], [3, 'integer'], [4, 'text']]);
});

test('a row that others refer to stays, and so does everything', async () => {
  const file = newFile();
  await load(file, [{schema: people, rows: [[1, 'a'], [2, 'b']]}], 'mirror');
  plain(file, db => db.exec('CREATE TABLE children (id REFERENCES people); INSERT INTO children VALUES (2)'));
  await expect(load(file, [{schema: people, rows: [[1, 'A']]}], 'mirror')).rejects.toMatchObject({code: 'SLUICE_VALUE'});
  expect(rowsOf(file, 'SELECT * FROM people')).toEqual([[1, 'a'], [2, 'b']]);
});

test('a trigger that changes rows of another table of the load is found out', async () => {
  const file = newFile();
  const visits: Schema = {
    table: 'visits', primaryKey: ['id'], columns: [{name: 'id', type: 'int', nullable: false}, {name: 'person', type: 'int', nullable: true}],
    foreignKeys: [{name: 'of', columns: ['person'], table: 'people', referencedColumns: ['id'], onUpdate: 'NO ACTION', onDelete: 'NO ACTION'}],
  };
  await load(file, [{schema: visits, rows: [[1, 1]]}, {schema: people, rows: [[1, 'a']]}], 'mirror');
  plain(file, db => db.exec("CREATE TRIGGER counting AFTER INSERT ON visits BEGIN UPDATE people SET name = 'counted' WHERE id = NEW.person; END"));
  await expect(load(file, [{schema: visits, rows: [[1, 1], [2, 1]]}, {schema: people, rows: [[1, 'a']]}], 'mirror')).rejects.toMatchObject({code: 'SLUICE_VERIFY', context: {table: 'people'}});
  expect(rowsOf(file, 'SELECT name FROM people')).toEqual([['a']]);
  expect(rowsOf(file, 'SELECT count(*) FROM visits')).toEqual([[1]]);
});
