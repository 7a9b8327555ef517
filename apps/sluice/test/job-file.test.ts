import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {silent} from '@sluice/core';
import {afterAll, expect, test} from 'vitest';
import {partsOf, type JobTables} from '../src/job-tables.ts';
import {readJobFile} from '../src/open-job.ts';

const folder = mkdtempSync(join(tmpdir(), 'sluice-job-file-'));
afterAll(() => rmSync(folder, {recursive: true, force: true}));

const read = async (text: string, env: Record<string, string> = {}) => {
  const file = join(folder, 'job.yaml');
  writeFileSync(file, text);
  return await readJobFile(file, {env, logger: silent, signal: new AbortController().signal});
};

test('the job of the guide is one, and its password is a secret', async () => {
  const guide = readFileSync(join(import.meta.dirname, '../../../docs/guides/jobs.md'), 'utf8');
  const [, yaml = ''] = /```yaml\n([\s\S]*?)```/.exec(guide) ?? [];
  const job = await read(yaml, {COPY_PASSWORD: 'canary-1'});
  expect(job.destination).toMatchObject({url: {url: 'postgresql://writer@db.example/study?schema=copy'}});
  expect(JSON.stringify(job)).not.toContain('canary-1');
  expect(partsOf(job, [], ['visits', 'log', 'data_1', 'data_tmp'])).toMatchObject([
    {mode: 'replace', tables: ['visits', 'data_1'], onLoss: ['visit.birth_date=null'], byTable: {visits: {key: ['site', 'id'], columns: ['-notes'], rename: 'visit'}}},
    {mode: 'append', tables: ['log'], onLoss: [], byTable: {log: {cursor: 'id'}}},
  ]);
});

test('of several entries that match the first that speaks counts, defaults last', () => {
  const job: JobTables = {defaults: {mode: 'append', key: ['a'], onLoss: 'quarantine'}, tables: {data_1: {mode: 'replace', onLoss: {'a.b*': 'text'}}, 'data_*': {where: 'x > 1'}, '*': null}, exclude: ['tmp']};
  expect(partsOf(job, [], ['data_1', 'data_2', 'q?', 'tmp'])).toEqual([
    {mode: 'replace', tables: ['data_1'], exclude: [], byTable: {'data_*': {where: 'x > 1'}, '*': {mode: 'append', key: ['a'], onLoss: 'quarantine'}}, onLoss: ['data_1.a\\.b*=text', '*.*=quarantine']},
    {mode: 'append', tables: ['data_2', 'q\\?'], exclude: [], byTable: {'data_*': {where: 'x > 1'}, '*': {mode: 'append', key: ['a'], onLoss: 'quarantine'}}, onLoss: ['*.*=quarantine']},
  ]);
  expect(partsOf(job, ['data_2'], ['data_1', 'data_2', 'q?', 'tmp'])).toMatchObject([{mode: 'append', tables: ['data_2']}]);
  expect(() => partsOf(job, ['data_3'], ['data_1', 'data_2', 'tmp'])).toThrow(/there is no table or view data_3/);
});

test('references are followed once, and what is missing is told with its line and without a value', async () => {
  const job = await read('source: {url: "mysql://reader@db/${DB}", password: "${PW}"}\ndestination: sqlite:out.db\nreport: "$${not}/${DB}"\n', {DB: 'study', PW: '${DB}'});
  expect(job).toMatchObject({source: {url: {url: 'mysql://reader@db/study'}}, report: '${not}/study'});
  expect((job.source as {password: {reveal(): string}}).password.reveal()).toBe('${DB}');
  await expect(read('source: sqlite:${A}${B C}\ndestination: ${D}\n', {A: 'canary'})).rejects.toMatchObject({
    code: 'SLUICE_CONFIG', problems: [{path: expect.stringMatching(/job\.yaml:1:9 source$/) as string, message: expect.stringMatching(/names no variable/) as string}, {message: 'wants the variable D, which is not set'}],
  });
});

test('a variable counts where the file says nothing, and never for the ends or the tables', async () => {
  const env = {SLUICE_SOURCE: 'sqlite:wrong.db', SLUICE_TABLES: 'wrong', SLUICE_EXCLUDE: 'wrong', SLUICE_REPORT: 'wrong', SLUICE_QUARANTINE: 'aside'};
  const job = await read('source: sqlite:in.db\ndestination: sqlite:out.db\nreport: mine\n', env);
  expect(job).toMatchObject({source: {url: 'sqlite:in.db'}, report: 'mine', quarantine: 'aside'});
  expect(job.tables).toBeUndefined();
  expect(job.exclude).toEqual([]);
});
