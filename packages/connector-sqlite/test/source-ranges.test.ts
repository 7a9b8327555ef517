import {mkdirSync, symlinkSync} from 'node:fs';
import {join} from 'node:path';
import type {Position, Row} from '@sluice/core';
import Database from 'better-sqlite3';
import {describe, expect, test} from 'vitest';
import {SqliteSource} from '../src/index.ts';
import {never} from './loading.ts';
import {temporaryFolders} from './temporary-folder.ts';

const newFolder = temporaryFolders();

function make(sql: string): string {
  const file = join(newFolder(), 'source.db');
  const db = new Database(file);
  db.exec(sql);
  db.close();
  return file;
}

const keys = (list: string) => `WITH k(a) AS (VALUES ${list})`;
const tables: readonly (readonly [string, string, number])[] = [
  ['an integer key', `CREATE TABLE t (id INTEGER PRIMARY KEY, x); ${keys('(-9223372036854775808), (-5), (0), (7), (9007199254740993), (9223372036854775807)')} INSERT INTO t SELECT a, 'x' || a FROM k`, 6],
  ['no key', `CREATE TABLE t (x); ${keys("(3), ('b'), (NULL), (3), (1.5), (x'00')")} INSERT INTO t SELECT a FROM k`, 6],
  ['a text key beside the rowid', `CREATE TABLE t (id TEXT PRIMARY KEY, x); ${keys("('b'), ('a'), ('C'), ('é'), ('')")} INSERT INTO t SELECT a, 1 FROM k`, 5],
  ['a key of all kinds, without rowid', `CREATE TABLE t (id PRIMARY KEY, x) WITHOUT ROWID; ${keys("(1), (1.5), ('1'), ('b'), (x'00'), (x'ff'), (9007199254740993), (-1e300)")} INSERT INTO t SELECT a, 2 FROM k`, 8],
  ['a composite key that ignores case', `CREATE TABLE t (a TEXT COLLATE NOCASE, b INT, x, PRIMARY KEY (a, b)) WITHOUT ROWID; INSERT INTO t VALUES ('b', 2, 1), ('B', 1, 2), ('a', 9, 3), ('_', 1, 4), ('Z', 0, 5), ('b', 10, 6)`, 6],
];

describe.each(tables)('a table with %s', (_, sql, count) => {
  test('every range has the rows between its two positions, whatever the batches are', async () => {
    await using source = new SqliteSource(make(sql));
    expect(source.ranges).toBe(true);
    const {tables: [schema]} = await source.discover(never);
    const read = async (after: Position | null, until: Position | null, maxRows: number): Promise<Row[]> => {
      const rows: Row[] = [];
      for await (const batch of source.read({schema: schema!, after, until, maxRows, maxBytes: 1 << 20}, never)) rows.push(...batch.rows);
      return rows;
    };
    const all: Row[] = [];
    const positions: (Position | null)[] = [null];
    for await (const batch of source.read({schema: schema!, after: null, maxRows: 1, maxBytes: 1 << 20}, never)) {
      all.push(...batch.rows);
      positions.push(batch.position);
    }
    expect(all).toHaveLength(count);
    for (let from = 0; from <= count; from++) {
      for (let to = Math.max(from, 1); to <= count; to++) {
        for (const maxRows of [1, 2, 100]) expect(await read(positions[from]!, positions[to]!, maxRows), `(${from}, ${to}]`).toEqual(all.slice(from, to));
      }
      expect(await read(positions[from]!, null, 2)).toEqual(all.slice(from));
    }
  });
});

test('a position counts on although its row is gone, and takes in rows that came', async () => {
  const file = make('PRAGMA journal_mode = WAL; CREATE TABLE t (id INTEGER PRIMARY KEY); INSERT INTO t VALUES (10), (20), (30), (40)');
  const readBetween = async (after: string, until: string): Promise<unknown[]> => {
    await using source = new SqliteSource(file);
    const {tables: [schema]} = await source.discover(never);
    const rows: unknown[] = [];
    for await (const batch of source.read({schema: schema!, after: after as Position, until: until as Position, maxRows: 10, maxBytes: 1000}, never)) rows.push(...batch.rows.flat());
    return rows;
  };
  const at = (id: number) => JSON.stringify([['i', String(id)]]);
  expect(await readBetween(at(10), at(30))).toEqual([20, 30]);
  const db = new Database(file);
  db.exec('DELETE FROM t WHERE id IN (10, 30); INSERT INTO t VALUES (15), (31)');
  db.close();
  expect(await readBetween(at(10), at(30))).toEqual([15, 20]);
});

test('a source is known by the path of its file, links followed; what may change about it is told apart', async () => {
  const file = make('PRAGMA application_id = 77; PRAGMA user_version = 5; CREATE TABLE t (a)');
  const folder = join(newFolder(), 'links');
  mkdirSync(folder);
  symlinkSync(file, join(folder, 'link.db'));
  for (const path of [file, join(folder, 'link.db')]) {
    await using source = new SqliteSource(path);
    expect(await source.identity(never)).toEqual({id: file, traits: {application_id: '77', user_version: '5', encoding: 'UTF-8'}});
  }
  await using lost = new SqliteSource(join(folder, 'none.db'));
  await expect(lost.identity(never)).rejects.toMatchObject({code: 'SLUICE_CONNECT'});
});
