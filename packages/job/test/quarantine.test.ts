import {existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {ErrorCode, type QuarantinedRow, type Schema} from '@sluice/core';
import {openDestination} from '@sluice/registry';
import {afterAll, expect, test} from 'vitest';
import {QuarantineFile} from '../src/quarantine-file.ts';
import {quarantineLine} from '../src/quarantine-line.ts';

const root = mkdtempSync(join(tmpdir(), 'sluice-quarantine-'));
afterAll(() => rmSync(root, {recursive: true, force: true}));
const now = new Date('2026-05-06T07:08:09.010Z');

const column = (name: string, type: Schema['columns'][number]['type']) => ({name, type, nullable: true});
const schema: Schema = {
  table: 'ta"ble', primaryKey: [],
  columns: [column('__proto__', 'int'), column('i', 'int'), column('f', 'float'), column('t', 'text'), column('b', 'bytes'), column('y', 'bool'), column('n', 'text')],
};
const aside: QuarantinedRow = {
  row: [2n ** 64n - 1n, -5, -0, 'NUL \0, half a pair \ud800, line\u2028end\n', Uint8Array.of(0, 255), true, null], ordinal: 41, reasons: [{column: 't', reason: 'holds text with a NUL'}],
};
/** What a reader who knows the documented forms makes of a value. */
const decoded = (value: unknown): unknown => {
  if (value === null || typeof value !== 'object') return value;
  const [[kind, text]] = Object.entries(value) as [[string, string]];
  return kind === 'bigint' ? BigInt(text) : kind === 'float' ? Number(text) : Uint8Array.from(Buffer.from(text, 'base64'));
};

test('a line has every value to the letter, whatever JSON makes of such values', () => {
  const line = quarantineLine(schema, aside);
  expect(line.endsWith('}\n')).toBe(true);
  expect(line.indexOf('\n')).toBe(line.length - 1);
  const read = JSON.parse(line) as {table: string; row: number; reasons: unknown; values: object};
  expect({...read, values: null}).toEqual({table: 'ta"ble', row: 42, reasons: aside.reasons, values: null});
  expect(Object.entries(read.values).map(([name, value]) => [name, decoded(value)])).toEqual(schema.columns.map(({name}, i) => [name, aside.row[i]]));
});

test.each([NaN, Infinity, -Infinity, -0, 0, 5e-324, 0.1, 1e300])('a float: %d', value => {
  const {values} = JSON.parse(quarantineLine({...schema, columns: [column('f', 'float')]}, {...aside, row: [value]})) as {values: {f: unknown}};
  expect(decoded(values.f)).toBe(value);
});

const to = (url: string) => openDestination({url});

test('rows that are kept at the same time are in one file, line by line', async () => {
  const folder = join(root, 'at-once');
  await using file = await QuarantineFile.prepare(folder, await to(`csv:${root}/out/`), now);
  const large = {...aside, reasons: aside.reasons.map(each => ({...each, reason: 'x'.repeat(3_000_000)}))};
  await Promise.all([large, aside, large, aside].map(each => file.keep(schema, [each])));
  expect(readdirSync(folder)).toHaveLength(1);
  expect(readFileSync(file.place, 'utf8')).toBe([large, aside, large, aside].map(each => quarantineLine(schema, each)).join(''));
});

test('there is no file before the first row; then one that only its owner reads, and none that is there is touched', async () => {
  const folder = join(root, 'deep/er');
  await using first = await QuarantineFile.prepare(folder, await to(`csv:${root}/out/`), now);
  await first.sync();
  expect(first.place).toBe(folder);
  expect(readdirSync(folder)).toEqual([]);
  await first.keep(schema, [aside]);
  await first.keep(schema, [aside, aside]);
  await first.sync();
  await using second = await QuarantineFile.prepare(folder, await to(`csv:${root}/out/`), now);
  await second.keep(schema, [aside]);
  expect([first.place, second.place]).toEqual([join(folder, '2026-05-06T07-08-09.010Z.jsonl'), join(folder, '2026-05-06T07-08-09.010Z-2.jsonl')]);
  expect(readFileSync(first.place, 'utf8')).toBe(quarantineLine(schema, aside).repeat(3));
  expect([statSync(folder).mode & 0o777, statSync(first.place).mode & 0o777]).toEqual([0o700, 0o600]);
});

test('never in the folder that the destination fills, by whatever path', async () => {
  mkdirSync(join(root, 'release/sub'), {recursive: true});
  symlinkSync(join(root, 'release/sub'), join(root, 'elsewhere'));
  for (const folder of ['release', 'release/new', 'elsewhere', 'release/../release/sub']) {
    await expect(QuarantineFile.prepare(join(root, folder), await to(`csv:${root}/release/`), now), folder).rejects.toMatchObject({code: ErrorCode.CONFIG, remedy: expect.stringContaining('--quarantine')});
  }
  expect(readdirSync(join(root, 'release'), {recursive: true})).toEqual(['sub']);
  await expect(QuarantineFile.prepare(join(root, 'later/aside'), await to(`csv:${root}/later/`), now)).rejects.toMatchObject({code: ErrorCode.CONFIG});
  expect(existsSync(join(root, 'later'))).toBe(false);
  await using beside = await QuarantineFile.prepare(join(root, 'release-2'), await to(`csv:${root}/release/`), now);
  expect(beside.place).toBe(join(root, 'release-2'));
});

test('a place that cannot be made is a WRITE error that names it', async () => {
  writeFileSync(join(root, 'a-file'), '');
  await expect(QuarantineFile.prepare(join(root, 'a-file/x'), await to(`csv:${root}/out/`), now)).rejects.toMatchObject({code: ErrorCode.WRITE, message: expect.stringMatching(/cannot keep rows that are set aside in .*a-file\/x \(ENOTDIR\)/)});
});
