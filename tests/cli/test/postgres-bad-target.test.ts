import {until} from '@sluice/testkit';
import {afterAll, beforeEach, describe, expect, test} from 'vitest';
import {mariadb, openDatabase, type Database} from './support/database.ts';
import {folders} from './support/folder.ts';
import {openPostgres, plainSession, postgres, type PostgresDatabase} from './support/postgres.ts';
import {sluice, start} from './support/program.ts';
import {proxied} from './support/proxied.ts';
import {canary, expectRefused} from './support/refused-copy.ts';
import {documentOf} from './support/report.ts';
import {makeSqlite} from './support/sqlite-file.ts';

const folder = folders();

describe.skipIf(!postgres)('into PostgreSQL, what goes wrong', () => {
  let target: PostgresDatabase;
  const open: PostgresDatabase[] = [];
  beforeEach(async () => {
    target = await openPostgres(postgres!);
    open.push(target);
  });
  afterAll(async () => { for (const each of open) await each.drop(); });

  /** A SQLite file of these statements, and a copy of it. */
  const copying = (...statements: string[]) => {
    const place = folder();
    makeSqlite(place.at('in.db'), ...statements);
    return {
      place, copy: (url = target.url, ...words: string[]) => sluice(['copy', 'sqlite:in.db', url, '--json', ...words], {cwd: place.path}),
      begin: (url = target.url, ...words: string[]) => start('sluice', ['copy', 'sqlite:in.db', url, '--json', ...words], {cwd: place.path}),
    };
  };
  const two = ['CREATE TABLE t (id INTEGER PRIMARY KEY, note TEXT)', `INSERT INTO t VALUES (1, '${canary}'), (2, 'b')`];

  test('a user who may not write is told what to grant, by the copy and by check', async () => {
    const reader = await target.account([]);
    const {place, copy} = copying(...two);
    expectRefused(await copy(reader), /may not.*; GRANT CREATE, USAGE ON SCHEMA "public" TO/, 'SLUICE_AUTH');
    const checked = await sluice(['check', reader, '--as', 'destination', '--json'], {cwd: place.path});
    expect(checked.code).toBe(1);
    expect(documentOf(checked)['problems']).toMatchObject([{message: expect.stringContaining('GRANT CREATE')}]);
    await target.run('CREATE TABLE t (old int)');
    const maker = await target.account(['CREATE, USAGE ON SCHEMA public']);
    expectRefused(await copy(maker), /table t: only its owner may replace it; use its owner/, 'SLUICE_AUTH', 't');
    expect(await target.tables()).toEqual(['t']);
  });

  test.each<[string, string[], RegExp]>([
    ['a view', ['CREATE VIEW t AS SELECT 1 AS id'], /table t cannot be replaced: the destination has a view of its name; /],
    ['a foreign table', ['CREATE EXTENSION file_fdw', 'CREATE SERVER files FOREIGN DATA WRAPPER file_fdw', "CREATE FOREIGN TABLE t (x text) SERVER files OPTIONS (filename '/nowhere')"], /has a foreign table of its name; /],
    ['a partitioned table', ['CREATE TABLE t (id int) PARTITION BY RANGE (id)'], /has a partitioned table of its name; use append or upsert/],
    ['a table that others inherit from', ['CREATE TABLE t (id int)', 'CREATE TABLE heir () INHERITS (t)'], /it has partitions, or inherits; /],
    ['a table with row-level security', ['CREATE TABLE t (id int)', 'ALTER TABLE t ENABLE ROW LEVEL SECURITY'], /it has row-level security.*; /],
    ['a table under a materialized view', ['CREATE TABLE t (id int)', 'CREATE MATERIALIZED VIEW m AS SELECT * FROM t'], /the materialized view public\.m depends on it.*; /],
  ])('%s stands where a table would be replaced: refused before a row is read', {timeout: 120_000}, async (_, make, says) => {
    await target.run(...make);
    const before = await target.tables();
    const {place, copy} = copying(...two);
    expectRefused(await copy(), says, 'SLUICE_SCHEMA', 't');
    // A plan does not promise what a copy is refused for.
    const planned = await sluice(['plan', 'sqlite:in.db', target.url, '--no-scan'], {cwd: place.path});
    expect([planned.code, planned.stderr]).toEqual([1, expect.stringMatching(says)]);
    expect(await target.tables()).toEqual(before);
  });

  test.each(['append', 'upsert', 'mirror'])('%s: what is no table takes no rows, and the remedy is one', async mode => {
    await target.run('CREATE MATERIALIZED VIEW t AS SELECT 1 AS id');
    const {copy} = copying(...two);
    expectRefused(await copy(target.url, '--mode', mode), /table t cannot be (written|replaced): the destination has a materialized view of its name; take away what stands in the way, give/, 'SLUICE_SCHEMA', 't');
    expect((await target.tables()).filter(name => name !== '_sluice_position')).toEqual(['t']);
  });

  test('append: a partitioned table takes its rows, once each; one that belongs to no partition is refused', async () => {
    await target.run('CREATE TABLE t (id int PRIMARY KEY, note text) PARTITION BY RANGE (id)', 'CREATE TABLE t_1 PARTITION OF t FOR VALUES FROM (0) TO (10)');
    const {place, copy} = copying(...two);
    expect(await copy(target.url, '--mode', 'append')).toMatchObject({code: 0});
    expect(await target.rows('SELECT id, tableoid::regclass FROM t ORDER BY id')).toEqual([['1', 't_1'], ['2', 't_1']]);
    makeSqlite(place.at('in.db'), `INSERT INTO t VALUES (3, 'c'), (11, '${canary}')`);
    const ended = await copy(target.url, '--mode', 'append');
    expect(ended.stderr).toMatch(/^error: table t: a row .*belongs to no partition.*; /m);
    expect(ended.code).toBe(1);
    expect(ended.stdout + ended.stderr).not.toContain(canary);
    expect(await target.rows('SELECT count(*) FROM t')).toEqual([['2']]);
  });

  test('upsert into a table with other columns: refused with what would be lost and a statement to run', async () => {
    await target.run('CREATE TABLE t (id int PRIMARY KEY, other text)', 'INSERT INTO t VALUES (7)');
    const ended = await copying(...two).copy(target.url, '--mode', 'upsert');
    expect(ended.stderr).toMatch(/^error: table t of the destination has a column other that the source has not: .* is lost; .*ALTER TABLE "t" DROP COLUMN "other"$/m);
    expect(ended.code).toBe(1);
    expect(await target.rows('SELECT * FROM t')).toEqual([['7', null]]);
  });

  test('upsert into a table whose rows are hidden by row-level security: refused with what to grant', async () => {
    await target.run('CREATE TABLE t (id int PRIMARY KEY, note text)', 'ALTER TABLE t ENABLE ROW LEVEL SECURITY', 'CREATE POLICY few ON t USING (id = 1)');
    const writer = await target.account(['ALL ON ALL TABLES IN SCHEMA public', 'ALL ON SCHEMA public']);
    const ended = await copying(...two).copy(writer, '--mode', 'upsert');
    expect(ended.stderr).toMatch(/^error: row-level security hides rows of table t from this user; .*BYPASSRLS/m);
    expect(ended.code).toBe(1);
    expect(await target.rows('SELECT count(*) FROM t')).toEqual([['0']]);
  });

  test('keys that are there twice in what is upserted: told with the row, and nothing is merged', async () => {
    await target.run('CREATE TABLE t (id int PRIMARY KEY, note text)', "INSERT INTO t VALUES (2, 'before')");
    const {copy} = copying('CREATE TABLE t (id INTEGER NOT NULL, note TEXT)', `INSERT INTO t VALUES (1, 'first'), (2, 'second'), (1, '${canary}'), (2, 'fourth')`);
    expectRefused(await copy(target.url, '--mode', 'upsert', '--key', 'id'), /row 3 of table t: a row has a key that another row has already.*; look for duplicates in the key columns/, 'SLUICE_VALUE', 't');
    expect(await target.rows('SELECT * FROM t')).toEqual([['2', 'before']]);
    expect((await target.tables()).filter(name => name !== '_sluice_position')).toEqual(['t']);
  });

  test.each<[string, string[], RegExp, string]>([
    ['a NUL in a text', ['CREATE TABLE t (id INTEGER PRIMARY KEY, note TEXT)', `INSERT INTO t VALUES (1, 'a'), (2, '${canary}' || char(0))`], /row 2 of table t: column note holds text with a NUL.*; /, 'SLUICE_VALUE'],
    ['a key that no index can hold', ['CREATE TABLE t (id TEXT PRIMARY KEY NOT NULL)', "INSERT INTO t SELECT hex(randomblob(8000))"], /table t: .*(longest entry of an index|limit of the server).*; /, 'SLUICE_VALUE'],
    ['more columns than a table can have', [`CREATE TABLE t (${Array.from({length: 1700}, (_, i) => `c${i} INTEGER`).join(', ')})`], /table t: the table has more columns than the server allows.*; leave columns out/, 'SLUICE_SCHEMA'],
    ['a row that is too long for a page', [`CREATE TABLE t (${Array.from({length: 1500}, (_, i) => `c${i} REAL`).join(', ')})`, `INSERT INTO t VALUES (${Array.from({length: 1500}, () => '0.5').join(', ')})`], /row 1 of table t: .*limit of the server.*; /, 'SLUICE_VALUE'],
  ])('%s: refused with its place, nothing is published', async (_, make, says, code) => {
    await target.run('CREATE TABLE t (old int)', 'INSERT INTO t VALUES (7)');
    expectRefused(await copying(...make).copy(), says, code, 't');
    expect(await target.tables()).toEqual(['t']);
    expect(await target.rows('SELECT * FROM t')).toEqual([['7']]);
  });

  test('values of 10 MB and names that need quoting arrive', async () => {
    const place = copying(`CREATE TABLE "we""ird '; --" (id INTEGER PRIMARY KEY, "select" TEXT, "ünder %s" BLOB)`, `INSERT INTO "we""ird '; --" SELECT 1, replace(hex(zeroblob(5000000)), '0', 'é'), zeroblob(10000000)`);
    expect(await place.copy()).toMatchObject({code: 0});
    expect(await target.rows(`SELECT length("select"), octet_length("select"), length("ünder %s") FROM "we""ird '; --"`)).toEqual([['10000000', '20000000', '10000000']]);
  });

  test('the connection is cut while rows are written: the live table stays, the next run leaves nothing of its own', async () => {
    await target.run('CREATE TABLE t (old int)', 'INSERT INTO t VALUES (7)');
    await using way = await proxied(target);
    const {begin, copy} = copying('CREATE TABLE t (id INTEGER PRIMARY KEY, filler TEXT)', "INSERT INTO t WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 16384) SELECT n, hex(zeroblob(500)) FROM c");
    const running = begin(way.url());
    await until('rows are sent', () => way.proxy.bytesToServer > 200_000, 60_000);
    way.proxy.cut();
    expectRefused(await running.ended, /table t: .*connection.*; /, 'SLUICE_CONNECT', 't');
    expect(await target.rows('SELECT * FROM t')).toEqual([['7']]);
    expect(await copy()).toMatchObject({code: 0});
    expect(await target.tables()).toEqual(['t']);
    expect(await target.rows('SELECT count(*) FROM t')).toEqual([['16384']]);
  });

  test('a deadlock with the application is tried again, and every row arrives', async () => {
    await target.run('CREATE TABLE t (id int PRIMARY KEY, note text)', "INSERT INTO t VALUES (1, 'old'), (2, 'old')", `ALTER DATABASE ${target.name} SET deadlock_timeout = '2s'`);
    const application = await plainSession(target.url);
    await application.run("SET deadlock_timeout = '60s'", 'BEGIN', "UPDATE t SET note = 'app' WHERE id = 2");
    const running = copying(...two).begin(target.url, '--mode', 'upsert');
    await until('the copy waits for the application', async () => (await target.rows(`SELECT 1 FROM pg_stat_activity WHERE datname = '${target.name}' AND wait_event_type = 'Lock'`)).length > 0, 60_000);
    // Resolves once the copy has given way.
    await application.run("UPDATE t SET note = 'app' WHERE id = 1", 'COMMIT');
    const ended = await running.ended;
    expect(ended.code, ended.stderr).toBe(0);
    expect(await target.rows('SELECT * FROM t ORDER BY id')).toEqual([['1', canary], ['2', 'b']]);
    await application.end();
  });

  describe.skipIf(!mariadb)('from MariaDB', () => {
    let source: Database;
    beforeEach(async () => { source = await openDatabase(mariadb!); });

    test('a table that vanishes, and one without a key that is empty', async () => {
      await source.run('CREATE TABLE empty (a int, b text)', 'CREATE TABLE t (id int PRIMARY KEY, note text)', `INSERT INTO t VALUES (1, '${canary}')`);
      expect(await sluice(['copy', source.url, target.url], {cwd: folder().path})).toMatchObject({code: 0});
      expect(await target.rows('SELECT (SELECT count(*) FROM empty), (SELECT count(*) FROM t)')).toEqual([['0', '1']]);
      const ended = await sluice(['copy', source.url, target.url, '--tables', 'gone', '--json'], {cwd: folder().path});
      expect(ended).toMatchObject({code: 2, stderr: expect.stringContaining('there is no table or view gone') as string});
      await source.drop();
    });
  });
});
