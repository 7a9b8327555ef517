import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {namePattern, silent, type Column, type PipelineError} from '@sluice/core';
import type {JobStudy} from '@sluice/job';
import {matchTables} from '@sluice/transform-shape';
import {afterAll, expect, test} from 'vitest';
import {draftJob} from '../src/draft-job.ts';
import {partsOf, type JobTables} from '../src/job-tables.ts';
import {openJob, readJobFile} from '../src/open-job.ts';
import {namedPolicies, onePolicy} from '../src/table-policies.ts';

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
    {mode: 'replace', tables: ['data_1'], exclude: [], byTable: {'data_*': {where: 'x > 1'}, '*': {mode: 'append', key: ['a'], onLoss: 'quarantine'}}, onLoss: ['data_1.a\\.b*=text', '*.*=quarantine'], policies: []},
    {mode: 'append', tables: ['data_2', 'q\\?'], exclude: [], byTable: {'data_*': {where: 'x > 1'}, '*': {mode: 'append', key: ['a'], onLoss: 'quarantine'}}, onLoss: ['*.*=quarantine'], policies: []},
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

test('a password that the file says counts, whatever variables hold; twice in the file is an error', async () => {
  const around = (env: Record<string, string>) => ({env, logger: silent, signal: new AbortController().signal});
  const file = join(folder, 'ends.yaml');
  const copies = async (place: string, env: Record<string, string>) => {
    writeFileSync(file, `source: ${place}\ndestination: ${place}\n`);
    await using open = await openJob(file, [], around(env), 'look');
    return open.copies.flatMap(({source, destination}) => [source.password?.reveal(), destination.password?.reveal()]);
  };
  const env = {PW: 'of the file', SLUICE_SOURCE_PASSWORD: 'a', SLUICE_DESTINATION_PASSWORD_FILE: join(folder, 'nothing')};
  expect(await copies('{url: "mysql://u@db/x", password: "${PW}"}', env)).toEqual(['of the file', 'of the file']);
  expect(await copies('"mysql://u@db/x"', {SLUICE_SOURCE_PASSWORD: 'a'})).toEqual(['a', undefined]);
  await expect(copies('{url: "mysql://u@db/x", password: "${PW}", passwordFile: p}', env)).rejects.toThrow('twice: as password and by passwordFile');
});

test('of the policies of a table the first that is said counts, that of all tables last; said twice for all is an error', async () => {
  const job = await read('source: sqlite:in.db\ndestination: sqlite:out.db\npolicy: all.yaml\ntables:\n  visits: {policy: none}\n  data_1: {where: x > 1}\n  data_*: {policy: data.yaml}\n  rest:\n');
  const [part] = partsOf(job, [], null);
  expect(part).toMatchObject({policies: [['visits', 'none'], ['data_*', 'data.yaml'], ['*', 'all.yaml']], byTable: {data_1: {where: 'x > 1'}}});
  const named = await namedPolicies(part!.policies, async file => file);
  expect(['visits', 'data_1', 'rest'].map(named.of)).toEqual([null, 'data.yaml', 'all.yaml']);
  expect(named.all).toEqual(['data.yaml', 'all.yaml']);
  expect(onePolicy(part!.policies)).toBeNull();
  expect(onePolicy([['visits', 'all.yaml'], ['*', 'all.yaml']])).toBe('all.yaml');
  expect(onePolicy([['visits', 'all.yaml']])).toBeNull();
  expect(onePolicy([['*', 'none']])).toBeUndefined();
  await expect(read('source: sqlite:in.db\ndestination: sqlite:out.db\npolicy: a.yaml\ndefaults: {policy: none}\n')).rejects.toMatchObject({
    problems: [{path: expect.stringMatching(/job\.yaml:4:12 defaults\.policy$/) as string, message: expect.stringMatching(/given twice/) as string}],
  });
});

const ends = 'source: sqlite:in.db\ndestination: sqlite:out.db\n';

test('what was not written is no rule for losses, and names no table; a name is never passed over', async () => {
  const problems = async (text: string) => await read(ends + text).then(() => [], (error: unknown) => (error as PipelineError).problems.map(({path, message}) => `${path?.slice(path.lastIndexOf('job.yaml') + 9)}: ${message}`));
  const blank = 'has no value: write null for the rule of that name, or take the key out';
  expect(await problems('defaults: {onLoss: }\ntables:\n  visits:\n    onLoss:\n  log:\n    onLoss: {a: null, b: , 7: }\n')).toEqual([
    `3:12 defaults.onLoss: ${blank}`, `6:5 tables.visits.onLoss: ${blank}`, `8:28 tables.log.onLoss.7: ${blank}`, `8:23 tables.log.onLoss.b: ${blank}`,
  ]);
  expect(await problems('tables: {}\ndefaults: {mode: append}\n')).toEqual(['3:1 tables: names no table; leave it out to copy all']);
  expect(await problems('tables: {__proto__: , a: {onLoss: {__proto__: null}, renameColumns: {__proto__: b}}}\n')).toEqual([
    '3:10 tables.__proto__: would be passed over: write \\__proto__', '3:36 tables.a.onLoss.__proto__: would be passed over: write \\__proto__',
    '3:70 tables.a.renameColumns.__proto__: would be passed over: a column of this name keeps it',
  ]);
  const job = await read(`${ends}tables: {a: {onLoss: null}, b: {onLoss: {constructor: text, \\__proto__: ~}}}\n`);
  expect(partsOf(job, [], null)).toMatchObject([{onLoss: ['a.*=null', 'b.constructor=text', 'b.\\__proto__=null']}]);
});

test('a draft means the tables and columns that are there, whatever they are called, and no variable', async () => {
  const names = ['visits', 'q?', 'a*b', 'back\\slash', '__proto__', 'constructor', '007', 'null', '${HOME}', 'two\nlines', '#', '- a', 'a: b'];
  const column = (name: string): Column => ({name, type: 'text', nullable: true});
  const study = {
    plan: {tables: names.map(table => ({source: {table, columns: names.map(column), primaryKey: names}})), omissions: [], views: []},
    tables: names.map(() => ({rows: 1, risks: []})), scanned: true,
  };
  // Sound: a draft is made of nothing else.
  const job = await read(draftJob(study as unknown as JobStudy, {source: 'sqlite:${HOME}.db', destination: 'sqlite:out.db'}), {HOME: 'canary'});
  expect(job.source).toEqual({url: 'sqlite:${HOME}.db'});
  const [part] = partsOf(job, [], names);
  expect(Object.values(job.tables!).map(table => table?.key)).toEqual(names.map(() => names));
  expect(names.filter(matchTables({tables: part!.tables}).wants)).toEqual(names);
  for (const name of names) expect(partsOf(job, [], [...names, 'qx', 'axb']).flatMap(({byTable}) => Object.keys(byTable)).filter(pattern => namePattern(pattern)(name))).toHaveLength(1);
});
