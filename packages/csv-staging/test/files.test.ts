import {mkdtemp, readdir, readFile, rm, stat, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {gunzipSync, gzipSync} from 'node:zlib';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {FileSink, readBytes, StagedFiles} from '../src/index.ts';

const never = new AbortController().signal;
let folder: string;
beforeEach(async () => { folder = await mkdtemp(join(tmpdir(), 'sluice-staging-')); });
afterEach(() => rm(folder, {recursive: true}));

async function slurp(path: string, end?: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of readBytes(path, never, end)) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

async function put(name: string, bytes: Uint8Array): Promise<string> {
  await writeFile(join(folder, name), bytes);
  return join(folder, name);
}

const text = Array.from({length: 50_000}, (_, i) => `line ${i * 7919}\n`).join('');

test('reads plain and gzip files, and gzip members one after the other', async () => {
  expect(await slurp(await put('a.csv', Buffer.from(text)))).toBe(text);
  expect(await slurp(await put('a.csv.gz', gzipSync(text)))).toBe(text);
  const members = Buffer.concat([text.slice(0, 1000), '', text.slice(1000)].map(part => gzipSync(part)));
  expect(await slurp(await put('b.csv.gz', members))).toBe(text);
  expect(await slurp(await put('c.csv.gz', gzipSync('')))).toBe('');
});

test('a gzip file cut off anywhere is an error', async () => {
  const whole = gzipSync(text.slice(0, 500));
  for (let length = 1; length < whole.length; length++) {
    const path = await put('cut.csv.gz', whole.subarray(0, length));
    await expect(slurp(path)).rejects.toMatchObject({code: 'SLUICE_VALUE', message: 'the gzip data ends too early; the file was cut off'});
  }
});

test('damaged gzip data is an error: a flipped bit, something else behind it, no gzip at all', async () => {
  const whole = gzipSync(text.slice(0, 500));
  for (const at of [0, 1, 2, whole.length - 8, whole.length - 4, whole.length >> 1]) {
    const wrong = Buffer.from(whole);
    wrong[at]! ^= 0x10;
    await expect(slurp(await put('bit.csv.gz', wrong))).rejects.toMatchObject({code: 'SLUICE_VALUE'});
  }
  await expect(slurp(await put('tail.csv.gz', Buffer.concat([whole, Buffer.from('id,name\n')])))).rejects.toMatchObject({code: 'SLUICE_VALUE'});
  await expect(slurp(await put('plain.csv.gz', Buffer.from('id,name\n')))).rejects.toMatchObject({code: 'SLUICE_VALUE'});
});

test('an empty file is not a gzip file', async () => {
  await expect(slurp(await put('none.csv.gz', Buffer.alloc(0)))).rejects.toMatchObject({code: 'SLUICE_VALUE'});
});

test('reads only the first bytes when asked', async () => {
  const path = await put('a.csv', Buffer.from('0123456789'));
  expect(await slurp(path, 4)).toBe('0123');
  expect(await slurp(path, 0)).toBe('');
  const first = gzipSync('one');
  expect(await slurp(await put('b.csv.gz', Buffer.concat([first, Buffer.from([31, 139, 8])])), first.length)).toBe('one');
});

test('a missing file and a folder are CONNECT errors', async () => {
  await expect(slurp(join(folder, 'none'))).rejects.toMatchObject({code: 'SLUICE_CONNECT', retryable: false});
  await expect(slurp(folder)).rejects.toMatchObject({code: 'SLUICE_CONNECT'});
});

test('stops reading when aborted', async () => {
  const controller = new AbortController();
  const path = await put('a.csv', Buffer.from(text));
  await expect((async () => {
    for await (const chunk of readBytes(path, controller.signal)) {
      void chunk;
      controller.abort(new Error('stop'));
    }
  })()).rejects.toThrow('stop');
});

test('writes plain and gzip files that other programs read', async () => {
  for (const gzip of [false, true]) {
    const path = join(folder, gzip ? 'a.gz' : 'a');
    await using sink = await FileSink.open(path, {gzip});
    for (let at = 0; at < text.length; at += 100_000) await sink.write(Buffer.from(text.slice(at, at + 100_000)));
    expect(await sink.sync()).toBe((await stat(path)).size);
    const bytes = await readFile(path);
    expect((gzip ? gunzipSync(bytes) : bytes).toString()).toBe(text);
  }
});

test('a gzip file without content is a gzip file', async () => {
  await using sink = await FileSink.open(join(folder, 'a.gz'), {gzip: true});
  await sink.sync();
  expect(await slurp(join(folder, 'a.gz'))).toBe('');
});

test('continues after a synced part and drops what came behind it', async () => {
  for (const name of ['a', 'a.gz']) {
    const path = join(folder, name);
    const gzip = name.endsWith('.gz');
    let length: number;
    {
      await using sink = await FileSink.open(path, {gzip});
      await sink.write(Buffer.from('one\n'));
      length = await sink.sync();
      await sink.write(Buffer.from('lost\n'.repeat(100_000)));
      if (!gzip) expect((await stat(path)).size).toBeGreaterThan(length);
    }
    await using sink = await FileSink.open(path, {gzip, after: length});
    await sink.write(Buffer.from('two\n'));
    const kept = await sink.sync();
    await sink.write(Buffer.from('cut\n'));
    await sink.cut(kept);
    await sink.write(Buffer.from('three\n'));
    await sink.sync();
    expect(await slurp(path)).toBe('one\ntwo\nthree\n');
  }
});

test('continuing after a length drops what lies beyond it, also when nothing is written', async () => {
  const path = await put('a', Buffer.from('one\nhalf'));
  {
    await using sink = await FileSink.open(path, {after: 4});
    expect(await sink.sync()).toBe(4);
  }
  expect(await slurp(path)).toBe('one\n');
});

test('refuses to write over a file, and says where a folder is missing', async () => {
  await expect(FileSink.open(await put('a', Buffer.from('x')))).rejects.toMatchObject({code: 'SLUICE_WRITE', message: join(folder, 'a') + ': the file exists already'});
  await expect(FileSink.open(join(folder, 'none', 'a'))).rejects.toMatchObject({code: 'SLUICE_WRITE', message: join(folder, 'none', 'a') + ': the folder does not exist'});
});

test('a full disk is a WRITE error', async () => {
  await using sink = await FileSink.open('/dev/full', {after: 0}).catch(() => null) ?? {write: null, async [Symbol.asyncDispose]() {}};
  if (sink.write === null) return; // no such device here
  await expect(sink.write(Buffer.from('x'))).rejects.toMatchObject({code: 'SLUICE_WRITE', message: '/dev/full: there is no room left on the disk'});
});

test('staged files are cut by rows and bytes and appear only when they are complete', async () => {
  await using staged = new StagedFiles({folder, name: n => `part-${n}.csv.gz`, maxBytes: 20, maxRows: 3});
  for (const row of ['1\n', '2\n', '3\n', '4\n', `${'5'.repeat(30)}\n`, '6\n']) await staged.write(Buffer.from(row), 1);
  expect((await readdir(folder)).sort()).toEqual(['part-0.csv.gz', 'part-1.csv.gz', 'part-2.csv.gz', 'part-3.csv.gz.part']);
  const files = await staged.finish();
  expect(await Promise.all(files.map(async ({path, rows, bytes}) => [await slurp(path), rows, bytes === (await stat(path)).size]))).toEqual([
    ['1\n2\n3\n', 3, true], ['4\n', 1, true], [`${'5'.repeat(30)}\n`, 1, true], ['6\n', 1, true],
  ]);
});

test('an unfinished staged file is removed, finished ones stay', async () => {
  {
    await using staged = new StagedFiles({folder, name: n => `part-${n}.csv`, maxBytes: 1000, maxRows: 1});
    await staged.write(Buffer.from('1\n'), 1);
    await staged.write(Buffer.from('2\n'), 1);
  }
  expect(await readdir(folder)).toEqual(['part-0.csv']);
});
