import {type ChildProcess, spawn} from 'node:child_process';
import {once} from 'node:events';
import {existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {hostname, tmpdir} from 'node:os';
import {join} from 'node:path';
import {Worker} from 'node:worker_threads';
import {ErrorCode, PipelineError} from '@sluice/core';
import {acquireLock, fileLock, lockHolder, type Lock, type LockTarget, namedLock, thisProcess} from '@sluice/state';
import {afterAll, afterEach, beforeAll, beforeEach, expect, test} from 'vitest';
import {build, child} from './built.ts';

const root = mkdtempSync(join(tmpdir(), 'sluice-lock-'));
let folder: string;
let target: string;
let number = 0;
const children: ChildProcess[] = [];
const never = new AbortController().signal;
const us = thisProcess('sluice copy a b', new Date('2024-05-06T07:08:09Z'));
const take = (lock: LockTarget | string) => acquireLock(typeof lock === 'string' ? fileLock(lock) : lock, us, never);

beforeAll(build);
beforeEach(() => {
  folder = join(root, String(number++));
  mkdirSync(folder);
  target = join(folder, 'out.db');
});
afterEach(() => {
  for (const one of children.splice(0)) one.kill('SIGKILL');
});
afterAll(() => rmSync(root, {recursive: true, force: true}));

function start(name: string, ...args: string[]) {
  const process = spawn(globalThis.process.execPath, [child(name), ...args], {stdio: ['pipe', 'pipe', 'inherit']});
  children.push(process);
  return process;
}
async function says(process: ChildProcess): Promise<string> {
  const [chunk] = await once(process.stdout!, 'data') as [Buffer];
  return chunk.toString().trim();
}
async function refusal(act: Promise<unknown>): Promise<PipelineError> {
  try {
    await act;
  } catch (error) {
    expect(error).toBeInstanceOf(PipelineError);
    return error as PipelineError;
  }
  throw new Error('it was not refused');
}

test('a lock is held until it is disposed, twice if need be, and leaves no file', async () => {
  const lock = await take(target);
  expect(readdirSync(folder).sort()).toEqual(['.out.db.sluice-holder', '.out.db.sluice-lock']);
  await lock[Symbol.asyncDispose]();
  await lock[Symbol.asyncDispose]();
  expect(readdirSync(folder)).toEqual([]);
  await (await take(target))[Symbol.asyncDispose]();
});

test('another process is refused, and is told who holds it and what to do', async () => {
  const holder = start('hold.mjs', target);
  expect(await says(holder)).toBe('held');
  const error = await refusal(take(target));
  expect(error.code).toBe(ErrorCode.LOCKED);
  expect(error.message).toMatch(new RegExp(`^${target} is locked by process ${holder.pid} of \\S+ on ${hostname()} since 1970-01-01T00:00:00.000Z \\(test hold\\)$`));
  expect(error.remedy).toBe(`wait until it has ended, or stop it: kill ${holder.pid}`);
  holder.stdin!.end();
  expect(await says(holder)).toBe('released');
  await (await take(target))[Symbol.asyncDispose]();
  expect(readdirSync(folder)).toEqual([]);
});

test('who waits for a lock is told once who has it, and gets it when that one is done or dies', async () => {
  for (const ends of ['done', 'killed']) {
    const holder = start('hold.mjs', target);
    expect(await says(holder)).toBe('held');
    const waitedFor: unknown[] = [];
    let waiting: Promise<Lock> | undefined;
    await new Promise<void>(resolve => {
      waiting = acquireLock(fileLock(target), us, never, {limitMs: 60_000, onWait: other => { waitedFor.push(other?.command); resolve(); }});
    });
    if (ends === 'killed') holder.kill('SIGKILL');
    else holder.stdin!.end();
    const lock = await waiting!;
    expect(waitedFor).toEqual(['test hold']);
    await lock[Symbol.asyncDispose]();
  }
});

test('who has waited long enough is refused as at once, and who is called off stops waiting', async () => {
  await using _ = await take(target);
  const waitedFor: unknown[] = [];
  const wait = {limitMs: 300, onWait: (other: unknown) => { waitedFor.push(other); }};
  const error = await refusal(acquireLock(fileLock(target), us, never, wait));
  expect(error).toMatchObject({code: ErrorCode.LOCKED, message: expect.stringContaining(`process ${process.pid} `) as string});
  expect(waitedFor).toEqual([us]);
  const calling = new AbortController();
  const onWait = () => { calling.abort(new Error('called off')); };
  await expect(acquireLock(fileLock(target), us, calling.signal, {limitMs: 3_600_000, onWait})).rejects.toThrow();
});

test('a second lock within the process is refused, and the first outlives the attempt', async () => {
  await using _ = await take(target);
  const error = await refusal(take(target));
  expect(error.message).toContain(`process ${process.pid} `);
  // An fcntl lock would be lost by now if the attempt had opened and closed the file.
  expect(await says(start('hold.mjs', target))).toBe(ErrorCode.LOCKED);
});

test('a lock is refused to another thread of the process, and outlives the attempt', async () => {
  await using _ = await take(target);
  const worker = new Worker(child('thread.mjs'), {workerData: target, execArgv: []});
  expect((await once(worker, 'message'))[0]).toBe(ErrorCode.LOCKED);
  await worker.terminate();
  expect(await says(start('hold.mjs', target))).toBe(ErrorCode.LOCKED);
});

test('after SIGKILL of its holder the next run has it at once and leaves nothing behind', async () => {
  const holder = start('hold.mjs', target);
  expect(await says(holder)).toBe('held');
  holder.kill('SIGKILL');
  await once(holder, 'exit');
  expect(readdirSync(folder)).toHaveLength(2);
  const started = performance.now();
  const lock = await take(target);
  expect(performance.now() - started).toBeLessThan(1000);
  const error = await refusal(take(target));
  expect(error.message).toContain(`process ${process.pid} `);
  await lock[Symbol.asyncDispose]();
  expect(readdirSync(folder)).toEqual([]);
});

test('of twenty competing processes never more than one is inside, although some die there', {timeout: 120_000}, async () => {
  const wins = 8;
  const competitors = Array.from({length: 20}, (_, i) => start('compete.mjs', target, String(wins), String(i)));
  const outcomes = await Promise.all(competitors.map(async process => {
    let output = '';
    process.stdout!.on('data', (chunk: Buffer) => { output += chunk.toString(); });
    const [code, signal] = await once(process, 'close') as [number | null, string | null];
    return {code, signal, output};
  }));
  expect(outcomes.filter(({signal}) => signal === 'SIGKILL')).toHaveLength(5);
  const finished = outcomes.filter(({signal}) => signal === null);
  for (const {code, output} of finished) expect([code, output]).toEqual([0, expect.stringContaining(`"won":${wins}`)]);
  // They really met.
  expect(finished.reduce((sum, {output}) => sum + (JSON.parse(output) as {refused: number}).refused, 0)).toBeGreaterThan(20);
  await (await take(target))[Symbol.asyncDispose]();
  rmSync(`${target}.inside`, {force: true});
  expect(readdirSync(folder)).toEqual([]);
});

test('the name of a dead holder is not told for that of the living one', async () => {
  await using _ = await take(target);
  const ended = spawn(process.execPath, ['-e', '']);
  await once(ended, 'exit');
  writeFileSync(fileLock(target).lockFile.replace(/-lock$/, '-holder'), JSON.stringify({...us, pid: ended.pid}));
  expect((await refusal(take(target))).message).toBe(`${target} is locked by another process`);
});

test('whose lock file was removed by force does not remove the one of the next holder', async () => {
  const first = await take(target);
  rmSync(fileLock(target).lockFile);
  expect(await says(start('hold.mjs', target))).toBe('held');
  await first[Symbol.asyncDispose]();
  expect(await says(start('hold.mjs', target))).toBe(ErrorCode.LOCKED);
});

test('one file has one lock, whatever path leads to its folder', async () => {
  symlinkSync(folder, join(root, `link${number}`));
  await using _ = await take(target);
  expect((await refusal(take(join(root, `link${number}`, '..', String(number - 1), 'out.db')))).code).toBe(ErrorCode.LOCKED);
  expect((await refusal(take(join(root, `link${number}`, 'out.db')))).code).toBe(ErrorCode.LOCKED);
  await using other = await take(join(folder, 'other.db'));
  expect(other.target.label).toBe(join(folder, 'other.db'));
});

test.each(['  a b ', 'é😀"\'.db', `${'x'.repeat(250)}.db`, '?mode=memory', '-', ':memory:', '%2e'])('a target may be called %j', async name => {
  await using _ = await take(join(folder, name));
  expect((await refusal(take(join(folder, name)))).code).toBe(ErrorCode.LOCKED);
  await using other = await take(join(folder, `${name.slice(0, 100)}2`));
  expect(other).toBeDefined();
});

test('what is no file has its lock in the state folder, which is made', async () => {
  const state = join(folder, 'new', '.sluice');
  await using _ = await take(namedLock('mysql://db/study', state));
  expect((await refusal(take(namedLock('mysql://db/study', state)))).message).toContain('mysql://db/study is locked by process');
  await using other = await take(namedLock('mysql://db/other', state));
  expect(other.target.label).toBe('mysql://db/other');
});

test('a missing folder is a WRITE error that names it', async () => {
  const error = await refusal((async () => take(join(folder, 'none', 'out.db')))());
  expect(error).toMatchObject({code: ErrorCode.WRITE, message: `${join(folder, 'none', 'out.db')} cannot be made: its folder does not exist`});
});

// A folder that looks writable to root and takes no files.
test.skipIf(!existsSync('/proc/self/fd'))('a folder that takes no files is a WRITE error that names it, and no file of ours', async () => {
  const error = await take('/proc/self/fd/out.db').catch((thrown: unknown) => thrown as PipelineError);
  expect(error).toMatchObject({code: ErrorCode.WRITE, message: expect.stringMatching(/^(the folder \/proc\/self\/fd takes no new files, so that nothing can be written to \S+|\S+ cannot be made: its folder may not be written)$/) as string});
});

test('a lock file that is something else is left alone', async () => {
  const {lockFile} = fileLock(target);
  writeFileSync(lockFile, 'a letter to grandmother, longer than a header of SQLite would be, to be sure of it: one hundred bytes at least');
  expect((await refusal(take(target))).message).toContain(`(${lockFile}) is damaged, or no SQLite file`);
  expect(readdirSync(folder)).toEqual(['.out.db.sluice-lock']);
});

test('an aborted signal rejects with its reason', async () => {
  await expect(acquireLock(fileLock(target), us, AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough');
  expect(readdirSync(folder)).toEqual([]);
});

test('who holds a lock can be asked without taking it', async () => {
  expect(lockHolder(fileLock(target))).toBeNull();
  {
    await using _lock = await take(target);
    expect(lockHolder(fileLock(target))).toEqual(us);
  }
  expect(lockHolder(fileLock(target))).toBeNull();
});
