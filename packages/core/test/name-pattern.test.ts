import {isNamePattern, namePattern} from '@sluice/core';
import {expect, test} from 'vitest';

const matches = (pattern: string, ...names: string[]) => names.map(namePattern(pattern));

test('a pattern is anchored at both ends and looks at case', () => {
  expect(matches('trash_*', 'trash_x', 'trash_', 'trash', 'tras', 'my_trash_x', 'TRASH_x')).toEqual([true, true, false, false, false, false]);
  expect(matches('gen_staff', 'gen_staff', 'gen_staffing', 'GEN_STAFF')).toEqual([true, false, false]);
});

test('`?` is one character, also one beyond the basic plane', () => {
  expect(matches('t?', 't1', 't', 't12', 't🐕')).toEqual([true, false, false, true]);
});

test('everything else is literal: dots, brackets, spaces, quotes, line ends', () => {
  expect(matches('a.b*', 'a.b', 'axb')).toEqual([true, false]);
  expect(matches('[a]+(b)|c^$ *', '[a]+(b)|c^$ "d"\n')).toEqual([true]);
});

test('a backslash takes the next character literally', () => {
  expect(matches('a\\*b', 'a*b', 'axb')).toEqual([true, false]);
  expect(matches('a\\*b*', 'a*bc', 'axbc')).toEqual([true, false]);
  expect([isNamePattern('a\\*b'), isNamePattern('a*b'), isNamePattern('a\\\\?')]).toEqual([false, true, true]);
});

test('many stars on a long name end soon', () => {
  expect(namePattern('*a*a*a*a*b')('a'.repeat(64))).toBe(false);
});
