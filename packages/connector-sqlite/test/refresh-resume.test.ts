import {spawnSync} from 'node:child_process';
import {chmodSync, copyFileSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, truncateSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import type {Column, RefreshRequest, Row, Schema} from '@sluice/core';
import Database from 'better-sqlite3';
import {beforeAll, beforeEach, describe, expect, test} from 'vitest';
import {SqliteDestination} from '../src/index.ts';
import {never, said} from './loading.ts';
import {begin, limits, loadAnew, placesOf, readRows, writeBatches, type Chunk} from './refreshing.ts';
import {temporaryFolders} from './temporary-folder.ts';

const newFolder = temporaryFolders();
const spilling = fileURLToPath(new URL('children/refresh-spill.mjs', import.meta.url));
let folder: string;
let file: string;
beforeEach(() => {
  folder = newFolder();
  file = join(folder, 'study.db');
});

// A child is another process, on plain node: it runs what is built.
beforeAll(() => {
  const root = fileURLToPath(new URL('../../..', import.meta.url));
  const built = spawnSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-b', 'packages/connector-sqlite'], {cwd: root, encoding: 'utf8'});
  expect(built.stdout + built.stderr).toBe('');
});

const mysql = (sql: string) => ({dialect: 'mysql', sql});
const id: Column = {name: 'id', type: 'int', nullable: false};
const n: Column = {name: 'n', type: 'int', nullable: true};
const proved: Schema = {
  table: 'proved', columns: [id, {...n, generated: {...mysql('(`id` * 2)'), stored: true}}], primaryKey: ['id'], order: 'key',
  checks: [{name: 'c', ...mysql('(`id` < 1000)')}], indexes: [{name: 'u', unique: true, parts: [{column: 'n'}]}],
};
const other: Schema = {table: 'other', columns: [id, n], primaryKey: ['id'], order: 'key'};
const rows = (from: number, to: number): Row[] => Array.from({length: to - from + 1}, (_, i) => [from + i, 2 * (from + i)]);

interface Crashed {
  readonly token: string;
  readonly chunks: Chunk[];
}

/** What SIGKILL leaves of a load of both tables after so many rows: the files as they are, and nobody who holds a lock on them. */
async function crash(work: {readonly from?: 'nothing' | 'live'; readonly keep?: readonly string[]; readonly finished?: boolean} = {}): Promise<Crashed> {
  const {from = 'nothing', keep = [], finished = false} = work;
  await using load = await begin(file, [proved, other], from, keep);
  const writer = await load.open(proved, 'anew', never);
  const chunks = await writeBatches(writer, proved, rows(1, 30), 10);
  await writer.write({rows: rows(31, 40), position: null});
  if (finished) {
    await writer.commit();
    await load.finish(never);
  }
  const copy = newFolder();
  cpSync(folder, copy, {recursive: true});
  folder = copy;
  file = join(folder, 'study.db');
  return {token: load.token, chunks};
}

const resume = (token: string, keep: readonly string[], tables = [proved, other]) =>
  new SqliteDestination(file).beginRefresh({catalog: {tables, views: [], others: []}, from: {resume: token}, keep: new Set(keep)} satisfies RefreshRequest, never);
const parts = () => readdirSync(folder).filter(name => name.startsWith('.'));

describe('a load that crashed', () => {
  test.each([false, true])('is gone on with, its tables proved at its end as if it had not (crashed after finish: %s)', async finished => {
    const {token, chunks} = await crash({finished});
    await using load = (await resume(token, ['proved']))!;
    expect(load.token).toBe(token);
    if (finished) {
      // Its rows have proved it: as in any finished file.
      expect(load.patchable(proved)).toBe(false);
    } else {
      expect(load.patchable(proved)).toBe(true);
      expect(await load.digestPlaces(proved, placesOf(chunks), limits, never)).toEqual(chunks.map(({digest}) => digest));
      await using writer = await load.open(proved, 'patch', never);
      expect(await writer.retain(placesOf(chunks.slice(0, 2)))).toBe(10);
      expect((await writeBatches(writer, proved, rows(21, 25)))[0]!.place).toBe('[[21,25]]');
    }
    expect(said(await load.finish(never))).toEqual([]);
    await load.publish(never);
    await load[Symbol.asyncDispose]();
    const whole = join(newFolder(), 'whole.db');
    await loadAnew(whole, [{schema: proved, rows: rows(1, finished ? 40 : 25)}, {schema: other, rows: []}]);
    const content = (path: string) => {
      const db = new Database(path, {readonly: true});
      try {
        return [db.prepare('SELECT type, name, sql FROM sqlite_schema ORDER BY name').raw().all(), db.prepare('SELECT * FROM proved').raw().all(), db.prepare('SELECT * FROM other').raw().all()];
      } finally {
        db.close();
      }
    };
    expect(content(file)).toEqual(content(whole));
    expect(parts()).toEqual([]);
  });

  test('in its last stretch takes rows again that its constraints would refuse', async () => {
    const {token, chunks} = await crash();
    const db = new Database(join(folder, token));
    // As after the rewriting, before the end: all is there, and the note that it is not finished.
    db.unsafeMode(true);
    db.exec(`CREATE UNIQUE INDEX "proved_u" /*index: u*/ ON "proved" ("n"); PRAGMA writable_schema = ON;
      UPDATE sqlite_schema SET sql = replace(sql, '"n" INTEGER', '"n" INTEGER GENERATED ALWAYS AS ("id" * 2) STORED') WHERE name = 'proved'`);
    const sql = String(db.prepare("SELECT sql FROM sqlite_schema WHERE name = 'proved'").pluck().get());
    db.close();
    await using load = (await resume(token, ['proved']))!;
    expect(sql).toContain('GENERATED');
    await using writer = await load.open(proved, 'patch', never);
    await writer.retain(placesOf(chunks));
    await writer.write({rows: [[2000, 2], [2001, 2]], position: null});
    await writer.commit();
    await writer[Symbol.asyncDispose]();
    expect(said(await load.finish(never))).toEqual([
      'unique u: the loaded rows are not unique: made as an ordinary index', 'check c: rows contradict it in SQLite', 'generated n: kept as plain values: rows contradict it in SQLite',
    ]);
  });

  test('leaves the tables that are not kept behind, and its file is the only one that stays of what crashes left', async () => {
    const {token} = await crash();
    const foreign = ['.study.db.sluice-0123456789ab.part', '.study.db.sluice-0123456789ab.part-journal', '.study.db.sluice-0123456789ab.lock'];
    for (const name of foreign) writeFileSync(join(folder, name), 'x');
    writeFileSync(join(folder, '.other.db.sluice-0123456789ab.part'), 'x');
    await using load = (await resume(token, []))!;
    expect(parts().filter(name => !name.startsWith(token.slice(0, -4)))).toEqual(['.other.db.sluice-0123456789ab.part']);
    await load.finish(never);
    expect(await load.countRows(proved, never)).toBe(0);
  });

  test('while another run goes on with it is LOCKED; so is a load of the same target from nothing', async () => {
    const {token} = await crash();
    await using running = (await resume(token, ['proved']))!;
    await expect(resume(token, ['proved'])).rejects.toMatchObject({code: 'SLUICE_LOCKED'});
    await expect(begin(file, [other], 'nothing')).rejects.toMatchObject({code: 'SLUICE_LOCKED'});
    await running.finish(never);
    await running.publish(never);
    expect(existsSync(file)).toBe(true);
  });

  test('gives the new file the mode that its first run would have given it', async () => {
    const {token} = await crash();
    expect(statSync(join(folder, token)).mode & 0o777).toBe(0o600);
    {
      await using load = (await resume(token, ['proved']))!;
      await load.finish(never);
      await load.publish(never);
    }
    expect(statSync(file).mode & 0o777).toBe(0o644 & ~process.umask());
    chmodSync(file, 0o640);
    const again = await crash({from: 'live', keep: ['other']});
    await using load = (await resume(again.token, ['other']))!;
    await load.finish(never);
    await load.publish(never);
    expect(statSync(file).mode & 0o777).toBe(0o640);
  });
});

describe('there is nothing to go on with, and nothing stays of it', () => {
  test.each<[string, (part: string) => void]>([
    ['the file is no database', part => writeFileSync(part, 'x'.repeat(5000))],
    ['it is cut off', part => truncateSync(part, statSync(part).size - 4096)],
    ['a page of it is overwritten', part => {
      const bytes = readFileSync(part);
      writeFileSync(part, bytes.fill(0x5a, bytes.length - 4096));
    }],
    ['a table is another one', part => {
      const db = new Database(part);
      db.exec('ALTER TABLE proved ADD COLUMN more TEXT');
      db.close();
    }],
    ['a table is gone', part => {
      const db = new Database(part);
      db.exec('DROP TABLE proved');
      db.close();
    }],
  ])('when %s', async (_, damage) => {
    const {token} = await crash();
    damage(join(folder, token));
    expect(await resume(token, ['proved'])).toBeNull();
    expect(parts()).toEqual([]);
  });

  test('when a page is damaged that nobody would look at before the load is live', async () => {
    {
      await using load = await begin(file, [other], 'nothing');
      await using writer = await load.open(other, 'anew', never);
      await writeBatches(writer, other, rows(1, 5000), 1000);
      const copy = newFolder();
      cpSync(folder, copy, {recursive: true});
      folder = copy;
      file = join(folder, 'study.db');
    }
    const part = parts().find(name => name.endsWith('.part'))!;
    const bytes = readFileSync(join(folder, part));
    const middle = Math.floor(bytes.length / 8192) * 4096;
    writeFileSync(join(folder, part), bytes.fill(0, middle, middle + 4096));
    expect(await resume(part, ['other'], [other])).toBeNull();
  });

  test('when the token names something else: another target, another folder, a link, a folder', async () => {
    const {token} = await crash();
    await loadAnew(join(folder, 'elsewhere.db'), [{schema: other, rows: rows(1, 3)}]);
    const elsewhere = readFileSync(join(folder, 'elsewhere.db'));
    mkdirSync(join(folder, 'inner'));
    copyFileSync(join(folder, token), join(folder, 'inner', token));
    const names = ['', '.', 'elsewhere.db', 'study.db', `inner/${token}`, `../${folder.split('/').at(-1)}/${token}`, join(folder, token), `${token}-journal`, token.replace('study', 'other'), `${token}\0`, token.replace(/\.part$/, '.lock')];
    const link = '.study.db.sluice-aaaaaaaaaaaa.part', inside = '.study.db.sluice-bbbbbbbbbbbb.part';
    symlinkSync(join(folder, 'elsewhere.db'), join(folder, link));
    for (const name of [...names, link]) expect(await resume(name, []), name).toBeNull();
    mkdirSync(join(folder, inside));
    expect(await resume(inside, [])).toBeNull();
    expect(readFileSync(join(folder, 'elsewhere.db')).equals(elsewhere)).toBe(true);
    expect(existsSync(join(folder, 'inner', token))).toBe(true);
  });
});

test('what was only half taken out when the process died is there again, whole', async () => {
  const wide: Schema = {table: 'wide', columns: [id, {name: 'body', type: 'text', nullable: true}], primaryKey: ['id'], order: 'key'};
  const chunks = (await loadAnew(file, [{schema: wide, rows: Array.from({length: 20_000}, (_, i) => [i, 'x'.repeat(2000)])}], {size: 2000})).get('wide')!;
  const {stdout, signal} = spawnSync(process.execPath, [spilling, file, JSON.stringify(wide)], {encoding: 'utf8'});
  expect(signal).toBe('SIGKILL');
  await using load = (await resume(stdout, ['wide'], [wide]))!;
  expect(await load.countRows(wide, never)).toBe(20_000);
  expect(await load.digestPlaces(wide, placesOf(chunks), limits, never)).toEqual(chunks.map(({digest}) => digest));
});

test('a table of a load that goes on is read as it was committed', async () => {
  const {token, chunks} = await crash();
  await using load = (await resume(token, ['proved']))!;
  expect(await readRows(load, proved, chunks[1]!.place)).toEqual(rows(11, 20));
});
