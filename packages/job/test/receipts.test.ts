import {mkdtemp, readdir, readFile, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {silent, type Logger, type RunReport} from '@sluice/core';
import {makeReceipt, readChain, type MadeReceipt} from '@sluice/verify';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {followedReceipt, writeReceipts} from '../src/receipts.ts';

const {signal} = new AbortController();
let folder: string;
let file: string;
let warnings: string[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-receipts-'));
  file = join(folder, 'study.receipt.json');
  warnings = [];
});
afterEach(() => rm(folder, {recursive: true, force: true}));

const logger: Logger = {...silent, warn: text => void warnings.push(text)};
const made = (previous: Pick<MadeReceipt['receipt'], 'sequence'> & {readonly hash: string} | null, warning = '') => {
  const {receipt: {sequence}, text, hash} = makeReceipt({
    tool: {name: 'tool', version: '1.0.0'}, kind: 'full', startedAt: '2024-02-01T10:00:00.000Z', finishedAt: '2024-02-01T10:00:00.000Z',
    source: {kind: 'mysql', label: 'mysql://db.example/study', identity: null, snapshot: null}, destination: {kind: 'sqlite', label: 'sqlite:study.db', file: null},
    rules: {policy: null, study: null, tables: null}, tables: [], objects: [], warnings: warning === '' ? [] : [warning],
  }, previous);
  return {sequence, text, hash};
};
type Kept = ReturnType<typeof made>;
// Of the report only that it is one of a refresh is looked at; a whole one would hide that.
const write = (...receipts: Kept[]) => writeReceipts(file, {report: {refresh: {}} as unknown as RunReport, receipts}, logger);
const keptFile = (name: string) => join(folder, 'study.receipts', name);
const followed = async (told: Kept | null, stateIsKept = true) => followedReceipt(file, stateIsKept)(told, signal);
async function three(): Promise<readonly [Kept, Kept, Kept]> {
  const first = made(null);
  const second = made(first);
  const third = made(second);
  for (const receipt of [first, second, third]) await write(receipt);
  return [first, second, third];
}

test('the receipt that the state tells of is followed, and none when there are none', async () => {
  expect(await followed(null)).toEqual({previous: null, warning: null});
  const [,, third] = await three();
  expect(await followed(third)).toEqual({previous: third, warning: null});
});

test('when the state was lost, or is an old one, the chain goes on after the last receipt that is whole', async () => {
  const [first, second, third] = await three();
  expect(await followed(null)).toMatchObject({previous: {sequence: 3, hash: third.hash}, warning: expect.stringContaining('number 4, follows those')});
  expect(await followed(first)).toMatchObject({previous: {sequence: 3, hash: third.hash}, warning: expect.stringContaining('ends with receipt 1')});
  expect(await followed(null, false)).toMatchObject({previous: {sequence: 3}, warning: null});
  await write(made((await followed(null)).previous));
  expect(await readChain(file, signal)).toMatchObject({problems: [], links: {length: 4}});
  for (const name of ['000004.receipt.json', '000003.receipt.json']) await writeFile(keptFile(name), '{');
  await writeFile(file, '{');
  expect((await followed(null)).previous).toEqual({sequence: 2, hash: second.hash});
});

test('a receipt that was altered in the state is not followed', async () => {
  const [, second, third] = await three();
  for (const altered of [{...third, text: third.text.replace('full', 'none')}, {...third, hash: second.hash}, {...third, sequence: 2}, {...third, sequence: 'x', text: null}]) {
    expect(await followed(altered as Kept)).toMatchObject({previous: {sequence: 3, hash: third.hash}, warning: expect.stringContaining('not in the state file as it was written there, but')});
  }
  await rm(join(folder, 'study.receipts'), {recursive: true});
  await rm(file);
  expect(await followed({...third, sequence: 2})).toEqual({previous: null, warning: expect.stringContaining('begin anew')});
});

test('a kept receipt is never replaced by another', async () => {
  const [, second, third] = await three();
  const other = made(second, 'another');
  await write(other);
  expect(await readFile(keptFile('000003.receipt.json'), 'utf8')).toBe(third.text);
  expect(await readFile(keptFile('000003-2.receipt.json'), 'utf8')).toBe(other.text);
  expect(await readFile(file, 'utf8')).toBe(other.text);
  expect(warnings).toEqual([expect.stringContaining('is not replaced')]);
  await write(other);
  await write(third);
  expect(await readdir(join(folder, 'study.receipts'))).toHaveLength(4);
});

test('the receipt of a run that died is kept by the next one, unless it was altered', async () => {
  const first = made(null);
  const second = made(first);
  await write({...first, text: first.text.replace('study.db', 'other.db')}, second);
  expect(warnings).toEqual([expect.stringContaining('not as it was written')]);
  expect(await readdir(join(folder, 'study.receipts'))).toEqual(['000002.receipt.json']);
  await write(first, second);
  expect(await readChain(file, signal)).toMatchObject({problems: [], remarks: [], links: {length: 2}});
});
