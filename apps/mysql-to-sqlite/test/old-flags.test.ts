import {expect, test} from 'vitest';
import {conflictOfOldFlags, translateOldFlags} from '../src/old-flags.ts';

test('-a is bulk, wherever it stands', () => {
  expect(translateOldFlags(['-a', '--source', 'mysql://db/x'])).toEqual(['bulk', '--source', 'mysql://db/x']);
  expect(translateOldFlags(['--source', 'mysql://db/x', '-a'])).toEqual(['bulk', '--source', 'mysql://db/x']);
});

test('new words stay as they are', () => {
  expect(translateOldFlags(['bulk', '--json'])).toEqual(['bulk', '--json']);
});

test('several old flags exclude each other: none wins over the others', () => {
  expect(conflictOfOldFlags(['-a', '-u'])).toBe('-a and -u exclude each other');
  expect(conflictOfOldFlags(['-changed', '--json', '-t', 'x', '-u'])).toBe('-u, -t and -changed exclude each other');
  expect(conflictOfOldFlags(['-a', '--json'])).toBeUndefined();
});
