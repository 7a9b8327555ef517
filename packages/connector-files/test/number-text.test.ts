import {expect, test} from 'vitest';
import {floatOf, integerOf, isDouble} from '../src/number-text.ts';

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
