import {expect} from 'vitest';
import type {Database} from './database.ts';
import type {Folder} from './folder.ts';
import {sluice, type Ended} from './program.ts';
import {reportOf} from './report.ts';
import {integrity, makeSqlite, rowsOf} from './sqlite-file.ts';

export const rows = 16_384;

/** 4 MB in one table, and another table after it. */
export async function fill(database: Database): Promise<void> {
  await database.run('CREATE TABLE a_large (id int PRIMARY KEY AUTO_INCREMENT, filler varchar(250))', "INSERT INTO a_large (filler) VALUES (REPEAT('x', 250))", 'CREATE TABLE b_small (id int)', 'INSERT INTO b_small VALUES (1)');
  for (let i = 0; i < 14; i++) await database.run('INSERT INTO a_large (filler) SELECT filler FROM a_large');
}

/** Puts a live file of an earlier day into the folder. */
export function withLiveFile(place: Folder): Folder {
  makeSqlite(place.at('live.db'), 'CREATE TABLE a_large (old)', "INSERT INTO a_large VALUES ('old')");
  return place;
}

/** The run failed with one sentence, and the folder is as it was. */
export function expectIntact(place: Folder, ended: Ended, says: RegExp): void {
  expect(ended.stderr).toMatch(says);
  expect(ended.code).toBe(1);
  expect(ended.stderr.match(/^error: .+; .+$/gm)).toHaveLength(1);
  expect(ended.stderr).not.toMatch(/internal error|^\s+at /m);
  expect(reportOf(ended)).toMatchObject({status: 'failed', published: false, error: {code: 'SLUICE_CONNECT'}});
  expect(place.list()).toEqual(['live.db']);
  expect(rowsOf(place.at('live.db'), 'SELECT * FROM a_large')).toEqual([['old']]);
}

/** The next run over the same target works, and leaves the new file, the archived one and nothing else. */
export async function expectClean(place: Folder, url: string): Promise<void> {
  expect(await sluice(['copy', url, 'sqlite:live.db'], {cwd: place.path})).toMatchObject({code: 0});
  expect(place.list()).toEqual(['live.db', expect.stringMatching(/^live_\d{4}-.*\.db$/)]);
  expect(integrity(place.at('live.db'))).toBe('ok');
  expect(rowsOf(place.at('live.db'), 'SELECT count(*) FROM a_large')).toEqual([[BigInt(rows)]]);
}
