import {describe, expect, test} from 'vitest';
import type {Column, Value} from '@sluice/core';
import {expectNoLeak, rejection} from '@sluice/testkit';
import {fittingOf} from '../src/fit.ts';
import {targetColumn} from '../src/target-column.ts';
import {targetType, type TargetServer} from '../src/target-type.ts';

const server = (flavor: 'mysql' | 'mariadb'): TargetServer => ({flavor, version: [11, 8, 0], collations: new Set(), foldsNames: false});

function fit(more: Partial<Column> & Pick<Column, 'type'>, value: Value, flavor: 'mysql' | 'mariadb' = 'mysql') {
  const column: Column = {name: 'x', nullable: true, ...more};
  const type = targetType({column, unique: false, rowBytesLeft: Infinity}, server(flavor), () => {})!;
  const fitting = fittingOf('t', [targetColumn(column, type, [column], server(flavor), () => {})], flavor);
  const rows = [[value]];
  fitting.fit({rows, position: null}, 40);
  return {value: rows[0]![0], count: fitting.adjustments.reduce((sum, {count}) => sum + count, 0)};
}
const native = (sql: string) => ({native: {dialect: 'mysql', sql}});

describe('fit', () => {
  test.each<[what: string, column: Partial<Column> & Pick<Column, 'type'>, value: Value]>([
    ['a decimal', {type: 'decimal', precision: 10, scale: 2}, '12345678.90'],
    ['a decimal below one', {type: 'decimal', precision: 10, scale: 2}, '-0.01'],
    ['a whole decimal', {type: 'decimal', precision: 10, scale: 0}, '1234567890'],
    ['a decimal of unknown scale', {type: 'decimal'}, '007.100'],
    ['a timestamp', {type: 'timestamp', scale: 3}, '2024-01-01 00:00:00.120'],
    ['a time', {type: 'time', scale: 0}, '-838:59:59'],
    ['a timestamp of unknown scale', {type: 'timestamp'}, '2024-01-01 00:00:00.12'],
    ['text of 5 characters beyond the basic plane', {type: 'text', maxLength: 5}, '\u{1F600}'.repeat(5)],
    ['the highest of 64 bits', {type: 'int', unsigned64: true}, 18446744073709551615n],
    ['a FLOAT', {type: 'float', ...native('float')}, Math.fround(0.1)],
    ['minus zero on MySQL', {type: 'float'}, -0],
    ['fixed bytes', {type: 'bytes', maxLength: 2, ...native('binary(2)')}, Uint8Array.of(1, 0)],
    ['null', {type: 'decimal', precision: 3, scale: 1}, null],
  ])('leaves alone what the column prints as it is: %s', (_, column, value) => {
    expect(fit(column, value)).toEqual({value, count: 0});
  });

  test.each<[what: string, column: Partial<Column> & Pick<Column, 'type'>, value: Value, printed: Value]>([
    ['missing zeros of a decimal', {type: 'decimal', precision: 10, scale: 2}, '1.5', '1.50'],
    ['a decimal without a point', {type: 'decimal', precision: 10, scale: 2}, '15', '15.00'],
    ['zeros beyond the scale', {type: 'decimal', precision: 10, scale: 2}, '1.50000', '1.50'],
    ['leading zeros', {type: 'decimal', precision: 10, scale: 2}, '-007.10', '-7.10'],
    ['minus zero of a decimal', {type: 'decimal', precision: 10, scale: 2}, '-0.00', '0.00'],
    ['a decimal that starts with its point', {type: 'decimal', precision: 2, scale: 2}, '.25', '0.25'],
    ['missing zeros of a timestamp', {type: 'timestamp', scale: 6}, '2024-01-01 00:00:00.5', '2024-01-01 00:00:00.500000'],
    ['a timestamp without a fraction', {type: 'timestamp', scale: 3}, '2024-01-01 00:00:00', '2024-01-01 00:00:00.000'],
    ['zeros beyond what a time has', {type: 'time', scale: 0}, '12:00:00.000', '12:00:00'],
    ['minus zero of a time', {type: 'time', scale: 0}, '-00:00:00', '00:00:00'],
    ['trailing zeros where the source says nothing of fractions', {type: 'timestamp'}, '2024-01-01 00:00:00.500', '2024-01-01 00:00:00.5'],
  ])('writes as the column prints it, and counts: %s', (_, column, value, printed) => {
    expect(fit(column, value)).toEqual({value: printed, count: 1});
  });

  test.each<[what: string, column: Partial<Column> & Pick<Column, 'type'>, value: Value, flavor?: 'mysql' | 'mariadb']>([
    ['more fraction digits than a decimal has', {type: 'decimal', precision: 10, scale: 2}, '0.005'],
    ['more digits than a decimal has', {type: 'decimal', precision: 10, scale: 2}, '123456789.00'],
    ['no number', {type: 'decimal', precision: 10, scale: 2}, 'canary'],
    ['more fraction digits than a timestamp has', {type: 'timestamp', scale: 0}, '2024-01-01 00:00:00.9'],
    ['more than six fraction digits', {type: 'timestamp'}, '2024-01-01 00:00:00.1234567'],
    ['more fraction digits than a time has', {type: 'time', scale: 3}, '12:00:00.1239'],
    ['NaN', {type: 'float'}, NaN],
    ['infinity', {type: 'float'}, -Infinity],
    ['minus zero on MariaDB', {type: 'float'}, -0, 'mariadb'],
    ['a double in a FLOAT', {type: 'float', ...native('float')}, 0.1],
    ['2^63 in a signed column', {type: 'int'}, 9223372036854775808n],
    ['a negative number in an unsigned one', {type: 'int', unsigned64: true}, -9223372036854775808n],
    ['text that is too long', {type: 'text', maxLength: 5}, 'canary'],
    ['blanks at the end of a CHAR', {type: 'text', maxLength: 9, ...native('char(9)')}, 'canary '],
    ['bytes that are too many', {type: 'bytes', maxLength: 1}, Uint8Array.of(1, 2)],
    ['bytes that would be padded', {type: 'bytes', maxLength: 4, ...native('binary(4)')}, Uint8Array.of(1, 2)],
    ['null where none may be', {type: 'text', nullable: false}, null],
  ])('refuses with the place: %s', async (_, column, value, flavor) => {
    const error = await rejection((async () => fit(column, value, flavor))());
    expect(error).toMatchObject({name: 'PipelineError', code: 'SLUICE_VALUE', context: {table: 't', column: 'x', row: 40}});
    expectNoLeak(error, 'canary');
  });
});

test('with a rule, text that is no JSON is seen before the server sees it', () => {
  const column: Column = {name: 'doc', type: 'json', nullable: true};
  const type = targetType({column, unique: false, rowBytesLeft: Infinity}, server('mysql'), () => {})!;
  const rows: Value[][] = [['{"a": 1}'], ['{a: 1}'], ['null']];
  const fitting = fittingOf('t', [targetColumn(column, type, [column], server('mysql'), () => {})], 'mysql', new Map([['doc', 'null']]));
  fitting.fit({rows, position: null}, 0);
  expect(rows).toEqual([['{"a": 1}'], [null], ['null']]);
  expect(fitting.adjustments).toEqual([{column: 'doc', kind: 'holds text that is no JSON document', rule: 'null', count: 1}]);
});
