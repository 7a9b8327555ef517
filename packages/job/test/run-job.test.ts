import {existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {silent, type RunReport} from '@sluice/core';
import {acquireLock, fileLock, openState, thisProcess} from '@sluice/state';
import Database from 'better-sqlite3';
import {afterAll, beforeEach, expect, test} from 'vitest';
import {planDocument, planJob, planText, runJob, type CopyJob} from '../src/index.ts';

const never = new AbortController().signal;
const root = mkdtempSync(join(tmpdir(), 'sluice-job-'));
afterAll(() => rmSync(root, {recursive: true, force: true}));

let folder: string;
let job: CopyJob;
beforeEach(() => {
  folder = mkdtempSync(join(root, 'run-'));
  writeFileSync(join(folder, 'people.csv'), 'id,name\n1,Ada\n2,\n');
  job = {
    tool: {name: 'test', version: '1.2.3'},
    source: {url: `csv:${join(folder, 'people.csv')}`}, destination: {url: `sqlite:${join(folder, 'people.db')}`},
    reportFiles: {json: join(folder, 'out/report.json'), html: join(folder, 'out/report.html')},
    stateFile: join(folder, 'state/state.db'),
  };
});

const rows = (file = 'people.db') => {
  const db = new Database(join(folder, file), {readonly: true});
  try {
    return db.prepare('SELECT * FROM people').raw().all();
  } finally {
    db.close();
  }
};

test('a job copies, writes both reports, remembers the run, and leaves nothing else', async () => {
  const {report, cause} = await runJob(job, {logger: silent}, never);
  expect(cause).toBeUndefined();
  expect(report.status).toBe('ok');
  expect(rows()).toEqual([['1', 'Ada'], ['2', null]]);
  expect(JSON.parse(readFileSync(job.reportFiles!.json!, 'utf8'))).toEqual(report);
  expect(readFileSync(job.reportFiles!.html!, 'utf8')).toContain('Copied and proved');
  await using state = await openState(job.stateFile!);
  expect((await state.history(report.destination.label)).map(({startedAt}) => startedAt)).toEqual([report.startedAt]);
  expect(readdirSync(folder).sort()).toEqual(['out', 'people.csv', 'people.db', 'state']);
  expect(readdirSync(join(folder, 'out')).sort()).toEqual(['report.html', 'report.json']);
});

test('while another run holds the target nothing is copied', async () => {
  await using _held = await acquireLock(fileLock(join(folder, 'people.db')), thisProcess('somebody else', new Date()), never);
  await expect(runJob(job, {logger: silent}, never)).rejects.toMatchObject({code: 'SLUICE_LOCKED', message: expect.stringContaining('somebody else') as string});
  expect(existsSync(join(folder, 'people.db'))).toBe(false);
});

test('a state that cannot be written does not fail a copy that worked; it is said', async () => {
  writeFileSync(join(folder, 'state'), 'a file where a folder should be');
  const warnings: string[] = [];
  const {report} = await runJob(job, {logger: {...silent, warn: message => warnings.push(message)}}, never);
  expect(report.status).toBe('ok');
  expect(warnings).toEqual([expect.stringContaining('this run is not in the history') as string]);
});

test('where a crash would leave nothing to go on with, that is said of copies that would be gone on with', async () => {
  await runJob(job, {logger: silent}, never);
  writeFileSync(join(folder, 'taken'), 'a file where a folder should be');
  const warnings: string[] = [];
  const {report} = await runJob({
    ...job, source: job.destination, destination: {url: `sqlite:${join(folder, 'second.db')}`}, stateFile: join(folder, 'taken', 'state.db'), reportFiles: {}, resume: {fromRows: 0},
  }, {logger: {...silent, warn: message => warnings.push(message)}}, never);
  expect(report.status).toBe('ok');
  expect(warnings).toEqual([expect.stringContaining('the next one begins anew'), expect.stringContaining('this run is not in the history')] as string[]);
});

test('null remembers nothing', async () => {
  await runJob({...job, stateFile: null, reportFiles: {}}, {logger: silent}, never);
  expect(readdirSync(folder).sort()).toEqual(['people.csv', 'people.db']);
});

test('a report that cannot be written is found out before the copy', async () => {
  writeFileSync(join(folder, 'out'), 'a file where a folder should be');
  await expect(runJob(job, {logger: silent}, never)).rejects.toMatchObject({code: 'SLUICE_WRITE'});
  expect(existsSync(join(folder, 'people.db'))).toBe(false);
});

test('a failed copy has a report too', async () => {
  writeFileSync(join(folder, 'people.csv'), 'id,name\n1,Ada\n2\n');
  const {report, cause} = await runJob(job, {logger: silent}, never);
  expect(cause).toBeDefined();
  expect(report).toMatchObject({status: 'failed', published: false});
  expect((JSON.parse(readFileSync(job.reportFiles!.json!, 'utf8')) as RunReport).status).toBe('failed');
});

test('a plan touches nothing, and says it as text and as a document', async () => {
  const plan = await planJob(job, never);
  expect(planText(plan, 80)).toMatch(/people[\s\S]*id\s+text\s+-> TEXT[\s\S]*CREATE TABLE[\s\S]*Nothing was touched/);
  expect(planDocument(plan)).toMatchObject({format: 'sluice.plan/1', tables: [{name: 'people', target: 'people', effects: []}]});
  expect(readdirSync(folder)).toEqual(['people.csv']);
});
