import {MemoryDatabase, MemorySource} from '@sluice/connector-memory';
import type {Row} from '@sluice/core';
import {deidentify, parsePolicy} from '@sluice/transform-deidentify';
import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {treat} from './change.ts';
import {catalogOf, never, table, told} from './tables.ts';

const schema = table('t', {id: 'int', person: 'int', born: 'date', zip: {}, sex: {}});

async function release(rules: string, rows: readonly Row[], top = '') {
  const source = new MemorySource(new MemoryDatabase({tables: [{schema, rows}]}));
  const transform = deidentify(parsePolicy(`version: 1\n${top}tables: {t: {columns: {id: keep, person: keep, ${rules}}}}`));
  expect(told(transform.check(catalogOf([schema])))).toEqual([]);
  await transform.prepare!(source, catalogOf([schema]), never);
  const plan = transform.plan(schema)!;
  const out = plan.apply({rows: rows.map(row => [...row]), position: null}).rows;
  return {out, plan, notes: plan.notes!()};
}

const three = (k: number) => `born: {method: localSuppress, k: ${k}, first: year}, zip: {method: localSuppress, k: ${k}, first: zip3}, sex: {method: localSuppress, k: ${k}}`;
const row = fc.tuple(fc.integer({min: 1, max: 8}), fc.constantFrom('1980-01-01', '1980-12-31', '1990-05-05', null), fc.constantFrom('53703', '53711', '10027', null), fc.constantFrom('f', 'm', 'x', null));

describe('localSuppress', () => {
  test('leaves no combination of values, coarse as they leave, with fewer than k rows; the rest as it was', async () => {
    await fc.assert(fc.asyncProperty(fc.array(row, {minLength: 1, maxLength: 60}), fc.integer({min: 2, max: 6}), async (cells, k) => {
      const rows = cells.map(([person, ...quasi], i): Row => [i, person, ...quasi]);
      const {out} = await release(three(k), rows);
      const sizes = new Map<string, number>();
      for (const [, , ...quasi] of out) sizes.set(JSON.stringify(quasi), (sizes.get(JSON.stringify(quasi)) ?? 0) + 1);
      for (const [quasi, size] of sizes) expect(size >= k || (quasi === '[null,null,null]' && sizes.size === 1), `${quasi} has ${size}`).toBe(true);
      const years: Record<string, number> = {'1980-01-01': 1980, '1980-12-31': 1980, '1990-05-05': 1990};
      for (const [i, [id, person, born, zip, sex]] of out.entries()) {
        expect([id, person]).toEqual(rows[i]!.slice(0, 2));
        if (born !== null) expect(born).toBe(years[rows[i]![2] as string]);
        if (zip !== null) expect(zip).toBe((rows[i]![3] as string).slice(0, 3));
        if (sex !== null) expect(sex).toBe(rows[i]![4]);
      }
    }), {numRuns: 60});
  });

  test('counts persons where it is known whose rows they are', async () => {
    const rows: Row[] = [[1, 1, '1980-01-01', '53703', 'f'], [2, 1, '1980-01-01', '53703', 'f'], [3, 1, '1980-01-01', '53703', 'f'], [4, 4, '1980-01-01', '53703', 'm'], [5, 2, '1990-05-05', '10027', 'm'], [6, 3, '1990-05-05', '10027', 'm'], [7, null, '1990-05-05', '10027', 'm']];
    const {out, notes} = await release(three(2), rows, 'subjects: {t: {key: [person]}}\n');
    expect(out.map(([, , ...quasi]) => quasi)).toEqual([
      ...[1, 2, 3, 4].map(() => [1980, '537', null]), ...[5, 6, 7].map(() => [1990, '100', 'm']),
    ]);
    expect(notes.some(({message, count}) => message === 'would single out fewer than 2: NULL' && count > 0)).toBe(true);
  });

  test('depends on all rows of the table, and columns with another k are on their own', async () => {
    const {plan, out} = await release('born: {method: localSuppress, k: 2, first: year}, zip: {method: localSuppress, k: 3}, sex: keep', [[1, 1, '1980-01-01', 'a', 'f'], [2, 2, '1980-01-01', 'a', 'f']]);
    expect(plan.dependsOn?.map(({columns}) => columns)).toEqual([['born'], ['zip']]);
    expect(out.map(([, , born, zip]) => [born, zip])).toEqual([[1980, null], [1980, null]]);
    expect(plan.schema.columns[2]).toEqual({name: 'born', type: 'int', nullable: true});
  });

  test('takes only methods first that fit', () => {
    expect(treat('localSuppress', {first: 'zip3'}, {type: 'date'})).toMatch(/cannot use zip3 first: it does not fit a column of type date/u);
    expect(treat('localSuppress', {first: {method: 'bucket'}}, {type: 'int'})).toMatch(/wrong parameters for bucket/u);
    expect(treat('localSuppress', {first: 'yearFloor90'}, {type: 'date'}, {asOf: null})).toMatch(/cannot use yearFloor90 first: it needs the day/u);
    expect(() => treat('localSuppress', {first: 'zip5'}, {type: 'text'})).toThrow();
  });
});
