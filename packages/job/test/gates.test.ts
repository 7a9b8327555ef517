import {existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {createHash} from 'node:crypto';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {openState} from '@sluice/state';
import {ErrorCode, PipelineError, silent, type FileSeal, type Gate, type Problem, type RunReport} from '@sluice/core';
import {afterAll, beforeEach, expect, test} from 'vitest';
import {runJob, runRefreshJob, type CopyJob} from '../src/index.ts';

const never = new AbortController().signal;
const root = mkdtempSync(join(tmpdir(), 'sluice-gates-'));
afterAll(() => rmSync(root, {recursive: true, force: true}));

let folder: string;
let job: CopyJob;
let told: {readonly report: RunReport; readonly seal: FileSeal | null}[];
const file = () => join(folder, 'people.db');
const gate = (problems: readonly Problem[] = []): Gate => ({
  name: 'certificate',
  examine: async () => problems,
  settled: async ({report, seal}, signal) => void told.push({report, seal: await seal(signal)}),
});
beforeEach(() => {
  folder = mkdtempSync(join(root, 'run-'));
  writeFileSync(join(folder, 'people.csv'), 'id,name\n1,Ada\n2,\n');
  told = [];
  job = {
    tool: {name: 'test', version: '1.2.3'}, source: {url: `csv:${join(folder, 'people.csv')}`}, destination: {url: `sqlite:${file()}`},
    reportFiles: {json: join(folder, 'report.json')}, stateFile: join(folder, 'state.db'), gates: [gate()],
  };
});

const runs = {
  copy: () => runJob(job, {logger: silent}, never),
  refresh: () => runRefreshJob({...job, kind: 'full'}, {logger: silent}, never),
};

test.each(['copy', 'refresh'] as const)('a gate of a %s hears the report and what is live once all is done', async how => {
  const {report} = await runs[how]();
  expect(told).toEqual([{report, seal: {sha256: createHash('sha256').update(readFileSync(file())).digest('hex'), bytes: readFileSync(file()).length}}]);
  expect(report).toMatchObject({status: 'ok', published: true});
});

test.each(['copy', 'refresh'] as const)('a %s that a gate refused is told to it as well, and written down', async how => {
  job = {...job, gates: [gate([{message: 'nobody signed'}])]};
  const {report} = await runs[how]();
  expect(report).toMatchObject({status: 'failed', published: false, error: {code: ErrorCode.RELEASE}});
  expect(told).toEqual([{report, seal: null}]);
  expect(existsSync(file())).toBe(false);
  expect((JSON.parse(readFileSync(job.reportFiles!.json!, 'utf8')) as RunReport).error?.code).toBe(ErrorCode.RELEASE);
});

test('what a gate cannot write fails the job, is told as what it is, and keeps the others from nothing', async () => {
  const failing: Gate = {name: 'first', examine: async () => [], settled: async () => { throw new PipelineError(ErrorCode.WRITE, 'no room', {remedy: 'make room'}); }};
  job = {...job, gates: [failing, gate()]};
  await expect(runs.copy()).rejects.toMatchObject({code: ErrorCode.WRITE, message: expect.stringMatching(/the copy is live, but .*no room/) as string, remedy: 'make room'});
  expect(told).toHaveLength(1);
  expect(existsSync(file())).toBe(true);
});

test.each(['copy', 'refresh'] as const)('a gate of a %s is told when the report cannot be written, and so is the history', async how => {
  mkdirSync(job.reportFiles!.json!);
  await expect(runs[how]()).rejects.toMatchObject({code: ErrorCode.WRITE, message: expect.stringMatching(/the copy is live, but its report is missing/) as string});
  expect(told).toMatchObject([{report: {status: 'ok', published: true}, seal: {sha256: createHash('sha256').update(readFileSync(file())).digest('hex')}}]);
  await using state = await openState(job.stateFile!);
  expect(await state.lastRun(told[0]!.report.destination.label)).toMatchObject({status: 'ok', published: true});
});

test('a receipt that cannot be written keeps the report, the history and the gates from nothing', async () => {
  const receipt = join(folder, 'copy.receipt.json');
  mkdirSync(receipt);
  job = {...job, reportFiles: {...job.reportFiles, receipt}};
  await expect(runs.refresh()).rejects.toMatchObject({code: ErrorCode.WRITE, message: expect.stringMatching(/the copy is live, but its receipt is missing/) as string});
  expect(JSON.parse(readFileSync(job.reportFiles!.json!, 'utf8'))).toMatchObject({status: 'ok', published: true, refresh: {receipt: null}});
  expect(told).toMatchObject([{report: {status: 'ok', published: true}}]);
});
