import {type ChildProcess, spawn} from 'node:child_process';
import {once} from 'node:events';
import {chmodSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {inspect} from 'node:util';
import {ErrorCode, PipelineError, type Position, type RunReport} from '@sluice/core';
import {openState} from '@sluice/state';
import Database from 'better-sqlite3';
import {afterAll, afterEach, beforeAll, beforeEach, expect, test} from 'vitest';
import {build, child} from './built.ts';

const root = mkdtempSync(join(tmpdir(), 'sluice-state-'));
let path: string;
let number = 0;
const children: ChildProcess[] = [];
beforeAll(build);
beforeEach(() => { path = join(root, String(number++), '.sluice', 'state.db'); });
afterEach(() => {
  for (const one of children.splice(0)) one.kill('SIGKILL');
});
afterAll(() => rmSync(root, {recursive: true, force: true}));

const report = (label: string, startedAt: string, status: RunReport['status'] = 'ok') => ({
  format: 'sluice.run-report/1', tool: {name: 't', version: '1'}, status, startedAt, finishedAt: startedAt,
  source: {kind: 'a', label: 'a', snapshot: null}, destination: {kind: 'b', label, archived: null, bytes: null},
  published: true, tables: [], views: [], excluded: [], omissions: [], verification: {status: 'passed', tables: 0, rows: 0},
  timings: {plan: 0, read: 0, transform: 0, digest: 0, write: 0, finish: 0, verify: 0, publish: 0, total: 0}, warnings: ['ünïcode'],
}) satisfies RunReport;
const position = (text: string) => text as Position;

test('folder and file are made when they are missing, for their owner only, and git is told to look away', async () => {
  await using state = await openState(path);
  await state.savePosition('t', 'users', position('1'));
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(statSync(`${path}-wal`).mode & 0o777).toBe(0o600);
  expect(statSync(join(path, '..')).mode & 0o777).toBe(0o700);
  expect(readFileSync(join(path, '..', '.gitignore'), 'utf8')).toBe('*\n');
});

test('runs are remembered by target, newest first', async () => {
  {
    await using state = await openState(path);
    expect(await state.lastRun('x')).toBeNull();
    for (const day of [1, 2, 3]) await state.recordRun(report('x', `2024-01-0${day}`, day === 2 ? 'ok' : 'failed'));
    await state.recordRun(report('y', '2024-02-01'));
  }
  await using state = await openState(path);
  expect((await state.history('x')).map(({startedAt}) => startedAt)).toEqual(['2024-01-03', '2024-01-02', '2024-01-01']);
  expect((await state.history('x', 1)).map(({startedAt}) => startedAt)).toEqual(['2024-01-03']);
  expect(await state.lastRun('x')).toEqual(report('x', '2024-01-03', 'failed'));
  expect(await state.lastRun('x', 'ok')).toEqual(report('x', '2024-01-02'));
  expect(await state.lastRun('x', 'interrupted')).toBeNull();
  expect(await state.targets()).toEqual(['x', 'y']);
});

test('of a thousand runs and more of one target the oldest are forgotten, of others none', async () => {
  await using state = await openState(path);
  await state.recordRun(report('other', 'old'));
  for (let i = 0; i < 1002; i++) await state.recordRun(report('x', String(i)));
  const kept = await state.history('x', 5000);
  expect([kept.length, kept.at(-1)?.startedAt]).toEqual([1000, '2']);
  expect(await state.history('other')).toHaveLength(1);
});

test('positions are kept by target and table, whatever they are called', async () => {
  await using state = await openState(path);
  for (const [target, table] of [['a', 'b'], ['a', 'B'], ["a'b", ''], ['a', 'é"😀'], ['', 'b']] as const) {
    expect(await state.loadPosition(target, table)).toBeNull();
    await state.savePosition(target, table, position('["x\u0000",1]'));
    await state.savePosition(target, table, position(`["${target}/${table}\u0000é"]`));
  }
  expect(await state.loadPosition('a', 'B')).toBe('["a/B\u0000é"]');
  expect(await state.loadPosition("a'b", '')).toBe('["a\'b/\u0000é"]');
  await state.savePosition('a', 'B', null);
  expect(await state.loadPosition('a', 'B')).toBeNull();
  expect(await state.loadPosition('a', 'b')).toBe('["a/b\u0000é"]');
});

test('checksums of a target are replaced as a whole', async () => {
  await using state = await openState(path);
  await state.saveChecksums('a', new Map([['x', '1'], ['y', '2']]));
  await state.saveChecksums('b', new Map([['x', '9']]));
  await state.saveChecksums('a', new Map([['y', '3'], ['z', '4']]));
  expect(await state.loadChecksums('a')).toEqual(new Map([['y', '3'], ['z', '4']]));
  expect(await state.loadChecksums('b')).toEqual(new Map([['x', '9']]));
  expect(await state.loadChecksums('c')).toEqual(new Map());
});

test('disposing twice is harmless', async () => {
  const state = await openState(path);
  await state[Symbol.asyncDispose]();
  await state[Symbol.asyncDispose]();
});

async function refusal(): Promise<PipelineError> {
  const error: unknown = await openState(path).then(() => null, (caught: unknown) => caught);
  expect(error).toBeInstanceOf(PipelineError);
  return error as PipelineError;
}
async function filled(): Promise<void> {
  await using state = await openState(path);
  for (let i = 0; i < 50; i++) await state.recordRun(report('x', String(i)));
  await state.savePosition('x', 'users', position('canary-position'));
}

test.each([
  ['overwritten', (file: string) => writeFileSync(file, 'garbage '.repeat(1000))],
  ['cut short', (file: string) => truncateSync(file, 6000)],
  ['overwritten in its middle', (file: string) => writeFileSync(file, readFileSync(file).fill(0xff, 4096, 12_000))],
])('a state file that was %s is a CONFIG error that names it and says what to do', async (_, damage) => {
  await filled();
  damage(path);
  const error = await refusal();
  expect(error).toMatchObject({code: ErrorCode.CONFIG, message: expect.stringMatching(new RegExp(`^the state file ${path} is damaged`)), remedy: expect.stringContaining('move it away')});
  expect(inspect(error, {depth: 9})).not.toContain('canary-position');
});

test.each([
  ['garbage', 'garbage'], ['a report cut short', '{"format":"sluice.run-report/1","sta'], ['something else', '[1]'], ['a report without tables', '{"format":"sluice.run-report/1","status":"ok"}'],
])('a run that is stored as %s is a CONFIG error, not a programming mistake', async (_, stored) => {
  await filled();
  const db = new Database(path);
  db.prepare('update run set report = ?').run(stored);
  db.close();
  await using state = await openState(path);
  for (const ask of [() => state.lastRun('x'), () => state.history('x')]) {
    const error: unknown = await ask().catch((caught: unknown) => caught);
    expect(error).toMatchObject({code: ErrorCode.CONFIG, message: `the state file ${path} is damaged`});
  }
});

// Its owner may write into a folder of mode 755: then SQLite leaves its shared memory there, as it does for all who write.
test.each(process.getuid!() === 0 ? [0o755, 0o555] : [0o555])('whoever may not write the file reads it, in a folder of mode %o, and leaves nothing', async mode => {
  await filled();
  const folder = join(path, '..');
  for (const each of [root, join(folder, '..'), folder]) chmodSync(each, 0o755);
  chmodSync(path, 0o444);
  chmodSync(folder, mode);
  const before = readdirSync(folder);
  // The superuser may write anything: then somebody else has a try.
  const one = spawn(process.execPath, [child('read.mjs'), path, 'x'], {stdio: ['ignore', 'pipe', 'inherit'], ...(process.getuid!() === 0 && {uid: 65_534, gid: 65_534})});
  children.push(one);
  let output = '';
  for await (const chunk of one.stdout) output += String(chunk);
  chmodSync(folder, 0o755);
  expect(JSON.parse(output)).toEqual({refused: ErrorCode.WRITE, length: 50, written: ErrorCode.WRITE});
  expect(readdirSync(folder)).toEqual(before);
});

test('who only reads makes no file', async () => {
  await expect(openState(path, {access: 'read'})).rejects.toThrow(PipelineError);
  expect(existsSync(join(path, '..'))).toBe(false);
});

test('a file of a newer version is refused and stays as it is', async () => {
  await filled();
  const db = new Database(path);
  db.pragma('user_version = 99');
  db.close();
  const before = readFileSync(path);
  expect(await refusal()).toMatchObject({code: ErrorCode.CONFIG, message: `the state file ${path} has format 99, this version of Sluice knows 2`});
  expect(readFileSync(path).equals(before)).toBe(true);
});

test('the database of another program is refused and not changed by a byte', async () => {
  path = join(root, `other${number++}.db`);
  const db = new Database(path);
  db.exec('create table run (a); insert into run values (1)');
  db.close();
  const before = readFileSync(path);
  expect((await refusal()).message).toBe(`${path} is a database of another program, not a state file`);
  expect(readFileSync(path).equals(before)).toBe(true);
  expect(existsSync(`${path}-wal`)).toBe(false);
});

test('a place where no file can be is a WRITE error', async () => {
  path = join(root, `file${number++}`, 'state.db');
  writeFileSync(join(path, '..'), '');
  expect(await refusal()).toMatchObject({code: ErrorCode.WRITE, message: expect.stringContaining(`the state file ${path} `)});
  path = root;
  expect((await refusal()).code).toBe(ErrorCode.WRITE);
});

test('a store that another process keeps busy is a WRITE error that can be retried', {timeout: 20_000}, async () => {
  await using state = await openState(path);
  const other = new Database(path);
  other.exec('begin immediate');
  const error: unknown = await state.savePosition('a', 'b', position('canary-position')).catch((caught: unknown) => caught);
  other.close();
  expect(error).toMatchObject({code: ErrorCode.WRITE, retryable: true, message: expect.stringContaining('in use by another process')});
  expect(inspect(error, {depth: 9})).not.toContain('canary-position');
});

test('processes that open a new file at the same time lose nothing of what they record', {timeout: 60_000}, async () => {
  const processes = Array.from({length: 8}, () => spawn(process.execPath, [child('record.mjs'), path, 'x', '20'], {stdio: ['ignore', 'ignore', 'inherit']}));
  children.push(...processes);
  expect(await Promise.all(processes.map(async one => (await once(one, 'exit'))[0] as number))).toEqual(Array(8).fill(0));
  await using state = await openState(path);
  expect(await state.history('x', 1000)).toHaveLength(160);
});

test('what was said to be recorded is there after SIGKILL', async () => {
  const one = spawn(process.execPath, [child('record.mjs'), path, 'x', '5', 'wait'], {stdio: ['ignore', 'pipe', 'inherit']});
  children.push(one);
  let output = '';
  for await (const chunk of one.stdout) {
    output += String(chunk);
    if (output.includes('4\n')) break;
  }
  one.kill('SIGKILL');
  await once(one, 'exit');
  await using state = await openState(path);
  expect(await state.history('x')).toHaveLength(5);
  expect(await state.loadPosition('x', 'users')).toBe('4');
});
