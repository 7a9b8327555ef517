import type {Row} from '@sluice/core';
import {describe, expect, test} from 'vitest';
import {isTooMany, ValueChanges} from '../src/changed-values.ts';

const compare = (before: readonly Row[], after: readonly Row[], key: boolean, rows = before.length) => {
  const changes = new ValueChanges([{name: 'v', before: 1, after: 1}], key ? {before: [0], after: [0]} : null, rows);
  for (const row of before) changes.before(row);
  for (const row of after) changes.after(row);
  return changes.result()[0]!;
};
const many = (n: number, of: (i: number) => Row): Row[] => Array.from({length: n}, (_, i) => of(i));

describe('values before and after', () => {
  test('are paired by key, in whatever order the rows come; nulls are not compared', () => {
    const result = compare([[1, 'a'], [2, 'b'], [3, null], [4, 'd']], [[4, 'x'], [3, 'y'], [2, 'b'], [1, null]], true);
    expect(result).toMatchObject({by: 'keys', compared: 2, unchanged: 1, chance: 0.5, oneIn: 1});
  });

  test('a column that was copied is more than chance explains, one that was shuffled is not', () => {
    const rows = many(1000, i => [i, `value ${i}`]);
    expect(isTooMany(compare(rows, rows, true))).toBe(true);
    expect(isTooMany(compare(rows, many(1000, i => [i, `value ${(i + 1) % 1000}`]), true))).toBe(false);
    const two = many(1000, i => [i, i % 2 === 0 ? 'f' : 'm']);
    expect(isTooMany(compare(two, two, true))).toBe(true);
    expect(isTooMany(compare(two, many(1000, i => [i, i % 4 < 2 ? 'f' : 'm']), true))).toBe(false);
  });

  test('a value is the same whatever type it became', () => {
    expect(compare([[1, 5]], [[1, '5']], true).unchanged).toBe(1);
    expect(compare([[1, Uint8Array.of(1)]], [[1, Uint8Array.of(1)]], true).unchanged).toBe(1);
  });

  test('without a key the new values are looked for among the former ones', () => {
    expect(compare([[1, 'a'], [2, 'b']], [[8, 'b'], [9, 'x'], [7, 'b'], [6, null]], false)).toMatchObject({by: 'values', compared: 3, unchanged: 2, chance: null});
  });

  test('of many rows the same part is taken on both sides', () => {
    const before = many(4000, i => [i, `value ${i}`]);
    const result = compare(before, before.toReversed(), true, 2_000_000);
    expect(result.oneIn).toBe(8);
    expect(result.unchanged).toBe(result.compared);
    expect(result.compared).toBeGreaterThan(350);
    expect(result.compared).toBeLessThan(650);
  });
});
