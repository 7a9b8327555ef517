import {expect, test} from 'vitest';
import {justAfter, localTime} from '../src/status/local-time.ts';

test('a moment has six fraction digits, in local time', () => {
  expect(localTime(new Date(2016, 4, 26, 16, 5, 9, 7))).toBe('2016-05-26 16:05:09.007000');
});

test('a microsecond later carries over seconds and days', () => {
  expect(justAfter('2016-05-26 16:05:09.007000')).toBe('2016-05-26 16:05:09.007001');
  expect(justAfter('2016-12-31 23:59:59.999999')).toBe('2017-01-01 00:00:00.000000');
  expect(justAfter('2016-05-26 16:05:09.5')).toBe('2016-05-26 16:05:09.500001');
});
