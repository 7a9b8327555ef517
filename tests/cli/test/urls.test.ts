import {chmodSync, existsSync, readFileSync, rmSync} from 'node:fs';
import {gunzipSync} from 'node:zlib';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {makeAccount} from './support/account.ts';
import {openDatabase, servers, type Database} from './support/database.ts';
import {folders, type Folder} from './support/folder.ts';
import {sluice} from './support/program.ts';
import {reportOf} from './support/report.ts';
import {integrity, makeSqlite, namesIn, rowsOf} from './support/sqlite-file.ts';

const folder = folders();
const archive = /^out_\d{4}-\d\d-\d\d_\d\d_\d\d_\d\d\.\d{6}\.db$/;

function study(): Folder {
  const place = folder();
  makeSqlite(place.at('in.db'),
    'CREATE TABLE data_1 (id INTEGER PRIMARY KEY, note TEXT, empty TEXT)', "INSERT INTO data_1 VALUES (1, 'a,\"b\"\nc', ''), (2, NULL, NULL)",
    'CREATE TABLE data_2 (id INTEGER PRIMARY KEY)', 'INSERT INTO data_2 VALUES (7)',
    'CREATE TABLE data_tr (id INTEGER PRIMARY KEY)', 'CREATE TABLE gen_x (id INTEGER PRIMARY KEY)');
  return place;
}

describe('files by URL', () => {
  test('a SQLite file is found relative, absolute, and absolute with three slashes, at either end', async () => {
    const place = study();
    for (const [from, to, file] of [
      ['sqlite:in.db', `sqlite:${place.at('one.db')}`, 'one.db'], [`sqlite:${place.at('in.db')}`, `sqlite://${place.at('two.db')}`, 'two.db'],
      [`sqlite://${place.at('in.db')}`, 'sqlite:./three.db', 'three.db'],
    ] as const) {
      expect(await sluice(['copy', from, to], {cwd: place.path})).toMatchObject({code: 0});
      expect(namesIn(place.at(file))).toEqual(namesIn(place.at('in.db')));
    }
  });

  test('one table becomes one compressed file, and NULL and the empty text stay apart', async () => {
    const place = study();
    expect(await sluice(['copy', 'sqlite:in.db', 'csv:data_1.csv.gz', '--tables', 'data_1'], {cwd: place.path})).toMatchObject({code: 0});
    expect(gunzipSync(readFileSync(place.at('data_1.csv.gz'))).toString()).toMatch(/^id,note,empty\r?\n1,"a,""b""\r?\nc",""\r?\n2,,\r?\n$/);
    expect(await sluice(['copy', 'sqlite:in.db', 'jsonl:lines/data_1.jsonl.gz', '--tables', 'data_1'], {cwd: place.path})).toMatchObject({code: 1, stderr: expect.stringMatching(/folder/) as string});
    expect(await sluice(['copy', 'sqlite:in.db', 'jsonl:data_1.jsonl.gz', '--tables', 'data_1'], {cwd: place.path})).toMatchObject({code: 0});
    const lines = gunzipSync(readFileSync(place.at('data_1.jsonl.gz'))).toString().trimEnd().split('\n').map(line => JSON.parse(line) as unknown);
    expect(lines).toEqual([{id: 1, note: 'a,"b"\nc', empty: ''}, {id: 2, note: null, empty: null}]);
    for (const from of ['csv:data_1.csv.gz', 'jsonl:data_1.jsonl.gz']) {
      expect(await sluice(['copy', from, 'sqlite:back.db'], {cwd: place.path})).toMatchObject({code: 0});
      expect(rowsOf(place.at('back.db'), 'SELECT * FROM data_1')).toEqual(rowsOf(place.at('in.db'), 'SELECT * FROM data_1'));
    }
  });

  test('a file that another program made is read as it is', async () => {
    const place = folder();
    place.write('people.csv', 'name;born\r\n"Müller; Ann";1990-01-31\r\n;\r\n');
    place.write('plain.csv', 'name,born\r\n"Müller, Ann",1990-01-31\r\n007,\r\n');
    expect(await sluice(['copy', 'csv:plain.csv', 'sqlite:people.db'], {cwd: place.path})).toMatchObject({code: 0});
    expect(rowsOf(place.at('people.db'), 'SELECT name, born FROM plain')).toEqual([['Müller, Ann', '1990-01-31'], ['007', null]]);
  });

  test('patterns choose tables, and leave out', async () => {
    const place = study();
    for (const [words, names] of [
      [['--tables', 'data_*', '--exclude', '*_tr'], ['data_1', 'data_2']], [['--tables', 'data_?'], ['data_1', 'data_2']],
      [['--exclude', 'data_*'], ['gen_x']], [['--tables=gen_x,data_2'], ['data_2', 'gen_x']],
    ] as const) {
      expect(await sluice(['copy', 'sqlite:in.db', 'csv:out/', ...words], {cwd: place.path})).toMatchObject({code: 0});
      expect(place.list().filter(name => name.endsWith('.csv'))).toEqual(names.map(name => `out/${name}.csv`));
      await sluice(['copy', 'sqlite:in.db', `csv:out${names.join('')}/`, ...words], {cwd: place.path});
      rmSync(place.at('out'), {recursive: true});
      rmSync(place.at(`out${names.join('')}`), {recursive: true});
    }
  });

  test('reports go where they are wanted, and say what --json says', async () => {
    const place = study();
    const ended = await sluice(['copy', 'sqlite:in.db', 'sqlite:out.db', '--report', 'reports/today', '--json'], {cwd: place.path});
    expect(place.list()).toEqual(['in.db', 'out.db', 'reports', 'reports/today', 'reports/today/report.html', 'reports/today/report.json']);
    expect(JSON.parse(readFileSync(place.at('reports/today/report.json'), 'utf8'))).toEqual(reportOf(ended));
    expect(readFileSync(place.at('reports/today/report.html'), 'utf8')).toMatch(/^<!doctype html>.*data_1/si);
  });

  test('a target that is there keeps its other tables, and its old form is archived', async () => {
    const place = study();
    makeSqlite(place.at('out.db'), 'CREATE TABLE mine (x)', "INSERT INTO mine VALUES ('kept')", 'CREATE VIEW my_view AS SELECT x FROM mine', 'CREATE TABLE data_1 (old)', "INSERT INTO data_1 VALUES ('old')");
    const report = reportOf(await sluice(['copy', 'sqlite:in.db', 'sqlite:out.db', '--tables', 'data_1', '--json'], {cwd: place.path}));
    expect(namesIn(place.at('out.db'))).toEqual(['data_1', 'mine', 'my_view']);
    expect(rowsOf(place.at('out.db'), 'SELECT x FROM my_view')).toEqual([['kept']]);
    expect(rowsOf(place.at('out.db'), 'SELECT count(*) FROM data_1')).toEqual([[2n]]);
    const [old, ...more] = place.list().filter(name => archive.test(name));
    expect(more).toEqual([]);
    expect(report.destination.archived).toBe(place.at(old!));
    expect(rowsOf(place.at(old!), 'SELECT * FROM data_1')).toEqual([['old']]);
    expect(place.list()).toEqual(['in.db', 'out.db', old!].sort());
  });

  test('options come from a file too, flags win', async () => {
    const place = study();
    place.write('sluice.yaml', 'source: sqlite:in.db\ndestination: sqlite:never.db\ntables: [data_2]\n');
    expect(await sluice(['copy', '--config', 'sluice.yaml', '--destination', 'sqlite:out.db'], {cwd: place.path})).toMatchObject({code: 0});
    expect(namesIn(place.at('out.db'))).toEqual(['data_2']);
    expect(existsSync(place.at('never.db'))).toBe(false);
  });
});

for (const server of servers) {
  describe(`${server.kind} by URL`, () => {
    let source: Database;
    beforeAll(async () => {
      source = await openDatabase(server);
      await source.run('CREATE TABLE t (id int PRIMARY KEY)', 'INSERT INTO t VALUES (1)');
    });
    afterAll(async () => { await source.drop(); });

    test('user and password are percent-encoded, or the password comes by a variable or a file', async () => {
      const place = folder();
      await using account = await makeAccount(source, ['SELECT ON DB.*'], {prefix: 'a@b:/c%', password: 'p@ss:/wörd?#%25\'"\\'});
      const without = account.url(null);
      const file = place.write('secret.txt', `${account.password}\n`);
      for (const [i, {url, words = [], env = {}}] of [
        {url: account.url()}, {url: account.url().replace('mysql://', 'mariadb://')},
        {url: without, env: {SLUICE_SOURCE_PASSWORD: account.password}}, {url: without, env: {SLUICE_SOURCE_PASSWORD_FILE: file}}, {url: without, words: ['--password-file', file]},
      ].entries()) {
        const ended = await sluice(['copy', url, `sqlite:${i}.db`, ...words], {cwd: place.path, env});
        expect(ended).toMatchObject({code: 0});
        expect(integrity(place.at(`${i}.db`))).toBe('ok');
      }
      expect(await sluice(['copy', account.url(), 'sqlite:x.db', '--password-file', file], {cwd: place.path})).toMatchObject({code: 2, stderr: expect.stringContaining('twice') as string});
    });

    test('a destination has its own password', async () => {
      const place = study();
      await using target = await openDatabase(server);
      await using account = await makeAccount(target, ['ALL ON DB.*']);
      const file = place.write('secret.txt', account.password);
      chmodSync(file, 0o600);
      for (const {words = [], env = {}} of [{env: {SLUICE_DESTINATION_PASSWORD: account.password}}, {words: ['--destination-password-file', file]}]) {
        expect(await sluice(['copy', 'sqlite:in.db', account.url(null), ...words], {cwd: place.path, env})).toMatchObject({code: 0, stderr: ''});
      }
      expect(await target.tables()).toEqual(['data_1', 'data_2', 'data_tr', 'gen_x']);
    });

    test.skipIf(server.socket === null)('a socket stands for host and port', async () => {
      const place = folder();
      const {username, password, pathname} = new URL(source.url);
      const url = `mysql://${username}${password === '' ? '' : `:${password}`}@localhost:1${pathname}?socket=${encodeURIComponent(server.socket!)}`;
      expect(await sluice(['copy', url, 'sqlite:t.db'], {cwd: place.path})).toMatchObject({code: 0});
      expect(rowsOf(place.at('t.db'), 'SELECT id FROM t')).toEqual([[1n]]);
    });
  });
}
