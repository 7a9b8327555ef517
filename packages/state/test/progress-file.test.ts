import {appendFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, truncateSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {ErrorCode} from '@sluice/core';
import {openProgress, progressPath} from '@sluice/state';
import {afterAll, beforeEach, expect, test} from 'vitest';

const root = mkdtempSync(join(tmpdir(), 'sluice-progress-'));
let path: string;
let number = 0;
beforeEach(() => { path = join(root, String(number++), 'progress', 'a.jsonl'); });
afterAll(() => rmSync(root, {recursive: true, force: true}));

const lines = [{kind: 'start', token: 'ünïcode\n"\u0000\ud800'}, {table: 'users', until: '["\u2028"]'}, {table: 'users', until: null}];

async function append(entries: readonly object[]): Promise<void> {
  await using progress = openProgress(path);
  for (const entry of entries) progress.append(entry);
}
async function entries(): Promise<readonly object[]> {
  await using progress = openProgress(path);
  return progress.entries;
}

test('what was appended is there when it is opened again, and more can follow', async () => {
  expect(await entries()).toEqual([]);
  expect(existsSync(path)).toBe(false);
  await append(lines.slice(0, 2));
  await append(lines.slice(2));
  expect(await entries()).toEqual(lines);
});

test('each line is in the file as soon as it is appended, whoever dies then', async () => {
  await using progress = openProgress(path);
  for (const [i, line] of lines.entries()) {
    progress.append(line);
    expect(readFileSync(path, 'utf8').split('\n')).toHaveLength(i + 2);
  }
  expect(await entries()).toEqual(lines);
});

test('folder and file are for their owner only', async () => {
  await append(lines);
  expect([statSync(path).mode & 0o777, statSync(dirname(path)).mode & 0o777]).toEqual([0o600, 0o700]);
});

test('a last line that a crash tore is left out, wherever it was torn, and the next line takes its place', async () => {
  await append(lines);
  const whole = readFileSync(path);
  const two = whole.lastIndexOf('\n', whole.length - 2) + 1;
  for (let size = whole.length - 1; size >= two; size -= 3) {
    writeFileSync(path, whole);
    truncateSync(path, size);
    await using progress = openProgress(path);
    expect([progress.entries, progress.damaged]).toEqual([lines.slice(0, 2), false]);
    progress.append({after: 'the tear'});
    expect(await entries()).toEqual([...lines.slice(0, 2), {after: 'the tear'}]);
  }
});

test.each([
  ['garbage', 'garbage\n'.repeat(100)],
  ['bytes that are no text', Buffer.from([0xff, 0xfe, 0x0a])],
  ['zeros, as a power failure leaves them, then a line', Buffer.concat([Buffer.alloc(4096), Buffer.from('\n{"a":1}\n')])],
  ['a line that is no object', '{"a":1}\n7\n'],
  ['a good line after a bad one', '{"a":1}\n{"b":\n{"c":1}\n'],
])('a file of %s counts as none, and says so', async (_, content) => {
  mkdirSync(dirname(path), {recursive: true});
  writeFileSync(path, content);
  {
    await using progress = openProgress(path);
    expect([progress.entries, progress.damaged]).toEqual([[], true]);
    progress.append(lines[0]!);
  }
  expect(await entries()).toEqual(lines.slice(0, 1));
});

test('a first line without its end is no damage: there is nothing to go on with', async () => {
  mkdirSync(dirname(path), {recursive: true});
  appendFileSync(path, '{"a":');
  await using progress = openProgress(path);
  expect([progress.entries, progress.damaged]).toEqual([[], false]);
});

test('removing it leaves nothing, can be repeated, and appending begins anew', async () => {
  await append(lines);
  await using progress = openProgress(path);
  progress.remove();
  progress.remove();
  expect(existsSync(path)).toBe(false);
  progress.append(lines[2]!);
  expect(await entries()).toEqual([lines[2]]);
});

test('what cannot be read or written is a WRITE error that names it', async () => {
  mkdirSync(path, {recursive: true});
  expect(() => openProgress(path)).toThrow(expect.objectContaining({code: ErrorCode.WRITE, message: expect.stringContaining(`the progress file ${path} `)}));
  const under = join(root, `file${number++}`);
  writeFileSync(under, '');
  const below = join(under, 'progress', 'a.jsonl');
  expect(() => openProgress(below).append({})).toThrow(expect.objectContaining({code: ErrorCode.WRITE}));
});

test('a full disk is a WRITE error', {skip: !existsSync('/dev/full')}, async () => {
  // Put there once it was opened: it can be read without end.
  mkdirSync(dirname(path), {recursive: true});
  const progress = openProgress(path);
  symlinkSync('/dev/full', path);
  expect(() => progress.append({a: 1})).toThrow(expect.objectContaining({code: ErrorCode.WRITE, message: expect.stringContaining('no space is left')}));
  await progress[Symbol.asyncDispose]();
});

test('progress lies beside the state file, under a name that tells nothing of its target', () => {
  const place = progressPath(join(root, '.sluice', 'state.db'), 'sqlite:/home/ada/collab.db');
  expect(dirname(place)).toBe(join(root, '.sluice', 'progress'));
  expect(place).toMatch(/\/[0-9a-f]{64}\.jsonl$/);
  expect(progressPath(join(root, '.sluice', 'state.db'), 'another')).not.toBe(place);
});
