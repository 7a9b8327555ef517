import {existsSync, mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import Database from 'better-sqlite3';
import {silent, type ColumnProfile, type Gate, type RunReport} from '@sluice/core';
import {openSource} from '@sluice/registry';
import {afterAll, expect, test} from 'vitest';
import {mergeReports, parseLossRules, planJob, planText, runJobs, studyJob, type CopyJob} from '../src/index.ts';
import {profileRows} from '../src/study/profile-rows.ts';
import {typeWitnesses} from '../src/study/type-witnesses.ts';

const folder = mkdtempSync(join(tmpdir(), 'sluice-study-'));
afterAll(() => rmSync(folder, {recursive: true, force: true}));
const never = new AbortController().signal;

function file(name: string, ...statements: string[]): string {
  const path = join(folder, name);
  const db = new Database(path);
  for (const sql of statements) db.exec(sql);
  db.close();
  return path;
}

/** Counted traits and sizes; extremes are judged, not told. */
const told = ({column, witnesses, sizes}: ColumnProfile) => ({
  column, sizes, counted: Object.fromEntries(witnesses.flatMap(({trait, count}) => count === null ? [] : [[trait, count] as const]).sort()), extremes: new Set(witnesses.filter(({count}) => count === null).map(({trait}) => trait)).size > 0,
});

test('what a source computes of its rows is what reading them says', async () => {
  const path = file('hostile.db',
    'CREATE TABLE t (id INTEGER PRIMARY KEY, x REAL, d DECIMAL_TEXT(30,5), note TEXT, raw BLOB, day DATE_TEXT, at DATETIME_TEXT(6))',
    `INSERT INTO t VALUES
      (1, 1.5, '-12345678901234567890.50000', 'ab', x'00ff', '2020-02-03', '2020-02-03 04:05:06.123456'),
      (2, 9e999, '0.00001', 'a' || char(0), x'', '0000-00-00', '0000-00-00 00:00:00.000000'),
      (-9223372036854775808, -9e999, '7.00000', 'blank ', NULL, '2020-00-01', '2020-02-03 04:05:06.100000'),
      (4, NULL, NULL, '🙂é', x'010203', NULL, '0000-01-01 00:00:00.000000')`);
  await using source = await openSource({url: `sqlite:${path}`});
  const {tables: [schema]} = await source.discover(never);
  const computed = await source.profile!({schema: schema!}, never);
  const read = await profileRows(source, {schema: schema!}, never);
  expect(computed.rows).toBe(4);
  expect(computed.columns.map(told)).toEqual(read.columns.map(told));
  const [id, x, d, note, raw, day] = computed.columns.map(told);
  expect([id!.sizes, x!.counted, d!.sizes]).toEqual([{digits: 19}, {NULL: 1, infinity: 1, 'minus infinity': 1}, {digits: 20, fraction: 5}]);
  expect([note!.sizes, note!.counted, raw!.sizes, day!.counted]).toEqual([{characters: 6, bytes: 6}, {NUL: 1, 'trailing blank': 1}, {bytes: 3}, {NULL: 1, 'zero date': 1, 'partial date': 1}]);
  expect((await source.profile!({schema: schema!, where: 'id > 3'}, never)).rows).toBe(1);
});

test('days that no month has are counted, for a calendar does not take them', async () => {
  const dates = ['2023-02-28', '2023-02-29', '2020-02-29', '1900-02-29', '2000-02-29', '2023-04-31', '2023-05-31', '1800-01-01', '2400-12-31', '0000-02-30', '2023-00-31', null];
  const path = file('calendar.db', 'CREATE TABLE t (id INTEGER PRIMARY KEY, day DATE_TEXT, at DATETIME_TEXT(0))',
    ...dates.map(day => `INSERT INTO t (day, at) VALUES (${day === null ? 'NULL, NULL' : `'${day}', '${day} 10:11:12'`})`));
  await using source = await openSource({url: `sqlite:${path}`});
  const {tables: [schema]} = await source.discover(never);
  const computed = await source.profile!({schema: schema!}, never);
  expect(computed.columns.map(told)).toEqual((await profileRows(source, {schema: schema!}, never)).columns.map(told));
  expect(computed.columns.slice(1).map(one => told(one).counted)).toEqual([1, 2].map(() => ({NULL: 1, 'impossible date': 3, 'year 0': 1, 'partial date': 1})));
});

test('the longest time is found whatever its sign and its hours, and the most digits of a second', async () => {
  const path = file('clock.db', 'CREATE TABLE t (id INTEGER PRIMARY KEY, x TIME_TEXT(9))', "INSERT INTO t (x) VALUES ('23:00:00.000000000'), ('01:00:00.123456700'), ('-838:59:59.500000000'), ('838:59:59.000000000'), ('99:59:59.000000000'), (NULL)");
  await using source = await openSource({url: `sqlite:${path}`});
  const {tables: [schema]} = await source.discover(never);
  expect(schema!.columns[1]).toMatchObject({type: 'time', scale: 9});
  const found = [await source.profile!({schema: schema!}, never), await profileRows(source, {schema: schema!}, never)].map(({columns}) => columns[1]!);
  expect(found.map(({witnesses}) => witnesses.find(({trait}) => trait === 'largest')?.value)).toEqual(['838:59:59.500000000', '-838:59:59.500000000']);
  expect(found.map(({witnesses, sizes}) => [sizes.fraction, witnesses.some(({trait}) => trait === 'finest')])).toEqual([[7, true], [7, true]]);
  expect(typeWitnesses(schema!.columns[1]!, 'sqlite').map(({trait}) => trait)).toEqual(['NULL', 'largest']);
});

test('a copy in append goes by ranges that are kept; a plan of one piece says so; no value is shown', async () => {
  const path = file('many.db', 'CREATE TABLE t (id INTEGER PRIMARY KEY, note TEXT)', 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 950) INSERT INTO t SELECT i, \'canary-4711\' FROM n');
  const job: CopyJob = {tool: {name: 'test', version: '1'}, source: {url: `sqlite:${path}`}, destination: {url: `sqlite:${join(folder, 'out.db')}`}, stateFile: null, verify: false, limits: {commitRows: 100}};
  const parts = await studyJob({...job, mode: 'append'}, {scan: true}, never);
  expect(parts.tables).toMatchObject([{rows: 950, reads: {by: ['id'], ranges: 10}}]);
  const text = planText(parts.plan, 80, parts);
  expect(text).toMatch(/t: 10 ranges by id of about 95 rows, kept one by one/);
  expect(text).not.toContain('canary');
  expect((await studyJob({...job, limits: {maxRowsPerSecond: 10}}, {scan: true}, never)).estimate).toMatchObject({rows: 950, seconds: 95});
  expect((await studyJob(job, {scan: true}, never)).tables).toMatchObject([{reads: {by: [], ranges: 1}}]);
});

test('a plan is refused where the copy would be, and makes nothing: rows that are set aside have no place, chunks go with no rule', async () => {
  const path = file('aside.db', 'CREATE TABLE t (id INTEGER PRIMARY KEY)', 'INSERT INTO t VALUES (1)');
  const job: CopyJob = {tool: {name: 'test', version: '1'}, source: {url: `sqlite:${path}`}, destination: {url: `csv:${join(folder, 'aside-out')}/`}, stateFile: null, losses: parseLossRules(['quarantine'])};
  const place = join(folder, 'new/aside');
  for (const plan of [(more: Partial<CopyJob>) => studyJob({...job, ...more}, {scan: false}, never), (more: Partial<CopyJob>) => planJob({...job, ...more}, never)]) {
    await expect(plan({quarantineFolder: join(path, 'aside')})).rejects.toMatchObject({code: 'SLUICE_WRITE', message: expect.stringMatching(/set aside in .*aside \(ENOTDIR\)/)});
    await expect(plan({quarantineFolder: path})).rejects.toMatchObject({code: 'SLUICE_WRITE'});
    await expect(plan({quarantineFolder: join(folder, 'aside-out/aside')})).rejects.toMatchObject({code: 'SLUICE_CONFIG', remedy: expect.stringContaining('--quarantine')});
    await plan({quarantineFolder: place});
    await expect(plan({quarantineFolder: place, consistency: 'chunks', destination: {url: `sqlite:${join(folder, 'aside.out.db')}`}})).rejects.toMatchObject({
      code: 'SLUICE_CONFIG', message: expect.stringMatching(/cannot be made in chunks: rules for losses/),
    });
  }
  expect(existsSync(join(folder, 'new'))).toBe(false);
});

test('a copy that goes on after a crash goes by the pieces that it keeps', async () => {
  const path = file('pieces.db', 'CREATE TABLE t (id INTEGER PRIMARY KEY)', 'WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 110000) INSERT INTO t SELECT i FROM c');
  const job: CopyJob = {tool: {name: 'test', version: '1'}, source: {url: `sqlite:${path}`}, destination: {url: `sqlite:${join(folder, 'pieces-out.db')}`}, stateFile: join(folder, 'state.db')};
  const pieces = async (more: Partial<CopyJob>) => (await studyJob({...job, ...more}, {scan: false}, never)).tables.map(({reads}) => reads.ranges);
  expect(await pieces({resume: {fromRows: 110_000}})).toEqual([3]);
  expect(await pieces({resume: {fromRows: 110_001}})).toEqual([1]);
  expect(await pieces({resume: {fromRows: 0}, limits: {commitRows: 110_001}})).toEqual([1]);
});

test('reports of several copies are one: what failed and what did not', () => {
  const report = (more: Partial<RunReport>): RunReport => ({
    format: 'sluice.run-report/1', tool: {name: 't', version: '1'}, status: 'ok', startedAt: '1', finishedAt: '2', source: {kind: 's', label: 's', snapshot: null},
    destination: {kind: 'd', label: 'd', archived: null, bytes: null}, published: true, tables: [], views: [], excluded: [], omissions: [],
    verification: {status: 'passed', tables: 1, rows: 2}, timings: {plan: 0.1, read: 0, transform: 0, digest: 0, write: 0, finish: 0, verify: 0, publish: 0, total: 0.1}, warnings: ['w'], ...more,
  });
  const good = report({}), bad = report({status: 'failed', published: false, finishedAt: '3', verification: {status: 'skipped', tables: 0, rows: 0}, error: {code: 'SLUICE_WRITE', message: 'full'}});
  expect(mergeReports([good])).toBe(good);
  expect(mergeReports([good, bad])).toMatchObject({status: 'partial', published: true, finishedAt: '3', verification: {status: 'passed', tables: 1, rows: 2}, timings: {plan: 0.2}, error: {message: 'full'}});
  expect(mergeReports([bad, bad])).toMatchObject({status: 'failed', published: false});
  expect(mergeReports([good, report({status: 'interrupted'})]).status).toBe('interrupted');
});

test('a job that is stopped between two copies is interrupted, whatever the first came to', async () => {
  const path = file('stopped.db', 'CREATE TABLE t (id INTEGER PRIMARY KEY)');
  const stop = new AbortController();
  const job: CopyJob = {tool: {name: 'test', version: '1'}, source: {url: `sqlite:${path}`}, destination: {url: `sqlite:${join(folder, 'stopped-out.db')}`}, stateFile: null};
  const gate: Gate = {name: 'stop', examine: async () => [], settled: async () => stop.abort()};
  const {report} = await runJobs([{...job, gates: [gate]}, {...job, mode: 'append'}], {logger: silent}, stop.signal);
  expect(report).toMatchObject({status: 'interrupted', published: true, tables: [{name: 't', status: 'ok'}]});
});

test('a copy that cannot begin takes nothing from what those before it did; the first one is told as it is', async () => {
  const path = file('pair.db', 'CREATE TABLE t (id INTEGER PRIMARY KEY)', 'INSERT INTO t VALUES (1)');
  const json = join(folder, 'pair/report.json');
  const good: CopyJob = {tool: {name: 'test', version: '1'}, source: {url: `sqlite:${path}`}, destination: {url: `sqlite:${join(folder, 'pair-out.db')}`}, stateFile: null, reportFiles: {json}};
  const bad: CopyJob = {...good, destination: {url: `sqlite:${join(folder, 'no-such-folder/out.db')}`}};
  const {report} = await runJobs([good, bad], {logger: silent}, never);
  expect(report).toMatchObject({status: 'partial', published: true, tables: [{name: 't', rowsWritten: 1}], error: {code: 'SLUICE_WRITE'}});
  expect(JSON.parse(readFileSync(json, 'utf8'))).toEqual(JSON.parse(JSON.stringify(report)));
  await expect(runJobs([bad, good], {logger: silent}, never)).rejects.toMatchObject({code: 'SLUICE_WRITE'});
});
