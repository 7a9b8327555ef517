import {existsSync, readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {createHash} from 'node:crypto';
import type {Column, Row, Schema} from '@sluice/core';
import Database from 'better-sqlite3';
import {beforeEach, describe, expect, test} from 'vitest';
import {SqliteDestination} from '../src/index.ts';
import {never} from './loading.ts';
import {begin, digestOf, limits, loadAnew, placesOf, readRows, writeBatches} from './refreshing.ts';
import {temporaryFolders} from './temporary-folder.ts';

const newFolder = temporaryFolders();
let folder: string;
let file: string;
beforeEach(() => {
  folder = newFolder();
  file = join(folder, 'study.db');
});

const id: Column = {name: 'id', type: 'int', nullable: false};
const label: Column = {name: 'label', type: 'text', nullable: true};
const keyed: Schema = {table: 'keyed', columns: [id, label], primaryKey: ['id'], order: 'key'};
const counted: Schema = {table: 'counted', columns: [label, {...id, nullable: true}], primaryKey: []};
const rowsOf = (schema: Schema, from: number, to: number, text = 'row'): Row[] =>
  Array.from({length: to - from + 1}, (_, i) => (schema.columns[0]!.name === 'id' ? [from + i, `${text} ${from + i}`] : [`${text} ${from + i}`, from + i]));

function plainly<T>(use: (db: Database.Database) => T, path = file): T {
  const db = new Database(path);
  try {
    return use(db);
  } finally {
    db.close();
  }
}
const all = (sql: string, path = file) => plainly(db => db.prepare(sql).raw().all(), path);

describe.each([keyed, counted])('places of table $table', schema => {
  test('each batch has one; it holds these rows in the order of the writes, and no others', async () => {
    await using load = await begin(file, [schema], 'nothing');
    const rows = rowsOf(schema, 1, 250);
    {
      await using writer = await load.open(schema, 'anew', never);
      const chunks = await writeBatches(writer, schema, rows);
      expect(chunks.map(({place}) => place)).toEqual(['[[1,100]]', '[[101,200]]', '[[201,250]]']);
      expect(await load.digestPlaces(schema, placesOf(chunks), limits, never)).toEqual(chunks.map(({digest}) => digest));
      expect(await readRows(load, schema, chunks[1]!.place)).toEqual(rows.slice(100, 200));
      expect(await readRows(load, schema, null)).toEqual(rows);
      expect(await load.countRows(schema, never)).toBe(250);
    }
  });

  test('a patch in a copy of the live file takes out places and puts in rows; all else stays as it was', async () => {
    const other: Schema = {...schema, table: 'other'};
    const noted = await loadAnew(file, [{schema, rows: rowsOf(schema, 1, 300)}, {schema: other, rows: rowsOf(schema, 1, 50)}]);
    const before = readFileSync(file);
    const chunks = noted.get(schema.table)!;
    await using load = await begin(file, [schema, other], 'live', [schema.table, 'other']);
    expect(load.patchable(schema)).toBe(true);
    let added;
    {
      await using writer = await load.open(schema, 'patch', never);
      expect(await writer.remove([chunks[1]!.place!])).toBe(100);
      added = await writeBatches(writer, schema, rowsOf(schema, 101, 199, 'changed'));
    }
    expect(await load.finish(never)).toEqual([]);
    expect(await load.digestPlaces(schema, placesOf([chunks[0]!, ...added, chunks[2]!]), limits, never)).toEqual([chunks[0]!, ...added, chunks[2]!].map(({digest}) => digest));
    expect(await load.countRows(schema, never)).toBe(299);
    expect(await load.digestPlaces(other, placesOf(noted.get('other')!), limits, never)).toEqual(noted.get('other')!.map(({digest}) => digest));
    const seal = await load.seal(never);
    expect(readFileSync(file).equals(before), 'the live file is only read').toBe(true);
    await load.publish(never);
    expect(seal).toEqual({sha256: createHash('sha256').update(readFileSync(file)).digest('hex'), bytes: readFileSync(file).length});
    expect(await new SqliteDestination(file).sealLive(never)).toEqual(seal);
    expect(all(`SELECT count(*), sum(label LIKE 'changed%') FROM ${schema.table}`)).toEqual([[299, 99]]);
  });
});

test('a load that is disposed without publish leaves nothing', async () => {
  await loadAnew(file, [{schema: keyed, rows: rowsOf(keyed, 1, 10)}]);
  for (const from of ['nothing', 'live'] as const) {
    const load = await begin(file, [keyed], from, ['keyed']);
    const writer = await load.open(keyed, 'anew', never);
    await writeBatches(writer, keyed, rowsOf(keyed, 1, 5));
    await load[Symbol.asyncDispose]();
    expect(readdirSync(folder)).toEqual(['study.db']);
  }
});

test('there is no seal where there is no file', async () => {
  expect(await new SqliteDestination(file).sealLive(never)).toBeNull();
  expect(existsSync(file)).toBe(false);
  await expect(new SqliteDestination(file).openLive({tables: [], views: [], others: []}, never)).rejects.toMatchObject({code: 'SLUICE_CONNECT'});
});

test('digests of a place are those of its rows alone', async () => {
  const chunks = (await loadAnew(file, [{schema: counted, rows: rowsOf(counted, 1, 20)}], {size: 7})).get('counted')!;
  expect(chunks.map(({digest}) => digest)).toEqual([[1, 7], [8, 14], [15, 20]].map(([from, to]) => digestOf(counted, rowsOf(counted, from!, to!))));
});
