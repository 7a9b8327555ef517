import {join} from 'node:path';
import {SqliteSource} from '@sluice/connector-sqlite';
import type {Source} from '@sluice/core';
import fc from 'fast-check';
import {expect, test} from 'vitest';
import {batchLimits, chunkLimits} from '../src/chunk-rows.ts';
import {folders, Lab, told} from './lab.ts';

const folder = folders();
const limits = {maxRows: 2000, maxBytes: 1 << 20};
const rowsOf = (approximateRows: number | undefined, primaryKey = ['id']) =>
  chunkLimits(limits, {table: 't', columns: [{name: 'id', type: 'int', nullable: false}], primaryKey, ...(approximateRows !== undefined && {approximateRows})}).maxRows;

test.each<[string, number | undefined, number]>([
  ['of unknown size', undefined, 2000], ['empty', 0, 2000], ['of one batch', 2000, 2000], ['of ten', 20_000, 2000],
  ['of a few more', 20_001, 500], ['of a million rows', 1_000_000, 500], ['of two millions', 2_000_000, 1000], ['of ten millions', 10_000_000, 2000],
])('a table %s is cut into the pieces that pay', (_, rows, expected) => {
  expect(rowsOf(rows)).toBe(expected);
});

test('a table without a key is not cut: its pieces could not be read one by one', () => {
  expect(rowsOf(1_000_000, [])).toBe(2000);
});

test('finer pieces are never more than can be remembered, nor smaller than a quarter of a batch', () => {
  fc.assert(fc.property(fc.integer({min: 0, max: 1_000_000_000}), approximate => {
    const rows = rowsOf(approximate);
    expect(rows).toBeGreaterThanOrEqual(500);
    expect(rows).toBeLessThanOrEqual(2000);
    if (rows < 2000) expect(approximate / rows).toBeLessThanOrEqual(2500);
  }));
});

test.each([[undefined, 2000], [5_000_000, 2000], [10_000_000, 4000], [1_000_000_000, 10_000]])('what nobody builds on is read in whole batches, a table of %s rows in batches of %i', (approximateRows, expected) => {
  const schema = {table: 't', columns: [], primaryKey: ['id'], ...(approximateRows !== undefined && {approximateRows})};
  expect(batchLimits(limits, schema)).toEqual({...limits, maxRows: expected});
});

test('of a larger table a changed row moves a part of a batch, and the same file comes out', async () => {
  const from = join(folder(), 'from.db');
  const open = (): Source => {
    const source = new SqliteSource(from);
    const discover = source.discover.bind(source);
    return Object.assign(source, {
      async discover(...parts: Parameters<typeof discover>) {
        const catalog = await discover(...parts);
        return {...catalog, tables: catalog.tables.map(table => ({...table, approximateRows: 400}))};
      },
    });
  };
  const lab = new Lab(folder(), {maxRows: 20, digests: true, open}, from).source(
    'CREATE TABLE t (id INTEGER PRIMARY KEY, x TEXT)',
    "WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 400) INSERT INTO t SELECT i, 'x' || i FROM c",
  );
  await lab.bulk();
  lab.source("UPDATE t SET x = 'other' WHERE id = 207");
  const report = await lab.update();
  expect(told(report)).toEqual({t: 'patched: rows changed in 1 of 80 ranges of its key'});
  expect(report.tables[0]?.rowsRead).toBe(5);
  await lab.sameAsFresh();
});
