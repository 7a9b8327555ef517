import {bytesDigester, RUN_ROWS, rowDigester, type RowOrder} from '@sluice/checksum';
import type {Column, Load, Row, Schema} from '@sluice/core';
import {describe, expect, test} from 'vitest';
import {compareDigests, describeDifference, verifyRawReadBack, verifyReadBack} from '../src/index.ts';

const columns: Column[] = [{name: 'id', type: 'int', nullable: false}, {name: 'name', type: 'text', nullable: true}];
const schema: Schema = {table: 't', columns, primaryKey: ['id']};
const rows = (n: number): Row[] => Array.from({length: n}, (_, i) => [i, `row ${i}`]);

function digest(all: Row[], order: RowOrder = 'written') {
  const digester = rowDigester(columns, order);
  digester.update(all);
  return digester.finish();
}

describe('comparing', () => {
  const all = rows(RUN_ROWS * 3);

  test('equal tables have no difference', () => {
    expect(compareDigests(digest(all), digest(all))).toBeNull();
    expect(compareDigests(digest([]), digest([]))).toBeNull();
  });

  test('says among which rows the first difference lies', () => {
    const changed = all.with(RUN_ROWS + 5, [RUN_ROWS + 5, 'changed']).with(RUN_ROWS * 2, [0, null]);
    const difference = compareDigests(digest(all), digest(changed))!;
    expect(difference).toMatchObject({firstRun: [RUN_ROWS, RUN_ROWS * 2], differingRuns: 2});
    expect(describeDifference(difference)).toBe('all 12288 rows are there; the first difference is among rows 4097 to 8192, 2 groups of rows differ');
  });

  test('says how many rows are missing', () => {
    expect(describeDifference(compareDigests(digest(all), digest(all.slice(0, -1)))!))
      .toBe('12288 rows were written and 12287 read back; the first difference is among rows 8193 to 12288');
  });

  test('without an order tells that values differ, but not where', () => {
    expect(compareDigests(digest(rows(9), 'any'), digest(rows(9).reverse(), 'any'))).toBeNull();
    expect(describeDifference(compareDigests(digest(rows(9), 'any'), digest(rows(9).with(2, [2, null]), 'any'))!))
      .toBe('all 9 rows are there, but their values differ');
  });

  test('refuses to compare digests of different orders', () => {
    expect(() => compareDigests(digest(rows(1)), digest(rows(1), 'any'))).toThrow(/different orders/);
  });
});

describe('reading back', () => {
  const never = new AbortController().signal;
  const holding = (stored: Row[]) => ({
    async *readBack() {
      for (let i = 0; i < stored.length; i += 100) yield {rows: stored.slice(i, i + 100), position: null};
    },
  }) as unknown as Load;
  const limits = {maxRows: 100, maxBytes: 1 << 20};

  test('resolves with the digest of what is there', async () => {
    let seen = 0;
    const found = await verifyReadBack(holding(rows(250)), schema, digest(rows(250)), limits, never, n => { seen += n; });
    expect(found.digest).toBe(digest(rows(250)).digest);
    expect(seen).toBe(250);
  });

  test('throws VERIFY with the table and the place, and no value', async () => {
    const error = await verifyReadBack(holding(rows(250).with(7, [7, 'PHI-CANARY'])), schema, digest(rows(250)), limits, never).catch((e: unknown) => e);
    expect(error).toMatchObject({code: 'SLUICE_VERIFY', context: {table: 't'}, retryable: false});
    expect(String(error)).toContain('the first difference is among rows 1 to 250');
    expect(JSON.stringify(error) + String(error)).not.toContain('PHI-CANARY');
  });

  test('of bytes: resolves with their digest, however they are cut, or throws VERIFY with the table', async () => {
    const bytes = new TextEncoder().encode('rows as the system has them');
    const holdingBytes = (stored: Uint8Array, count: number, cut: number) => ({
      readBackRaw: () => ({
        rows: count,
        async *[Symbol.asyncIterator]() { for (let i = 0; i < stored.length; i += cut) yield stored.subarray(i, i + cut); },
      }),
    }) as unknown as Load;
    const digester = bytesDigester('f');
    digester.update(bytes);
    const written = digester.finish(3);
    expect(await verifyRawReadBack(holdingBytes(bytes, 3, 4), schema, 'f', written, never)).toEqual(written);
    const others = [holdingBytes(bytes.with(9, 0), 3, 9), holdingBytes(bytes, 2, 9), holdingBytes(bytes.subarray(1), 3, 9)];
    for (const other of others) await expect(verifyRawReadBack(other, schema, 'f', written, never)).rejects.toMatchObject({code: 'SLUICE_VERIFY', context: {table: 't'}});
    // Bytes of another format mean something else.
    await expect(verifyRawReadBack(holdingBytes(bytes, 3, 4), schema, 'g', written, never)).rejects.toMatchObject({code: 'SLUICE_VERIFY'});
  });
});
