import {appendFileSync, closeSync, openSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync, writeSync} from 'node:fs';
import {join} from 'node:path';
import type {Catalog, Row, Schema} from '@sluice/core';
import Database from 'better-sqlite3';
import {beforeEach, describe, expect, test} from 'vitest';
import {SqliteDestination} from '../src/index.ts';
import {never} from './loading.ts';
import {begin, loadAnew, readRows, writeBatches} from './refreshing.ts';
import {temporaryFolders} from './temporary-folder.ts';

// What lies beneath the tables of a live file: damage, and bytes that no table has a part in.

const newFolder = temporaryFolders();
const schema: Schema = {
  table: 't', columns: [{name: 'id', type: 'int', nullable: false}, {name: 'label', type: 'text', nullable: true}], primaryKey: ['id'], order: 'key',
  indexes: [{name: 'i', unique: false, parts: [{column: 'label'}]}],
};
const other: Schema = {...schema, table: 'other', indexes: []};
const rows = Array.from({length: 500}, (_, i): Row => [i + 1, `row number ${i + 1}`]);
const catalog: Catalog = {tables: [schema, other], views: [], others: []};
let folder: string;
let file: string;
beforeEach(async () => {
  folder = newFolder();
  file = join(folder, 'study.db');
  await loadAnew(file, [{schema, rows}, {schema: other, rows}]);
});

async function look() {
  await using live = await new SqliteDestination(file).openLive(catalog, never);
  return live.integrity!(never);
}
function plainly<T>(use: (db: Database.Database) => T): T {
  const db = new Database(file);
  try {
    return use(db);
  } finally {
    db.close();
  }
}
function overwrite(position: number, bytes: Buffer | string): void {
  const fd = openSync(file, 'r+');
  writeSync(fd, Buffer.from(bytes), 0, bytes.length, position);
  closeSync(fd);
}
const pageBytes = () => plainly(db => db.pragma('page_size', {simple: true}) as number);
const rootOf = (name: string) => plainly(db => db.prepare('SELECT rootpage FROM sqlite_schema WHERE name = ?').pluck().get(name) as number);
/** Flips bytes of a text in the index, which lies behind the table. */
const damageIndex = () => overwrite(readFileSync(file).lastIndexOf('row number 77'), 'PHI');
const damageTable = () => overwrite((rootOf('other') - 1) * pageBytes(), Buffer.alloc(64, 255));

describe('the integrity of a live file', () => {
  test('is whole after a load, and after a patch of it', async () => {
    expect(await look()).toEqual({damage: [], hidden: []});
    {
      await using load = await begin(file, [schema], 'live', ['t']);
      await load.finish(never);
      await load.publish(never);
    }
    expect(plainly(db => db.pragma('freelist_count', {simple: true}))).toBeGreaterThan(0);
    await using live = await new SqliteDestination(file).openLive({...catalog, tables: [schema]}, never);
    expect(await live.integrity!(never)).toEqual({damage: [], hidden: []});
  });

  test('shows an index that does not say what its table holds, by its name alone', async () => {
    damageIndex();
    expect(await look()).toEqual({damage: ['index t_i is damaged: it does not say what table t holds'], hidden: []});
  });

  test('shows a page of a table that was overwritten, and a file cut short', async () => {
    damageTable();
    expect((await look()).damage).not.toEqual([]);
    truncateSync(file, statSync(file).size - pageBytes());
    expect((await look()).damage).toEqual(['not even its list of tables can be read']);
  });

  test('shows bytes behind the last page and in free pages', async () => {
    appendFileSync(file, 'PHI-CANARY'.repeat(1000));
    expect(await look()).toEqual({damage: [], hidden: ['10,000 bytes lie behind the last page of the file, where nothing reads them']});
    plainly(db => db.exec('DROP TABLE other'));
    const {damage, hidden} = await look();
    expect(damage).toEqual([]);
    expect(hidden.join('\n')).toMatch(/free pages of the file still hold something/);
  });
});

describe('a refresh', () => {
  test('takes over nothing but rows of a file whose bytes are others than were put there', async () => {
    plainly(db => db.exec("INSERT INTO other VALUES (1000, 'PHI-CANARY' || hex(zeroblob(9000))); DELETE FROM other WHERE id = 1000; PRAGMA user_version = 7; PRAGMA application_id = 8"));
    appendFileSync(file, 'PHI-CANARY'.repeat(1000));
    expect(readFileSync(file).includes('PHI-CANARY')).toBe(true);
    await using destination = new SqliteDestination(file);
    await using load = (await destination.beginRefresh({catalog, from: 'live', keep: new Set(['t', 'other']), unsealed: true}, never))!;
    await load.finish(never);
    await load.publish(never);
    expect(readFileSync(file).includes('PHI-CANARY')).toBe(false);
    expect(await look()).toEqual({damage: [], hidden: []});
    await using live = await destination.openLive(catalog, never);
    expect(await readRows(live, other, null)).toEqual(rows);
  });

  test.each([false, true])('leaves the marks in the head of the file as a load of everything does (others wrote it: %s)', async unsealed => {
    plainly(db => db.exec('PRAGMA user_version = 7; PRAGMA application_id = 8'));
    await using destination = new SqliteDestination(file);
    await using load = (await destination.beginRefresh({catalog, from: 'live', keep: new Set(['t', 'other']), unsealed}, never))!;
    await load.finish(never);
    await load.publish(never);
    expect(plainly(db => [db.pragma('user_version', {simple: true}), db.pragma('application_id', {simple: true})])).toEqual([0, 0]);
  });

  test.each([
    ['with a damaged index', damageIndex], ['with a damaged table', damageTable], ['cut short', () => truncateSync(file, statSync(file).size - 4096)],
    ['cut short within its first page', () => truncateSync(file, 3000)],
  ])('from nothing replaces a file %s, which becomes the archive', async (_, damage) => {
    damage();
    const damaged = readFileSync(file);
    {
      const fresh = new SqliteDestination(file, {fresh: true});
      expect(await fresh.check(never)).toEqual([]);
      await fresh.plan({catalog, mode: 'replace'}, never);
      await using load = await begin(file, [schema], 'nothing');
      {
        await using writer = await load.open(schema, 'anew', never);
        await writeBatches(writer, schema, rows);
      }
      await load.finish(never);
      await load.publish(never);
    }
    await using live = await new SqliteDestination(file).openLive({...catalog, tables: [schema]}, never);
    expect(await live.integrity!(never)).toEqual({damage: [], hidden: []});
    const archive = readdirSync(folder).filter(name => name.startsWith('study_'));
    expect(archive).toHaveLength(1);
    expect(readFileSync(join(folder, archive[0]!)).equals(damaged)).toBe(true);
  });

  test('refuses what is no database, and a damaged file of which tables would stay', async () => {
    truncateSync(file, statSync(file).size - 4096);
    await expect(new SqliteDestination(file).plan({catalog, mode: 'replace'}, never)).rejects.toMatchObject({message: expect.stringContaining('is damaged') as string});
    writeFileSync(file, 'notes, not a database\n'.repeat(300));
    await expect(new SqliteDestination(file, {fresh: true}).plan({catalog, mode: 'replace'}, never)).rejects.toMatchObject({message: expect.stringContaining('is not a SQLite database') as string});
  });
});
