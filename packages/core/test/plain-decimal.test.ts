import fc from 'fast-check';
import {expect, test} from 'vitest';
import {plainDecimal} from '../src/index.ts';

test('writes numbers without an exponent, all digits kept', () => {
  expect(['1e5', '1.50e1', '-1.5E-3', '1e-7', '12.34e1', '0.001e2', '1e0', '0e5', '9.0', '100e-2', '1.0e-1'].map(plainDecimal))
    .toEqual(['100000', '15.0', '-0.0015', '0.0000001', '123.4', '0.1', '1', '0', '9.0', '1.00', '0.10']);
  expect(plainDecimal('1e1001')).toBeNull();
  fc.assert(fc.property(fc.double({noNaN: true, noDefaultInfinity: true}), value => {
    expect(Number(plainDecimal(Object.is(value, -0) ? '-0' : String(value)))).toBe(value);
  }), {numRuns: 2000, seed: 3});
});
