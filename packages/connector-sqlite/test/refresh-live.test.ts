import {execFileSync} from 'node:child_process';
import {createHash} from 'node:crypto';
import {chmodSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import type {Catalog, Column, Row, Schema} from '@sluice/core';
import Database from 'better-sqlite3';
import {beforeEach, describe, expect, test} from 'vitest';
import {SqliteDestination} from '../src/index.ts';
import {never} from './loading.ts';
import {begin, digestOf, limits, loadAnew, placesOf, readRows, writeBatches, type Chunk} from './refreshing.ts';
import {temporaryFolders} from './temporary-folder.ts';

// What is live: compared with what was put there, sealed, and left alone.

const newFolder = temporaryFolders();
let folder: string;
let file: string;
let chunks: Chunk[];
const id: Column = {name: 'id', type: 'int', nullable: false};
const label: Column = {name: 'label', type: 'text', nullable: true};
const schema: Schema = {table: 't', columns: [id, label], primaryKey: ['id'], order: 'key', indexes: [{name: 'i', unique: false, parts: [{column: 'label'}]}]};
const rows = Array.from({length: 30}, (_, i): Row => [i + 1, `row ${i + 1}`]);
const view = {name: 'v', columns: ['id'], dialect: 'mysql', sql: 'select `t`.`id` AS `id` from `t`'};
const catalog: Catalog = {tables: [schema], views: [view], others: []};
beforeEach(async () => {
  folder = newFolder();
  file = join(folder, 'study.db');
  chunks = (await loadAnew(file, [{schema, rows}], {views: [view], size: 10})).get('t')!;
});

function plainly<T>(use: (db: Database.Database) => T, path = file): T {
  const db = new Database(path);
  try {
    return use(db);
  } finally {
    db.close();
  }
}
/** Another process does something with the file and dies before it ends what it does. */
function crashing(sql: string): void {
  const driver = join(import.meta.dirname, '..', 'node_modules', 'better-sqlite3');
  const script = `const D = require(${JSON.stringify(driver)}); const db = new D(${JSON.stringify(file)}); db.exec(${JSON.stringify(sql)}); process.kill(process.pid, 'SIGKILL')`;
  try { execFileSync(process.execPath, ['-e', script], {stdio: 'ignore'}); } catch { /* killed, as wanted */ }
}
const sealed = () => new SqliteDestination(file).sealLive(never);
const open = () => new SqliteDestination(file).openLive(catalog, never);

describe('tables that are live', () => {
  test('are read, digested and counted by the places of the load that wrote them', async () => {
    await using live = await open();
    expect(await live.digestPlaces(schema, placesOf(chunks), limits, never)).toEqual(chunks.map(({digest}) => digest));
    let heard = 0;
    await live.digestPlaces(schema, placesOf(chunks), limits, never, count => { heard += count; });
    expect(heard).toBe(30);
    expect(await readRows(live, schema, chunks[2]!.place)).toEqual(rows.slice(20));
    expect(await readRows(live, schema, null)).toEqual(rows);
    expect(await live.countRows(schema, never)).toBe(30);
  });

  test.each([
    ['a changed value', "UPDATE t SET label = 'x' WHERE id = 15", [true, false, true], 30], ['a missing row', 'DELETE FROM t WHERE id = 30', [true, true, false], 29],
    ['null for a text', 'UPDATE t SET label = NULL WHERE id = 1', [false, true, true], 30], ['a row between all places', "INSERT INTO t VALUES (31, 'x')", [true, true, true], 31],
  ])('show %s in the place where it is, or in the number of rows', async (_, sql, equal, count) => {
    plainly(db => db.exec(sql));
    await using live = await open();
    expect((await live.digestPlaces(schema, placesOf(chunks), limits, never)).map((digest, i) => digest === chunks[i]!.digest)).toEqual(equal);
    expect(await live.countRows(schema, never)).toBe(count);
  });

  test('lie beside objects, each with a digest of the statement that made it', async () => {
    const list = async () => {
      await using live = await open();
      return live.objects(never);
    };
    const before = await list();
    expect(before.map(({type, name, table}) => `${type} ${name} ${table}`)).toEqual(['index t_i t', 'table t t', 'view v v']);
    const sql = plainly(db => db.prepare("SELECT sql FROM sqlite_schema WHERE name = 't_i'").pluck().get()) as string;
    expect(before[0]!.digest).toBe(createHash('sha256').update(sql).digest('hex'));
    plainly(db => db.exec('DROP INDEX t_i; CREATE INDEX t_i ON t (label DESC); CREATE TRIGGER watch AFTER INSERT ON t BEGIN SELECT 1; END; CREATE TABLE mine (a UNIQUE); DROP VIEW v; CREATE VIEW v AS SELECT 7 AS id'));
    const after = await list();
    expect(after.map(({type, name, table}) => `${type} ${name} ${table}`)).toEqual(['index t_i t', 'table mine mine', 'table t t', 'trigger watch t', 'view v v']);
    const same = after.filter(one => before.some(({name, digest}) => name === one.name && digest === one.digest));
    expect(same.map(({name}) => name)).toEqual(['t']);
  });

  test('are read though their writer crashed, with what it had committed', async () => {
    crashing("PRAGMA journal_mode = WAL; UPDATE t SET label = 'in the log' WHERE id = 1");
    await using live = await open();
    expect((await readRows(live, schema, chunks[0]!.place))[0]).toEqual([1, 'in the log']);
    await live[Symbol.asyncDispose]();
    plainly(db => db.pragma('journal_mode = DELETE'));
    crashing("PRAGMA cache_size = 1; BEGIN; UPDATE t SET label = hex(zeroblob(3000))");
    expect(existsSync(`${file}-journal`)).toBe(true);
    await using again = await open();
    expect((await readRows(again, schema, chunks[0]!.place))[0]).toEqual([1, 'in the log']);
  });

  test('that are gone, or are no database, are CONNECT errors', async () => {
    plainly(db => db.exec('DROP VIEW v; DROP TABLE t'));
    {
      await using live = await open();
      await expect(live.digestPlaces(schema, placesOf(chunks), limits, never)).rejects.toMatchObject({code: 'SLUICE_CONNECT', context: {table: 't'}});
      await expect(live.countRows(schema, never)).rejects.toMatchObject({code: 'SLUICE_CONNECT', context: {table: 't'}});
      expect(await live.objects(never)).toEqual([]);
    }
    writeFileSync(file, 'this is no database, and long enough not to be taken for an empty one\n'.repeat(20));
    await expect(open()).rejects.toMatchObject({code: 'SLUICE_CONNECT'});
  });

  test('what is asked with an aborted signal is not done; long digests stop', async () => {
    await using live = await open();
    await expect(live.countRows(schema, AbortSignal.abort())).rejects.toMatchObject({name: 'AbortError'});
    await expect(live.objects(AbortSignal.abort())).rejects.toMatchObject({name: 'AbortError'});
    const many = Array.from({length: 5000}, () => chunks[0]!.place!);
    const stop = new AbortController();
    let heard = 0;
    await expect(live.digestPlaces(schema, many, limits, stop.signal, count => {
      heard += count;
      if (heard === 1000) setImmediate(() => stop.abort());
    })).rejects.toMatchObject({name: 'AbortError'});
    expect(heard).toBeLessThan(50_000);
  });
});

describe('the seal of what is live', () => {
  test('is the digest of its bytes, and looks only', async () => {
    const bytes = readFileSync(file);
    const before = statSync(file).mtimeMs;
    chmodSync(file, 0o400);
    expect(await sealed()).toEqual({sha256: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.length});
    expect(statSync(file).mtimeMs).toBe(before);
    expect(readdirSync(folder)).toEqual(['study.db']);
    await expect(new SqliteDestination(file).sealLive(AbortSignal.abort())).rejects.toMatchObject({name: 'AbortError'});
  });

  test('is another one when anything changed, in the file, in a log or in a journal beside it', async () => {
    const first = await sealed();
    plainly(db => db.pragma('user_version = 7'));
    const second = await sealed();
    expect(second!.sha256).not.toBe(first!.sha256);
    plainly(db => db.pragma('journal_mode = WAL'));
    const third = (await sealed())!;
    crashing("UPDATE t SET label = 'in the log'");
    expect(readdirSync(folder)).toContain('study.db-wal');
    const fourth = await sealed();
    expect(fourth!.bytes).toBe(third.bytes);
    expect(fourth!.sha256).not.toBe(third.sha256);
    expect(await sealed()).toEqual(fourth);
    writeFileSync(`${file}-journal`, '');
    expect(await sealed(), 'an empty journal is none').toEqual(fourth);
  });
});

describe('a copy of the live file', () => {
  test('holds what its log holds; the part is for nobody else to read', async () => {
    crashing("PRAGMA journal_mode = WAL; UPDATE t SET label = 'in the log' WHERE id = 1");
    chmodSync(file, 0o644);
    await using load = await begin(file, [schema], 'live', ['t']);
    expect((await readRows(load, schema, chunks[0]!.place))[0]).toEqual([1, 'in the log']);
    expect(statSync(join(folder, load.token)).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder).filter(name => /-(wal|shm)$/.test(name))).toEqual([]);
  });

  test('is not made while another program writes, or holds the log open', async () => {
    const other = new Database(file);
    other.pragma('journal_mode = WAL');
    other.exec("UPDATE t SET label = 'x'");
    await expect(begin(file, [schema], 'live', ['t'])).rejects.toMatchObject({code: 'SLUICE_LOCKED'});
    other.close();
    expect(readdirSync(folder)).toEqual(['study.db']);
  }, 20_000);

  test('is archived when the new one takes its place, which keeps its mode', async () => {
    chmodSync(file, 0o640);
    const old = readFileSync(file);
    const load = await begin(file, [schema], 'live', ['t']);
    {
      await using writer = await load.open(schema, 'patch', never);
      await writer.remove([chunks[0]!.place!]);
      const [chunk] = await writeBatches(writer, schema, [[5, 'five']]);
      expect(chunk!.digest).toBe(digestOf(schema, [[5, 'five']]));
    }
    await load.finish(never);
    const {archived, bytes} = await load.publish(never);
    await load[Symbol.asyncDispose]();
    expect(readFileSync(archived!).equals(old)).toBe(true);
    expect(statSync(file)).toMatchObject({size: bytes});
    expect(statSync(file).mode & 0o777).toBe(0o640);
    expect(readdirSync(folder)).toHaveLength(2);
  });

  test('is WRITE when there is none', async () => {
    await expect(begin(join(folder, 'none.db'), [schema], 'live', ['t'])).rejects.toMatchObject({code: 'SLUICE_WRITE'});
    expect(readdirSync(folder)).toEqual(['study.db']);
  });
});

test('a load stops between batches when it is told to', async () => {
  const stop = new AbortController();
  await using load = await begin(file, [schema], 'nothing');
  await using writer = await load.open(schema, 'anew', stop.signal);
  await writer.write({rows: [[1, 'x']], position: null});
  stop.abort();
  for (const attempt of [() => writer.write({rows: [[2, 'y']], position: null}), () => writer.commit(), () => writer.remove([]), () => writer.retain([]), () => load.finish(stop.signal)]) {
    await expect(attempt()).rejects.toMatchObject({name: 'AbortError'});
  }
  await expect(new SqliteDestination(file).beginRefresh({catalog, from: 'live', keep: new Set(['t'])}, stop.signal)).rejects.toMatchObject({name: 'AbortError'});
});
