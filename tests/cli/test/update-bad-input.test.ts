import {readFileSync, writeFileSync} from 'node:fs';
import {startPrivateServer, until} from '@sluice/testkit';
import {afterAll, beforeAll, beforeEach, describe, expect, test} from 'vitest';
import {mariadb, openDatabase, type Database} from './support/database.ts';
import {folders, type Folder} from './support/folder.ts';
import {mysqlToSqlite, start, type Ended} from './support/program.ts';
import {proxied} from './support/proxied.ts';
import {documentOf, reportOf} from './support/report.ts';
import {makeSqlite, rowsOf} from './support/sqlite-file.ts';

const folder = folders();
const canary = 'K3y-of-Brandywick-C11';

describe.skipIf(!mariadb)('an update that meets what is wrong', () => {
  let source: Database;
  let place: Folder;
  beforeAll(async () => { source = await openDatabase(mariadb!); });
  afterAll(async () => { await source.drop(); });
  beforeEach(async () => {
    for (const table of await source.tables()) await source.run(`DROP TABLE ${table}`);
    await source.run('CREATE TABLE a_first (id int PRIMARY KEY AUTO_INCREMENT, x varchar(250))', `INSERT INTO a_first (x) VALUES ('${canary}')`);
    for (let i = 0; i < 13; i++) await source.run("INSERT INTO a_first (x) SELECT REPEAT('x', 200) FROM a_first");
    await source.run('CREATE TABLE z_last (code varchar(60) PRIMARY KEY, x int)', `INSERT INTO z_last VALUES ('${canary}', 1)`);
    place = folder();
    place.write('policy.yaml', 'version: 1\ntables: {"*": {columns: {"*": keep}}}\n');
  });

  const words = (command: string, url = source.url, ...more: string[]) => [command, '--source', url, '--target', 'live.db', '--policy', 'policy.yaml', '--study', 'none', ...more];
  const program = (command: string, url = source.url, ...more: string[]) => mysqlToSqlite(words(command, url, ...more), {cwd: place.path});
  const good = async (command: string, url = source.url, ...more: string[]) => {
    const ended = await program(command, url, ...more);
    expect(ended, ended.stderr).toMatchObject({code: 0});
    return ended;
  };
  /** One sentence with what to do, no value, no trace of the inside. */
  const expectSentence = ({code, stderr, stdout}: Ended, says: RegExp, ...wanted: readonly number[]) => {
    expect(stderr).toMatch(says);
    expect(code).toBeOneOf([...wanted]);
    expect(stderr.match(/^error: .+/gm), stderr).toHaveLength(1);
    expect(stderr).not.toMatch(/internal error|^\s+at /m);
    expect(stdout + stderr).not.toContain(canary);
  };
  const refuses = async (says: RegExp, codes: number | readonly number[], command = 'update', url = source.url) => {
    const before = readFileSync(place.at('live.db'));
    const databases = () => place.list().filter(name => !/report|receipt/.test(name));
    const listed = databases();
    expectSentence(await program(command, url), says, ...[codes].flat());
    expect(readFileSync(place.at('live.db')).equals(before)).toBe(true);
    expect(databases()).toEqual(listed);
  };

  test('a state of another study: same target, another source', async () => {
    await good('bulk');
    await using other = await openDatabase(mariadb!);
    await other.run('CREATE TABLE a_first (id int PRIMARY KEY, x varchar(250))', 'CREATE TABLE z_last (code varchar(60) PRIMARY KEY, x int)', "INSERT INTO z_last VALUES ('other', 2)");
    await refuses(/was made from another source .*; .*bulk/, 2, 'update', other.url);
    await refuses(/was made from another source .*; .*bulk/, 2, 'changed', other.url);
    await good('update');
    // A rebuild is meant.
    await good('bulk', other.url);
    expect(rowsOf(place.at('live.db'), 'SELECT code FROM z_last')).toEqual([['other']]);
    await refuses(/was made from another source/, 2);
  });

  test('a damaged state file: an update refuses, a bulk run needs none', async () => {
    await good('bulk');
    const state = place.at('.sluice/state.db');
    for (const damage of [Buffer.from('this is no state file\n'.repeat(400)), readFileSync(state).subarray(0, 5000), Buffer.concat([readFileSync(state).subarray(0, 100), Buffer.alloc(readFileSync(state).length - 100, 7)])]) {
      writeFileSync(state, damage);
      // Which of the two it is depends on how much of it can be read.
      await refuses(/state\.db.*; |state of the last run.*; /, [1, 2]);
    }
    const bulk = await good('bulk');
    expect(bulk.stderr).toMatch(/state\.db.*next update will have to copy everything/);
  });

  test.for([
    ['of an older format', `replace(head, 'sluice.base/1', 'sluice.base/0')`, /format sluice\.base\/0/],
    ['cut in the middle', 'substr(head, 1, length(head) / 2)', /state of the last run is damaged/],
    ['that is another document', `'{"format":"sluice.base/1"}'`, /state of the last run is damaged/],
    ['that is nothing', `'null'`, /state of the last run is damaged/],
  ] as const)('a state %s', async ([, sql, says]) => {
    await good('bulk');
    makeSqlite(place.at('.sluice/state.db'), `UPDATE base SET head = ${sql}`);
    await refuses(says, 2);
    const bulk = await good('bulk');
    expect(bulk.stderr).toMatch(says);
    expect(reportOf(await good('update', source.url, '--json')).refresh?.kind).toBe('none');
  });

  test('a state whose tables are damaged', async () => {
    await good('bulk');
    makeSqlite(place.at('.sluice/state.db'), "UPDATE base_table SET content = substr(content, 1, 100) WHERE name = 'z_last'");
    await refuses(/state of the last run is damaged; /, 2);
  });

  test('a state file of a later version', async () => {
    await good('bulk');
    makeSqlite(place.at('.sluice/state.db'), 'PRAGMA user_version = 999');
    await refuses(/state\.db.*(newer|later|version).*; /, [1, 2]);
  });

  test('a target that is not ours', async () => {
    await good('bulk');
    place.write('live.db', 'somebody else\'s notes\n'.repeat(100));
    await refuses(/live\.db is not a SQLite database.*; /, 1);
    // A database of somebody else is no drift to be mended in silence: it is told, and kept.
    makeSqlite(place.at('stranger.db'), 'CREATE TABLE recipes (name)', "INSERT INTO recipes VALUES ('soup')");
    writeFileSync(place.at('live.db'), readFileSync(place.at('stranger.db')));
    const ended = await good('update');
    expect(ended.stdout + ended.stderr).toMatch(/table recipes was added to the file/);
    const [archive] = place.list().filter(name => /^live_.*\.db$/.test(name));
    expect(rowsOf(place.at(archive!), 'SELECT * FROM recipes')).toEqual([['soup']]);
  });

  test('a clock that jumped back: it says so, and goes on', async () => {
    await good('bulk');
    makeSqlite(place.at('.sluice/state.db'), `UPDATE base SET head = replace(head, '"startedAt":"20', '"startedAt":"29')`);
    await source.run('UPDATE z_last SET x = 2');
    const ended = await good('update');
    expect(ended.stdout + ended.stderr).toMatch(/the clock of this machine jumped back/);
    expect(rowsOf(place.at('live.db'), 'SELECT x FROM z_last')).toEqual([[2n]]);
    const calm = await good('update');
    expect(calm.stdout + calm.stderr).not.toMatch(/clock/);
  });

  test('two updates at once: the second names who holds the target, the first is not disturbed', async () => {
    await good('bulk');
    await source.run("UPDATE a_first SET x = 'changed'");
    await using way = await proxied(source);
    way.proxy.throttle(40_000);
    const first = start('mysql-to-sqlite', words('update', way.url()), {cwd: place.path});
    await until('the first is under way', () => way.proxy.bytesToClient > 20_000, 60_000);
    // Held where it is, however long the others take.
    first.kill('SIGSTOP');
    for (const command of ['update', 'bulk', 'tables']) {
      const second = await mysqlToSqlite(words(command, source.url).flatMap((word, i) => (i === 0 && command === 'tables' ? [word, 'z_last'] : [word])), {cwd: place.path});
      expectSentence(second, new RegExp(`live\\.db.*(process|pid) ?${first.pid}`, 's'), 1);
    }
    // Looking is allowed, and takes nothing away from who runs.
    expect((await program('changed')).code).toBe(0);
    first.kill('SIGCONT');
    way.proxy.resume();
    expect(await first.ended).toMatchObject({code: 0});
    expect(reportOf(await good('update', source.url, '--json')).refresh?.kind).toBe('none');
  });

  test('a source whose table vanishes in mid-run', async () => {
    await good('bulk');
    await source.run("UPDATE a_first SET x = REPEAT('y', 200)", 'UPDATE z_last SET x = 3');
    await using way = await proxied(source);
    way.proxy.throttle(60_000);
    const running = start('mysql-to-sqlite', words('update', way.url()), {cwd: place.path});
    await until('the first table is read', () => way.proxy.bytesToClient > 60_000, 60_000);
    await source.run('DROP TABLE z_last');
    way.proxy.resume();
    const ended = await running.ended;
    expectSentence(ended, /table z_last: the table does not exist.*; .*run again/, 1);
    expect(rowsOf(place.at('live.db'), 'SELECT x FROM z_last')).toEqual([[1n]]);
    const next = reportOf(await good('update', source.url, '--json'));
    expect(next.refresh).toMatchObject({kind: 'full', reasons: ['no table stays as the last run left it'], tables: {removed: 1}});
    expect(rowsOf(place.at('live.db'), "SELECT count(*) FROM sqlite_schema WHERE name = 'z_last'")).toEqual([[0n]]);
  });

  test('a source with another collation than last time', async () => {
    await good('bulk');
    await source.run(`ALTER DATABASE ${source.name} COLLATE utf8mb4_bin`);
    const ended = await good('update');
    expect(ended.stdout + ended.stderr).toMatch(/collation.* of the source was utf8mb4_\w+ at the last run and is utf8mb4_bin now/);
    await source.run(`ALTER DATABASE ${source.name} COLLATE utf8mb4_general_ci`);
  });
});

describe.skipIf(!mariadb)('a source on another time zone than last time', () => {
  test('is told, and moments are the same moments', {timeout: 180_000}, async context => {
    const server = await startPrivateServer('mariadb').catch(() => null);
    if (server === null) return context.skip('no server of one\'s own can be started here');
    await using _server = server;
    await using source = await openDatabase(server);
    await source.run('CREATE TABLE t (id int PRIMARY KEY, at timestamp NOT NULL, day datetime)', "INSERT INTO t VALUES (1, '2024-03-31 02:30:00', '2024-03-31 02:30:00')");
    const place = folder();
    place.write('policy.yaml', 'version: 1\ntables: {"*": {columns: {"*": keep}}}\n');
    const program = (...more: string[]) => mysqlToSqlite([...more, '--source', source.url, '--target', 'live.db', '--policy', 'policy.yaml', '--study', 'none'], {cwd: place.path});
    expect(await program('bulk')).toMatchObject({code: 0});
    const before = rowsOf(place.at('live.db'), 'SELECT * FROM t');
    await source.run("SET GLOBAL time_zone = '+05:30'");
    const ended = await program('update', '--json');
    expect(ended.code).toBe(0);
    expect((documentOf(ended) as {warnings?: string[]}).warnings?.join('\n')).toMatch(/time zone of the source was \S+ at the last run and is \+05:30 now; every value was compared again/);
    expect(reportOf(ended).refresh?.kind).toBe('none');
    expect(rowsOf(place.at('live.db'), 'SELECT * FROM t')).toEqual(before);
  });
});
