import {existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import Database from 'better-sqlite3';
import {silent} from '@sluice/core';
import {openSource} from '@sluice/registry';
import type {ReceiptFigures} from '@sluice/verify';
import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import {digestTable, verifyReceiptJob, writeTableReceipt} from '../src/index.ts';

const never = new AbortController().signal;
let folder: string;
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'table-receipt-')); });
afterEach(() => rmSync(folder, {recursive: true}));
const at = (name: string) => join(folder, name);
const url = () => `sqlite:${at('t.db')}`;

function run(...statements: string[]): void {
  const db = new Database(at('t.db'));
  for (const sql of statements) db.exec(sql);
  db.close();
}

const figures = (destination: number): ReceiptFigures => ({
  asOf: '2026-01-05T12:01:00.000Z', rows: {source: 3, destination},
  columns: [{name: 'fee', source: {count: 2, min: '1.5', max: '2', sum: '3.5'}, destination: {count: 2, min: '1.5', max: '2', sum: '3.5'}, equal: true}],
});

async function made(given: ReceiptFigures | null = figures(3)): Promise<void> {
  await using source = await openSource({url: url()});
  const table = (await digestTable(source, 'pets', () => {}, never))!;
  await writeTableReceipt(at('pets.receipt.json'), {
    tool: {name: 'tool', version: '1.0.0'}, kind: 'full', startedAt: '2026-02-01T10:00:00.000Z', finishedAt: '2026-02-01T10:00:09.000Z',
    source: {kind: 'socrata', label: 'socrata://h/aaaa-bbbb', identity: null, snapshot: null}, destination: {kind: 'sqlite', label: 'sqlite:t.db'}, name: 'pets', change: 'new', table, figures: given, warnings: [],
  }, silent, never);
}
const check = () => verifyReceiptJob({file: at('pets.receipt.json'), target: {url: url()}}, {}, never);

describe('a receipt of one table among others', () => {
  beforeEach(() => run('CREATE TABLE pets (id INTEGER PRIMARY KEY, name TEXT, fee TEXT)', "INSERT INTO pets VALUES (1, 'a', '1.5'), (2, 'b', '2'), (3, NULL, NULL)", 'CREATE TABLE other (x)'));

  test('fits as long as its rows and their definition are as they were, whatever stands beside', async () => {
    await made();
    run('CREATE TABLE more (y)', 'INSERT INTO other VALUES (1)', 'VACUUM');
    expect(await check()).toMatchObject({
      status: 'equal', file: null, problems: [], tables: [{status: 'equal', rows: 3, figures: {rows: {source: 3}, columns: [{name: 'fee', source: {sum: '3.5'}}]}}],
      remarks: ["table pets: the source's own counts, sums, least and greatest values of 1 column were those of the table when the receipt was made"],
    });
  });

  test('does not fit when a row, a column or the table is another one', async () => {
    await made();
    run("UPDATE pets SET fee = '2.5' WHERE id = 2");
    expect(await check()).toMatchObject({status: 'different', problems: [expect.stringContaining('table pets has its 3 rows; 1 of 1 groups of rows are not as they were')]});
    run("UPDATE pets SET fee = '2' WHERE id = 2");
    expect(await check()).toMatchObject({status: 'equal'});
    run('ALTER TABLE pets ADD COLUMN more TEXT');
    expect(await check()).toMatchObject({status: 'different', tables: [{status: 'unreadable'}], objects: [{name: 'pets', status: 'changed'}]});
    run('DROP TABLE pets');
    expect(await check()).toMatchObject({status: 'different', problems: ['table pets is gone']});
  });

  test('figures are sealed with it: one that is altered is noticed, and what did not agree is said', async () => {
    await made({...figures(3), columns: [{...figures(3).columns[0]!, equal: false}]});
    expect(await check()).toMatchObject({status: 'equal', remarks: ["table pets: the source's own counts, sums, least and greatest values of 1 column were not those of the table when the receipt was made: fee"]});
    const text = readFileSync(at('pets.receipt.json'), 'utf8');
    writeFileSync(at('pets.receipt.json'), text.replace('"sum":"3.5"', '"sum":"3.6"'));
    await expect(check()).rejects.toMatchObject({code: 'SLUICE_VERIFY', message: expect.stringContaining('not as it was written')});
  });

  test('figures that count other rows than the receipt has contradict it', async () => {
    await made(figures(2));
    await expect(check()).rejects.toMatchObject({code: 'SLUICE_VERIFY', problems: [{message: 'its figures count other rows than it has'}]});
  });

  test('follows the one before, and each is kept', async () => {
    await made();
    await made(null);
    expect(JSON.parse(readFileSync(at('pets.receipt.json'), 'utf8'))).toMatchObject({sequence: 2, scope: 'tables'});
    expect(existsSync(at('pets.receipts/000001.receipt.json'))).toBe(true);
    expect(await check()).toMatchObject({status: 'equal', chain: {length: 2, problems: []}, remarks: []});
  });
});
