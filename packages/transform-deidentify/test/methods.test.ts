import type {Column, ColumnType, Value} from '@sluice/core';
import {describe, expect, test} from 'vitest';
import {allMethods, noTools, methods, zip3Areas, type Method, type MethodName} from '@sluice/transform-deidentify';

function treat(name: MethodName, parameters: object, column: Partial<Column> & {readonly type: ColumnType}, asOf: string | null = '2026-06-30') {
  const method: Method = methods[name];
  return method.plan({name: 'c', nullable: true, ...column}, method.parameters.parse(parameters), {
    asOf, table: {table: 't', primaryKey: [], columns: [{name: 'c', nullable: true, ...column}]}, subject: null, class: null, domains: new Map(),
  });
}

/** What becomes of values, and what was counted. */
function change(name: MethodName, type: ColumnType, values: readonly Value[], parameters: object = {}, more: Partial<Column> = {}) {
  const treatment = treat(name, parameters, {type, ...more});
  if (typeof treatment === 'string' || treatment.kind !== 'change') throw new Error('changes nothing');
  const {of, notes} = treatment.start(noTools());
  const out = values.map(value => of(value, []));
  return {out, type: treatment.column.type, notes: Object.fromEntries(notes().map(({message, count}) => [message, count]))};
}

test('the allow-list is of the areas with more than 20,000 people', () => {
  expect(zip3Areas.size).toBe(876);
  for (const restricted of '036 059 102 202 203 204 205 369 556 692 753 772 821 823 878 879 884 893'.split(' ')) expect(zip3Areas.has(restricted)).toBe(false);
  for (const unlisted of ['000', '005', '008', '096', '340', '962', '969']) expect(zip3Areas.has(unlisted)).toBe(false);
  for (const populous of ['006', '063', '537', '790', '830', '831', '890', '999']) expect(zip3Areas.has(populous)).toBe(true);
});

describe('zip3', () => {
  test('reads codes as people and programs write them', () => {
    const {out, type} = change('zip3', 'text', ['53703', '53703-1234', '53703 1234', '537031234', ' 53703 ', '2139', '02139', '00601', null, '']);
    expect([type, out]).toEqual(['text', ['537', '537', '537', '537', '537', '021', '021', '006', null, null]]);
    expect(change('zip3', 'int', [53703, 2139, 601, 537031234, 21391234]).out).toEqual(['537', '021', '006', '537', '021']);
    expect(change('zip3', 'any', [53703n, '53703']).out).toEqual(['537', '537']);
  });
  test('gives 000 for small areas and for those that are in no census', () => {
    expect(change('zip3', 'text', ['82101', '00501', '09012', '96910'])).toMatchObject({out: ['000', '000', '000', '000'], notes: {'is of an area with 20,000 people or fewer: 000': 4}});
  });
  test('leaves out what is no US code', () => {
    expect(change('zip3', 'text', ['K1A 0B1', 'SW1A 1AA', '537', '5370312', 'unknown', '٥٣٧٠٣'])).toMatchObject({out: [null, null, null, null, null, null], notes: {'is not a US ZIP code: NULL': 6}});
    expect(change('zip3', 'int', [-53703, 12, 1234567]).out).toEqual([null, null, null]);
  });
});

describe('year, month, yearFloor90', () => {
  const dates = ['1990-01-31', '1990-01-31 12:00:00.5', '1/31/1990', '01/31/1990', null];
  const none = ['0000-00-00', '1990-00-15', '1990-01-00', '31/1/1990', '1/31/90', 'soon', '', '1990'];
  test('read ISO and American dates', () => {
    expect(change('year', 'text', dates)).toMatchObject({type: 'int', out: [1990, 1990, 1990, 1990, null], notes: {}});
    expect(change('month', 'text', dates)).toMatchObject({type: 'text', out: ['1990-01', '1990-01', '1990-01', '1990-01', null]});
  });
  test('make NULL of the rest, and count it', () => {
    expect(change('year', 'text', none)).toMatchObject({out: none.map(() => null), notes: {'is not a readable date: NULL': 8}});
    expect(change('month', 'text', none)).toMatchObject({out: none.map(() => null), notes: {'is not a readable date: NULL': 8}});
  });
  test('yearFloor90 has no year that shows an age over 89', () => {
    expect(change('yearFloor90', 'date', ['1900-01-01', '1936-12-31', '1937-01-01', '2000-02-29', null])).toMatchObject({out: [1936, 1936, 1937, 2000, null], notes: {'is 1936 or before: one category': 2}});
    expect(change('yearFloor90', 'int', [1900, 1990, 0, 99, 19900131])).toMatchObject({out: [1936, 1990, null, null, null], notes: {'is not a readable date or year: NULL': 3}});
    expect(treat('yearFloor90', {}, {type: 'date'}, null)).toMatch(/asOf/u);
  });
});

describe('age90, topCode, bucket', () => {
  test('cap every form of number, and leave codes for missing alone', () => {
    expect(change('age90', 'int', [0, 89, 90, 104, -3, null, 9998], {missing: [9998]})).toMatchObject({type: 'int', out: [0, 89, 90, 90, -3, null, 9998], notes: {'is 90 or more: one category': 2}});
    expect(change('age90', 'decimal', ['89.99', '90.00', '91.5', '9998.00'], {missing: [9998]}, {scale: 2}).out).toEqual(['89.99', '90.00', '90.00', '9998.00']);
    expect(change('age90', 'float', [89.9, 90.1, Infinity, -Infinity, NaN]).out).toEqual([89.9, 90, 90, -Infinity, null]);
    expect(change('age90', 'any', [104n, 89n, 104.5, 'old', new Uint8Array(1)]).out).toEqual([90n, 89n, 90n, null, null]);
    expect(change('age90', 'int', [1079, 1080, 2000], {unit: 'months'}).out).toEqual([1079, 1080, 1080]);
    expect(change('topCode', 'int', [5, 6, 7, 2n ** 63n], {max: 6}).out).toEqual([5, 6, 6, 6]);
  });
  test('buckets begin at multiples of the width, below zero too, exactly', () => {
    expect(change('bucket', 'int', [0, 9, 10, -1, -10, -11, null], {width: 10})).toMatchObject({type: 'int', out: [0, 0, 10, -10, -10, -20, null]});
    expect(change('bucket', 'decimal', ['19.999999999999999999', '-0.5', '-0.0', '123456789012345678901234567890.5', '-10'], {width: 10}).out)
      .toEqual([10, -10, 0, 123456789012345678901234567890n, -10]);
    expect(change('bucket', 'any', [17n, 17.5, 'x'], {width: 10}).out).toEqual([10n, 10n, null]);
    expect(change('bucket', 'int', [2n ** 63n + 7n], {width: 16}).out).toEqual([2n ** 63n]);
    expect(change('bucket', 'int', [9998, 9997], {width: 10, missing: [9998]}).out).toEqual([9998, 9990]);
  });
});

describe('constant', () => {
  const fill = (value: unknown, column: Partial<Column> & {readonly type: ColumnType}) => {
    const treatment = treat('constant', {value}, column);
    return typeof treatment === 'string' ? 'refused' : treatment.kind === 'fill' ? treatment.value : 'wrong';
  };
  test('must be of the type of the column', () => {
    expect([fill('x', {type: 'text'}), fill(3, {type: 'int'}), fill(1.5, {type: 'float'}), fill(true, {type: 'bool'}), fill('2000-01-01', {type: 'date'}), fill(3, {type: 'any'})]).toEqual(['x', 3, 1.5, true, '2000-01-01', 3n]);
    expect([fill(3, {type: 'decimal', precision: 5, scale: 2}), fill('1.5', {type: 'decimal', precision: 5, scale: 2})]).toEqual(['3.00', '1.50']);
    const refused = [
      fill('x', {type: 'int'}), fill(1.5, {type: 'int'}), fill(3, {type: 'text'}), fill('toolong', {type: 'text', maxLength: 3}), fill('b', {type: 'text', enumValues: ['a']}),
      fill('1/1/2000', {type: 'date'}), fill('1.555', {type: 'decimal', precision: 5, scale: 2}), fill(1234, {type: 'decimal', precision: 5, scale: 2}),
    ];
    expect(new Set(refused)).toEqual(new Set(['refused']));
  });
});

test('what a method declares fits what it does', () => {
  for (const method of allMethods) {
    expect(methods[method.name as MethodName].name).toBe(method.name);
    expect(method.reversible && method.uniqueness === 'lossy', method.name).toBe(false);
    expect(method.summary).toMatch(/^[a-z]/u);
  }
});
