import {readFileSync} from 'node:fs';
import {expect, test} from 'vitest';
import {mariadb, openDatabase} from './support/database.ts';
import {folders} from './support/folder.ts';
import {openPostgres, postgres} from './support/postgres.ts';
import {sluice} from './support/program.ts';
import {documentOf, reportOf} from './support/report.ts';
import {makeSqlite, rowsOf} from './support/sqlite-file.ts';

const folder = folders();

function study() {
  const place = folder();
  makeSqlite(place.at('in.db'),
    'CREATE TABLE visits (id INTEGER PRIMARY KEY, day DATE_TEXT, note TEXT)', "INSERT INTO visits VALUES (1, '2020-01-01', 'a'), (2, '2021-01-01', 'b')",
    'CREATE TABLE data_1 (id INTEGER PRIMARY KEY)', 'INSERT INTO data_1 VALUES (7)', 'CREATE TABLE data_2 (id INTEGER PRIMARY KEY)', 'CREATE TABLE other (id INTEGER PRIMARY KEY)');
  return place;
}

test('a job does what the flags of copy do, and tells it in the same report', async () => {
  const place = study();
  place.write('job.yaml', [
    'source: sqlite:${HERE}/in.db', 'destination: sqlite:job.db', 'tables:', '  visits:', '    where: id > 1', '    columns: [-note]', '    rename: visit', '    renameColumns: {day: date}', '  data_*:', 'exclude: [data_2]',
  ].join('\n'));
  const env = {HERE: place.path};
  const job = reportOf(await sluice(['run', 'job.yaml', '--json'], {cwd: place.path, env}));
  const copy = reportOf(await sluice([
    'copy', `sqlite:${place.path}/in.db`, 'sqlite:copy.db', '--tables', 'visits,data_*', '--exclude', 'data_2', '--where', 'visits: id > 1', '--columns=visits=-note', '--rename', 'visits=visit,visits.day=date', '--json',
  ], {cwd: place.path}));
  expect(job.status).toBe('ok');
  const alike = (report: typeof job) => ({
    ...report, startedAt: 0, finishedAt: 0, timings: 0, destination: {...report.destination, label: ''}, tables: report.tables.map(table => ({...table, seconds: 0})),
  });
  expect(alike(job)).toEqual(alike(copy));
  expect(rowsOf(place.at('job.db'), 'SELECT * FROM visit')).toEqual([[2n, '2021-01-01']]);
  const plan = documentOf(await sluice(['run', 'job.yaml', 'data_1', '--dry-run', '--json'], {cwd: place.path, env}));
  expect(plan).toMatchObject({format: 'sluice.plan/1', tables: [{name: 'data_1', risks: [{column: 'id'}]}]});
});

test('tables of different modes are different copies; one that fails leaves a partial job, exit code 3', async () => {
  const place = study();
  place.write('job.yaml', 'source: sqlite:in.db\ndestination: sqlite:out.db\ndefaults: {mode: append}\ntables:\n  visits: {mode: replace}\n  "*":\nreport: reports\n');
  const first = reportOf(await sluice(['run', 'job.yaml', '--json'], {cwd: place.path}));
  expect(first).toMatchObject({status: 'ok', published: true, tables: [{name: 'visits', rowsWritten: 2}, {name: 'data_1'}, {name: 'data_2'}, {name: 'other'}], warnings: [expect.stringMatching(/lower keys .* of data_1, data_2, other;/), expect.stringMatching(/snapshot of its own/)]});
  expect(JSON.parse(readFileSync(place.at('reports/report.json'), 'utf8'))).toEqual(first);
  // What is appended finds another table; visits are replaced all the same.
  makeSqlite(place.at('in.db'), "INSERT INTO visits VALUES (3, NULL, NULL)");
  makeSqlite(place.at('out.db'), 'DROP TABLE data_1', 'CREATE TABLE data_1 (id TEXT PRIMARY KEY)');
  const again = await sluice(['run', 'job.yaml', '--json'], {cwd: place.path});
  expect(again.code).toBe(3);
  expect(reportOf(again)).toMatchObject({status: 'partial', published: true, error: {code: 'SLUICE_SCHEMA'}});
  expect(rowsOf(place.at('out.db'), 'SELECT count(*) FROM visits')).toEqual([[3n]]);
  expect(await sluice(['run', 'job.yaml', 'visits'], {cwd: place.path})).toMatchObject({code: 0});
});

test.each([
  ['tables:\n  visits: {kay: [id]}', /job\.yaml:3:12 tables\.visits\.kay is not a known key; did you mean key\?/],
  ['tabels: {}', /job\.yaml:2:1 tabels is not a known key; did you mean tables\?/],
  ['tables:\n  visits: {mode: apend}', /tables\.visits\.mode must be replace, append, .*, got text; did you mean append\?/],
  ['tables:\n  visit:', /there is no table or view visit; did you mean visits\?/],
  ['policy: ${POLICY}', /job\.yaml:2:9 policy wants the variable POLICY, which is not set/],
  ['tables:\n  visits: {onLoss: {day: nul}}', /onLoss/],
])('a mistake in %j is told with its place', async (text, says) => {
  const place = study();
  place.write('job.yaml', `source: sqlite:in.db\n${text}\ndestination: sqlite:out.db\n`);
  const ended = await sluice(['run', 'job.yaml'], {cwd: place.path});
  expect([ended.code, ended.stderr]).toEqual([2, expect.stringMatching(says)]);
  expect(place.list()).toEqual(['in.db', 'job.yaml']);
});

test.skipIf(!mariadb || postgres === null)('tables of one job go by policies of their own; what nobody decided stops it, a table that names none as well as a column', async () => {
  await using source = await openDatabase(mariadb!);
  await using target = await openPostgres(postgres!);
  const place = folder();
  await source.run(
    'CREATE TABLE people (id int PRIMARY KEY, name varchar(20))', "INSERT INTO people VALUES (1, 'Ann-canary'), (2, 'Bob-canary')",
    'CREATE TABLE visits (id int PRIMARY KEY, person int, note varchar(20), CONSTRAINT whose FOREIGN KEY (person) REFERENCES people (id))', "INSERT INTO visits VALUES (1, 2, 'note-canary')",
    'CREATE TABLE sites (id int PRIMARY KEY, city varchar(20))', "INSERT INTO sites VALUES (1, 'Boulder')");
  place.write('people.yaml', 'version: 1\ntables:\n  people: {columns: {id: keep, name: blank}}\n');
  place.write('visits.yaml', 'version: 1\ntables:\n  visits: {columns: {id: keep, person: keep, note: drop}}\n');
  const job = (tables: string) => place.write('job.yaml', `source: "${source.url}"\ndestination: "${target.url}"\ntables:\n${tables}`);
  const run = async () => await sluice(['run', 'job.yaml', '--json'], {cwd: place.path});
  const documents = (ended: {readonly stdout: string}) => (JSON.parse(ended.stdout) as {error?: {code: string; problems: {path: string}[]}}).error;

  job('  people: {policy: people.yaml}\n  visits: {policy: visits.yaml}\n  sites:\n');
  const unsaid = await run();
  expect([unsaid.code, documents(unsaid)]).toMatchObject([2, {code: 'SLUICE_UNDECIDED', problems: [{path: 'sites'}]}]);
  expect(await target.rows("SELECT count(*) FROM pg_tables WHERE tablename IN ('people', 'visits', 'sites')")).toEqual([['0']]);

  place.write('people.yaml', 'version: 1\ntables:\n  people: {columns: {id: keep}}\n');
  job('  people: {policy: people.yaml}\n  visits: {policy: visits.yaml}\n  sites: {policy: none}\n');
  const open = await run();
  expect([open.code, documents(open)]).toMatchObject([2, {code: 'SLUICE_UNDECIDED', problems: [{path: 'people.name'}]}]);

  place.write('people.yaml', 'version: 1\ntables:\n  people: {columns: {id: keep, name: blank}}\n');
  const report = reportOf(await run());
  expect(report).toMatchObject({status: 'ok', verification: {status: 'passed', tables: 3}, warnings: expect.arrayContaining(['copied as it is, by no policy: sites']) as unknown});
  expect(await target.rows('SELECT id, name FROM people ORDER BY id')).toEqual([['1', null], ['2', null]]);
  expect(await target.rows("SELECT string_agg(column_name, ',' ORDER BY ordinal_position) FROM information_schema.columns WHERE table_name = 'visits'")).toEqual([['id,person']]);
  expect(await target.rows("SELECT count(*) FROM pg_constraint WHERE contype = 'f'")).toEqual([['1']]);
  expect(await target.rows('SELECT city FROM sites')).toEqual([['Boulder']]);
  // A certificate speaks of one policy; tables under policies are written in one way.
  place.write('job.yaml', `${readFileSync(place.at('job.yaml'), 'utf8')}certificate: release.json\n`);
  expect(await run()).toMatchObject({code: 2, stdout: expect.stringMatching(/a certificate speaks of one policy/) as unknown});
  job('  people: {policy: people.yaml}\n  sites: {policy: none, mode: append}\n');
  expect(await run()).toMatchObject({code: 2, stdout: expect.stringMatching(/written in one mode/) as unknown});
});

test('the schema for editors knows every key', async () => {
  const {stdout} = await sluice(['job', 'schema'], {cwd: folder().path});
  const schema = JSON.parse(stdout) as {properties: Record<string, {additionalProperties?: {anyOf: {properties?: object}[]}}>; additionalProperties: boolean};
  expect(schema.additionalProperties).toBe(false);
  expect(Object.keys(schema.properties)).toEqual(expect.arrayContaining(['source', 'destination', 'defaults', 'tables', 'exclude', 'policy', 'verify', 'report', 'quarantine']));
  expect(Object.keys(schema.properties['tables']!.additionalProperties!.anyOf[0]!.properties!)).toEqual(expect.arrayContaining(['mode', 'key', 'where', 'columns', 'rename', 'onLoss', 'policy']));
});

test.skipIf(!mariadb || postgres === null)('init drafts a job from two servers that runs once its decisions are made; no password is in it', async () => {
  await using source = await openDatabase(mariadb!);
  await using target = await openPostgres(postgres!);
  const place = folder();
  await source.run(
    'CREATE TABLE visits (id int, site int, born date, PRIMARY KEY (site, id))', "INSERT INTO visits VALUES (1, 1, '0000-00-00'), (2, 1, '1990-05-06')",
    'CREATE TABLE `odd: name` (a int, b varchar(20))', "INSERT INTO `odd: name` VALUES (1, 'x')");
  const password = new URL(source.url).password;
  const env = {SLUICE_SOURCE_PASSWORD: password, TARGET_PASSWORD: new URL(target.url).password};
  const bare = (url: string) => url.replace(/:[^:@/]+@/, '@');
  const drafted = await sluice(['init', bare(source.url), target.url, '-o', 'job.yaml'], {cwd: place.path, env});
  expect(drafted).toMatchObject({code: 0});
  const draft = readFileSync(place.at('job.yaml'), 'utf8');
  for (const secret of [password, env.TARGET_PASSWORD]) expect(draft + drafted.stdout + drafted.stderr).not.toContain(secret);
  expect(draft).toMatch(/# 3 columns, 2 rows; primary key site, id\n {2}visits:\n {4}key: \[site, id\]\n {4}# DECIDE .*\n {4}# onLoss:\n {4}# {3}born: \w+ {2}# .*PostgreSQL has not \(1\)/);
  expect(draft).toMatch(/no primary key\n {2}"odd: name":\n {4}# DECIDE/);
  expect(await sluice(['init', source.url, target.url, '-o', 'job.yaml'], {cwd: place.path})).toMatchObject({code: 2});
  // The password of the destination by a reference, and the decision made.
  const made = draft.replace(/^destination: (.*)$/m, 'destination: {url: $1, password: "${TARGET_PASSWORD}"}').replace(/^ {4}# onLoss:\n {4}# {3}born: .*$/m, '    onLoss: {born: null}');
  expect(made).toContain('onLoss: {born: null}');
  place.write('job.yaml', made);
  const report = reportOf(await sluice(['run', 'job.yaml', '--json'], {cwd: place.path, env}));
  expect(report).toMatchObject({status: 'ok', tables: expect.arrayContaining([expect.objectContaining({name: 'visits', adjustments: [{column: 'born', kind: expect.any(String) as string, rule: 'null', count: 1}]})]) as unknown});
  expect(await target.rows('SELECT count(*), count(born) FROM visits')).toEqual([['2', '1']]);
  const lost = await sluice(['run', 'job.yaml'], {cwd: place.path, env: {...env, TARGET_PASSWORD: 'wrong-canary'}});
  expect(lost.code).toBe(1);
  expect(lost.stdout + lost.stderr).not.toMatch(/wrong-canary/);
});
