import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {until} from '@sluice/testkit';
import {folders} from './support/folder.ts';
import {openPostgres, postgres, type PostgresDatabase} from './support/postgres.ts';
import {sluice, start} from './support/program.ts';
import {proxied} from './support/proxied.ts';
import {documentOf, reportOf} from './support/report.ts';

/** Several processes each, on a machine that has other things to do. */
const patient = {timeout: 180_000};
const folder = folders();
/** Enough for two parts. */
const ROWS = 210_000;

describe.skipIf(!postgres)('several tables, or parts of one, at a time', () => {
  let source: PostgresDatabase;
  let target: PostgresDatabase;
  beforeAll(async () => {
    source = await openPostgres(postgres!);
    target = await openPostgres(postgres!);
    await source.run(
      'CREATE TABLE large (id int PRIMARY KEY, label text)', `INSERT INTO large SELECT n, 'row ' || n FROM generate_series(1, ${ROWS}) n`,
      'CREATE TABLE small (id int PRIMARY KEY)', 'INSERT INTO small VALUES (1), (2)', 'ANALYZE',
    );
  });
  afterAll(async () => {
    await source.drop();
    await target.drop();
  });
  // Under another name rows are read: as it is, a table of PostgreSQL passes as bytes, in one piece.
  const RENAMED = ['--rename', 'large=big'];
  const sums = async (database: PostgresDatabase, table: string) => await database.rows(`SELECT count(*), sum(id), md5(string_agg(label, ',' ORDER BY id)) FROM ${table}`);

  test('a plan tells the parts, and a copy by them is proved and the same', async () => {
    const place = folder();
    const words = [source.url, target.url, '--parallel', '2', ...RENAMED];
    const plan = documentOf(await sluice(['plan', ...words, '--no-scan', '--json'], {cwd: place.path}));
    expect(plan).toMatchObject({readers: 2, warnings: [], tables: [{name: 'large', reads: {by: ['id'], ranges: expect.any(Number) as number, atOnce: 2}}, {name: 'small', reads: {ranges: 1}}]});
    const text = await sluice(['plan', ...words, '--no-scan'], {cwd: place.path});
    expect(text.stdout).toMatch(/large: [2-8] ranges by id of about [\d,]+ rows, read by 2 at once\n.*1 other table in one piece, 2 at once\n.*a run that dies begins anew\n/);
    expect(await target.tables()).toEqual([]);

    const report = reportOf(await sluice(['copy', ...words, '--json'], {cwd: place.path}));
    expect(report).toMatchObject({status: 'ok', warnings: [], verification: {status: 'passed', tables: 2, rows: ROWS + 2}, tables: [{name: 'large', target: 'big', rowsRead: ROWS, rowsWritten: ROWS, verified: true}, {name: 'small', rowsWritten: 2}]});
    expect(await sums(target, 'big')).toEqual(await sums(source, 'large'));
    expect(await target.tables()).toEqual(['big', 'small']);
  });

  test('all of it is of one moment, whatever is committed meanwhile, and a job file says it, too', async () => {
    const place = folder();
    await using from = await openPostgres(postgres!);
    await using to = await openPostgres(postgres!);
    await from.run(
      'CREATE TABLE a (id int PRIMARY KEY, cents int, filler text)', "INSERT INTO a SELECT n, 1, repeat('x', 5000) FROM generate_series(1, 8000) n",
      'CREATE TABLE b (id int PRIMARY KEY, cents int, filler text)', 'INSERT INTO b SELECT * FROM a', 'CREATE TABLE total (id int PRIMARY KEY, cents int)', 'INSERT INTO total VALUES (1, 16000)', 'ANALYZE',
    );
    await using way = await proxied(from);
    place.write('job.yaml', `source: ${way.url()}\ndestination: ${to.url}\nparallel: 2\n`);
    way.proxy.throttle(2_000_000);
    const running = start('sluice', ['run', 'job.yaml', '--json'], {cwd: place.path});
    // Two connections read the large tables, of 40 MB each, which no buffer on the way holds; the small one comes last.
    await until('both large tables are being read', async () => (
      way.proxy.bytesToClient > 400_000 && (await from.rows("SELECT 1 FROM pg_stat_activity WHERE application_name = 'sluice' AND state = 'active' AND query LIKE 'COPY%' AND datname = current_database()")).length === 2), 60_000);
    await from.run('BEGIN', 'UPDATE a SET cents = 3', 'UPDATE b SET cents = 3', 'UPDATE total SET cents = 48000', 'COMMIT');
    way.proxy.resume();
    const ended = await running.ended;
    expect(ended.code, ended.stderr).toBe(0);
    expect(reportOf(ended)).toMatchObject({status: 'ok', verification: {status: 'passed', tables: 3}});
    expect(await to.rows('SELECT (SELECT sum(cents) FROM a), (SELECT sum(cents) FROM b), (SELECT cents FROM total)')).toEqual([['8000', '8000', '16000']]);
  });

  test('killed at any moment it leaves the old tables, and the next run begins anew', patient, async () => {
    const place = folder();
    await using to = await openPostgres(postgres!);
    await to.run('CREATE TABLE big (id int PRIMARY KEY, label text)', "INSERT INTO big VALUES (1, 'old')");
    await using way = await proxied(source);
    way.proxy.throttle(1_000_000);
    const words = ['copy', way.url(), to.url, '--parallel', '2', ...RENAMED, '--json'];
    const running = start('sluice', words, {cwd: place.path});
    await until('rows arrive', () => way.proxy.bytesToClient > 300_000, 60_000);
    running.kill('SIGKILL');
    expect(await running.ended).toMatchObject({signal: 'SIGKILL'});
    expect(await to.rows('SELECT * FROM big')).toEqual([['1', 'old']]);
    way.proxy.resume();
    const again = await sluice(words, {cwd: place.path});
    expect(again.code, again.stderr).toBe(0);
    expect(await sums(to, 'big')).toEqual(await sums(source, 'large'));
    expect(await to.tables()).toEqual(['big', 'small']);
  });

  test('where it cannot be, it says why', patient, async () => {
    const place = folder();
    const report = reportOf(await sluice(['copy', source.url, 'sqlite:out.db', '--tables', 'small', '--parallel', '2', '--json'], {cwd: place.path}));
    expect(report).toMatchObject({status: 'ok', warnings: ['tables are copied one after the other: a destination of the kind sqlite takes one table at a time']});
    const chunks = await sluice(['copy', source.url, target.url, ...RENAMED, '--parallel', '2', '--consistency', 'chunks'], {cwd: place.path});
    expect(chunks).toMatchObject({code: 2, stderr: expect.stringMatching(/cannot be made in chunks: it is copied over several connections at once \(--parallel\)/) as string});
    for (const wrong of ['0', '65', '1.5', 'many']) expect(await sluice(['copy', source.url, target.url, '--parallel', wrong], {cwd: place.path}), wrong).toMatchObject({code: 2});
  });

  test('as many connections as the server gives: with fewer it goes on with those, and says so', patient, async () => {
    const place = folder();
    await using to = await openPostgres(postgres!);
    const url = await source.account(['pg_read_all_data'], 'CONNECTION LIMIT 1');
    const report = reportOf(await sluice(['copy', url, to.url, '--parallel', '3', ...RENAMED, '--json'], {cwd: place.path}));
    expect(report).toMatchObject({status: 'ok', verification: {status: 'passed'}, warnings: expect.arrayContaining([expect.stringMatching(/^the server has no connections for \d readers: one reads$/)]) as unknown});
    expect(await sums(to, 'big')).toEqual(await sums(source, 'large'));
  });
});
