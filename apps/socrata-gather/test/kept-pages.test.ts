import {appendFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import type {Logger} from '@sluice/core';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {KeptPages, pagesPath} from '../src/gather/kept-pages.ts';

let folder: string;
let path: string;
let warned: string[];
let told: string[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kept-'));
  path = pagesPath(join(folder, 'state.db'), 'topic');
  [warned, told] = [[], []];
});
afterEach(() => rmSync(folder, {recursive: true, force: true}));

const logger: Logger = {debug() {}, info() {}, warn: message => void warned.push(message), error() {}};
const open = (startedAt: string, watermark = startedAt) => new KeptPages(path, {startedAt, watermark}, logger, what => void told.push(what));
const FIRST = '2026-01-01T00:00:00.000Z', SECOND = '2026-01-02T00:00:00.000Z', THIRD = '2026-01-03T00:00:00.000Z';

/** Keeps two pages, the first in two pieces, and half of a third one. */
async function twoPages(): Promise<void> {
  await using keep = open(FIRST);
  expect(await keep.find('work')).toBeNull();
  await keep.begin('work', 'then', null);
  await keep.add('["a"]');
  await keep.add('["b"]');
  await keep.end('one', {rows: 2, last: 'b'});
  await keep.add('["c"]');
  await keep.end('two', {rows: 1, last: 'c'});
  await keep.add('["d"]');
}

async function texts(pieces: AsyncIterable<string> | null): Promise<string[] | null> {
  if (pieces === null) return null;
  const found: string[] = [];
  for await (const piece of pieces) found.push(piece);
  return found;
}

test('pages that came to their end are there again, for their owner only, with the mark of the run that began them', async () => {
  await twoPages();
  expect([statSync(path).mode & 0o777, statSync(dirname(path)).mode & 0o777]).toEqual([0o600, 0o700]);
  expect(readFileSync(path, 'latin1')).not.toContain('"a"');
  {
    await using keep = open(SECOND);
    expect(await keep.find('work')).toEqual({rows: 3, last: 'c', lastUpdated: 'then'});
    await keep.goOn('now');
    expect(keep.watermark).toBe(FIRST);
    expect(await texts(keep.page('one'))).toEqual(['["a"]', '["b"]']);
    expect(await texts(keep.page('two'))).toEqual(['["c"]']);
    expect(keep.page('three')).toBeNull();
    await keep.add('["e"]');
    await keep.end('three', {rows: 1, last: 'e'});
  }
  await using keep = open(THIRD);
  expect(await keep.find('work')).toEqual({rows: 4, last: 'e', lastUpdated: 'now'});
  await keep.goOn('later');
  expect(await texts(keep.page('one'))).toHaveLength(2);
  expect([await texts(keep.page('two')), await texts(keep.page('three'))]).toEqual([['["c"]'], ['["e"]']]);
  expect(told).toEqual([`went on behind 3 rows that were read since the run of ${FIRST}`, `went on behind 4 rows that were read since the run of ${FIRST}`]);
  await keep.done();
  expect(existsSync(path)).toBe(false);
  expect(keep.watermark).toBe(FIRST);
});

test('cut at any byte, what was whole before it is there', async () => {
  await twoPages();
  const whole = readFileSync(path);
  const seen = new Set<number | null>();
  for (let length = whole.length; length >= 0; length--) {
    writeFileSync(path, whole);
    truncateSync(path, length);
    await using keep = open(SECOND);
    const found = await keep.find('work');
    seen.add(found?.rows ?? null);
    if (found === null) continue;
    await keep.goOn('now');
    expect(await texts(keep.page('one'))).toEqual(['["a"]', '["b"]']);
    await keep.add('["x"]');
    await keep.end('next', {rows: 1, last: 'x'});
    await using again = open(THIRD);
    expect(await again.find('work')).toMatchObject({last: 'x'});
  }
  expect(seen).toEqual(new Set([3, 2, null]));
  expect(warned).toEqual([]);
});

test('garbage, other work and rows that are others by now begin anew, with a sentence where there is something to say', async () => {
  mkdirSync(dirname(path), {recursive: true});
  writeFileSync(path, 'no pages\n');
  await using garbage = open(FIRST);
  expect(await garbage.find('work')).toBeNull();
  await twoPages();
  appendFileSync(path, '{"entry":"page","query":1,"bytes":0}\n{"entry":"page","query":"x","rows":1,"last":"x","bytes":0}\n');
  await using keep = open(SECOND);
  expect(await keep.find('other')).toBeNull();
  expect(told.splice(0)).toEqual([expect.stringContaining('are others')]);
  expect(await keep.find('work')).toMatchObject({rows: 3});
  await keep.goOn('now');
  for (const query of ['one', 'two']) await texts(keep.page(query));
  await keep.add('["x"]');
  await keep.end('three', {rows: 1, last: 'x'});
  expect(await keep.find('work')).toEqual({rows: 4, last: 'x', lastUpdated: 'now'});
  await keep.begin('work', 'now', 'the publisher has changed some of them');
  expect(told.at(-1)).toBe(`of 4 rows that were read since the run of ${FIRST}, the publisher has changed some of them: everything is read anew`);
  expect(keep.watermark).toBe(SECOND);
  expect(keep.page('one')).toBeNull();
});

test('pages that nobody asks for any more give way to those that come in their place', async () => {
  await twoPages();
  {
    await using keep = open(SECOND);
    await keep.find('work');
    await keep.goOn('now');
    await texts(keep.page('one'));
    expect(keep.page('another')).toBeNull();
    await keep.add('["x"]');
    await keep.end('another', {rows: 1, last: 'x'});
  }
  await using keep = open(THIRD);
  expect(await keep.find('work')).toEqual({rows: 3, last: 'x', lastUpdated: 'now'});
});

test('bytes that are damaged end their page there, and a file that cannot be written is told once; neither fails anything', async () => {
  await twoPages();
  const whole = readFileSync(path);
  // In the second piece: what is compressed begins with these.
  const at = whole.lastIndexOf(Buffer.from([0x1f, 0x8b]), whole.indexOf('{"entry":"page"'));
  whole[at + 12] = whole[at + 12]! ^ 0xff;
  writeFileSync(path, whole);
  {
    await using keep = open(SECOND);
    await keep.find('work');
    await keep.goOn('now');
    expect(await texts(keep.page('one'))).toEqual(['["a"]']);
    expect(keep.page('two')).toBeNull();
    await keep.add('["x"]');
    await keep.end('two', {rows: 1, last: 'x'});
  }
  expect(warned).toEqual([expect.stringContaining('the next one reads everything anew')]);
  expect(existsSync(path)).toBe(false);

  rmSync(dirname(path), {recursive: true});
  writeFileSync(dirname(path), 'a file where the folder should be');
  await using keep = open(SECOND);
  expect(await keep.find('work')).toBeNull();
  await keep.begin('work', null, null);
  await keep.add('["x"]');
  await keep.end('one', {rows: 1, last: 'x'});
  await keep.done();
  expect(warned).toHaveLength(2);
});
