import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {KnownValues} from '../src/known-values.ts';

const knowing = (...values: readonly string[]): KnownValues => {
  const known = new KnownValues();
  for (const [i, value] of values.entries()) known.add(value, i);
  return known;
};

describe('a known value is found', () => {
  test.each([
    ['Okafor', 'seen with Mrs. OKAFOR today'],
    ['Núñez', 'nunez, maria'],
    ['Okafor', 'O\u200bka\u00adfor was here'],
    ['Okafor', '\u041ekafor'],
    ["O'Brien", 'Obrien and others'],
    ['Mary Ann Okafor', 'mary-ann  OKAFOR'],
    ['12 Harcourt Road Apt 4', 'lives at 12, Harcourt Road (Apt. 4)'],
    ['555-867-5309', 'call (555) 867 5309'],
    ['+1 555 867 5309', 'call 555.867.5309'],
    ['078-05-1120', 'ssn 078051120.'],
    ['00123456', 'MRN00123456'],
    ['00123456', 'MRN: 00123456'],
    ['jane.okafor@example.org', '<Jane.Okafor@Example.org>'],
    ['3f2b8c1e-0d7a-4f55-9b1c-2a6d8e4f7a10', '{"id":"3F2B8C1E-0D7A-4F55-9B1C-2A6D8E4F7A10"}'],
    ['Zor Thul Bryk Osk Quil Plex Navi Toss Ermine', 'x zor thul bryk osk quil plex navi toss erg'],
  ])('%j in %j', (value, text) => expect(knowing('Zzyzx Qwerty', value).find(text)).toEqual([1]));
});

describe('the words of a name', () => {
  const named = (name: string, more: {readonly placesStay?: boolean} = {}): KnownValues => {
    const known = new KnownValues(more);
    known.addName(name, 3);
    return known;
  };

  test.each([
    ['Adaeze Okafor', 'the okafor household'],
    ['Adaeze Okafor', 'OKAFOR, A.'],
    ['Núñez-Szczepaniak, Wioletta', 'mother is Wioletta'],
    ['Núñez-Szczepaniak, Wioletta', 'see nunez'],
    ['Adaeze Okafor', 'user AdaezeOkafor'],
    ['Adaeze Okafor', 'okaforadaeze'],
    ['Elena Lopez', 'Lopez'],
  ])('of %j are found in %j', (name, text) => expect(named(name).find(text)).toEqual([3]));

  test.each([
    ['Grace Young', 'with grace, a young man'],
    ['Ann Li', 'ann li'],
    ['Bob Parkinson', 'Parkinson disease'],
    ['Ada Hamilton', 'Hamilton'],
    ['Edda Abad', '3f2b8c1e-edda-4f55-abad-2a6d8e4f7a10'],
    ['Ada Szczepaniak 3', 'szczepaniaks'],
  ])('of %j that mean something else, or are others, are not found in %j', (name, text) => expect(named(name).find(text)).toEqual([]));

  test('are no towns where towns may stay', () => {
    expect(named('Elena Lopez', {placesStay: true}).find('Lopez')).toEqual([]);
    expect(named('Adaeze Okafor', {placesStay: true}).find('Okafor')).toEqual([3]);
  });
});

test('what a document writes with escapes is what it means', () => {
  const known = knowing('Núñez', 'Okafor');
  expect(known.find('{"a":"N\\u00fa\\u00F1ez"}')).toEqual([0]);
  expect(known.find(JSON.stringify({a: JSON.stringify({b: '\nOkafor'})}))).toEqual([1]);
  expect(known.find('C:\\new\\okafor')).toEqual([1]);
});

describe('nothing is found', () => {
  test.each([
    ['Okafor', 'Okaforia'],
    ['Mary Ann Okafor', 'Mary saw Ann and Okafor'],
    ['1234567', '12 and then, much later, 34567'],
    ['123456', 'bp 123/456'],
  ['1234567', 'no. 123 .... 4567'],
    ['123456', '11234567'],
    ['Okafor', ''],
  ])('of %j in %j', (value, text) => expect(knowing(value).find(text)).toEqual([]));
});

test('a number of a numeric column has to be long to be anybody\'s', () => {
  const known = knowing('12345678', '123456789');
  expect([known.findNumber('12345678'), known.findNumber('123456789'), known.findNumber('-123456789'), known.findNumber('1234.56789')]).toEqual([[], [1], [], []]);
});

test('what would be found everywhere is left out, by rule, and counted once', () => {
  const known = knowing('Li', 'Bob', 'x', '', '12345', 'rose', 'Rose', 'mark', 'diabetes', 'not known', 'Massachusetts', 'Germany', '12 Main', 'Grace Young', 'Okafor', 'New York');
  expect(known.leftOut).toEqual({short: 4, ordinary: 5, region: 3, dense: 0});
  expect(known.size).toBe(2);
  expect(known.find('grace young')).toEqual([13]);
});

test('numbers so many of which are known that chance finds them are not looked for, and counted', () => {
  const known = knowing('12345678', ...Array.from({length: 10_001}, (_, i) => String(200_000 + i)));
  expect([known.leftOut.dense, known.size, known.find('200001'), known.find('12345678')]).toEqual([10_001, 1, [], [0]]);
});

test('beyond its limit it says that something may be missed', () => {
  const known = new KnownValues({maxValues: 2});
  for (const [i, value] of ['Okafor', 'Nowak', 'Okafor', 'Zielinski'].entries()) known.add(value, i);
  expect([known.overflowed, known.size, known.find('Okafor Nowak Zielinski')]).toEqual([true, 2, [0, 1]]);
});

test('whatever stands around it and however it is spaced, a telling value is found; of texts made of other words nothing is', () => {
  const syllable = fc.constantFrom('zor', 'qui', 'plex', 'nav', 'thul', 'bryk', 'osk');
  const word = fc.array(syllable, {minLength: 3, maxLength: 5}).map(parts => parts.join(''));
  const value = fc.array(word, {minLength: 1, maxLength: 4});
  const space = fc.constantFrom(' ', '  ', ', ', '-', ' / ', '\n', '.');
  const noise = fc.array(fc.constantFrom('the', 'patient', 'was', 'seen', '42', 'mg'), {maxLength: 6}).map(words => words.join(' '));
  fc.assert(fc.property(value, space, noise, noise, (words, gap, before, after) => {
    const known = knowing(words.join(' '));
    expect(known.find(`${before} ${words.join(gap).toUpperCase()} ${after}`)).toEqual([0]);
    expect(known.find(`${before} ${after}`)).toEqual([]);
  }), {seed: 21, numRuns: 200});
});
