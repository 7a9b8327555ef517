import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {until} from '@sluice/testkit';
import {openDatabase, servers, type Database} from './support/database.ts';
import {folders, type Folder} from './support/folder.ts';
import {expectClean, expectIntact, fill, rows, withLiveFile} from './support/interrupted-copy.ts';
import {sluice, start} from './support/program.ts';
import {proxied, type Proxied} from './support/proxied.ts';
import {makeSqlite} from './support/sqlite-file.ts';

const folder = folders();

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
      const place = withLiveFile(folder());
      const running = await inTheMiddle(place);
      way.proxy.cut();
      way.proxy.resume();
      expectIntact(place, await running.ended, /error: .*a_large.*connection.*; /);
      await expectClean(place, source.url);
    });

    test('goes silent: noticed after the timeout of the URL', async () => {
      const place = withLiveFile(folder());
      const running = await inTheMiddle(place, '?timeout=2');
      way.proxy.goSilent();
      const ended = await running.ended;
      way.proxy.resume();
      expectIntact(place, ended, /nothing was heard for 2 s, the connection is cut; check the network/);
      await expectClean(place, source.url);
    });

    test('is killed by an administrator', async () => {
      const place = withLiveFile(folder());
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
}
