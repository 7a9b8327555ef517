import {readdirSync} from 'node:fs';
import {until} from '@sluice/testkit';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {openDatabase, mariadb, type Database} from './support/database.ts';
import {folders, type Folder} from './support/folder.ts';
import {mysqlToSqlite, start, type Ended} from './support/program.ts';
import {proxied} from './support/proxied.ts';
import {placesOf} from './support/search.ts';

const folder = folders();

/** Keys are read to page by, though they are dropped; values of other dropped columns must not even be read. */
const key = 'K3y-of-Vandermoss-C12';
const dropped = 'mother said C13 is adopted';
const blanked = 'Dr. Quillabeth-C14';
const rows = 30_000;

describe.skipIf(!mariadb)('what is planted in keys and dropped columns', () => {
  let source: Database;
  beforeAll(async () => {
    source = await openDatabase(mariadb!);
    await source.run('CREATE TABLE visits (code varchar(60) PRIMARY KEY, note varchar(60), staff varchar(60), x int, filler varchar(100))',
      `INSERT INTO visits WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 900) SELECT CONCAT('${key} ', LPAD(i, 6, '0')), '${dropped}', '${blanked}', i, REPEAT('f', 100) FROM c`);
    for (let i = 900; i < rows; i *= 2) await source.run(`INSERT INTO visits SELECT CONCAT('${key} ', LPAD(RIGHT(code, 6) + ${i}, 6, '0')), note, staff, x, filler FROM visits`);
  });
  afterAll(async () => { await source.drop(); });

  const policy = (columns: string) => `version: 1\ntables: {visits: {columns: {${columns}}}}\n`;
  const strict = policy('code: drop, note: drop, staff: blank, x: keep, filler: keep');
  const own = (place: Folder) => ({cwd: place.path, env: {TMPDIR: place.path, SQLITE_TMPDIR: place.path}});
  const words = (command: string, ...more: string[]) => [command, '--source', source.url, '--target', 'collab.db', '--policy', 'policy.yaml', '--study', 'none', '--verbose', ...more];
  /** What remembers runs may hold keys: nothing else may, and nothing at all may hold other values. */
  const expectHidden = (place: Folder, runs: readonly Ended[]) => {
    expect(placesOf([dropped, blanked], place.path, runs)).toEqual([]);
    expect(placesOf([key], place.path, runs).filter(found => !/ in \.sluice\/(state\.db(-wal)?|progress\/\w+\.jsonl)$/.test(found))).toEqual([]);
  };

  test('is nowhere but in what remembers runs, and there only keys: after bulk, update, changed, tables, with and without --json', async () => {
    const place = folder();
    place.write('policy.yaml', strict);
    const runs: Ended[] = [];
    for (const command of [words('bulk'), words('changed'), words('update')]) runs.push(await mysqlToSqlite(command, own(place)));
    await source.run(`UPDATE visits SET x = x + 1 WHERE code = '${key} 000700'`, `DELETE FROM visits WHERE code = '${key} 000900'`);
    for (const command of [words('changed', '--json'), words('update', '--dry-run'), words('update', '--json'), words('-t', '--json').flatMap((word, i) => (i === 0 ? [word, 'visits'] : [word]))]) runs.push(await mysqlToSqlite(command, own(place)));
    expect(runs.map(({code}) => code)).toEqual(runs.map(() => 0));
    expect(placesOf([key], place.path, []).length, 'the state holds keys').toBeGreaterThan(0);
    expectHidden(place, runs);
  });

  test('is nowhere in the new file once a new rule takes it away, free pages included', async () => {
    const place = folder();
    place.write('policy.yaml', policy('code: keep, note: keep, staff: keep, x: keep, filler: keep'));
    expect(await mysqlToSqlite(words('bulk', '--archive', '.'), own(place))).toMatchObject({code: 0});
    expect(placesOf([dropped, blanked, key], place.path).filter(found => found.endsWith('collab.db'))).toHaveLength(3);
    place.write('policy.yaml', strict);
    expect(await mysqlToSqlite(words('update'), own(place))).toMatchObject({code: 0});
    // The archive is the file as it was; nothing else holds a value.
    expect(placesOf([dropped, blanked], place.path).filter(found => !/ in collab_[\d_.-]+\.db$/.test(found))).toEqual([]);
    expect(placesOf([key], place.path).filter(found => found.endsWith('in collab.db'))).toEqual([]);
  });

  test.for(['bulk', 'update'])('is nowhere when %s is killed in the middle', {timeout: 180_000}, async command => {
    const place = folder();
    place.write('policy.yaml', strict);
    if (command === 'update') {
      expect(await mysqlToSqlite(words('bulk'), own(place))).toMatchObject({code: 0});
      await source.run('UPDATE visits SET x = x + 1');
    }
    await using way = await proxied(source);
    way.proxy.throttle(400_000);
    const running = start('mysql-to-sqlite', words(command).map(word => (word === source.url ? way.url() : word)), own(place));
    await until('rows arrive', () => readdirSync(place.path).some(name => name.endsWith('.part')) && way.proxy.bytesToClient > 500_000, 120_000);
    running.kill('SIGKILL');
    const ended = await running.ended;
    way.proxy.resume();
    expect(ended.signal).toBe('SIGKILL');
    expectHidden(place, [ended]);
    const next = await mysqlToSqlite(words(command), own(place));
    expect(next.code).toBe(0);
    expectHidden(place, [ended, next]);
  });

  test('is in no message when something is wrong', async () => {
    const place = folder();
    place.write('policy.yaml', policy('code: drop, note: drop, staff: blank, x: keep'));
    const undecided = await mysqlToSqlite(words('update'), own(place));
    expect(undecided.code).toBe(2);
    place.write('policy.yaml', strict);
    expect(await mysqlToSqlite(words('update'), own(place))).toMatchObject({code: 0});
    place.write('collab.db', 'no database');
    const broken = await mysqlToSqlite(words('update', '--json'), own(place));
    expect(broken.code).toBe(1);
    expectHidden(place, [undecided, broken]);
  });
});
