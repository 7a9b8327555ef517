import type {ColumnType, Value} from '@sluice/core';
import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {castBetween, castsFrom, type CastType} from '../src/casts.ts';

const cast = (from: ColumnType, to: CastType, value: Exclude<Value, null>) => castBetween(from, to)!(value);

test.each<[ColumnType, CastType, Exclude<Value, null>, Value]>([
  ['bool', 'int', true, 1], ['bool', 'text', false, 'false'],
  ['int', 'text', -5, '-5'], ['int', 'text', 2n ** 64n - 1n, '18446744073709551615'], ['int', 'decimal', 7, '7'], ['int', 'float', 7, 7], ['int', 'bool', 1, true],
  ['float', 'text', 0.1, '0.1'], ['float', 'text', -0, '-0'], ['float', 'text', 1e300, '1e+300'], ['float', 'int', 3, 3],
  ['decimal', 'text', '0.10', '0.10'], ['decimal', 'int', '12.00', 12], ['decimal', 'int', '18446744073709551615', 2n ** 64n - 1n],
  ['text', 'int', '-9223372036854775808', -(2n ** 63n)], ['text', 'int', '0', 0], ['text', 'decimal', '-1.50', '-1.50'], ['text', 'bool', 'true', true],
  ['text', 'date', '2000-02-29', '2000-02-29'], ['text', 'timestamp', '2000-02-29 23:59:59.5', '2000-02-29 23:59:59.5'], ['text', 'time', '-838:59:59', '-838:59:59'],
  ['text', 'uuid', '00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-00000000000a'], ['text', 'json', '{"a":12345678901234567890}', '{"a":12345678901234567890}'],
  ['text', 'bytes', 'é', new Uint8Array([0xc3, 0xa9])], ['bytes', 'text', new Uint8Array([0xef, 0xbb, 0xbf, 0x41]), '\ufeffA'],
  ['date', 'timestamp', '2000-01-01', '2000-01-01 00:00:00'], ['timestamp', 'date', '2000-01-01 00:00:00.000', '2000-01-01'], ['date', 'text', '0000-00-00', '0000-00-00'],
  ['any', 'int', 5n, 5], ['any', 'int', 2n ** 60n, 2n ** 60n], ['any', 'text', 'x', 'x'], ['any', 'float', 0.5, 0.5],
])('%s to %s: exact', (from, to, value, expected) => {
  expect(cast(from, to, value)).toEqual(expected);
});

test.each<[ColumnType, CastType, Exclude<Value, null>]>([
  ['int', 'float', 2n ** 53n], ['int', 'bool', 2], ['float', 'int', 0.5], ['float', 'int', 2 ** 53], ['float', 'int', -0], ['float', 'int', NaN],
  ['decimal', 'int', '1.5'], ['decimal', 'int', '18446744073709551616'], ['decimal', 'int', '-0.0'],
  ['text', 'int', '007'], ['text', 'int', '+7'], ['text', 'int', ' 7'], ['text', 'int', '-0'], ['text', 'int', '7.0'], ['text', 'int', ''], ['text', 'int', '99999999999999999999'],
  ['text', 'decimal', '.5'], ['text', 'decimal', '1e5'], ['text', 'decimal', '01.5'], ['text', 'bool', 'TRUE'], ['text', 'date', '2001-02-29'], ['text', 'date', '0000-00-00'],
  ['text', 'timestamp', '2000-01-01T00:00:00'], ['text', 'timestamp', '2000-01-01 24:00:00'], ['text', 'time', '1:00:00'], ['text', 'uuid', 'A0000000-0000-4000-8000-00000000000A'], ['text', 'json', '{a:1}'],
  ['bytes', 'text', new Uint8Array([0xff])], ['timestamp', 'date', '2000-01-01 00:00:01'], ['any', 'int', 5], ['any', 'text', 5n], ['any', 'text', new Uint8Array(1)],
])('%s to %s: refused', (from, to, value) => {
  expect(cast(from, to, value)).toBeUndefined();
});

describe('a cast there and back gives the value', () => {
  const roundTrip = (from: CastType, to: CastType, values: fc.Arbitrary<Exclude<Value, null>>) => fc.assert(fc.property(values, value => {
    const there = cast(from, to, value);
    if (there === undefined) return;
    expect(there === null ? null : cast(to, from, there)).toEqual(value);
  }));
  const ints = fc.bigInt({min: -(2n ** 63n), max: 2n ** 64n - 1n}).map(value => (value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value));
  test('int and text', () => roundTrip('int', 'text', ints));
  test('int and decimal', () => roundTrip('int', 'decimal', ints));
  test('int and float', () => roundTrip('int', 'float', ints.filter(value => value !== 0 || !Object.is(value, -0))));
  test('text and int', () => roundTrip('text', 'int', fc.oneof(fc.string(), fc.bigInt().map(String))));
  test('text and bytes', () => roundTrip('text', 'bytes', fc.string({unit: 'binary'})));
  test('bytes and text', () => roundTrip('bytes', 'text', fc.uint8Array()));
  test('date and timestamp', () => roundTrip('date', 'timestamp', fc.constant('2000-01-01')));
});

test('there is no cast that can only be a guess', () => {
  expect(castsFrom('decimal')).toEqual(['text', 'int']);
  expect(castBetween('text', 'float')).toBeUndefined();
  expect(castBetween('json', 'int')).toBeUndefined();
});
