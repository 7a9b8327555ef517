import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {startPrivateServer, until} from '@sluice/testkit';
import {contents, openDatabase, servers, type Database} from './support/database.ts';
import {folders, type Folder} from './support/folder.ts';
import {sluice, start, type Ended} from './support/program.ts';
import {proxied, type Proxied} from './support/proxied.ts';
import {reportOf} from './support/report.ts';
import {integrity, makeSqlite, rowsOf} from './support/sqlite-file.ts';

const folder = folders();
const rows = 16_384;

/** 4 MB in one table; another after it. */
const fill = async (database: Database) => {
  await database.run('CREATE TABLE a_large (id int PRIMARY KEY AUTO_INCREMENT, filler varchar(250))', "INSERT INTO a_large (filler) VALUES (REPEAT('x', 250))", 'CREATE TABLE b_small (id int)', 'INSERT INTO b_small VALUES (1)');
  for (let i = 0; i < 14; i++) await database.run('INSERT INTO a_large (filler) SELECT filler FROM a_large');
};

/** A live file of an earlier day. */
function office(): Folder {
  const place = folder();
  makeSqlite(place.at('live.db'), 'CREATE TABLE a_large (old)', "INSERT INTO a_large VALUES ('old')");
  return place;
}

function expectIntact(place: Folder, ended: Ended, says: RegExp): void {
  expect(ended.stderr).toMatch(says);
  expect(ended.code).toBe(1);
  expect(ended.stderr.match(/^error: .+; .+$/gm)).toHaveLength(1);
  expect(ended.stderr).not.toMatch(/internal error|^\s+at /m);
  expect(reportOf(ended)).toMatchObject({status: 'failed', published: false, error: {code: 'SLUICE_CONNECT'}});
  expect(place.list()).toEqual(['live.db']);
  expect(rowsOf(place.at('live.db'), 'SELECT * FROM a_large')).toEqual([['old']]);
}

/** The next run over the same target works, and leaves the new file, the archived one and nothing else. */
async function expectClean(place: Folder, url: string): Promise<void> {
  expect(await sluice(['copy', url, 'sqlite:live.db'], {cwd: place.path})).toMatchObject({code: 0});
  expect(place.list()).toEqual(['live.db', expect.stringMatching(/^live_\d{4}-.*\.db$/)]);
  expect(integrity(place.at('live.db'))).toBe('ok');
  expect(rowsOf(place.at('live.db'), 'SELECT count(*) FROM a_large')).toEqual([[BigInt(rows)]]);
}

for (const server of servers) {
  describe(`a connection to ${server.kind} that breaks while a table is read`, () => {
    let source: Database;
    let way: Proxied;
    beforeAll(async () => {
      source = await openDatabase(server);
      await fill(source);
      way = await proxied(source);
    });
    afterAll(async () => {
      await way[Symbol.asyncDispose]();
      await source.drop();
    });

    /** Starts a copy through the proxy and resolves in the middle of the large table. */
    const inTheMiddle = async (place: Folder, query = '') => {
      const before = way.proxy.bytesToClient;
      way.proxy.throttle(300_000);
      const running = start('sluice', ['copy', way.url(query), 'sqlite:live.db', '--json'], {cwd: place.path});
      await until('rows arrive', () => way.proxy.bytesToClient > before + 200_000, 60_000);
      return running;
    };

    test('is cut: the run ends with one sentence, the old file stays, the next run works', async () => {
      const place = office();
      const running = await inTheMiddle(place);
      way.proxy.cut();
      way.proxy.resume();
      expectIntact(place, await running.ended, /error: .*a_large.*connection.*; /);
      await expectClean(place, source.url);
    });

    test('goes silent: noticed after the timeout of the URL', async () => {
      const place = office();
      const running = await inTheMiddle(place, '?timeout=2');
      way.proxy.goSilent();
      const ended = await running.ended;
      way.proxy.resume();
      expectIntact(place, ended, /nothing was heard for 2 s, the connection is cut; check the network/);
      await expectClean(place, source.url);
    });

    test('is killed by an administrator', async () => {
      const place = office();
      const running = await inTheMiddle(place);
      // What the server had sent already still arrives: then it is the next table that is missed.
      for (const [thread] of await source.rows(`SELECT ID FROM information_schema.PROCESSLIST WHERE DB = '${source.name}' AND ID <> CONNECTION_ID()`)) await source.run(`KILL ${thread}`);
      way.proxy.resume();
      expectIntact(place, await running.ended, /error: .*(a_large|b_small|server).*(killed|closed|gone|reset|broke).*; /);
      await expectClean(place, source.url);
    });
  });

  describe(`a connection to ${server.kind} that breaks while a table is written`, () => {
    test.for(['cut', 'goSilent'] as const)('%s: the tables there stay as they were, and the next run leaves nothing of its own', {timeout: 120_000}, async how => {
      const place = folder();
      await using target = await openDatabase(server);
      await target.run('CREATE TABLE a_large (old int)', 'INSERT INTO a_large VALUES (7)', 'CREATE TABLE mine (x int)');
      makeSqlite(place.at('in.db'), 'CREATE TABLE a_large (id INTEGER PRIMARY KEY, filler TEXT)',
        `INSERT INTO a_large WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < ${rows}) SELECT n, '${'x'.repeat(1000)}' FROM c`);
      await using through = await proxied(target);
      const running = start('sluice', ['copy', 'sqlite:in.db', through.url('?timeout=2')], {cwd: place.path});
      await until('rows are sent', () => through.proxy.bytesToServer > 200_000, 60_000);
      through.proxy[how]();
      const ended = await running.ended;
      through.proxy.resume();
      expect(ended.code).toBe(1);
      expect(ended.stderr).toMatch(/^error: .+; .+$/m);
      expect(ended.stderr).not.toMatch(/internal error|^\s+at /m);
      expect(await target.rows('SELECT * FROM a_large')).toEqual([['7']]);
      await until('the next run works', async () => {
        const next = await sluice(['copy', 'sqlite:in.db', target.url], {cwd: place.path});
        // The server may not have noticed that nobody is there any more: then the message says what to do.
        const holder = /another run is loading table a_large.*run KILL (\d+) there/.exec(next.stderr)?.[1];
        if (holder !== undefined) await target.run(`KILL ${holder}`);
        return next.code === 0;
      }, 60_000);
      expect(await target.tables()).toEqual(['a_large', 'mine']);
      expect(await target.rows('SELECT count(*), sum(length(filler)) FROM a_large')).toEqual([[String(rows), String(rows * 1000)]]);
    });
  });

  test(`${server.kind} is killed in the middle of a table: the run says so, and works again once the server is back`, async () => {
    const alone = await startPrivateServer(server.kind);
    if (alone === null) return expect(process.env['CI'], 'a server program').not.toBe('true');
    await using _ = alone;
    const source = await openDatabase(alone);
    await fill(source);
    const expected = (await contents(source, 'b_small')).rows;
    const place = office();
    await using way = await proxied(source);
    way.proxy.throttle(300_000);
    const running = start('sluice', ['copy', way.url(), 'sqlite:live.db', '--json'], {cwd: place.path});
    await until('rows arrive', () => way.proxy.bytesToClient > 200_000, 60_000);
    await alone.kill();
    way.proxy.resume();
    expectIntact(place, await running.ended, /error: .*(a_large|server).*; /);
    expect(await sluice(['copy', source.url, 'sqlite:live.db'], {cwd: place.path})).toMatchObject({code: 1, stderr: expect.stringMatching(/nothing listens there; check/) as string});
    await alone.start();
    await expectClean(place, source.url);
    expect(rowsOf(place.at('live.db'), 'SELECT id FROM b_small').map(String)).toEqual(expected);
  }, 120_000);
}
