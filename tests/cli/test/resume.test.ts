import {createHash, randomBytes} from 'node:crypto';
import {existsSync, readdirSync, readFileSync, statSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {until} from '@sluice/testkit';
import {afterAll, beforeAll, beforeEach, describe, expect, test} from 'vitest';
import {mariadb, openDatabase, type Database} from './support/database.ts';
import {folders, type Folder} from './support/folder.ts';
import {openPostgres, postgres, type PostgresDatabase} from './support/postgres.ts';
import {sluice, start} from './support/program.ts';
import {reportOf} from './support/report.ts';
import {makeSqlite, reading} from './support/sqlite-file.ts';

const folder = folders();
const ROWS = 30_000;
/** Several processes each, on a machine that has other things to do. */
const patient = {timeout: 180_000};
/** A run keeps what it has done from its first commit on, and commits often. */
const OFTEN = ['--resume-from', '1000', '--resume-after', '0', '--commit-rows', '5000', '--json'];

const progressOf = ({path}: Folder): string => {
  const place = join(path, '.sluice/progress');
  const [file] = existsSync(place) ? readdirSync(place) : [];
  return file === undefined ? '' : join(place, file);
};
const segmentsIn = (here: Folder): number => {
  const file = progressOf(here);
  return file === '' ? 0 : (readFileSync(file, 'utf8').match(/"entry":"segment"/g) ?? []).length;
};

/** Starts a copy and kills it once so many segments are noted. */
async function killed(words: readonly string[], here: Folder, segments: number): Promise<void> {
  const running = start('sluice', words, {cwd: here.path});
  let over = false;
  void running.ended.finally(() => { over = true; });
  await until(`${segments} segments`, () => over || segmentsIn(here) >= segments, 60_000);
  running.kill('SIGKILL');
  const {signal, stderr, stdout} = await running.ended;
  expect(signal, stderr + stdout.slice(0, 3000)).toBe('SIGKILL');
}

const digest = (rows: readonly unknown[]) => createHash('sha256').update(JSON.stringify(rows)).digest('hex');
const shown = (database: {rows(sql: string): Promise<unknown[][]>}, table = 'big') => database.rows(`SELECT id, n, words FROM ${table} ORDER BY id`).then(rows => digest(rows.map(row => row.map(String))));

describe.skipIf(!mariadb || !postgres)('a copy into PostgreSQL that SIGKILL ends inside a table', () => {
  let from: Database;
  let to: PostgresDatabase;
  beforeAll(async () => {
    from = await openDatabase(mariadb!);
    to = await openPostgres(postgres!);
    await from.run(
      'CREATE TABLE big (id INT PRIMARY KEY, n BIGINT, words VARCHAR(60))', `INSERT INTO big SELECT seq, seq * 7, CONCAT('wörds of row ', seq) FROM seq_1_to_${ROWS}`,
      'CREATE TABLE small (id INT PRIMARY KEY, words VARCHAR(60), big INT, FOREIGN KEY (big) REFERENCES big (id))', "INSERT INTO small SELECT id, words, id FROM big WHERE id < 50", 'ANALYZE TABLE big, small');
  });
  afterAll(async () => {
    await from?.drop();
    await to?.drop();
  });
  beforeEach(async () => { await to.run('DROP SCHEMA public CASCADE; CREATE SCHEMA public'); });
  const words = (...more: string[]) => ['copy', from.url, to.url, ...OFTEN, ...more];

  test.for([1, 4])('after %i segments: the next run reads less, and the tables are equal', patient, async segments => {
    const here = folder();
    await killed(words(), here, segments);
    // Of its owner alone: it holds keys of the source. At the destination there are none but those of the rows.
    expect(statSync(progressOf(here)).mode & 0o077).toBe(0);
    expect(await to.tables()).toEqual([expect.stringMatching(/^_sluice_new_/), expect.stringMatching(/^_sluice_new_/)]);
    await from.run(`UPDATE big SET words = 'changed' WHERE id = ${segments * 1000}`);
    const report = reportOf(await sluice(words(), {cwd: here.path}));
    expect(report).toMatchObject({status: 'ok', refresh: {resumed: true}, verification: {status: 'passed', tables: 2, rows: ROWS + 49}});
    const kept = report.refresh!.rowsKept!;
    // One batch was changed; what the killed run had not committed yet it had only begun.
    expect(kept).toBeGreaterThanOrEqual(segments * 5000 - 2000);
    expect(report.tables.reduce((sum, {rowsRead}) => sum + rowsRead, 0)).toBe(ROWS + 49 - kept);
    expect(await shown(to)).toBe(await shown(from));
    expect(await to.rows("SELECT conrelid::regclass::text, confrelid::regclass::text FROM pg_constraint WHERE contype = 'f'")).toEqual([['small', 'big']]);
    expect(await to.tables()).toEqual(['big', 'small']);
    expect(await to.rows("SELECT attname FROM pg_attribute WHERE attrelid = 'big'::regclass AND attnum > 0 AND NOT attisdropped")).toEqual([['id'], ['n'], ['words']]);
    expect(progressOf(here)).toBe('');
  });

  test('as one part of a job: the parts before it and after it leave it alone, and it goes on', patient, async () => {
    const here = folder();
    await from.run('CREATE TABLE IF NOT EXISTS events (id INT PRIMARY KEY, words VARCHAR(60))', "INSERT INTO events VALUES (1, 'a')", 'CREATE TABLE IF NOT EXISTS later (id INT PRIMARY KEY)', 'INSERT INTO later VALUES (1)');
    here.write('job.yaml', [
      `source: ${from.url}`, `destination: ${to.url}`, 'resumeFrom: 1000', 'resumeAfter: 0', 'commitRows: 5000',
      'tables:', '  events: {mode: append}', '  big: {mode: replace}', '  later: {mode: upsert}', '',
    ].join('\n'));
    await killed(['run', 'job.yaml', '--json'], here, 3);
    await from.run("INSERT INTO events VALUES (2, 'b')");
    const report = reportOf(await sluice(['run', 'job.yaml', '--json'], {cwd: here.path}));
    expect(report).toMatchObject({status: 'ok', tables: [{name: 'events', rowsRead: 1}, {name: 'big'}, {name: 'later', rowsRead: 1}]});
    expect(report.tables[1]!.rowsRead).toBeLessThanOrEqual(ROWS - 3 * 5000 + 2000);
    expect(await shown(to)).toBe(await shown(from));
    expect(await to.rows('SELECT id FROM events ORDER BY id')).toEqual([['1'], ['2']]);
    expect((await to.tables()).filter(name => name !== '_sluice_position')).toEqual(['big', 'events', 'later']);
    expect(progressOf(here)).toBe('');
    await from.run('DROP TABLE events', 'DROP TABLE later');
  });

  test('and --no-resume: the next run begins anew, and leaves nothing of the first', patient, async () => {
    const here = folder();
    await killed(words(), here, 3);
    const report = reportOf(await sluice(words('--no-resume'), {cwd: here.path}));
    expect(report).toMatchObject({status: 'ok', verification: {status: 'passed', rows: ROWS + 49}});
    expect(report.refresh).toBeUndefined();
    expect(await to.tables()).toEqual(['big', 'small']);
    expect(progressOf(here)).toBe('');
    expect(await shown(to)).toBe(await shown(from));
  });
});

/** Lines of the files of rows that were set aside, by file. */
const asideIn = (report: {readonly quarantine?: {readonly place: string}}, {at}: Folder) => report.quarantine!.place.split(', ').map(place =>
  readFileSync(at(place), 'utf8').trimEnd().split('\n').map(line => JSON.parse(line) as {row: number; values: {id: number}}));

describe.skipIf(!mariadb || !postgres)('a copy with rules for losses that SIGKILL ends inside a table', () => {
  test('goes on, and what it tells that rules did is of the rows that are there, whichever run has brought them', patient, async () => {
    await using from = await openDatabase(mariadb!);
    await using to = await openPostgres(postgres!);
    await from.run("SET sql_mode = ''", 'CREATE TABLE lossy (id INT PRIMARY KEY, day DATE, born DATE, note VARCHAR(20))',
      `INSERT INTO lossy SELECT seq, IF(seq % 100 = 0, '0000-00-00', '2020-02-03'), IF(seq % 10 = 0, '0000-00-00', '1990-01-01'), IF(seq % 1000 = 1, CONCAT('a', CHAR(0 USING utf8mb4)), 'plain') FROM seq_1_to_${ROWS}`,
      'ANALYZE TABLE lossy');
    const here = folder();
    const words = ['copy', from.url, to.url, ...OFTEN, '--on-loss', 'lossy.day=null,lossy.born=text,lossy.note=quarantine'];
    await killed(words, here, 3);
    // Of rows that the killed run has brought one is lost no more, and one is set aside no more.
    await from.run("UPDATE lossy SET day = '2021-01-01' WHERE id = 100", "UPDATE lossy SET note = 'plain' WHERE id = 2001");
    const ended = await sluice(words, {cwd: here.path});
    const report = reportOf(ended);
    expect(ended.code, ended.stderr).toBe(3);
    expect(report).toMatchObject({status: 'partial', published: true, refresh: {resumed: true}, verification: {status: 'passed', rows: ROWS - 29}});
    expect(report.refresh!.rowsKept).toBeGreaterThan(0);
    expect(report.tables[0]!.rowsQuarantined).toBe(29);
    const counts = (rule: string) => report.tables[0]!.adjustments.filter(each => each.rule === rule).map(({column, count}) => [column, count]);
    expect([counts('null'), counts('text'), counts('quarantine')]).toEqual([[['day', 299]], [['born', ROWS]], [['note', 29]]]);
    expect(await to.rows('SELECT count(*), count(day), count(born), max(length(born)) FROM lossy')).toEqual([[String(ROWS - 29), String(ROWS - 29 - 299), String(ROWS - 29), '10']]);
    // Every row that is not there is in a file, under its place in the table; the file of the killed run holds more, and the report says so.
    const files = asideIn(report, here);
    expect(files).toHaveLength(2);
    expect(report.warnings).toEqual(expect.arrayContaining([expect.stringMatching(/of a run that did not come to its end; what it was about to write came again/)]));
    const ids = new Set((await to.rows('SELECT id FROM lossy')).map(([id]) => Number(id)));
    expect(Array.from({length: ROWS}, (_, i) => i + 1).filter(id => !ids.has(id) && !files.flat().some(({values}) => values.id === id))).toEqual([]);
    expect(files.flat().filter(({row, values}) => row !== values.id)).toEqual([]);
    expect(progressOf(here)).toBe('');
  });

  test('by other rules begins anew; into MariaDB rows that refer to what was set aside cost their foreign key, not the run', patient, async () => {
    await using from = await openPostgres(postgres!);
    await using to = await openDatabase(mariadb!);
    await from.run('CREATE TABLE big (id int PRIMARY KEY, x double precision)', `INSERT INTO big SELECT i, CASE WHEN i % 1000 = 0 THEN 'NaN'::float8 ELSE i END FROM generate_series(1, ${ROWS}) i`,
      'CREATE TABLE small (id int PRIMARY KEY, big int REFERENCES big (id))', 'INSERT INTO small VALUES (1, 1000), (2, 1)', 'ANALYZE big', 'ANALYZE small');
    const here = folder();
    const words = (rule: string) => ['copy', from.url, to.url, ...OFTEN, '--on-loss', `big.x=${rule}`];
    await killed(words('null'), here, 3);
    const anew = await sluice(words('quarantine'), {cwd: here.path});
    const report = reportOf(anew);
    expect(report).toMatchObject({status: 'partial', verification: {status: 'passed'}, omissions: [{kind: 'foreign key', table: 'small'}]});
    expect(report.refresh?.resumed ?? false).toBe(false);
    expect(anew.stderr).toMatch(/an unfinished run cannot be gone on with/);
    expect(report.tables.find(({name}) => name === 'big')).toMatchObject({rowsRead: ROWS, rowsQuarantined: 30, adjustments: [{column: 'x', rule: 'quarantine', count: 30}]});

    await killed(words('quarantine'), here, 3);
    const on = reportOf(await sluice(words('quarantine'), {cwd: here.path}));
    expect(on).toMatchObject({status: 'partial', refresh: {resumed: true}, verification: {status: 'passed', rows: ROWS - 30 + 2}, omissions: [{kind: 'foreign key', table: 'small'}]});
    expect(on.tables.find(({name}) => name === 'big')).toMatchObject({rowsQuarantined: 30, adjustments: [{column: 'x', rule: 'quarantine', count: 30}]});
    expect((await to.rows('SELECT COUNT(*) FROM big')).map(row => row.map(String))).toEqual([[String(ROWS - 30)]]);
  });
});

test.skipIf(!postgres)('a copy from PostgreSQL to PostgreSQL goes on with the types that it has made', patient, async () => {
  await using from = await openPostgres(postgres!);
  await using to = await openPostgres(postgres!);
  await from.run("CREATE TYPE mood AS ENUM ('good', 'bad')", 'CREATE TABLE big (id text PRIMARY KEY, n bigint GENERATED ALWAYS AS IDENTITY, words text, mood mood)',
    `INSERT INTO big (id, words, mood) SELECT 'key ' || i % 1000 || '/' || i, 'words ' || i, CASE WHEN i % 2 = 0 THEN 'good' ELSE 'bad' END::mood FROM generate_series(1, ${ROWS}) i`, 'ANALYZE big');
  const here = folder();
  const words = ['copy', from.url, to.url, ...OFTEN];
  await killed(words, here, 3);
  const report = reportOf(await sluice(words, {cwd: here.path}));
  expect(report).toMatchObject({status: 'ok', refresh: {resumed: true}, verification: {status: 'passed', rows: ROWS}});
  const all = (database: PostgresDatabase) => database.rows('SELECT id, n, words, mood, pg_typeof(mood) FROM big ORDER BY id COLLATE "C"').then(digest);
  expect(await all(to)).toBe(await all(from));
});

const POLICY = `version: 1
profile: safe-harbor
asOf: 2026-06-30
domains: {person: {form: integer}}
subjects: {patients: {key: [id]}, visits: {key: [patient]}}
attestation: {actualKnowledge: none, by: privacy office, on: 2026-06-30}
tables:
  patients:
    columns:
      id: {method: surrogate, domain: person, class: mrn}
      name: {method: drop, class: name.full}
      born: {method: yearFloor90, class: date.birth}
  visits:
    columns:
      id: {method: keep, class: key.surrogate, reason: given by the database}
      patient: {method: surrogate, domain: person, class: mrn}
      day: {method: year, class: date.service}
`;

test.skipIf(!postgres)('a masked copy goes on with the same pseudonyms; under construction there is nothing but what was masked', patient, async () => {
  const people = 6_000;
  const here = folder();
  makeSqlite(here.at('clinic.db'),
    'CREATE TABLE patients (id INTEGER PRIMARY KEY, name TEXT, born TEXT)', 'CREATE TABLE visits (id INTEGER PRIMARY KEY, patient INTEGER NOT NULL REFERENCES patients (id), day TEXT)',
    `INSERT INTO patients WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < ${people}) SELECT 48213371 + i * 7, 'Aurelio Quintanilla ' || i, (1930 + i % 70) || '-02-03' FROM c`,
    "INSERT INTO visits SELECT (id - 48213371) / 7, id, '2024-05-01' FROM patients", 'ANALYZE');
  here.write('policy.yaml', POLICY);
  writeFileSync(here.at('project.key'), randomBytes(32).toString('hex'), {mode: 0o600});
  await using to = await openPostgres(postgres!);
  await using calm = await openPostgres(postgres!);
  const words = (url: string) => ['copy', 'sqlite:clinic.db', url, '--policy', 'policy.yaml', '--key-file', 'project.key', '--vault', 'people.vault', '--resume-from', '1000', '--resume-after', '0', '--commit-rows', '2000', '--json'];
  await killed(words(to.url), here, 4);
  for (const table of await to.tables()) {
    expect(table).toMatch(/^_sluice_new_/);
    expect(await to.rows(`SELECT count(*) FROM ${table} t WHERE t::text ~ 'Quintanilla|[(,]48[0-9]{6}[,)]|-0[25]-0'`)).toEqual([['0']]);
  }
  const report = reportOf(await sluice(words(to.url), {cwd: here.path}));
  expect(report).toMatchObject({status: 'ok', refresh: {resumed: true}, verification: {status: 'passed', rows: 2 * people}});
  expect(report.refresh!.rowsKept).toBeGreaterThanOrEqual(people);
  expect(reportOf(await sluice(words(calm.url), {cwd: here.path})).refresh).toBeUndefined();
  const all = async (database: PostgresDatabase) => digest(await database.rows('SELECT v.id, v.patient, v.day, p.born FROM visits v JOIN patients p ON p.id = v.patient ORDER BY v.id'));
  expect(await all(to)).toBe(await all(calm));
  expect(await to.rows('SELECT count(*), count(DISTINCT patient) FROM visits JOIN patients ON patients.id = patient')).toEqual([[String(people), String(people)]]);
});

test('a copy into a SQLite file goes on, too, also where the file holds another table, which stays', patient, async () => {
  const inputs = folder();
  const from = inputs.at('from.db');
  makeSqlite(from, 'CREATE TABLE big (id INTEGER PRIMARY KEY, n INT, words TEXT)',
    `INSERT INTO big WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < ${ROWS}) SELECT i, i * 7, 'words of row ' || i FROM c`, 'ANALYZE');
  const rowsOf = (file: string) => digest(reading(file, db => db.prepare('SELECT id, n, words FROM big ORDER BY id').raw().all()));
  for (const other of [false, true]) {
    const here = folder();
    if (other) makeSqlite(here.at('live.db'), 'CREATE TABLE mine (x TEXT)', "INSERT INTO mine VALUES ('stays')", 'CREATE TABLE big (old TEXT)');
    const words = ['copy', `sqlite:${from}`, 'sqlite:live.db', ...OFTEN];
    await killed(words, here, 3);
    const report = reportOf(await sluice(words, {cwd: here.path}));
    expect(report).toMatchObject({status: 'ok', verification: {status: 'passed', rows: ROWS}});
    if (other) expect(reading(here.at('live.db'), db => db.prepare('SELECT x FROM mine').pluck().all())).toEqual(['stays']);
    // What others have in the file may change meanwhile: then it begins anew.
    expect(report.refresh?.resumed ?? false).toBe(!other);
    expect(rowsOf(here.at('live.db'))).toBe(rowsOf(from));
    expect(here.list().filter(name => !name.startsWith('live'))).toEqual([]);
  }
});
