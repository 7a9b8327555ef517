import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {CANARY, expectNoLeak} from '@sluice/testkit';
import {startSoda, type SodaServer} from '@sluice/testkit/servers';
import {afterAll, beforeAll, beforeEach, describe, expect, test, vi} from 'vitest';
import {openDatabase, servers, type Database} from './support/database.ts';
import {folders, type Folder} from './support/folder.ts';
import {openPostgres, postgres, type PostgresDatabase} from './support/postgres.ts';
import {socrataGather, type Ended} from './support/program.ts';
import {makeSqlite, rowsOf} from './support/sqlite-file.ts';

const folder = folders();
// Each runs the program several times, on machines that are busy.
vi.setConfig({testTimeout: 120_000});

/** The reports that the README shows, to the letter. */
const readme = readFileSync(join(import.meta.dirname, '../../../apps/socrata-gather/README.md'), 'utf8');
const REPORTS = /^reports:\n  licences:\n(?:.*\n)*?(?=```)/m.exec(readme)?.[0] ?? '';
const COLUMNS = [
  {fieldName: 'license_number', dataTypeName: 'text'}, {fieldName: 'license_issue_date', dataTypeName: 'calendar_date'}, {fieldName: 'species', dataTypeName: 'text'}, {fieldName: 'fee', dataTypeName: 'number'},
];
const HOSTILE = '<script>alert(1)</script>\u001b[31m\u202e"&\'';
const pet = (i: number): (string | null)[] => [`"S${i}"`, i === 9 ? null : `"201${4 + (i % 2)}-12-18T00:00:00.000"`, i === 9 ? null : i === 8 ? JSON.stringify(HOSTILE) : i % 3 === 0 ? '"Cat"' : '"小白"', `"${i}.10"`];

type Target = Pick<Database | PostgresDatabase, 'rows' | 'url' | 'drop'>;
/** What is imported could be another by the time it is asked for; this cannot. */
const relational = postgres;
const targets: readonly (readonly [string, () => Promise<Target>])[] = [
  ...servers.map(it => [it.kind, () => openDatabase(it)] as const),
  ...(relational === null ? [] : [['postgres', () => openPostgres(relational)] as const]),
];
const fine = (ended: Ended): string => {
  expect(ended, ended.stderr).toMatchObject({code: 0});
  return ended.stdout;
};

describe.each([['sqlite', null] as const, ...targets])('socrata-gather report from %s', (kind, open) => {
  let server: SodaServer;
  let place: Folder;
  let target: Target | null = null;
  beforeAll(async () => {
    server = await startSoda();
    server.add({id: 'jguv-t9rb', name: 'Seattle Pet Licenses', columns: COLUMNS, rows: Array.from({length: 9}, (_, i) => pet(i + 1))});
    target = open === null ? null : await open();
    place = folder();
    place.write('topics.yaml', `${target === null ? '' : `targets: {warehouse: '${target.url}'}\n`}topics:\n  pet_license: {source: '${server.host}', tls: false, dataset: jguv-t9rb, table: pet_license}\n${REPORTS}  writes: {sql: 'DELETE FROM pet_license'}\n  hides: {sql: 'WITH x AS (SELECT 1 AS one) SELECT one FROM x; DROP TABLE pet_license'}\n`);
    fine(await socrataGather(['-t', 'pet_license'], {cwd: place.path}));
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    await target?.drop();
  });
  const report = (...words: string[]) => socrataGather(['report', ...words], {cwd: place.path});

  test('the licences per species and year of the README: every species, every year', async () => {
    const answer = JSON.parse(fine(await report('licences', '--json'))) as {rows: [string, string, number][]; columns: {name: string}[]};
    expect(answer).toMatchObject({format: 'sluice.gather-report/1', name: 'licences', title: 'Licences per species and year', truncated: false, html: null, columns: [{name: 'species'}, {name: 'year'}, {name: 'licences'}]});
    const expected = [HOSTILE, 'Cat', 'unknown', '小白'].flatMap(species => ['2014', '2015', 'unknown'].map((year): [string, string, number] => [species, year, 0]));
    for (let i = 1; i <= 9; i++) {
      const species = i === 9 ? 'unknown' : i === 8 ? HOSTILE : i % 3 === 0 ? 'Cat' : '小白';
      expected.find(row => row[0] === species && row[1] === (i === 9 ? 'unknown' : `201${4 + (i % 2)}`))![2]++;
    }
    // Each system orders text in its own way.
    const sorted = (rows: readonly (readonly unknown[])[]) => rows.map(row => JSON.stringify(row)).sort();
    expect(sorted(answer.rows)).toEqual(sorted(expected));
  });

  test('on the terminal a table and bars, that no value can steer; as a page that no value can break', async () => {
    const shown = fine(await report('licences', '--html', 'licences.html'));
    expect(shown).toMatch(/^Licences per species and year\n.* · .* UTC\n\nspecies +year +licences\n─+\n/);
    expect(shown).toMatch(/\n小白 +2014 +2\n/);
    expect(shown).toMatch(/\n小白\n {2}2014 {5}█+ 2\n/);
    expect(shown).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
    const page = readFileSync(place.at('licences.html'), 'utf8');
    expect(page).not.toMatch(/<script|[\u001b\u202e]/);
    expect(page).toContain('&#60;script&#62;alert(1)&#60;/script&#62;\\u{1b}[31m\\u{202e}');
    expect(page).toContain('<bdi>小白</bdi>');
    expectNoLeak([shown, page], /:([^:@/]+)@/.exec(target?.url ?? '')?.[1] ?? CANARY);
  });

  test('what would write is refused, and nothing has changed', async () => {
    expect(await report('writes')).toMatchObject({code: 2, stdout: '', stderr: expect.stringContaining('report writes: its SQL begins with DELETE') as string});
    expect(await report('hides')).toMatchObject({code: 2, stdout: '', stderr: expect.stringContaining('report hides: its SQL is more than one statement') as string});
    const counted = target === null ? rowsOf(place.at('socrata.db'), 'SELECT count(*) FROM pet_license') : await target.rows('SELECT count(*) FROM pet_license');
    expect(Number(counted[0]?.[0])).toBe(9);
  });

  test('values are exact, in JSON and CSV; what stands in a file can be asked as well', async () => {
    // The column of a server has three digits of a second; a file has the text that was published.
    const text = kind === 'mysql' || kind === 'mariadb' ? 'char(9)' : 'varchar(9)';
    place.write('exact.sql', `SELECT 9007199254740993 AS big, 7 AS small, fee, CAST(NULL AS ${text}) AS absent, '' AS blank, license_issue_date AS day, 'a,"b"' AS words FROM pet_license WHERE license_number = 'S1'`);
    expect(JSON.parse(fine(await report('--sql', 'exact.sql', '--json')))).toMatchObject({name: 'exact', rows: [['9007199254740993', 7, '1.10', null, '', '2015-12-18 00:00:00.000', 'a,"b"']]});
    expect(fine(await report('--sql', 'exact.sql', '--csv'))).toBe(`big,small,fee,absent,blank,day,words\r\n9007199254740993,7,1.10,,"",2015-12-18 00:00:00.000,"a,""b"""\r\n`);
  });
});

describe('socrata-gather report', () => {
  let place: Folder;
  beforeEach(() => {
    place = folder();
    makeSqlite(place.at('socrata.db'), 'CREATE TABLE t (id INTEGER PRIMARY KEY, species TEXT)', "INSERT INTO t VALUES (1, 'Cat'), (2, 'Dog'), (3, 'Dog')");
    write("  count: {title: How many, sql: 'SELECT species, count(*) AS n FROM t GROUP BY species'}");
  });
  const write = (...reports: string[]) => place.write('topics.yaml', `topics:\n  pets: {source: data.example, dataset: jguv-t9rb, table: t}\nreports:\n${reports.join('\n')}\n`);
  const report = (words: readonly string[], env: Readonly<Record<string, string>> = {}) => socrataGather(['report', ...words], {cwd: place.path, env});

  test('lists what there is', async () => {
    expect(fine(await report([]))).toBe('count  How many\n');
    expect(JSON.parse(fine(await report(['--json'])))).toEqual({format: 'sluice.gather-reports/1', reports: [{name: 'count', title: 'How many', target: 'sqlite:socrata.db'}]});
  });

  test('has colours where they are wanted only', async () => {
    expect(fine(await report(['count']))).not.toContain('\u001b');
    expect(fine(await report(['count'], {FORCE_COLOR: '1'}))).toContain('\u001b[32m');
    expect(fine(await report(['count'], {FORCE_COLOR: '1', NO_COLOR: '1'}))).not.toContain('\u001b');
  });

  test('says when there are no rows, or more than were asked for', async () => {
    write("  none: {title: \"\\e[31mno\", sql: 'SELECT id FROM t WHERE id > 9'}", "  more: {sql: 'SELECT id FROM t', limit: 2}");
    const none = fine(await report(['none']));
    expect(none).toMatch(/^\\u\{1b\}\[31mno\n/);
    expect(none).toMatch(/\n\nThere are no rows\.\n$/);
    expect(fine(await report([]))).toContain('none  \\u{1b}[31mno\n');
    const csv = await report(['more', '--csv']);
    expect([fine(csv), csv.stderr]).toEqual(['id\r\n1\r\n2\r\n', expect.stringContaining('there are more than 2 rows')]);
    expect(fine(await report(['more', '--limit', '3']))).toContain('\n3 rows\n');
  });

  test('a name that is not there, and a page where none can be, are sentences', async () => {
    expect(await report(['cuont'])).toMatchObject({code: 2, stderr: expect.stringMatching(/no report cuont in topics\.yaml; did you mean count\?/) as string});
    expect(await report(['count', '--html', 'no/such/x.html'])).toMatchObject({code: 1, stderr: expect.stringContaining('cannot write no/such/x.html') as string});
  });

  test('what computes for ever ends when its time is over', async () => {
    place.write('sub/for-ever.sql', 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT sum(i % 7) FROM n');
    write('  ever: {sqlFile: sub/for-ever.sql, timeout: 1s}');
    expect(await report(['ever'])).toMatchObject({code: 1, stdout: '', stderr: expect.stringContaining('report ever: it did not end within 1 s') as string});
  });
});
