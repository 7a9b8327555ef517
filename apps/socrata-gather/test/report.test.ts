import {mkdir, mkdtemp, readFile, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {must, silent} from '@sluice/core';
import Database from 'better-sqlite3';
import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import {licencesReport} from '../src/report/licences.ts';
import {jsonValue} from '../src/report/result-forms.ts';
import {folderOf, runReport} from '../src/report/run-report.ts';
import {readReports} from '../src/topics/topic-file.ts';

const {signal} = new AbortController();

describe('a saved question', () => {
  let folder: string;
  let file: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sluice-report-'));
    file = join(folder, 'topics.yaml');
    const db = new Database(join(folder, 'pets.db'));
    db.exec("CREATE TABLE t (id INTEGER PRIMARY KEY, species TEXT); INSERT INTO t VALUES (1, 'Cat'), (2, 'Dog'), (3, 'Dog')");
    db.close();
  });
  afterEach(() => rm(folder, {recursive: true}));
  const ask = async (rules: string) => {
    await writeFile(file, `targets: {pets: 'sqlite:${join(folder, 'pets.db')}'}\ntopics:\n  pets: {source: data.example, dataset: jguv-t9rb, table: t}\nreports:\n  r: ${rules}\n`);
    const {reports} = await readReports(file, {NAME: 'Dog'}, signal);
    return await runReport(must(reports.get('r'), 'the report'), folderOf(file), new Date('2026-01-05T12:00:00Z'), {env: {}, logger: silent, signal});
  };

  test('has its rows, title, place and bars', async () => {
    expect(await ask("{title: How many, sql: 'SELECT species, count(*) AS n FROM t GROUP BY species'}")).toMatchObject({
      title: 'How many', source: `sqlite:${join(folder, 'pets.db')}`, at: '2026-01-05T12:00:00.000Z', rows: [['Cat', 1n], ['Dog', 2n]], isTruncated: false, chart: {title: 'n by species', most: 2},
    });
    expect(await ask("{sql: 'SELECT id FROM t WHERE id > 9'}")).toMatchObject({title: 'r', rows: [], chart: 'There is no chart: there are no rows.'});
    expect(await ask("{sql: 'SELECT species FROM t', limit: 2}")).toMatchObject({isTruncated: true, chart: 'There is no chart: no column holds numbers.'});
    expect(await ask("{sql: 'SELECT id FROM t', chart: false}")).toMatchObject({chart: null});
  });

  test('may stand in a file beside the topics, and name variables where it stands among them', async () => {
    await mkdir(join(folder, 'sub'));
    await writeFile(join(folder, 'sub/q.sql'), "\ufeffSELECT count(*) AS n FROM t WHERE species <> '${NAME}'");
    expect(await ask('{sqlFile: sub/q.sql}')).toMatchObject({rows: [[3n]]});
    expect(await ask("{sql: \"SELECT count(*) AS n FROM t WHERE species = '${NAME}'\"}")).toMatchObject({rows: [[2n]]});
    await writeFile(join(folder, 'sub/q.sql'), new Uint8Array([0x53, 0xff]));
    await expect(ask('{sqlFile: sub/q.sql}')).rejects.toMatchObject({code: 'SLUICE_CONFIG', message: expect.stringContaining('no text in UTF-8') as string});
  });

  test.each<[string, string, string, RegExp]>([
    ['a column that is not there', "{sql: 'SELECT speceis FROM t'}", 'SLUICE_SCHEMA', /report r: a column does not exist: speceis/],
    ['what would write', "{sql: 'DELETE FROM t'}", 'SLUICE_CONFIG', /report r: its SQL begins with DELETE/],
    ['no SQL at all', '{title: x}', 'SLUICE_CONFIG', /reports\.r.*needs one of sql and sqlFile/],
    ['two of it', "{sql: 'SELECT 1', sqlFile: x.sql}", 'SLUICE_CONFIG', /reports\.r.*needs one of sql and sqlFile/],
    ['a file that is not there', '{sqlFile: none.sql}', 'SLUICE_CONFIG', /none\.sql cannot be read \(ENOENT\)/],
    ['a target that is not there', "{sql: 'SELECT 1', target: warehouse}", 'SLUICE_CONFIG', /reports\.r\.target is none of the targets, which are pets/],
    ['a column for the chart that is not there', "{sql: 'SELECT species FROM t', chart: {value: n}}", 'SLUICE_CONFIG', /the chart's value: there is no column n/],
    ['a key that nobody knows', "{sql: 'SELECT 1', chrt: false}", 'SLUICE_CONFIG', /reports\.r.*chrt/s],
  ])('%s is a sentence', async (_, rules, code, says) => {
    await expect(ask(rules)).rejects.toMatchObject({code, message: expect.stringMatching(says) as string});
  });
});

test('values go to JSON as what they are where it holds them, and as text otherwise', () => {
  expect([2n, 2n ** 60n, -(2n ** 60n), 1.5, NaN, -Infinity, -0, '0.10', true, null, new Uint8Array([0, 255])].map(jsonValue))
    .toEqual([2, '1152921504606846976', '-1152921504606846976', 1.5, 'NaN', '-INF', '-0', '0.10', true, null, 'AP8=']);
});

test('the README shows the report that the demonstration has', async () => {
  expect(await readFile(new URL('../README.md', import.meta.url), 'utf8')).toContain(licencesReport.replaceAll(/^(?=.)/gm, '    '));
});
