import {readdirSync, rmSync} from 'node:fs';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {until} from '@sluice/testkit';
import {mariadb, openDatabase, type Database} from './support/database.ts';
import {folders, type Folder} from './support/folder.ts';
import {mysqlToSqlite, sluice, start} from './support/program.ts';
import {proxied} from './support/proxied.ts';
import {placesOf} from './support/search.ts';
import {canaries, oldSettings, studyDatabase, studyPolicy} from './support/study-database.ts';
import {makeSqlite, namesIn} from './support/sqlite-file.ts';

const folder = folders();
const planted = Object.values(canaries);

describe.skipIf(!mariadb)('planted values', () => {
  let source: Database;
  beforeAll(async () => {
    source = await openDatabase(mariadb!);
    await source.run(...studyDatabase);
    // Enough rows that pages of the file are split and given up, and that the run can be met in the middle.
    await source.run(
      `INSERT INTO gen_family SELECT 100000 + a.familyid * 7 + b.n, '${canaries.firstName}', CONCAT('${canaries.lastName}', b.n), '${canaries.address}', '${canaries.phone}', '${canaries.email}', REPEAT('${canaries.comment} ', 20), '53703'
        FROM gen_family a, (SELECT 0 n UNION SELECT 1 UNION SELECT 2 UNION SELECT 3 UNION SELECT 4 UNION SELECT 5 UNION SELECT 6) b`,
    );
    for (const add of [100_000, 200_000, 400_000, 800_000, 1_600_000, 3_200_000, 6_400_000, 12_800_000]) {
      await source.run(`INSERT INTO gen_family SELECT familyid + ${add}, motherfirstname, motherlastname, address, phonenumber, email, comment, zip FROM gen_family WHERE familyid >= 100000`);
    }
  });
  afterAll(async () => { await source.drop(); });

  /** Everything a run may write lies in here: temporary files of SQLite and of Node too. */
  const own = (place: Folder) => ({cwd: place.path, env: {TMPDIR: place.path, SQLITE_TMPDIR: place.path}});
  const policed = (place: Folder, url = source.url) => ['bulk', '--source', url, '--target', 'collab.db', '--policy', place.write('policy.yaml', studyPolicy), '--verbose'];

  test('are found where they are', () => {
    const place = folder();
    place.write('plain', canaries.comment);
    place.write('coded', Buffer.from(`x${Buffer.from(`ab${canaries.phone}cd`).toString('base64')}`));
    makeSqlite(place.at('file.db'), 'PRAGMA secure_delete = OFF', 'CREATE TABLE t (x)', `INSERT INTO t VALUES ('${canaries.email}')`, 'DELETE FROM t');
    expect(placesOf(planted, place.path).sort()).toEqual([`${canaries.comment} in plain`, `${canaries.phone} in coded`, `${canaries.email} in file.db`].sort());
  });

  test('are nowhere after a run by policy, nor after a second one over the first, nor after a plan', async () => {
    const place = folder();
    const words = policed(place);
    const runs = [await mysqlToSqlite(words, own(place)), await mysqlToSqlite(words, own(place)), await mysqlToSqlite([...words, '--dry-run'], own(place)), await mysqlToSqlite([...words, '--json'], own(place))];
    expect(runs.map(({code}) => code)).toEqual([0, 0, 0, 0]);
    expect(placesOf(planted, place.path, runs)).toEqual([]);
  });

  test('are nowhere after a run by the old settings', async () => {
    const place = folder();
    place.write('settings.json', JSON.stringify(oldSettings));
    const run = await mysqlToSqlite(['-a', '--source', source.url, '--target', 'collab.db', '--settings', 'settings.json', '--verbose'], own(place));
    expect(run.code).toBe(0);
    expect(placesOf(planted, place.path, [run])).toEqual([]);
  });

  test('are nowhere when a policy takes them out of a file that held them before', async () => {
    const place = folder();
    expect(await sluice(['copy', source.url, 'sqlite:all.db', '--tables', 'gen_*'], own(place))).toMatchObject({code: 0});
    const other = folder();
    other.write('policy.yaml', 'version: 1\nundecided: drop\ntables:\n  gen_family: {columns: {familyid: keep, motherlastname: drop, address: blank}}\n');
    const run = await sluice(['copy', `sqlite:${place.at('all.db')}`, 'sqlite:clean.db', '--policy', 'policy.yaml', '--verbose'], own(other));
    expect(run.code).toBe(0);
    const files = await sluice(['copy', `sqlite:${place.at('all.db')}`, 'csv:clean/', '--policy', 'policy.yaml', '--verbose'], own(other));
    expect(files.code).toBe(0);
    expect(placesOf(planted, other.path, [run, files])).toEqual([]);
  });

  test.each([
    ['takes the place of a file that held them', [], ['gen_family']],
    ['keeps other tables and held them until now, free pages included', ['plain.db'], ['gen_family', 'mine', 'plain']],
  ] as const)('are nowhere in a file that %s', async (_, others, names) => {
    const place = folder();
    expect(await sluice(['copy', source.url, 'sqlite:live.db', '--tables', 'gen_*'], own(place))).toMatchObject({code: 0});
    makeSqlite(place.at('live.db'), 'CREATE TABLE mine (x)', 'DROP TABLE gen_twins', 'DROP TABLE gen_social_security', 'DROP TABLE gen_staff', 'DROP TABLE gen_parentdates');
    makeSqlite(place.at('plain.db'), 'CREATE TABLE plain (x)', 'CREATE TABLE gen_family (familyid)');
    place.write('policy.yaml', 'version: 1\nundecided: drop\ntables:\n  gen_family: {columns: {familyid: keep}}\n');
    const run = await sluice(['copy', ...(others.length > 0 ? ['sqlite:plain.db', 'sqlite:live.db'] : [source.url, 'sqlite:live.db', '--policy', 'policy.yaml']), '--verbose'], own(place));
    expect(run.code).toBe(0);
    expect(namesIn(place.at('live.db'))).toEqual(names);
    for (const name of place.list()) if (/^live_\d/.test(name)) rmSync(place.at(name));
    expect(placesOf(planted, place.path, [run])).toEqual([]);
  });

  test.for(['SIGKILL', 'SIGTERM'] as const)('are nowhere when %s ends the run in the middle, in the half-built file neither', async signal => {
    const place = folder();
    await using way = await proxied(source);
    const running = start('mysql-to-sqlite', policed(place, way.url()), own(place));
    way.proxy.throttle(20_000);
    await until('the file is being built', () => readdirSync(place.path).some(name => name.endsWith('.part')) && way.proxy.bytesToClient > 20_000, 60_000);
    running.kill(signal);
    way.proxy.resume();
    const ended = await running.ended;
    expect(ended).toMatchObject(signal === 'SIGKILL' ? {signal} : {code: 130});
    expect(readdirSync(place.path).some(name => name.endsWith('.part'))).toBe(signal === 'SIGKILL');
    expect(placesOf(planted, place.path, [ended])).toEqual([]);
  });

  test('are in no message when a value is refused', async () => {
    const place = folder();
    const secret = 'K3y-of-Brandywick-C10';
    await using target = await openDatabase(mariadb!);
    await target.run('CREATE TABLE kept (x int)');
    // Invalid UTF-8: no text of any kind, and no program can say what it was.
    makeSqlite(place.at('broken.db'), 'CREATE TABLE t (a TEXT)', `INSERT INTO t VALUES (CAST(x'${Buffer.from(secret).toString('hex')}ff' AS TEXT))`);
    const runs = [await sluice(['copy', 'sqlite:broken.db', target.url, '--verbose'], own(place)), await sluice(['copy', 'sqlite:broken.db', 'csv:out/', '--json'], own(place))];
    for (const {code, stderr} of runs) {
      expect(code).toBe(1);
      expect(stderr).toMatch(/\bt\b.*\ba\b|row 1/);
    }
    expect(placesOf([secret], folder().path, runs)).toEqual([]);
    expect(await target.tables()).toEqual(['kept']);
  });
});
