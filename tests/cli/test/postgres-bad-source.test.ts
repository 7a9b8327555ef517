import {until} from '@sluice/testkit';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {mariadb, openDatabase, type Database} from './support/database.ts';
import {folders} from './support/folder.ts';
import {openPostgres, plainSession, postgres, type PostgresDatabase} from './support/postgres.ts';
import {sluice, start, type Ended} from './support/program.ts';
import {proxied} from './support/proxied.ts';
import {canary, expectRefused} from './support/refused-copy.ts';
import {documentOf, reportOf} from './support/report.ts';
import {rowsOf} from './support/sqlite-file.ts';

const folder = folders();

describe.skipIf(!postgres || !mariadb)('from PostgreSQL, what goes wrong', () => {
  let source: PostgresDatabase;
  let target: Database;
  beforeAll(async () => {
    source = await openPostgres(postgres!);
    target = await openDatabase(mariadb!);
    await target.run('CREATE TABLE t (old int)', 'INSERT INTO t VALUES (7)');
    await source.run('CREATE TABLE t (id int PRIMARY KEY, note text)', `INSERT INTO t VALUES (1, '${canary}')`);
  });
  afterAll(async () => {
    await source.drop();
    await target.drop();
  });

  const copy = (url: string, ...words: string[]) => sluice(['copy', url, target.url, '--json', ...words], {cwd: folder().path});
  /** The copy is refused, and what is live at the destination is what was. */
  const refused = async (ended: Ended | Promise<Ended>, ...expected: [says: RegExp, code: string, table?: string]) => {
    expectRefused(await ended, ...expected);
    expect(await target.tables()).toEqual(['t']);
    expect(await target.rows('SELECT * FROM t')).toEqual([['7']]);
  };
  const changed = (change: (url: URL) => void, of = source.url) => {
    const url = new URL(of);
    change(url);
    return url.href;
  };

  test.each<[string, (url: URL) => void, RegExp, string]>([
    ['nothing listens there', url => { url.port = '1'; }, /127\.0\.0\.1:1.*nothing listens there; check host and port/, 'SLUICE_CONNECT'],
    ['the host is unknown', url => { url.hostname = 'no-such-host.invalid'; }, /no-such-host\.invalid.*(host name|looked up).*; check/, 'SLUICE_CONNECT'],
    ['there is no such socket', url => { url.hostname = 'localhost'; url.search = '?host=/nowhere'; }, /no such socket; check/, 'SLUICE_CONNECT'],
    ['the password is wrong', url => { url.password = 'wrong'; }, /refuses this user and password.*; check the user name/, 'SLUICE_AUTH'],
    ['the database is not there', url => { url.pathname = '/nowhere'; }, /nowhere: there is no such database.*; name an existing database/, 'SLUICE_CONNECT'],
    ['the schema is not there', url => { url.search = '?schema=nowhere'; }, /there is no schema nowhere; name an existing schema/, 'SLUICE_SCHEMA'],
  ])('%s', (_, change, says, code) => refused(copy(changed(change)), says, code));

  test('privileges: a copy names the first table that may not be read, check all of them', async () => {
    await source.run('CREATE TABLE secret (id int)', 'CREATE SCHEMA closed', 'CREATE TABLE closed.t (id int)');
    const reader = await source.account(['SELECT ON t']);
    await refused(copy(reader), /table secret: the user may not read it; GRANT SELECT ON "public"\."secret" TO "u\w+"/, 'SLUICE_AUTH', 'secret');
    await refused(copy(`${reader}?schema=closed`), /table t: the user may not read it; GRANT USAGE ON SCHEMA "closed"/, 'SLUICE_AUTH', 't');
    const checked = await sluice(['check', reader, '--json'], {cwd: folder().path});
    expect(checked.code).toBe(1);
    expect(documentOf(checked)['problems']).toMatchObject([{path: 'secret', message: expect.stringContaining('GRANT SELECT ON')}]);
    await source.run('DROP TABLE secret', 'DROP SCHEMA closed CASCADE');
  });

  test('row-level security that hides rows is refused with what to grant, never fewer rows', async () => {
    await source.run('CREATE TABLE hiding (id int PRIMARY KEY)', 'INSERT INTO hiding VALUES (1), (2)', 'ALTER TABLE hiding ENABLE ROW LEVEL SECURITY', 'CREATE POLICY few ON hiding USING (id = 1)');
    const reader = await source.account(['SELECT ON ALL TABLES IN SCHEMA public']);
    await refused(copy(reader), /row-level security hides rows of table hiding from this user.*; .*BYPASSRLS/, 'SLUICE_AUTH', 'hiding');
    const whole = await source.account(['SELECT ON ALL TABLES IN SCHEMA public'], 'BYPASSRLS');
    const place = folder();
    expect(await sluice(['copy', whole, 'sqlite:out.db', '--tables', 'hiding'], {cwd: place.path})).toMatchObject({code: 0});
    expect(rowsOf(place.at('out.db'), 'SELECT count(*) FROM hiding')).toEqual([[2n]]);
    await source.run('DROP TABLE hiding');
  });

  test('partitions and heirs: each row arrives once', async () => {
    await source.run(
      'CREATE TABLE parts (id int PRIMARY KEY) PARTITION BY RANGE (id)', 'CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM (0) TO (10)', 'CREATE TABLE parts_2 PARTITION OF parts DEFAULT',
      'INSERT INTO parts VALUES (1), (11)', 'CREATE TABLE base (id int PRIMARY KEY)', 'CREATE TABLE heir (more int) INHERITS (base)', 'INSERT INTO base VALUES (1), (2)', 'INSERT INTO heir VALUES (3, 4)');
    const place = folder();
    const ended = await sluice(['copy', source.url, 'sqlite:out.db', '--tables', 'parts*,base,heir', '--json'], {cwd: place.path});
    const report = reportOf(ended);
    expect(report.tables.map(({name, rowsWritten}) => [name, rowsWritten])).toEqual([['base', 2], ['heir', 1], ['parts', 2]]);
    expect(report.omissions.filter(({kind}) => kind === 'table')).toMatchObject([{name: 'base', reason: expect.stringContaining('own rows only')}, {name: 'heir'}, {name: 'parts', reason: expect.stringContaining('one table')}]);
    for (const [table, rows] of [['parts', [1n, 11n]], ['base', [1n, 2n]], ['heir', [3n]]] as const) expect(rowsOf(place.at('out.db'), `SELECT id FROM ${table} ORDER BY id`)).toEqual(rows.map(id => [id]));
    await source.run('DROP TABLE parts', 'DROP TABLE base CASCADE');
  });

  test('a foreign table is listed with the reason, and refused where it is asked for by name', async () => {
    await source.run('CREATE EXTENSION file_fdw', 'CREATE SERVER files FOREIGN DATA WRAPPER file_fdw', "CREATE FOREIGN TABLE far (x text) SERVER files OPTIONS (filename '/nowhere')");
    const place = folder();
    const report = reportOf(await sluice(['copy', source.url, 'sqlite:out.db', '--json'], {cwd: place.path}));
    expect(report.omissions).toContainEqual(expect.objectContaining({name: 'far', reason: expect.stringContaining('foreign table: read it where its rows are')}));
    const ended = await copy(source.url, '--tables', 'far,t');
    expect(ended.stderr).toMatch(/^error: 1 problem found before anything was read:\n {2}tables: far cannot be copied: it is a foreign table: read it where its rows are$/m);
    expect(ended.code).toBe(2);
    await source.run('DROP EXTENSION file_fdw CASCADE');
  });

  test.each([['LATIN1', 0], ['SQL_ASCII', 1]] as const)('a database in %s: text arrives as what it says, or is refused with its row', async (encoding, code) => {
    const name = `${source.name}_${encoding.toLowerCase()}`;
    await source.run(`CREATE DATABASE ${name} TEMPLATE template0 ENCODING '${encoding}' LOCALE 'C'`);
    const url = changed(each => { each.pathname = `/${name}`; });
    const old = await plainSession(url);
    await old.run('CREATE TABLE words (id int PRIMARY KEY, word text)', `INSERT INTO words VALUES (1, 'plain'), (2, '${canary}' || convert_from('\\xe9', '${encoding}'))`);
    await old.end();
    const place = folder();
    const ended = await sluice(['copy', url, 'sqlite:out.db', '--json'], {cwd: place.path});
    if (code === 0) expect(rowsOf(place.at('out.db'), 'SELECT word FROM words ORDER BY id')).toEqual([['plain'], [`${canary}é`]]);
    else expectRefused(ended, /row 2 of table words: a text is not valid in the encoding of the database.*; correct the text at the source/, 'SLUICE_VALUE', 'words');
    expect(ended.code).toBe(code);
    await source.run(`DROP DATABASE ${name} WITH (FORCE)`);
  });

  describe('while a large table is read', () => {
    let slow: PostgresDatabase;
    beforeAll(async () => {
      slow = await openPostgres(postgres!);
      // More than the sockets on the way hold (some 10 MB): the server is still sending when something happens.
      await slow.run("CREATE TABLE a_large (id int PRIMARY KEY, filler text)", "INSERT INTO a_large SELECT i, repeat('x', 250) FROM generate_series(1, 160000) i", 'CREATE TABLE t (id int PRIMARY KEY)', 'INSERT INTO t VALUES (1)');
    });
    afterAll(async () => { await slow.drop(); });

    /** Starts a copy through a proxy, does something in the middle of the large table, and lets the copy end. */
    const meanwhile = async (happens: (way: Awaited<ReturnType<typeof proxied>>) => Promise<void> | void) => {
      await using way = await proxied(slow);
      way.proxy.throttle(200_000);
      const running = start('sluice', ['copy', way.url(), target.url, '--json'], {cwd: folder().path});
      await until('rows arrive', () => way.proxy.bytesToClient > 150_000, 60_000);
      await happens(way);
      way.proxy.resume();
      return await running.ended;
    };

    test('the next table vanishes', async () => {
      await refused(await meanwhile(() => slow.run('DROP TABLE t')), /table t: the table does not exist.*; run again: it was dropped or renamed/, 'SLUICE_SCHEMA', 't');
      await slow.run('CREATE TABLE t (id int PRIMARY KEY)');
    });

    test('the connection is cut', async () => {
      await refused(await meanwhile(({proxy}) => proxy.cut()), /table a_large: the connection.*; /, 'SLUICE_CONNECT', 'a_large');
    });

    test('the statement is cancelled, or the session ended, by an administrator', async () => {
      for (const [how, says] of [['cancel', /a_large: the statement was cancelled at the server.*; /], ['terminate', /a_large: the connection (was ended at the server|is gone).*; /]] as const) {
        await refused(await meanwhile(async () => { await slow.rows(`SELECT pg_${how}_backend(pid) FROM pg_stat_activity WHERE datname = '${slow.name}' AND pid <> pg_backend_pid()`); }), says, 'SLUICE_CONNECT', 'a_large');
      }
    });
  });

  test('a limit on statements that the URL sets is told; one that is set for the user does not count', async () => {
    const reader = await source.account(['SELECT ON ALL TABLES IN SCHEMA public']);
    await source.run(`ALTER ROLE ${new URL(reader).username} SET statement_timeout = '150ms'`, 'BEGIN', 'LOCK TABLE t');
    try {
      await refused(copy(`${reader}?statementTimeout=0.3`), /public: the statement was cancelled.*SQLSTATE 57014.*; .*statementTimeout/, 'SLUICE_CONNECT');
      await refused(copy(`${reader}?lockTimeout=0.3`), /public: another transaction holds a lock on it.*; .*lockTimeout/, 'SLUICE_LOCKED');
    } finally {
      await source.run('ROLLBACK');
    }
    const place = folder();
    expect(await sluice(['copy', reader, 'sqlite:out.db'], {cwd: place.path})).toMatchObject({code: 0});
  });
});
