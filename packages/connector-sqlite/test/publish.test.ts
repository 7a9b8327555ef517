import {execFileSync} from 'node:child_process';
import {chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {basename, join} from 'node:path';
import type {Column, Schema} from '@sluice/core';
import Database from 'better-sqlite3';
import {afterAll, beforeEach, describe, expect, test} from 'vitest';
import {SqliteDestination} from '../src/index.ts';
import {catalogOf, fill, load, never, said, type Table} from './loading.ts';
import {temporaryFolders} from './temporary-folder.ts';

const newFolder = temporaryFolders();
let folder: string;
let file: string;
beforeEach(() => {
  folder = newFolder();
  file = join(folder, 'study.collab.db');
});

const id: Column = {name: 'id', type: 'int', nullable: false};
const label: Column = {name: 'label', type: 'text', nullable: true};
const schema: Schema = {table: 't', columns: [id, label], primaryKey: ['id']};
const table = (text: string, name = 't'): Table => ({schema: {...schema, table: name}, rows: [[1, text]]});
const now = () => new Date(2026, 10, 22, 14, 5, 9, 7);

/** Does something with a plain connection. */
function plainly<T>(path: string, use: (db: Database.Database) => T): T {
  const db = new Database(path);
  try {
    return use(db);
  } finally {
    db.close();
  }
}
const labelIn = (path: string, name = 't') => plainly(path, db => db.prepare(`SELECT label FROM "${name}"`).pluck().get());
const others = () => readdirSync(folder).filter(name => name !== basename(file)).sort();

describe('the former file', () => {
  test('is archived under its name and the local time, and the new one takes its place and its mode', async () => {
    await load(file, [table('old')]);
    expect(statSync(file).mode & 0o777).toBe(0o644 & ~process.umask());
    chmodSync(file, 0o640);
    const {archived} = await load(file, [table('new')], {now});
    expect(archived).toBe(join(folder, 'study.collab_2026-11-22_14_05_09.007000.db'));
    expect([labelIn(file), labelIn(archived!)]).toEqual(['new', 'old']);
    expect(statSync(file).mode & 0o777).toBe(0o640);
    expect(others()).toEqual([basename(archived!)]);
  });

  test('a name that is taken counts up: no archive is replaced', async () => {
    for (const text of ['a', 'b', 'c']) await load(file, [table(text)], {now});
    expect(others().map(name => labelIn(join(folder, name)))).toEqual(['a', 'b']);
    expect(others()).toEqual(['study.collab_2026-11-22_14_05_09.007000.db', 'study.collab_2026-11-22_14_05_09.007001.db']);
  });

  test('goes to the archive folder, when that exists', async () => {
    await load(file, [table('old')]);
    const archiveDirectory = join(folder, 'archive');
    await expect(load(file, [table('new')], {archiveDirectory})).rejects.toMatchObject({code: 'SLUICE_WRITE', message: `the archive folder ${archiveDirectory} does not exist`});
    expect(labelIn(file)).toBe('old');
    mkdirSync(archiveDirectory);
    await load(file, [table('new')], {archiveDirectory, now});
    expect(labelIn(join(archiveDirectory, 'study.collab_2026-11-22_14_05_09.007000.db'))).toBe('old');
  });

  // Temporary folders may lie in memory or on the disk: then the other of the two is elsewhere.
  const disk = ['/dev/shm', '/var/tmp'].find(path => existsSync(path) && statSync(path).dev !== statSync(tmpdir()).dev);
  const elsewhere = disk === undefined ? null : mkdtempSync(join(disk, 'sluice-test-'));
  afterAll(() => { if (elsewhere) rmSync(elsewhere, {recursive: true, force: true}); });

  test.skipIf(!elsewhere)('is copied to an archive on another file system, its mode with it', async () => {
    await load(file, [table('old')]);
    chmodSync(file, 0o600);
    for (const text of ['new', 'newer']) await load(file, [table(text)], {archiveDirectory: elsewhere!, now});
    expect(readdirSync(elsewhere!).sort()).toEqual(['study.collab_2026-11-22_14_05_09.007000.db', 'study.collab_2026-11-22_14_05_09.007001.db']);
    const [first, second] = readdirSync(elsewhere!).sort().map(name => join(elsewhere!, name)) as [string, string];
    expect([labelIn(first), labelIn(second), labelIn(file)]).toEqual(['old', 'new', 'newer']);
    expect(statSync(first).mode & 0o777).toBe(0o600);
  });

  test('is what a symbolic link points to: the link stays', async () => {
    const real = join(newFolder(), 'real.db');
    symlinkSync(real, file);
    writeFileSync(real, '');
    await load(file, [table('new')]);
    expect(labelIn(real)).toBe('new');
    expect(labelIn(file)).toBe('new');
    expect(others()).toEqual([]);
  });

  test('with a write-ahead log is archived with what is in the log, and the log does not meet the new file', async () => {
    await load(file, [table('old')]);
    // A reader keeps the log alive while the writer ends: as after a crash.
    const child = `const D = require(${JSON.stringify(require_('better-sqlite3'))}); const db = new D(${JSON.stringify(file)}); db.pragma('journal_mode = WAL'); db.exec("UPDATE t SET label = 'in the log'"); process.kill(process.pid, 'SIGKILL')`;
    try { execFileSync(process.execPath, ['-e', child], {stdio: 'ignore'}); } catch { /* killed, as wanted */ }
    expect(others()).toEqual(['study.collab.db-shm', 'study.collab.db-wal']);
    const {archived} = await load(file, [table('new')]);
    expect([labelIn(file), labelIn(archived!)]).toEqual(['new', 'in the log']);
    expect(others()).toEqual([basename(archived!)]);
  });

  test('whose writer crashed is rolled back first', async () => {
    await load(file, [{schema, rows: Array.from({length: 5000}, (_, i) => [i, 'old'])}]);
    const child = `const D = require(${JSON.stringify(require_('better-sqlite3'))}); const db = new D(${JSON.stringify(file)}); db.pragma('cache_size = 5'); db.exec("BEGIN; UPDATE t SET label = 'half'"); process.kill(process.pid, 'SIGKILL')`;
    try { execFileSync(process.execPath, ['-e', child], {stdio: 'ignore'}); } catch { /* killed, as wanted */ }
    expect(others()).toEqual(['study.collab.db-journal']);
    const {archived} = await load(file, [table('new')]);
    expect(plainly(archived!, db => db.prepare('SELECT DISTINCT label FROM t').pluck().all())).toEqual(['old']);
    expect(others()).toEqual([basename(archived!)]);
  });

  test('that another program holds open in WAL mode is left alone: LOCKED, and nothing published', async () => {
    await load(file, [table('old')]);
    const other = new Database(file);
    other.pragma('journal_mode = WAL');
    other.prepare('SELECT * FROM t').all();
    await expect(load(file, [table('new')])).rejects.toMatchObject({code: 'SLUICE_LOCKED'});
    expect(labelIn(file)).toBe('old');
    other.close();
    await load(file, [table('new')]);
    expect(labelIn(file)).toBe('new');
  });

  test('that another program is writing is left alone: LOCKED, and nothing published', async () => {
    await load(file, [table('old')]);
    const other = new Database(file);
    other.exec("BEGIN IMMEDIATE; UPDATE t SET label = 'mine'");
    await expect(load(file, [table('new')])).rejects.toMatchObject({code: 'SLUICE_LOCKED', context: {}});
    other.exec('COMMIT');
    other.close();
    expect(labelIn(file)).toBe('mine');
    expect(others()).toEqual([]);
  });

  test('stays readable to whoever has it open', async () => {
    await load(file, [table('old')]);
    const reader = new Database(file, {readonly: true});
    reader.exec('BEGIN');
    const read = () => reader.prepare('SELECT label FROM t').pluck().get();
    expect(read()).toBe('old');
    await load(file, [table('new')]);
    expect(read()).toBe('old');
    reader.close();
    expect(labelIn(file)).toBe('new');
  });
});

describe('what else is in the live file', () => {
  beforeEach(() => {
    plainly(file, db => db.exec(`
      CREATE TABLE t (id INTEGER PRIMARY KEY, label TEXT, gone TEXT); INSERT INTO t VALUES (1, 'old PHI-CANARY-7f3a', 'x');
      CREATE INDEX by_label ON t (label); CREATE TRIGGER watch AFTER INSERT ON t BEGIN SELECT 1; END;
      CREATE TABLE kept (a, label TEXT DEFAULT 'd' CHECK (a > 0), UNIQUE (a)); INSERT INTO kept (rowid, a) VALUES (7, 1), (99, 2);
      CREATE TABLE erased (x TEXT); INSERT INTO erased VALUES ('deleted PHI-CANARY-7f3a'); DELETE FROM erased; DROP TABLE erased;
      CREATE VIEW seen AS SELECT a FROM kept; CREATE VIRTUAL TABLE words USING fts5(body); INSERT INTO words VALUES ('hello');
      CREATE TRIGGER count_kept AFTER INSERT ON kept BEGIN SELECT 1; END; PRAGMA user_version = 42;`));
  });

  test('stays as it is, and what somebody made on a replaced table is listed', async () => {
    const {omissions} = await load(file, [table('new'), table('more', 'u')]);
    expect(said(omissions)).toEqual(['index by_label: it was made in the file, on a table that is replaced', 'trigger watch: it was made in the file, on a table that is replaced']);
    plainly(file, db => {
      expect(db.prepare('SELECT * FROM t').raw().all()).toEqual([[1, 'new']]);
      expect(db.prepare('SELECT rowid, a, label FROM kept').raw().all()).toEqual([[7, 1, 'd'], [99, 2, 'd']]);
      expect(db.prepare('SELECT * FROM seen').raw().all()).toEqual([[1], [2]]);
      expect(db.prepare("SELECT body FROM words WHERE words MATCH 'hello'").pluck().get()).toBe('hello');
      expect(db.pragma('user_version', {simple: true})).toBe(42);
      expect(db.pragma('integrity_check', {simple: true})).toBe('ok');
      expect(db.prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger'").pluck().all()).toEqual(['count_kept']);
    });
  });

  test('keeps its rows when they refer to a replaced table, whatever its foreign keys say of deletes', async () => {
    plainly(file, db => db.exec('CREATE TABLE child (t INT REFERENCES t ON DELETE CASCADE, u INT REFERENCES t ON DELETE SET NULL); INSERT INTO child VALUES (1, 1)'));
    await load(file, [table('new')]);
    expect(plainly(file, db => db.prepare('SELECT * FROM child').raw().all())).toEqual([[1, 1]]);
  });

  test('nothing of the replaced table, and nothing that was deleted before, is left in free pages', async () => {
    await load(file, [table('new')]);
    expect(readFileSync(file).includes('PHI-CANARY-7f3a')).toBe(false);
    expect(labelIn(file)).toBe('new');
  });

  test('goes with the old file when the new one is to be fresh', async () => {
    const {omissions} = await load(file, [table('new')], {fresh: true});
    expect(omissions).toEqual([]);
    expect(plainly(file, db => db.prepare('SELECT name FROM sqlite_schema').pluck().all())).toEqual(['t']);
  });

  test('a name that stays is not taken from it', async () => {
    const {load: {target}} = await load(file, [{schema: {...schema, indexes: [{name: 't_kept', unique: false, parts: [{column: 'label'}]}]}}, table('x', 'Words_Data')]);
    // The table of that name is a part of a virtual one.
    expect(target.tables.map(one => one.target)).toEqual(['t', 'Words_Data_2']);
    expect(plainly(file, db => db.prepare('SELECT count(*) FROM kept').pluck().get())).toBe(2);
  });

  test('a view in the way of a table is replaced by it', async () => {
    await load(file, [table('new', 'Seen')]);
    expect(labelIn(file, 'seen')).toBe('new');
  });

  test('positions of replaced tables are forgotten, others stay', async () => {
    for (const name of ['p', 'q']) {
      await using destination = new SqliteDestination(file);
      await using appending = await destination.begin({catalog: catalogOf([table('x', name)]), mode: 'append'}, never);
      await using writer = await appending.open(table('x', name).schema, never);
      await writer.commit(`position of ${name}` as never);
    }
    await load(file, [table('new', 'p')]);
    expect(plainly(file, db => db.prepare('SELECT * FROM _sluice_position').raw().all())).toEqual([['q', 'position of q']]);
  });
});

describe('a load that cannot be', () => {
  test('a folder, a missing folder and a file that is no database are WRITE errors that say so', async () => {
    mkdirSync(file);
    await expect(load(file, [table('x')])).rejects.toMatchObject({code: 'SLUICE_WRITE', message: `${file} is a folder`});
    const lost = join(folder, 'no', 'folder.db');
    await expect(load(lost, [table('x')])).rejects.toMatchObject({code: 'SLUICE_WRITE', message: `the folder of ${lost} does not exist`, remedy: `mkdir -p ${join(folder, 'no')}`});
    const text = join(folder, 'notes.txt');
    writeFileSync(text, 'these are notes, and long enough not to be taken for an empty database\n'.repeat(20));
    await expect(load(text, [table('x')])).rejects.toMatchObject({code: 'SLUICE_WRITE', message: `${text} is not a SQLite database (SQLITE_NOTADB)`});
    expect(readFileSync(text, 'utf8')).toMatch(/^these are notes/);
    await expect(load(join(text, 'x.db'), [table('x')])).rejects.toMatchObject({code: 'SLUICE_WRITE'});
    expect(readdirSync(folder).sort()).toEqual(['notes.txt', 'study.collab.db']);
  });

  test('check finds what would keep it from working, all at once', async () => {
    await using destination = new SqliteDestination(join(folder, 'no', 'x.db'), {archiveDirectory: join(folder, 'nowhere')});
    expect((await destination.check(never)).map(({message}) => message)).toEqual([`the folder ${join(folder, 'no')} does not exist`, `the archive folder ${join(folder, 'nowhere')} does not exist`]);
    mkdirSync(file);
    await using other = new SqliteDestination(file);
    expect((await other.check(never)).map(({message}) => message)).toEqual([`${file} is a folder`]);
  });

  test('a second run while one is writing is LOCKED, and touches nothing', async () => {
    await using destination = new SqliteDestination(file);
    await using running = await destination.begin({catalog: catalogOf([table('first')]), mode: 'replace'}, never);
    const before = readdirSync(folder).sort();
    expect(before).toHaveLength(2);
    await expect(load(file, [table('second')])).rejects.toMatchObject({code: 'SLUICE_LOCKED', message: `another run is writing ${file}`});
    expect(readdirSync(folder).sort()).toEqual(before);
    await fill(running, [table('first')]);
    await expect(load(file, [table('second')])).rejects.toMatchObject({code: 'SLUICE_LOCKED'});
    await running.publish(never);
    await running[Symbol.asyncDispose]();
    await load(file, [table('second')]);
    expect(labelIn(file)).toBe('second');
  });

  test('what a crash left is removed by the next run of that target, and of no other', async () => {
    const left = ['.study.collab.db.sluice-0123456789ab.part', '.study.collab.db.sluice-0123456789ab.lock', '.study.collab.db.sluice-0123456789ab.part-journal'];
    const foreign = ['.other.db.sluice-0123456789ab.part', '.study.collab.db.sluice-mine.part', 'study.collab.db.bak'];
    for (const name of [...left, ...foreign]) writeFileSync(join(folder, name), 'x');
    await load(file, [table('new')]);
    expect(others()).toEqual([...foreign].sort());
  });

  test('the part is for nobody else to read while it grows', async () => {
    await using destination = new SqliteDestination(file);
    await using running = await destination.begin({catalog: catalogOf([table('x')]), mode: 'replace'}, never);
    expect(running.target.tables).toHaveLength(1);
    const part = readdirSync(folder).find(name => name.endsWith('.part'))!;
    expect(statSync(join(folder, part)).mode & 0o777).toBe(0o600);
  });

  // A file system of 1 MB, where this process may mount one.
  const small = mkdtempSync(join(tmpdir(), 'sluice-small-'));
  const mounted = (() => {
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', small], {stdio: 'ignore'});
      return true;
    } catch {
      return false;
    }
  })();
  afterAll(() => {
    if (mounted) execFileSync('umount', [small]);
    rmSync(small, {recursive: true, force: true});
  });

  test.skipIf(!mounted)('a full disk is a WRITE error with the remedy; the live file stays, and nothing beside it', async () => {
    const target = join(small, 'x.db');
    await load(target, [table('old')]);
    const large: Table = {schema, rows: Array.from({length: 500}, (_, i) => [i, 'x'.repeat(10_000)])};
    for (const mode of ['replace', 'append'] as const) {
      await expect(load(target, [{...large, schema: {...schema, table: mode === 'append' ? 'big' : 't'}}], {mode})).rejects.toMatchObject({
        code: 'SLUICE_WRITE', message: expect.stringMatching(/^there is no room left for .*x\.db \(SQLITE_FULL|ENOSPC\)$/) as string, remedy: expect.stringContaining('free space') as string,
      });
      expect(labelIn(target)).toBe('old');
      expect(readdirSync(small)).toEqual(['x.db']);
    }
  });
});

function require_(name: string): string {
  return join(import.meta.dirname, '..', 'node_modules', name);
}
