import {execFileSync} from 'node:child_process';
import {mkdirSync, readdirSync} from 'node:fs';
import Sqlite from 'better-sqlite3';
import {describe, expect, test} from 'vitest';
import {mariadb, openDatabase, servers, type Database} from './support/database.ts';
import {folders} from './support/folder.ts';
import {mysqlToSqlite, sluice} from './support/program.ts';
import {reportOf} from './support/report.ts';
import {integrity, makeSqlite, namesIn, rowsOf} from './support/sqlite-file.ts';

const folder = folders();

describe('copies at the edge', () => {
  test('options come from variables as well', async () => {
    const place = folder();
    makeSqlite(place.at('in.db'), 'CREATE TABLE one (x)', 'CREATE TABLE two (x)');
    const env = {SLUICE_SOURCE: 'sqlite:in.db', SLUICE_DESTINATION: 'sqlite:out.db', SLUICE_TABLES: 'two'};
    expect(await sluice(['copy'], {cwd: place.path, env})).toMatchObject({code: 0});
    expect(namesIn(place.at('out.db'))).toEqual(['two']);
  });

  test('--quiet says nothing when all is well', async () => {
    const place = folder();
    makeSqlite(place.at('in.db'), 'CREATE TABLE one (x)');
    expect(await sluice(['copy', 'sqlite:in.db', 'sqlite:out.db', '--quiet'], {cwd: place.path})).toEqual({code: 0, signal: null, stdout: '', stderr: ''});
  });

  test('nothing to copy is an error, and what is live stays', async () => {
    const place = folder();
    makeSqlite(place.at('in.db'), 'CREATE TABLE one (x)');
    makeSqlite(place.at('empty.db'), 'PRAGMA user_version = 1');
    makeSqlite(place.at('out.db'), 'CREATE TABLE mine (x)');
    place.write('policy.yaml', 'version: 1\ntables: {one: exclude}\n');
    for (const [words, code, says] of [
      [['sqlite:in.db', 'sqlite:out.db', '--exclude', '*'], 2, /nothing to copy/],
      [['sqlite:in.db', 'sqlite:out.db', '--policy', 'policy.yaml'], 2, /nothing to copy/],
      [['sqlite:empty.db', 'sqlite:out.db'], 1, /empty\.db holds no table.*nothing to copy/],
    ] as const) expect(await sluice(['copy', ...words], {cwd: place.path})).toMatchObject({code, stderr: expect.stringMatching(says) as string});
    expect(place.list()).toEqual(['empty.db', 'in.db', 'out.db', 'policy.yaml']);
    expect(namesIn(place.at('out.db'))).toEqual(['mine']);
  });

  test('a live file with a write-ahead log is archived with all that was committed to it', async () => {
    const place = folder();
    makeSqlite(place.at('in.db'), 'CREATE TABLE t (x)', 'INSERT INTO t VALUES (1)');
    const writer = new Sqlite(place.at('out.db'));
    writer.pragma('journal_mode = wal');
    writer.pragma('wal_autocheckpoint = 0');
    writer.exec("CREATE TABLE mine (x); INSERT INTO mine VALUES ('in the log only')");
    const words = ['copy', 'sqlite:in.db', 'sqlite:out.db'];
    // Open elsewhere: its log would be left behind.
    expect(await sluice(words, {cwd: place.path})).toMatchObject({code: 1, stderr: expect.stringMatching(/another program.*; close it/) as string});
    writer.close();
    expect(await sluice(words, {cwd: place.path})).toMatchObject({code: 0});
    const [archived] = readdirSync(place.path).filter(name => name.startsWith('out_'));
    for (const file of ['out.db', archived!]) expect(rowsOf(place.at(file), 'SELECT x FROM mine')).toEqual([['in the log only']]);
    expect(place.list()).toEqual(['in.db', 'out.db', archived!]);
  });

  test('an archive on another disk is a whole copy', async context => {
    const place = folder();
    mkdirSync(place.at('archive'));
    try {
      if (process.getuid?.() !== 0) throw new Error('only root mounts');
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=10m', 'tmpfs', place.at('archive')], {stdio: 'pipe'});
    } catch {
      return context.skip('no other disk can be mounted here');
    }
    try {
      makeSqlite(place.at('in.db'), 'CREATE TABLE t (x)');
      makeSqlite(place.at('live.db'), 'CREATE TABLE t (x)', "INSERT INTO t VALUES ('old')");
      place.write('policy.yaml', 'version: 1\ntables: {t: {columns: {x: keep}}}\n');
      expect(await mysqlToSqlite(['bulk', '--source', 'sqlite:in.db', '--target', 'live.db', '--archive', 'archive', '--policy', 'policy.yaml', '--study', 'none'], {cwd: place.path})).toMatchObject({code: 0});
      const names = readdirSync(place.at('archive'));
      expect(names).toEqual([expect.stringMatching(/^live_\d{4}-\d\d-\d\d_\d\d_\d\d_\d\d\.\d{6}\.db$/)]);
      expect(rowsOf(place.at('archive', names[0]!), 'SELECT * FROM t')).toEqual([['old']]);
      expect(integrity(place.at('live.db'))).toBe('ok');
    } finally {
      execFileSync('umount', [place.at('archive')]);
    }
  });
});

describe.skipIf(!mariadb)('databases at the edge', () => {
  test('one without tables is an error: somebody meant another database', async () => {
    const place = folder();
    await using empty = await openDatabase(mariadb!);
    const ended = await sluice(['copy', empty.url, 'sqlite:out.db', '--json'], {cwd: place.path});
    expect(ended.code).toBe(1);
    expect(reportOf(ended)).toMatchObject({status: 'failed', tables: [], published: false, error: {code: 'SLUICE_SCHEMA'}});
    expect(place.list()).toEqual([]);
  });

  test('a policy that takes every column out of a table without excluding it is refused', async () => {
    const place = folder();
    await using source = await openDatabase(mariadb!);
    await source.run('CREATE TABLE t (secret varchar(20))', "INSERT INTO t VALUES ('x'), ('y')", 'CREATE TABLE u (id int)', 'INSERT INTO u VALUES (1)');
    place.write('policy.yaml', 'version: 1\ntables: {t: {columns: {secret: drop}}, u: {columns: {id: keep}}}\n');
    const ended = await sluice(['copy', source.url, 'sqlite:out.db', '--policy', 'policy.yaml'], {cwd: place.path});
    expect(ended).toMatchObject({code: 2, stderr: expect.stringContaining('t: no column is left: exclude the table') as string});
  });
});

for (const server of servers) {
  describe(`a ${server.kind} target`, () => {
    const parent = (type: string, ...rows: number[]) => ['in.db', `CREATE TABLE parent (id ${type} PRIMARY KEY, note VARCHAR(20))`, ...rows.map(id => `INSERT INTO parent VALUES (${id}, 'new')`)] as const;
    const fill = (target: Database) => target.run(
      'CREATE TABLE parent (id bigint PRIMARY KEY, note varchar(20))', "INSERT INTO parent VALUES (1, 'old'), (2, 'old')",
      'CREATE TABLE mine (id int PRIMARY KEY, parent bigint, CONSTRAINT mine_parent FOREIGN KEY (parent) REFERENCES parent (id))', 'INSERT INTO mine VALUES (5, 1), (6, 2)',
      'CREATE VIEW seen AS SELECT m.id, p.note FROM mine m LEFT JOIN parent p ON p.id = m.parent',
    );

    test('keeps its other tables, their foreign keys and its views', async () => {
      const place = folder();
      await using target = await openDatabase(server);
      await fill(target);
      const [name, ...statements] = parent('INTEGER', 1, 2, 3);
      makeSqlite(place.at(name), ...statements);
      expect(await sluice(['copy', 'sqlite:in.db', target.url], {cwd: place.path})).toMatchObject({code: 0});
      expect(await target.tables()).toEqual(['mine', 'parent', 'seen']);
      expect(await target.rows('SELECT * FROM seen ORDER BY id')).toEqual([['5', 'new'], ['6', 'new']]);
      await expect(target.run('INSERT INTO mine VALUES (7, 99)')).rejects.toThrow(/foreign key/);
      await target.run('INSERT INTO mine VALUES (7, 3)');
    });

    test('is told of rows that would lose their partner', async () => {
      const place = folder();
      await using target = await openDatabase(server);
      await fill(target);
      const [name, ...statements] = parent('INTEGER', 1);
      makeSqlite(place.at(name), ...statements);
      const ended = await sluice(['copy', 'sqlite:in.db', target.url, '--json'], {cwd: place.path});
      expect(reportOf(ended).omissions).toContainEqual({table: 'mine', kind: 'foreign key', name: 'mine_parent', reason: expect.stringMatching(/^a row of the table finds no partner/) as string});
      await expect(target.run('INSERT INTO mine VALUES (7, 99)')).rejects.toThrow(/foreign key/);
    });

    test('refuses a table at which the foreign key of another cannot point, before anything is live', async () => {
      const place = folder();
      await using target = await openDatabase(server);
      await fill(target);
      const [name, ...statements] = parent('TEXT', 1);
      makeSqlite(place.at(name), ...statements);
      const ended = await sluice(['copy', 'sqlite:in.db', target.url, '--json'], {cwd: place.path});
      expect(ended.code).toBe(1);
      expect(reportOf(ended)).toMatchObject({published: false, error: {code: 'SLUICE_SCHEMA', message: expect.stringMatching(/mine_parent of table mine/) as string, remedy: expect.stringMatching(/drop that foreign key/) as string}});
      expect(await target.tables()).toEqual(['mine', 'parent', 'seen']);
      expect(await target.rows('SELECT * FROM seen ORDER BY id')).toEqual([['5', 'old'], ['6', 'old']]);
      await expect(target.run('INSERT INTO mine VALUES (7, 99)')).rejects.toThrow(/foreign key/);
    });
  });
}
