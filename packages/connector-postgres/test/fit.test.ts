import {describe, expect, test} from 'vitest';
import type {PipelineError, Value} from '@sluice/core';
import {fittingOf} from '../src/fit.ts';
import type {Family, TargetType} from '../src/target-type.ts';

/** What becomes of a value, or a word of why it is refused. */
function fit(family: Family, value: Value, more: Partial<TargetType> = {}): Value | string {
  const type: TargetType = {family, sql: family, length: null, precision: null, scale: null, ...more};
  const fitting = fittingOf('t', [{column: {name: 'c', type: 'text', nullable: false}, type, generated: null, default: null, identity: false}]);
  const rows = [[value]];
  try {
    fitting.fit({rows, position: null}, 41);
  } catch (error) {
    expect(error).toMatchObject({code: 'SLUICE_VALUE', context: {table: 't', column: 'c', row: 41}});
    if (typeof value === 'string' && value.length > 3) expect((error as PipelineError).message).not.toContain(value);
    return `refused: ${(error as PipelineError).message.replace(/.*column c /, '')}`;
  }
  expect(fitting.adjustments).toEqual(Object.is(rows[0]![0], value) ? [] : [{column: 'c', kind: 'written as the column prints it', count: 1}]);
  return rows[0]![0]!;
}

describe('what a column cannot hold is refused, what it prints otherwise is rewritten and counted', () => {
  test.each<[Family, Value, Value, Partial<TargetType>?]>([
    ['int2', 32_767, 32_767], ['int4', -2_147_483_648, -2_147_483_648], ['int8', 9_223_372_036_854_775_807n, 9_223_372_036_854_775_807n],
    ['numeric', '1.5', '1.500', {precision: 10, scale: 3}], ['numeric', '007', '7'], ['numeric', '-0.00', '0.00'], ['numeric', '0.10', '0.10'], ['numeric', 'NaN', 'NaN', {precision: 5, scale: 2}],
    ['numeric', 'Infinity', 'Infinity'], ['numeric', 18_446_744_073_709_551_615n, 18_446_744_073_709_551_615n, {precision: 20, scale: 0}], ['numeric', '12.30', '12.30', {precision: 4, scale: 2}],
    ['float4', Math.fround(0.1), Math.fround(0.1)], ['float8', NaN, NaN], ['float8', -0, -0],
    ['text', '\u{1F600}\u{1F600}', '\u{1F600}\u{1F600}', {length: 2}], ['char', 'ab', 'ab  ', {length: 4}], ['char', '\u{1F600}', '\u{1F600} ', {length: 2}],
    ['date', 'infinity', 'infinity'], ['date', '0044-03-15 BC', '0044-03-15 BC'], ['date', '12345-01-01', '12345-01-01'],
    ['timestamp', '2020-01-01 00:00:00.500', '2020-01-01 00:00:00.5'], ['timestamp', '2020-01-01 00:00:00', '2020-01-01 00:00:00.000', {scale: 3}], ['timestamptz', '-infinity', '-infinity', {scale: 3}],
    ['timestamp', '0044-03-15 12:00:00.10 BC', '0044-03-15 12:00:00.1 BC'], ['time', '24:00:00', '24:00:00'], ['time', '12:00:00.0', '12:00:00'],
    ['interval', '-838:59:59.5', '-838:59:59.5'], ['interval', '-00:00:00', '00:00:00'], ['interval', '00:00:01', '00:00:01.000000', {scale: 6}],
    ['uuid', '3F2504E0-4F89-41D3-9A0C-0305E82C3301', '3f2504e0-4f89-41d3-9a0c-0305e82c3301'], ['own', '{1,2}', '{1,2}'],
  ])('%s takes case %#', (family, value, wanted, more) => {
    expect(fit(family, value, more)).toEqual(wanted);
  });

  test.each<[Family, Value, RegExp, Partial<TargetType>?]>([
    ['int2', 32_768, /range/], ['int4', -2_147_483_649, /range/], ['int8', 9_223_372_036_854_775_808n, /range/], ['int4', 1.5, /range/], ['int4', '1', /type/],
    ['numeric', '1.2345', /digits/, {precision: 10, scale: 3}], ['numeric', '12345.00', /digits/, {precision: 6, scale: 2}], ['numeric', 'Infinity', /number/, {precision: 6, scale: 2}], ['numeric', '', /number/], ['numeric', '1e5', /number/],
    ['numeric', '.', /number/], ['numeric', '12x.45', /number/, {precision: 10, scale: 2}], ['numeric', 100_000_000_000_000_000_000n, /range/, {precision: 20, scale: 0}], ['numeric', `1${'0'.repeat(131_072)}`, /digits/],
    ['float4', 0.1, /rounds/], ['float8', '1', /type/], ['bool', 1, /type/], ['bytea', 'x', /type/],
    ['text', 'a\0b', /NUL/], ['text', 'abcdef', /short/, {length: 5}], ['text', 'abcde ', /short/, {length: 5}], ['text', 'half \ud800', /surrogate/], ['char', 'abcde', /short/, {length: 4}], ['json', '"\0"', /NUL/],
    ['date', '0000-00-00', /PostgreSQL has not/], ['date', '2020-13-01', /PostgreSQL has not/], ['date', 'today', /PostgreSQL has not/], ['date', '20200101', /PostgreSQL has not/],
    ['timestamp', '2020-01-01 24:00:00', /PostgreSQL has not/], ['timestamp', '2020-01-01 23:59:60', /PostgreSQL has not/], ['timestamp', '2020-01-01 00:00:00.1234567', /fraction/], ['timestamp', '2020-01-01 00:00:00.1', /fraction/, {scale: 0}],
    ['timestamp', 'now', /PostgreSQL has not/], ['timestamptz', '2020-01-01 00:00:00+02', /PostgreSQL has not/], ['time', '25:00:00', /PostgreSQL has not/], ['time', '24:00:01', /PostgreSQL has not/], ['interval', '1 day', /PostgreSQL has not/], ['interval', '12:60:00', /PostgreSQL has not/],
    ['uuid', '3f2504e04f8941d39a0c0305e82c3301', /UUID/], ['own', 'a\0', /NUL/], ['text', null, /NULL/],
  ])('%s refuses case %#', (family, value, why, more) => {
    expect(fit(family, value, more)).toMatch(new RegExp(`^refused: .*${why.source}`));
  });
});

test.each([
  ['2024-02-29', true], ['2023-02-29', false], ['2000-02-29', true], ['1900-02-29', false], ['2024-04-30', true], ['2024-04-31', false], ['2024-06-31', false], ['2024-09-31', false], ['2024-11-31', false],
  ['2024-12-31', true], ['2024-02-30', false], ['0005-02-29 BC', true], ['0004-02-29 BC', false], ['12004-02-29', true], ['12005-02-29', false], ['0000-02-28', false],
] as const)('whether %s is a day is seen as the server sees it', (day, is) => {
  expect(fit('date', day)).toEqual(is ? day : expect.stringMatching(/^refused: holds a date/));
});

test('with a rule, text that is no JSON is seen before the server sees it', () => {
  const type: TargetType = {family: 'json', sql: 'json', length: null, precision: null, scale: null};
  const columns = [{column: {name: 'doc', type: 'json', nullable: true}, type, generated: null, default: null, identity: false}] as const;
  const rows = [['{"a": 1}'], ['{a: 1}'], [''], ['"half \ud800"'], ['null']];
  const {quarantined} = fittingOf('t', columns, new Map([['doc', 'quarantine']])).fit({rows, position: null}, 0);
  expect(rows).toEqual([['{"a": 1}'], ['null']]);
  expect(quarantined.map(({ordinal}) => ordinal)).toEqual([1, 2, 3]);
});
