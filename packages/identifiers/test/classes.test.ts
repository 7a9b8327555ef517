import {classOfKind, classTitles, identifierClasses, isSafeHarborClass, kinds, readClass} from '@sluice/identifiers';
import {expect, it} from 'vitest';

it('has the eighteen classes of the law, in its order', () => {
  expect(identifierClasses.filter(isSafeHarborClass).join('')).toBe('ABCDEFGHIJKLMNOPQR');
  expect(Object.keys(classTitles)).toEqual([...identifierClasses]);
});

it('reads letters, other classes and kinds', () => {
  expect(readClass('A')).toEqual({class: 'A', kind: null});
  expect(readClass('name.given')).toEqual({class: 'A', kind: 'name.given'});
  expect(readClass('freeText')).toEqual({class: 'freeText', kind: null});
  expect(['a', 'S', '', 'toString', 'name'].map(readClass)).toEqual([null, null, null, null, null]);
});

it('gives every kind a class of the law', () => {
  expect(Object.entries(kinds).every(([kind, letter]) => isSafeHarborClass(letter) && readClass(kind)?.class === letter)).toBe(true);
  expect(classOfKind('age')).toBe('C');
});
