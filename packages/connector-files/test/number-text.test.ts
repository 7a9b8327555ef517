import fc from 'fast-check';
import {expect, test} from 'vitest';
import {floatOf, integerOf, isDouble, plainDecimal} from '../src/number-text.ts';

test('integers of 64 bits, numbers while they are safe', () => {
  expect(['0', '-0', '007', '9007199254740991', '9007199254740992', '-9007199254740992', '18446744073709551615', '-9223372036854775808'].map(integerOf))
    .toEqual([0, 0, 7, 9007199254740991, 9007199254740992n, -9007199254740992n, 18446744073709551615n, -9223372036854775808n]);
  expect(Object.is(integerOf('-0'), 0)).toBe(true);
  for (const text of ['', '-', '1.0', '1e3', ' 1', '1 ', '+1', '0x10', '18446744073709551616', '-9223372036854775809', '99999999999999999999999', '١']) expect(integerOf(text)).toBeUndefined();
});

test('floats never become zero or infinite on the way', () => {
  expect(['0', '-0', '0.1', '1e-7', '5e-324', '1.7976931348623157e+308', '0e-999', '-0.0'].map(floatOf)).toEqual([0, -0, 0.1, 1e-7, 5e-324, 1.7976931348623157e308, 0, -0]);
  for (const text of ['1e999', '-1e999', '1e-400', '0.1e-400', '.5', '5.', 'Infinity', 'NaN', '', '0x1', '1_0']) expect(floatOf(text)).toBeUndefined();
});

test('tells which numbers a double keeps', () => {
  for (const text of ['0', '-0', '0.10', '1e5', '9.0', '123.456', '5e-324', '1E+2', '100', '9007199254740992']) expect(isDouble(text)).toBe(true);
  for (const text of ['9007199254740993', '0.1000000000000000055', '1e400', '1e-400', '123456789012345678']) expect(isDouble(text)).toBe(false);
});

test('writes numbers without an exponent, all digits kept', () => {
  expect(['1e5', '1.50e1', '-1.5E-3', '1e-7', '12.34e1', '0.001e2', '1e0', '0e5', '9.0', '100e-2', '1.0e-1'].map(plainDecimal))
    .toEqual(['100000', '15.0', '-0.0015', '0.0000001', '123.4', '0.1', '1', '0', '9.0', '1.00', '0.10']);
  expect(plainDecimal('1e1001')).toBeNull();
  fc.assert(fc.property(fc.double({noNaN: true, noDefaultInfinity: true}), value => {
    expect(Number(plainDecimal(Object.is(value, -0) ? '-0' : String(value)))).toBe(value);
  }), {numRuns: 2000, seed: 3});
});
