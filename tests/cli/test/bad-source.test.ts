import {once} from 'node:events';
import {createServer, type AddressInfo} from 'node:net';
import {readFileSync, truncateSync} from 'node:fs';
import {describe, expect, test} from 'vitest';
import {makeAccount} from './support/account.ts';
import {mariadb, openDatabase, servers} from './support/database.ts';
import {folders, type Folder} from './support/folder.ts';
import {sluice} from './support/program.ts';
import {documentOf} from './support/report.ts';
import {makeSqlite, rowsOf} from './support/sqlite-file.ts';

const folder = folders();

/** A folder with a live file; a copy into it that fails with one sentence, and leaves everything as it was. */
async function refuses(url: string, says: RegExp, {place = folder(), code = 1, words = [] as readonly string[]} = {}): Promise<Folder> {
  makeSqlite(place.at('live.db'), 'CREATE TABLE IF NOT EXISTS old (x)', "INSERT INTO old VALUES ('old')");
  const before = {files: place.list(), live: readFileSync(place.at('live.db'))};
  const ended = await sluice(['copy', url, 'sqlite:live.db', ...words], {cwd: place.path});
  expect(ended.stderr).toMatch(says);
  expect(ended.code).toBe(code);
  const talk = ended.stderr.split('\n').filter(line => line !== '' && !line.startsWith('warning: a password on the command line'));
  expect(talk, 'one sentence').toHaveLength(1);
  expect(talk[0]).toMatch(/^error: .+; .+/);
  expect(ended.stderr).not.toMatch(/internal error|^\s+at /m);
  expect(place.list()).toEqual(before.files);
  expect(readFileSync(place.at('live.db')).equals(before.live)).toBe(true);
  return place;
}

describe('a source that cannot be read', () => {
  test('nothing listens there', () => refuses('mysql://u@127.0.0.1:1/db', /127\.0\.0\.1:1\/db: nothing listens there; check host and port/));
  test('the host is unknown', () => refuses('mysql://u@no-such-host.invalid/db', /no-such-host\.invalid.*(host name|looked up).*check/));
  test('there is no such socket', () => refuses('mysql://u@localhost/db?socket=/no/such.sock', /\/no\/such\.sock.*no such socket; check/));

  test('something else answers there', async () => {
    const other = createServer(socket => socket.end('HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n')).listen(0, '127.0.0.1');
    await once(other, 'listening');
    try {
      await refuses(`mysql://u@127.0.0.1:${(other.address() as AddressInfo).port}/db`, /not the MySQL protocol|closed the connection|connection was reset/);
    } finally {
      other.close();
    }
  });

  test('something takes the call and says nothing', async () => {
    const silent = createServer(() => {}).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    try {
      await refuses(`mysql://u@127.0.0.1:${(silent.address() as AddressInfo).port}/db`, /does not answer; check host, port and firewall/);
    } finally {
      silent.close();
    }
  }, 60_000);

  test('a file is no database, is damaged, or is not there', async () => {
    const place = folder();
    place.write('text.db', 'this is a text of some length, and no database at all\n'.repeat(100));
    await refuses('sqlite:text.db', /text\.db is not a SQLite database.*; name another/, {place});
    makeSqlite(place.at('cut.db'), 'CREATE TABLE t (id INTEGER PRIMARY KEY, x TEXT)', "INSERT INTO t WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 5000) SELECT n, 'filler filler filler' FROM c");
    truncateSync(place.at('cut.db'), 4096 * 3);
    await refuses('sqlite:cut.db', /cut\.db is damaged.*; /, {place});
    await refuses('sqlite:none.db', /none\.db.*(cannot be opened|does not exist).*; /, {place});
    await refuses('csv:none/', /none.*; /, {place});
  });

  test('a CSV file has a row that is none', async () => {
    const place = folder();
    place.write('bad.csv', 'a,b\n1,2\n3,4,canary\n');
    await refuses('csv:bad.csv', /bad\.csv: data row 2: has 3 fields instead of 2.*; correct that row/, {place});
    place.write('open.csv', 'a,b\n1,"canary\n');
    await refuses('csv:open.csv', /open\.csv: .*; /, {place});
  });

  for (const server of servers) {
    describe(server.kind, () => {
      test('refuses the user, or the database is not there', async () => {
        await using source = await openDatabase(server);
        const url = new URL(source.url);
        await refuses(`mysql://nobody-here:wrong@${url.host}/${source.name}`, /refuses this user and password.*; check/);
        url.pathname = '/no_such_database';
        await refuses(url.href, /no_such_database: there is no such database.*; name an existing/);
      });

      test('check tells all that is wrong at once', async () => {
        await using source = await openDatabase(server);
        await source.run('CREATE TABLE one (id int)', 'CREATE TABLE two (id int)', 'CREATE TABLE three (id int)');
        await using account = await makeAccount(source, ['SELECT ON DB.one', 'INSERT ON DB.two', 'INSERT ON DB.three']);
        const place = folder();
        for (const [as, expected] of [['source', [/two/, /three/]], ['destination', [/create|make tables/i, /drop|insert|temporary/i]]] as const) {
          const checked = await sluice(['check', account.url(), '--as', as, '--json'], {cwd: place.path});
          expect(checked.code).toBe(1);
          const problems = (documentOf(checked)['problems'] as {message: string; path?: string}[]).map(({message, path}) => `${path} ${message}`);
          for (const one of expected) expect(problems.some(problem => one.test(problem)), `${as}: ${String(one)} in ${problems.join(' | ')}`).toBe(true);
          const text = (await sluice(['check', account.url(), '--as', as], {cwd: place.path})).stdout;
          expect(text).toContain(`${problems.length} problem`);
        }
        expect(await source.tables(), 'a check leaves nothing').toEqual(['one', 'three', 'two']);
        for (const as of ['source', 'destination']) expect(await sluice(['check', source.url, '--as', as], {cwd: place.path})).toMatchObject({code: 0});
        expect(await source.tables()).toEqual(['one', 'three', 'two']);
      });
    });
  }

  test.skipIf(!mariadb)('a destination whose user may only read is refused, and nothing is left there', async () => {
    await using target = await openDatabase(mariadb!);
    await target.run('CREATE TABLE t (old int)', 'INSERT INTO t VALUES (1)');
    await using account = await makeAccount(target, ['SELECT ON DB.*']);
    const place = folder();
    makeSqlite(place.at('in.db'), 'CREATE TABLE t (id INTEGER PRIMARY KEY)');
    const ended = await sluice(['copy', 'sqlite:in.db', account.url()], {cwd: place.path});
    expect(ended).toMatchObject({code: 1, stderr: expect.stringMatching(/error: .*may not.*; grant/) as string});
    expect(await target.tables()).toEqual(['t']);
    expect(rowsOf(place.at('in.db'), 'SELECT count(*) FROM t')).toEqual([[0n]]);
  });
});
