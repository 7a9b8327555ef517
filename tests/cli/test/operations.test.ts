import {existsSync, readFileSync, readdirSync, rmSync, writeFileSync} from 'node:fs';
import Database from 'better-sqlite3';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {mariadb, openDatabase, type Database as Source} from './support/database.ts';
import {folders, type Folder} from './support/folder.ts';
import {mysqlToSqlite} from './support/program.ts';
import {documentOf} from './support/report.ts';
import {canaries, studyDatabase, studyPolicy} from './support/study-database.ts';
import {namesIn} from './support/sqlite-file.ts';

const folder = folders();

describe('without any run', () => {
  test('check says so, exits with 1 and makes nothing', async () => {
    const place = folder();
    expect(await mysqlToSqlite(['check', '--target', 'collab.db'], {cwd: place.path})).toEqual({
      code: 1, signal: null, stdout: '', stderr: 'error: collab.db: no run is remembered yet; the file does not exist\n',
    });
    expect(existsSync(place.at('.sluice'))).toBe(false);
    expect((await mysqlToSqlite(['check'], {cwd: place.path})).stderr).toBe('error: .sluice/state.db: no run is remembered yet\n');
    const ended = await mysqlToSqlite(['check', '--target', 'collab.db', '--json'], {cwd: place.path});
    expect([ended.code, documentOf(ended)]).toEqual([1, expect.objectContaining({
      format: 'sluice.freshness/1', target: place.at('collab.db'), ok: false, maxAgeSeconds: 26 * 3600, lastRun: null, lastGoodRun: null,
      concerns: [expect.objectContaining({kind: 'no run'}), expect.objectContaining({kind: 'file'})],
    })]);
  });

  test('history is empty and no error', async () => {
    const place = folder();
    expect(await mysqlToSqlite(['history'], {cwd: place.path})).toMatchObject({code: 0, stdout: '', stderr: 'no run is remembered in .sluice/state.db\n'});
    expect(documentOf(await mysqlToSqlite(['history', '--target', 'collab.db', '--json'], {cwd: place.path}))).toEqual({format: 'sluice.history/1', target: place.at('collab.db'), runs: []});
  });

  test.each([
    [['check', '--max-age', 'soon'], '--max-age must be a length of time such as 15m, 26h, 90d or 1d12h'],
    [['check', '--target', 'a.db', '--file-path', 'b.json'], '--target and --file-path say the same thing twice'],
    [['check', '--file-path', 'missing.json'], 'cannot read missing.json'],
    [['history', '--limit', '0'], '--limit must be an integer from 1 to 1000'],
    [['history', '--state', 'garbage.db'], 'the state file garbage.db is damaged'],
    [['init'], '--source'],
  ] as const)('%j is refused in one sentence', async (words, told) => {
    const place = folder();
    place.write('garbage.db', 'garbage '.repeat(1000));
    const {code, stderr} = await mysqlToSqlite(words, {cwd: place.path});
    expect([code, stderr]).toEqual([2, expect.stringContaining(told)]);
  });
});

describe.skipIf(!mariadb)('with a study', () => {
  let source: Source;
  beforeAll(async () => {
    source = await openDatabase(mariadb!);
    await source.run(...studyDatabase);
  });
  afterAll(async () => { await source.drop(); });

  const bulk = (place: Folder, ...more: string[]) =>
    mysqlToSqlite(['bulk', '--source', source.url, '--target', 'collab.db', '--policy', 'policy.yaml', ...more], {cwd: place.path});
  const check = (place: Folder, ...more: string[]) => mysqlToSqlite(['check', ...more], {cwd: place.path});
  /** Moves what is remembered of the newest run in time, as if the clock had stood elsewhere. */
  const moveLastRun = (place: Folder, hours: number) => {
    const db = new Database(place.at('.sluice/state.db'));
    const {id, report} = db.prepare('select id, report from run order by id desc limit 1').get() as {id: number; report: string};
    const moved = (iso: string) => new Date(Date.parse(iso) + hours * 3_600_000).toISOString();
    const {startedAt, finishedAt, ...rest} = JSON.parse(report) as {startedAt: string; finishedAt: string};
    db.prepare('update run set report = ? where id = ?').run(JSON.stringify({...rest, startedAt: moved(startedAt), finishedAt: moved(finishedAt)}), id);
    db.close();
  };

  test('check is content after a good run, and concerned once it is old, in the future, or its file is gone or another', async () => {
    const place = folder();
    place.write('policy.yaml', studyPolicy);
    expect(await bulk(place)).toMatchObject({code: 0});
    expect(await check(place)).toMatchObject({code: 0, stderr: '', stdout: expect.stringMatching(/^collab\.db: good, the last run was \d+ s ago \(.*\), verified\n$/)});
    expect(await check(place, '--quiet')).toMatchObject({code: 0, stderr: '', stdout: ''});
    place.write('file_path.json', JSON.stringify({db_directory: place.path, db_name: 'collab.db', archive_dir: place.path, checksum_name: ''}));
    expect(await check(place, '--file-path', 'file_path.json', '--json')).toMatchObject({code: 0, stderr: ''});

    moveLastRun(place, -25);
    expect((await check(place)).code).toBe(0);
    expect(await check(place, '--max-age', '24h')).toMatchObject({code: 1, stdout: '', stderr: expect.stringMatching(/^error: collab\.db: the last run was 25 h ago \(.*\), more than 24 h\n$/)});
    moveLastRun(place, 50);
    expect(await check(place)).toMatchObject({code: 1, stderr: expect.stringContaining('the clock has jumped back')});
    moveLastRun(place, -25);
    writeFileSync(place.at('collab.db'), 'something else');
    expect(await check(place)).toMatchObject({code: 1, stderr: 'error: collab.db: the file is not a SQLite database\n'});
    rmSync(place.at('collab.db'));
    expect(await check(place)).toMatchObject({code: 1, stderr: 'error: collab.db: the file does not exist\n'});
  });

  test('a failed run is a concern with its code and the last good one; history has both, and logs tell them apart', async () => {
    const place = folder();
    place.write('policy.yaml', studyPolicy);
    expect(await bulk(place, '--log-folder', 'logs')).toMatchObject({code: 0});
    place.write('policy.yaml', studyPolicy.replace('motherlastname: drop, ', ''));
    expect(await bulk(place, '--log-folder', 'logs')).toMatchObject({code: 2});
    const {code, stderr} = await check(place);
    expect([code, stderr]).toEqual([1, expect.stringMatching(/^error: collab\.db: the last run, \d+ s ago \(.*\), failed with SLUICE_UNDECIDED; the last good one was \d+ s ago \(.*\)\n$/)]);

    const {stdout} = await mysqlToSqlite(['history'], {cwd: place.path});
    expect(stdout.split('\n').map(line => line.replace(/^(STARTED|\S+ \S+) +/, ''))).toEqual([
      expect.stringMatching(/^KIND +OUTCOME +CHANGED +ROWS +SECONDS +VERIFIED$/), expect.stringMatching(/^full +failed SLUICE_UNDECIDED +0 of 0 +0 +\d+\.\d +no$/), expect.stringMatching(/^full +ok +6 of 6 +15 +\d+\.\d +yes$/), '',
    ]);
    expect((await mysqlToSqlite(['history', '--limit', '1'], {cwd: place.path})).stdout.split('\n')).toHaveLength(3);
    expect(documentOf(await mysqlToSqlite(['history', '--json'], {cwd: place.path}))).toMatchObject({
      target: place.at('collab.db'), runs: [{status: 'failed', error: 'SLUICE_UNDECIDED', published: false}, {status: 'ok', error: null, published: true, verification: 'passed'}],
    });

    const logs = readdirSync(place.at('logs'));
    const log = (name: string) => readFileSync(place.at('logs', logs.find(file => file.startsWith(name))!), 'utf8');
    expect(logs.map(name => name.replace(/-\d{4}-\d\d-\d\d\.log$/, '')).sort()).toEqual(expect.arrayContaining(['breakdown', 'daily', 'debug', 'error']));
    expect(log('breakdown')).toMatch(/^\S+ BREAKDOWN mysql-to-sqlite\[\d+\] SLUICE_UNDECIDED /);
    expect(log('daily')).toMatch(/6 of 6 tables are good, 15 rows written/);
    expect(log('daily')).toMatch(/ended with exit code 0 after .*\n(.*\n)*.*ended with exit code 2 after/);
    for (const file of logs) {
      const text = readFileSync(place.at('logs', file), 'utf8');
      for (const value of Object.values(canaries)) expect(text).not.toContain(value);
      if (mariadb!.password !== '') expect(text).not.toContain(mariadb!.password);
    }
  });

  test('without --target several files are told apart, and runs elsewhere are not taken for them', async () => {
    const place = folder();
    place.write('policy.yaml', studyPolicy);
    expect(await bulk(place)).toMatchObject({code: 0});
    expect(await bulk(place, '--target', 'other.db')).toMatchObject({code: 2});
    expect(await mysqlToSqlite(['bulk', '--source', source.url, '--target', 'other.db', '--policy', 'policy.yaml'], {cwd: place.path})).toMatchObject({code: 0});
    const {code, stderr} = await check(place);
    expect([code, stderr]).toEqual([2, expect.stringContaining(`--target is required: .sluice/state.db remembers runs of 2 files`)]);
    for (const name of ['collab.db', 'other.db']) {
      expect(stderr).toContain(place.at(name));
      expect(await check(place, '--target', name)).toMatchObject({code: 0});
    }
  });

  test('init drafts both files; a run with them stops at all that is undecided, and goes once it is decided', async () => {
    const place = folder();
    const init = (...more: string[]) => mysqlToSqlite(['init', '--source', source.url, ...more], {cwd: place.path});
    const {code, stdout} = await init();
    expect([code, place.list()]).toEqual([0, ['policy.yaml', 'study.yaml']]);
    expect(stdout).toMatch(/^study\.yaml: phases 4; father, mother, twin; 1 to be settled, listed at its end\npolicy\.yaml: 9 tables, \d+ columns, none of them decided\n/);
    const run = () => mysqlToSqlite(['bulk', '--source', source.url, '--target', 'collab.db', '--policy', 'policy.yaml', '--study', 'study.yaml'], {cwd: place.path});
    const refused = await run();
    expect(refused.code).toBe(2);
    for (const table of ['gen_family', 'gen_social_security', 'data_4_au_t', 'trash_old']) expect(refused.stderr).toMatch(new RegExp(`${table}.*: no decision`));
    expect(existsSync(place.at('collab.db'))).toBe(false);

    const policy = readFileSync(place.at('policy.yaml'), 'utf8');
    expect(policy).toMatch(/^ {6}dateofbirth: undecided # varchar\(30\).*; perhaps year \(C, birth date\)$/m);
    expect(policy).toMatch(/^ {6}twinage: undecided/m);
    for (const value of Object.values(canaries)) expect(policy).not.toContain(value);
    writeFileSync(place.at('policy.yaml'), policy.replaceAll(/: undecided(?= #|$)/gm, ': keep'));
    expect(await run()).toMatchObject({code: 0});
    expect(namesIn(place.at('collab.db'))).toContain('data_4_au_t');
  });

  test('init overwrites nothing unasked; --force keeps what was there, --dry-run writes nothing', async () => {
    const place = folder();
    const init = (...more: string[]) => mysqlToSqlite(['init', '--source', source.url, ...more], {cwd: place.path});
    place.write('policy.yaml', 'decided\n');
    expect(await init()).toMatchObject({code: 2, stdout: '', stderr: expect.stringMatching(/^error: policy\.yaml exists already, and may hold decisions; name other files/m)});
    expect(place.list()).toEqual(['policy.yaml']);
    const dry = await init('--dry-run');
    expect([dry.code, place.list()]).toEqual([0, ['policy.yaml']]);
    expect(dry.stdout).toMatch(/^# study\.yaml\n[^]*\nversion: 1\n[^]*\n# policy\.yaml\n[^]*undecided/);
    expect(await init('--force')).toMatchObject({code: 0, stdout: expect.stringContaining('what was policy.yaml is policy.yaml.old')});
    expect([place.list(), readFileSync(place.at('policy.yaml.old'), 'utf8')]).toEqual([['policy.yaml', 'policy.yaml.old', 'study.yaml'], 'decided\n']);
    const elsewhere = await init('--study-file', 'new/study.yaml', '--policy-file', 'new/policy.yaml', '--json');
    expect(documentOf(elsewhere)).toMatchObject({format: 'sluice.draft/1', files: ['new/study.yaml', 'new/policy.yaml'], tables: 9, phases: ['4'], people: ['father', 'mother', 'twin'], open: ['phase oc (1 table): no table looks like its tracker']});
  });

  test('init of a database without tables says what to check', async () => {
    await using empty = await openDatabase(mariadb!);
    const {code, stderr} = await mysqlToSqlite(['init', '--source', empty.url], {cwd: folder().path});
    expect([code, stderr]).toEqual([1, expect.stringContaining('has no table that this user may see; check the name of the database and the privileges')]);
  });
});
