import {expect, test} from 'vitest';
import {withServerLimits} from '../src/server-limits.ts';

const limited = (url: string, limits: {readonly lockTimeout?: number; readonly statementTimeout?: number}) => withServerLimits({source: {url}, destination: {url: 'sqlite:x.db'}}, limits).source.url;

test.each([
  ['postgresql://reader@/lab?host=/run/postgresql', 'postgresql://reader@/lab?host=/run/postgresql&lockTimeout=5'], ['mysql://h/lab', 'mysql://h/lab?lockTimeout=5'],
  ['mysql://h/lab?lockTimeout=9', 'mysql://h/lab?lockTimeout=9'], ['postgresql://h/a%20b?schema=x', 'postgresql://h/a%20b?schema=x&lockTimeout=5'],
])('%s takes a limit, and one of its own counts', (url, expected) => {
  expect(limited(url, {lockTimeout: 5})).toBe(expected);
  expect(limited(url, {})).toBe(url);
});
