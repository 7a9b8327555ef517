import {expect, test} from 'vitest';
import {parseKeys} from '../src/parse-keys.ts';

test('a key is one of every table, or of single ones, whose columns follow', () => {
  expect(parseKeys([])).toBeUndefined();
  expect(parseKeys(['id', 'day'])).toEqual(['id', 'day']);
  expect(parseKeys(['visits=id', 'day', 'people=name', 'odd=a=b'])).toEqual(new Map([['visits', ['id', 'day']], ['people', ['name']], ['odd', ['a=b']]]));
});

test('a key that is neither is refused', () => {
  for (const parts of [['id', 'visits=day'], ['=id'], ['visits='], ['visits=id', 'visits=day']]) expect(() => parseKeys(parts), parts.join()).toThrow(expect.objectContaining({code: 'SLUICE_CONFIG'}));
});
