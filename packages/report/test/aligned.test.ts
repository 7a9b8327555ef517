import {expect, test} from 'vitest';
import {aligned, oneLine} from '../src/index.ts';

test('cells stand under each other by the columns that they take, and numbers right', () => {
  expect(aligned([['ID', 'ROWS', 'NAME'], ['a', '1,000', '漢字 pets'], ['漢', '7', 'b']], {numbers: [1]})).toEqual(['ID   ROWS  NAME', 'a   1,000  漢字 pets', '漢      7  b']);
  expect(aligned([])).toEqual([]);
});

test('a line that is too long ends with a mark, and never within a character', () => {
  expect(aligned([['a', '漢字漢字']], {width: 7})).toEqual(['a  漢…']);
  expect(aligned([['a', 'and so on']], {width: 8, unicode: false})).toEqual(['a  an...']);
  expect(aligned([['a', 'as it is']], {width: 11})).toEqual(['a  as it is']);
});

test('what somebody else wrote neither steers the terminal nor makes lines of its own', () => {
  expect(oneLine(' Pets\r\n\u2028of\t all ')).toBe('Pets of all');
  expect(oneLine('\u001b]0;owned\u0007\u009b2J\u202eteg\u0000')).toBe(String.raw`\u{1b}]0;owned\u{7}\u{9b}2J\u{202e}teg\u{0}`);
  expect(aligned([['\u001b[2J', 'x\ny'], ['b', 'c']])).toEqual([String.raw`\u{1b}[2J  x y`, 'b          c']);
});
