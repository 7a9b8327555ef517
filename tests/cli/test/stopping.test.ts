import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {until} from '@sluice/testkit';
import {mariadb, openDatabase, type Database} from './support/database.ts';
import {folders, type Folder} from './support/folder.ts';
import {sluice, start} from './support/program.ts';
import {proxied, type Proxied} from './support/proxied.ts';
import {documentOf, reportOf} from './support/report.ts';
import {integrity, makeSqlite, rowsOf} from './support/sqlite-file.ts';

const folder = folders();

describe.skipIf(!mariadb)('a run that is stopped', () => {
  let source: Database;
  let way: Proxied;
  beforeAll(async () => {
    source = await openDatabase(mariadb!);
    await source.run('CREATE TABLE t (id int PRIMARY KEY AUTO_INCREMENT, filler varchar(250))', "INSERT INTO t (filler) VALUES (REPEAT('x', 250))");
    for (let i = 0; i < 13; i++) await source.run('INSERT INTO t (filler) SELECT filler FROM t');
    way = await proxied(source);
  });
  afterAll(async () => {
    await way[Symbol.asyncDispose]();
    await source.drop();
  });

  const office = (): Folder => {
    const place = folder();
    makeSqlite(place.at('live.db'), 'CREATE TABLE t (old)', "INSERT INTO t VALUES ('old')");
    return place;
  };
  const inTheMiddle = async (place: Folder, ...words: string[]) => {
    const before = way.proxy.bytesToClient;
    way.proxy.throttle(200_000);
    const running = start('sluice', ['copy', way.url(), 'sqlite:live.db', ...words], {cwd: place.path});
    await until('rows arrive', () => way.proxy.bytesToClient > before + 100_000, 60_000);
    return running;
  };
  const expectOld = (place: Folder) => expect(rowsOf(place.at('live.db'), 'SELECT * FROM t')).toEqual([['old']]);
  const expectNextIsClean = async (place: Folder) => {
    expect(await sluice(['copy', source.url, 'sqlite:live.db'], {cwd: place.path})).toMatchObject({code: 0});
    expect(place.list()).toEqual(['live.db', expect.stringMatching(/^live_\d{4}-.*\.db$/)]);
    expect(rowsOf(place.at('live.db'), 'SELECT count(*) FROM t')).toEqual([[8192n]]);
    expect(integrity(place.at('live.db'))).toBe('ok');
  };

  test.for(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('by %s rolls back, reports and ends with 130: the old file is live, nothing is left', async signal => {
    const place = office();
    const running = await inTheMiddle(place, '--json');
    running.kill(signal);
    const ended = await running.ended;
    way.proxy.resume();
    expect(ended.code).toBe(130);
    expect(ended.stderr).toContain('stopping; press Ctrl-C again to quit at once');
    expect(ended.stderr).not.toMatch(/internal error|^\s+at /m);
    const report = reportOf(ended);
    expect(report).toMatchObject({status: 'interrupted', published: false});
    expect(report.tables).toMatchObject([{name: 't', status: 'interrupted', verified: false}]);
    expect(place.list()).toEqual(['live.db']);
    expectOld(place);
    await expectNextIsClean(place);
  });

  test('twice by Ctrl-C quits at once; what it leaves the next run removes', async () => {
    const place = office();
    const running = await inTheMiddle(place, '--json');
    // Nobody answers any more: the first Ctrl-C waits for a goodbye.
    way.proxy.goSilent();
    running.kill('SIGINT');
    await until('it is stopping', () => running.talk().includes('stopping'), 30_000);
    const first = performance.now();
    // Both presses of one Ctrl-C under npx come within a moment; two presses do not.
    await until('a person could have pressed again', () => performance.now() - first > 300);
    running.kill('SIGINT');
    const ended = await running.ended;
    way.proxy.resume();
    expect(ended.code).toBe(130);
    expect(documentOf(ended)).toMatchObject({status: 'interrupted'});
    expectOld(place);
    await expectNextIsClean(place);
  });

  test('by SIGKILL leaves the old file as it was; the next run cleans up and works', async () => {
    const place = office();
    const running = await inTheMiddle(place);
    running.kill('SIGKILL');
    expect(await running.ended).toMatchObject({signal: 'SIGKILL'});
    way.proxy.resume();
    expectOld(place);
    await expectNextIsClean(place);
  });

  test('while it is being planned or while nothing answers ends just as well', async () => {
    const place = office();
    for (const words of [['copy', way.url(), 'sqlite:live.db'], ['plan', way.url(), 'sqlite:live.db'], ['check', way.url()]]) {
      const before = way.proxy.bytesToServer;
      way.proxy.goSilent();
      const connections = way.proxy.connections;
      const running = start('sluice', words, {cwd: place.path});
      await until('it calls the server', () => way.proxy.connections > connections || way.proxy.bytesToServer > before, 60_000);
      running.kill('SIGINT');
      const ended = await running.ended;
      way.proxy.resume();
      expect(ended.code, words[0]).toBe(130);
      expect(ended.stderr).not.toMatch(/internal error|^\s+at /m);
    }
    expect(place.list()).toEqual(['live.db']);
    expectOld(place);
  });
});
