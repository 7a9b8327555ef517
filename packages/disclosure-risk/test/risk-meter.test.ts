import type {Column, Row, Schema} from '@sluice/core';
import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {riskMeter, type RiskQuestion} from '../src/index.ts';

const column = (name: string, type: Column['type'] = 'text'): Column => ({name, type, nullable: true});
const people: Schema = {table: 'people', primaryKey: [], columns: [column('person', 'int'), column('year', 'int'), column('sex'), column('zip'), column('disease'), column('salary', 'int')]};
const measure = (rows: readonly Row[], question: RiskQuestion) => {
  const meter = riskMeter(people, question);
  for (const row of rows) meter.add([row]);
  return meter.result();
};
const quasi = ['year', 'sex', 'zip'];

describe('k-anonymity', () => {
  const rows: Row[] = [
    [1, 1950, 'f', '021', 'flu', 1], [2, 1950, 'f', '021', 'flu', 1], [3, 1950, 'f', '021', 'flu', 1],
    [4, 1960, 'm', '021', 'flu', 1], [5, 1960, 'm', '022', 'flu', 1], [6, 1970, null, '022', 'flu', 1],
  ];

  test('counts classes, those that are small, and who is alone', () => {
    expect(measure(rows, {quasi})).toMatchObject({
      unit: 'record', rows: 6, members: 6, k: 1, classes: 4,
      below: [{size: 2, members: 3, share: 0.5}, {size: 5, members: 6, share: 1}, {size: 11, members: 6, share: 1}],
      uniqueness: {uniques: 3, share: 0.5, population: null}, risk: {prosecutorMax: 1, prosecutorAverage: 4 / 6},
    });
    expect(measure(rows, {quasi}).histogram.filter(({classes}) => classes > 0)).toEqual([{from: 1, to: 1, classes: 3, members: 3}, {from: 3, to: 4, classes: 1, members: 3}]);
  });

  test('tells the column that drives the risk: without it those who were alone are not', () => {
    const {columns} = measure(rows, {quasi});
    expect(columns.map(({column: name, drives}) => [name, drives])).toEqual([['zip', 2 / 3], ['year', 0], ['sex', 0]]);
    expect(columns[0]).toEqual({column: 'zip', k: 1, classes: 3, uniques: 1, drives: 2 / 3});
  });

  test('without quasi columns all are alike; without rows there is nothing to be found', () => {
    expect(measure(rows, {quasi: []})).toMatchObject({k: 6, classes: 1, risk: {prosecutorMax: 1 / 6}});
    expect(measure([], {quasi, sensitive: [{column: 'disease'}]})).toMatchObject({
      members: 0, k: null, classes: 0, uniqueness: {share: 0}, risk: {prosecutorMax: 0, prosecutorAverage: 0}, sensitive: [{values: 0, l: null, t: null}],
    });
  });

  test('values are told apart by what they are, not by how they are spelled; integers are one whatever holds them', () => {
    expect(measure([[1, 5, 'f', '1', null, 1], [2, 5n, 'f', '1', null, 1]], {quasi})).toMatchObject({k: 2});
    for (const other of [null, '', 'null', '2']) expect(measure([[1, 5, 'f', '1', null, 1], [2, 5, 'f', other, null, 1]], {quasi})).toMatchObject({k: 1});
    expect(measure([[1, 5, 'a', 'b', null, 1], [2, 5, 'b', 'a', null, 1]], {quasi})).toMatchObject({k: 1});
    expect(measure([[1, 5, 'ab', 'c', null, 1], [2, 5, 'a', 'bc', null, 1]], {quasi})).toMatchObject({k: 1});
  });

  test('a person is all of their rows, in any order; without a number every row is a person', () => {
    const visits: Row[] = [
      [1, 1950, 'f', '021', 'flu', 1], [2, 1950, 'f', '022', 'flu', 1], [1, 1950, 'f', '022', 'flu', 1], [2, 1950, 'f', '021', 'flu', 1],
      [3, 1950, 'f', '021', 'flu', 1], [3, 1950, 'f', '021', 'flu', 1], [4, 1950, 'f', '021', 'flu', 1], [null, 1950, 'f', '021', 'flu', 1],
    ];
    expect(measure(visits, {quasi, person: ['person']})).toMatchObject({unit: 'person', rows: 8, members: 5, classes: 3, k: 1, uniqueness: {uniques: 1}});
  });

  test('every size has one band: eleven is the first that published cells may have', () => {
    for (const size of [1, 2, 3, 4, 5, 10, 11, 19, 20, 49, 50, 99, 100, 999, 1000, 1001]) {
      const {histogram, below} = measure(Array.from({length: size}, (): Row => [1, 1, 'f', '1', null, 1]), {quasi});
      expect(histogram.filter(({classes}) => classes > 0), String(size)).toEqual([expect.objectContaining({classes: 1, members: size})]);
      expect(histogram.find(({classes}) => classes > 0)!.from > 10).toBe(below.find(one => one.size === 11)!.members === 0);
    }
  });

  test('beyond what may be kept it stops, and says where', () => {
    const meter = riskMeter(people, {quasi, maxRecords: 2});
    meter.add([[1, 1, 'f', '1', null, 1], [1, 1, 'f', '1', null, 1]]);
    expect(() => meter.add([[1, 1, 'f', '1', null, 1]])).toThrow(expect.objectContaining({code: 'SLUICE_VALUE', context: {table: 'people'}}));
  });

  test('is what counting tuples gives, for each set of columns', () => {
    const cell = fc.constantFrom(null, 'a', 'b');
    const row = fc.tuple(fc.integer({min: 1, max: 4}), fc.integer({min: 1, max: 2}), cell, cell).map(([person, year, sex, zip]): Row => [person, year, sex, zip, null, 0]);
    fc.assert(fc.property(fc.array(row, {maxLength: 40}), fc.boolean(), (rows, byPerson) => {
      const result = measure(rows, {quasi, ...(byPerson && {person: ['person']})});
      const expected = (positions: readonly number[]) => {
        const tuples = new Map<unknown, string[]>();
        for (const [i, one] of rows.entries()) {
          const who = byPerson ? one[0] : i;
          tuples.set(who, [...tuples.get(who) ?? [], JSON.stringify(positions.map(at => one[at]))].sort());
        }
        const classes = new Map<string, number>();
        for (const own of tuples.values()) classes.set(JSON.stringify(own), (classes.get(JSON.stringify(own)) ?? 0) + 1);
        const sizes = [...classes.values()];
        return {k: sizes.length === 0 ? null : Math.min(...sizes), classes: sizes.length, uniques: sizes.filter(size => size === 1).length};
      };
      const {k, classes, uniqueness: {uniques}} = result;
      expect({k, classes, uniques}).toEqual(expected([1, 2, 3]));
      for (const [i, name] of quasi.entries()) {
        const {k: least, classes: count, uniques: alone} = result.columns.find(one => one.column === name)!;
        expect({k: least, classes: count, uniques: alone}).toEqual(expected([1, 2, 3].filter(at => at !== i + 1)));
      }
    }), {seed: 7, numRuns: 200});
  });
});

describe('l-diversity and t-closeness', () => {
  // Table 3 of Li, Li and Venkatasubramanian (ICDE 2007): salaries 3K to 11K in three classes; its text gives 0.167 and 0.278 by ordered distance.
  const salaries: Row[] = [[3, 'a'], [5, 'a'], [9, 'a'], [6, 'b'], [11, 'b'], [8, 'b'], [4, 'c'], [7, 'c'], [10, 'c']].map(([salary, zip]) => [1, 1, 'x', zip!, 'y', salary!]);

  test('the distances of the paper that defined them', () => {
    const distance = (order: readonly number[]) => measure(
      order.map((salary, i): Row => [1, 1, 'x', i < 3 ? 'a' : 'rest', 'y', salary]), {quasi: ['zip'], sensitive: [{column: 'salary'}]}).sensitive[0]!.t!;
    expect(distance([3, 4, 5, 6, 7, 8, 9, 10, 11])).toBeCloseTo(0.375, 10);
    expect(distance([6, 8, 11, 3, 4, 5, 7, 9, 10])).toBeCloseTo(0.167, 3);
    expect(measure(salaries, {quasi: ['zip'], sensitive: [{column: 'salary'}]}).sensitive[0]).toMatchObject({distance: 'ordered', values: 9, l: {distinct: 3, entropy: expect.closeTo(3, 10) as number}});
  });

  test('without an order every value is as far from each other', () => {
    const rows: Row[] = ['flu', 'flu', 'flu', 'cancer', 'flu', 'cancer', 'cancer', 'cancer'].map((disease, i) => [1, 1, 'x', i < 4 ? 'a' : 'b', disease, 0]);
    const [risk] = measure(rows, {quasi: ['zip'], sensitive: [{column: 'disease'}]}).sensitive;
    expect(risk).toMatchObject({distance: 'equal', values: 2, t: 0.25, l: {distinct: 2, c: 3}});
    expect(risk!.l!.entropy).toBeCloseTo(Math.exp(-(0.75 * Math.log(0.75) + 0.25 * Math.log(0.25))), 10);
    // 3 of one, 1 of the other: 3 < 3 x (3 + 1) holds for l 1, 3 < 3 x 1 does not for l 2.
    expect(risk!.l!.recursive).toBe(1);
  });

  test('a person says a value once, however often it was written down', () => {
    const rows: Row[] = [[1, 1, 'x', 'a', 'flu', 0], [1, 1, 'x', 'a', 'flu', 0], [1, 1, 'x', 'a', 'flu', 0], [2, 1, 'x', 'a', 'gout', 0], [2, 1, 'x', 'a', 'gout', 0], [2, 1, 'x', 'a', 'gout', 0]];
    const [risk] = measure(rows, {quasi: ['zip'], person: ['person'], sensitive: [{column: 'disease'}]}).sensitive;
    expect(risk!.l).toMatchObject({distinct: 2, entropy: expect.closeTo(2, 10) as number});
  });

  test('agree with their definitions, written out', () => {
    const row = fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.integer({min: -3, max: 5})).map(([zip, salary]): Row => [1, 1, 'x', zip, String(salary), salary]);
    fc.assert(fc.property(fc.array(row, {minLength: 1, maxLength: 30}), rows => {
      const {sensitive: [ordered, equal]} = measure(rows, {quasi: ['zip'], sensitive: [{column: 'salary'}, {column: 'disease'}]});
      const values = [...new Set(rows.map(one => one[5] as number))].sort((a, b) => a - b);
      const shares = (some: readonly Row[]) => values.map(value => some.filter(one => one[5] === value).length / some.length);
      const whole = shares(rows);
      const classes = [...new Set(rows.map(one => one[3]))].map(zip => shares(rows.filter(one => one[3] === zip)));
      const emd = classes.map(own => {
        let [sum, moved] = [0, 0];
        for (const [i, share] of own.entries()) moved += Math.abs(sum += share - whole[i]!);
        return values.length < 2 ? 0 : moved / (values.length - 1);
      });
      expect(ordered!.t).toBeCloseTo(Math.max(...emd), 10);
      expect(equal!.t).toBeCloseTo(Math.max(...classes.map(own => own.reduce((sum, share, i) => sum + Math.abs(share - whole[i]!), 0) / 2)), 10);
      expect(ordered!.l!.distinct).toBe(Math.min(...classes.map(own => own.filter(share => share > 0).length)));
      expect(ordered!.l!.entropy).toBeCloseTo(Math.min(...classes.map(own => Math.exp(-own.reduce((sum, share) => share === 0 ? sum : sum + share * Math.log(share), 0)))), 10);
    }), {seed: 11, numRuns: 200});
  });
});
