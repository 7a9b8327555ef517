import {cpSync, linkSync, readFileSync, symlinkSync} from 'node:fs';
import {describe, expect, test} from 'vitest';
import {openDatabase, servers} from './support/database.ts';
import {folders} from './support/folder.ts';
import {sluice} from './support/program.ts';
import {documentOf} from './support/report.ts';
import {makeSqlite} from './support/sqlite-file.ts';

const folder = folders();

describe('a copy onto its own source is refused before anything is touched:', () => {
  const refused = async (cwd: string, from: string, to: string) => {
    for (const command of ['copy', 'plan']) {
      const ended = await sluice([command, from, to, '--json'], {cwd});
      expect([command, ended.code, (documentOf(ended)['error'] as {code: string; message: string}).code]).toEqual([command, 2, 'SLUICE_CONFIG']);
      expect(ended.stderr).toMatch(/reads and writes the same/);
    }
  };

  for (const server of servers) {
    test(`a database of ${server.kind}, by whatever name the server is called`, async () => {
      const place = folder();
      await using database = await openDatabase(server);
      await database.run('CREATE TABLE t (id int primary key)', 'INSERT INTO t VALUES (1)', 'CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW SET NEW.id = NEW.id + 1');
      const other = database.url.replace('127.0.0.1', 'localhost');
      await refused(place.path, database.url, database.url);
      await refused(place.path, database.url, other === database.url ? database.url.replace('localhost', '127.0.0.1') : other);
      expect(await database.rows('SELECT TRIGGER_NAME FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = DATABASE()')).toEqual([['tr']]);
      await using second = await openDatabase(server);
      expect(await sluice(['copy', database.url, second.url], {cwd: place.path})).toMatchObject({code: 0});
    });
  }

  test('a SQLite file, through links as well', async () => {
    const place = folder();
    makeSqlite(place.at('s.db'), 'CREATE TABLE t (id integer primary key)', 'INSERT INTO t VALUES (1)');
    symlinkSync('s.db', place.at('link.db'));
    linkSync(place.at('s.db'), place.at('hard.db'));
    symlinkSync('.', place.at('here'));
    const before = readFileSync(place.at('s.db'));
    for (const [from, to] of [['s.db', 's.db'], ['link.db', 's.db'], ['s.db', 'link.db'], ['s.db', 'here/s.db'], ['s.db', 'hard.db']] as const) {
      await refused(place.path, `sqlite:${from}`, `sqlite:${to}`);
    }
    expect(readFileSync(place.at('s.db')).equals(before)).toBe(true);
    for (let i = 0; i < 2; i++) expect(await sluice(['copy', 'sqlite:s.db', 'sqlite:other.db'], {cwd: place.path})).toMatchObject({code: 0});
  });

  test('files, and a folder with its own files; but one file beside another is none', async () => {
    const place = folder();
    place.write('f1/a.csv', 'x\n1\n');
    symlinkSync('f1', place.at('f2'));
    for (const [from, to] of [['f1/', 'f1/'], ['f1/', 'f2/'], ['f1/', 'f2/*.csv.gz'], ['f1/a.csv', 'f1/a.csv'], ['f2/a.csv', 'f1/'], ['f1/', 'f1/b.csv']] as const) {
      await refused(place.path, `csv:${from}`, `csv:${to}`);
    }
    expect(place.list()).toEqual(['f1', 'f1/a.csv', 'f2', 'f2/a.csv']);
    cpSync(place.at('f1/a.csv'), place.at('f1/c.csv'));
    for (const to of ['csv:f1/b.csv', 'jsonl:f1/', 'csv:f3/']) expect(await sluice(['copy', 'csv:f1/a.csv', to], {cwd: place.path}), to).toMatchObject({code: 0});
  });
});
