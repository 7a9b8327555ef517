import type {Row} from '@sluice/core';
import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {localSuppression, type Suppression} from '../src/index.ts';

const blanked = (row: Row, plan: Suppression): Row => row.map((value, i) => plan.blanks(row).includes(i) ? null : value);
const solve = (rows: readonly Row[], k: number, persons?: readonly number[]) => {
  const suppression = localSuppression({k, columns: rows[0]?.length ?? 2});
  suppression.add(rows, persons);
  return suppression.solve();
};

describe('local suppression', () => {
  test('blanks the one cell that keeps somebody alone', () => {
    const rows: Row[] = [[1950, 'f'], [1950, 'f'], [1950, 'f'], [1950, 'x'], [1950, 'y']];
    const plan = solve(rows, 2);
    expect(plan).toMatchObject({reached: true, cells: 2, rows: 2, byColumn: [0, 2]});
    expect(rows.map(row => blanked(row, plan))).toEqual([[1950, 'f'], [1950, 'f'], [1950, 'f'], [1950, null], [1950, null]]);
  });

  test('leaves alone what is alike already', () => {
    expect(solve([[1, 'a'], [1, 'a'], [2, 'b'], [2, 'b']], 2)).toMatchObject({reached: true, cells: 0, rows: 0});
    expect(solve([], 2)).toMatchObject({reached: true, cells: 0});
  });

  test('takes a class with it where only one row is left over', () => {
    const rows: Row[] = [[1, 'a'], [1, 'a'], [1, 'a'], [2, 'b'], [2, 'b'], [3, 'c']];
    const plan = solve(rows, 2);
    expect(plan).toMatchObject({reached: true, rows: 3, cells: 6});
    expect(blanked([2, 'b'], plan)).toEqual([null, null]);
    expect(blanked([1, 'a'], plan)).toEqual([1, 'a']);
  });

  test('says so when all together are fewer than k, and blanks everything', () => {
    const plan = solve([[1, 'a'], [2, 'b']], 3);
    expect(plan.reached).toBe(false);
    expect([[1, 'a'], [2, 'b']].map(row => blanked(row, plan))).toEqual([[null, null], [null, null]]);
  });

  test('blanks every cell of what it has not seen', () => {
    expect(solve([[1, 'a'], [1, 'a']], 2).blanks([9, 'z'])).toEqual([0, 1]);
  });

  test('counts persons where it is told them: five rows of one person are one', () => {
    const rows: Row[] = [[1, 'a'], [1, 'a'], [1, 'a'], [1, 'b'], [1, 'b']];
    expect(solve(rows, 2)).toMatchObject({cells: 0});
    const plan = solve(rows, 2, [7, 7, 7, 8, 9]);
    expect(plan.reached).toBe(true);
    expect(new Set(rows.map(row => JSON.stringify(blanked(row, plan)))).size).toBe(1);
  });

  test('refuses what makes no sense, and more than it may keep', () => {
    for (const k of [1, 0, 2.5, NaN]) expect(() => localSuppression({k, columns: 2})).toThrow(RangeError);
    expect(() => localSuppression({k: 2, columns: 31})).toThrow(RangeError);
    const suppression = localSuppression({k: 2, columns: 1, maxTuples: 2});
    expect(() => suppression.add([['a'], ['b'], ['secret']])).toThrow(expect.objectContaining({code: 'SLUICE_VALUE', message: expect.not.stringContaining('secret') as string}));
  });

  const cell = fc.oneof(fc.constantFrom(null, 'a', 'b', 'c', 1, 1n, true), fc.integer({min: 0, max: 3}));
  const table = fc.integer({min: 1, max: 5}).chain(columns => fc.array(fc.tuple(fc.array(cell, {minLength: columns, maxLength: columns}), fc.integer({min: 1, max: 8})), {minLength: 1, maxLength: 60}));

  test.each(['rows', 'persons'])('afterwards every class has k %s, whatever the table; only cells were blanked, and the counts are true', what => {
    fc.assert(fc.property(table, fc.integer({min: 2, max: 6}), (told, k) => {
      const rows = told.map(([row]): Row => row);
      const persons = told.map(([, person], i) => what === 'rows' ? i : person);
      const plan = solve(rows, k, what === 'rows' ? undefined : persons);
      const after = rows.map(row => blanked(row, plan));
      const classes = new Map<string, Set<number>>();
      for (const [i, row] of after.entries()) {
        const key = JSON.stringify(row.map(value => typeof value === 'bigint' ? Number(value) : value));
        classes.set(key, (classes.get(key) ?? new Set()).add(persons[i]!));
      }
      expect(plan.reached).toBe(new Set(persons).size >= k);
      if (plan.reached) for (const members of classes.values()) expect(members.size).toBeGreaterThanOrEqual(k);
      else expect(classes.size).toBe(1);
      const blanks = rows.map(row => plan.blanks(row));
      expect(plan.cells).toBe(blanks.flat().length);
      expect(plan.rows).toBe(blanks.filter(cells => cells.length > 0).length);
    }), {seed: 13, numRuns: 300});
  });

  test('the same tuples give the same cells', () => {
    fc.assert(fc.property(table, told => {
      const rows = told.map(([row]): Row => row);
      const [one, two] = [solve(rows, 3), solve(rows, 3)];
      for (const row of rows) expect(one.blanks(row)).toEqual(two.blanks(row));
    }), {seed: 17, numRuns: 50});
  });
});
