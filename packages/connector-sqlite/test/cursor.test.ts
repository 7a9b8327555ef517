import {join} from 'node:path';
import type {CursorBound, Position} from '@sluice/core';
import Database from 'better-sqlite3';
import {expect, test} from 'vitest';
import {SqliteSource} from '../src/source.ts';
import {temporaryFolders} from './temporary-folder.ts';

const {signal} = new AbortController();
const folder = temporaryFolders();

async function read(source: SqliteSource, cursor: string, after: Position | null, {until}: CursorBound, where?: string) {
  const schema = (await source.discover(signal)).tables[0]!;
  const rows = [];
  for await (const batch of source.read({schema, after, until, cursor, maxRows: 2, maxBytes: 1 << 20, ...(where !== undefined && {where})}, signal)) {
    expect(batch.position).toBeNull();
    rows.push(...batch.rows.map(row => row[0]));
  }
  return rows;
}

test('reads what lies beyond the last bound, and tells what no cursor reaches or can be', async () => {
  const file = join(folder(), 'it.db');
  const db = new Database(file);
  db.pragma('journal_mode = WAL'); // readers keep no writer off
  db.exec("CREATE TABLE t (id integer PRIMARY KEY, n integer, at text); INSERT INTO t VALUES (1, 10, ''), (2, 30, ''), (3, 20, '')");
  let after: Position | null = null;
  {
    await using source = new SqliteSource(file);
    const [bound] = await source.settleCursors([{table: 't', column: 'n'}], signal);
    expect(await read(source, 'n', null, bound!)).toEqual([1, 2, 3]);
    expect(await read(source, 'n', null, bound!, 'id <> 2')).toEqual([1, 3]);
    after = bound!.until;
  }
  db.exec("INSERT INTO t VALUES (4, 9007199254740993, ''), (5, 30, '')");
  await using source = new SqliteSource(file);
  const [bound] = await source.settleCursors([{table: 't', column: 'n'}], signal);
  expect(await read(source, 'n', after, bound!)).toEqual([4]);
  await expect(source.settleCursors([{table: 't', column: 'at'}], signal)).rejects.toMatchObject({code: 'SLUICE_CONFIG'});
  await expect(read(source, 'id', after, bound!)).rejects.toMatchObject({code: 'SLUICE_SCHEMA'});
  db.exec('INSERT INTO t VALUES (6, NULL, NULL)');
  await using later = new SqliteSource(file);
  await expect(read(later, 'n', after, bound!)).rejects.toMatchObject({code: 'SLUICE_VALUE'});
  expect(await read(later, 'n', after, bound!, 'id < 6')).toEqual([4]);
  db.close();
});
