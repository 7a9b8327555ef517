import {expect, test} from 'vitest';
import {Laws} from '../src/laws.ts';

test('a skip that names no law is an error', () => {
  expect(() => new Laws({'no such law': 'x'}).finish()).toThrow('which is no law');
});
