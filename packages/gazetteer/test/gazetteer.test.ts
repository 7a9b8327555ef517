import {describe, expect, test} from 'vitest';
import {eponyms, fold, foldPhrase, gazetteer, isStateCode, placeOf, strongFacilityHeads, streetSuffixes} from '@sluice/gazetteer';

const lists = gazetteer();

describe('words', () => {
  test('names of all parts of the world are known, in any writing', () => {
    for (const name of ['Maria', 'JOSÉ', 'jose', 'Xiaoming', 'Ngozi', 'Siobhán', 'Þór', 'Иван', 'Fatima', 'Wolfgang']) expect([name, lists.facts(name).given > 0]).toEqual([name, true]);
    for (const name of ["O'Brien", 'OBRIEN', 'Nguyen', 'Okonkwo', 'Müller', 'Kowalczyk', '田中', 'García']) expect([name, lists.facts(name).surname > 0]).toEqual([name, true]);
  });
  test('commoner names and words weigh more', () => {
    expect(lists.facts('smith').surname).toBeGreaterThan(lists.facts('utendorf').surname);
    expect(lists.facts('the').word).toBeGreaterThan(lists.facts('zygote').word);
  });
  test('terms and drugs are medical, nationalities proper', () => {
    for (const term of ['pneumonia', 'metformin', 'lisinopril', 'Keppra']) expect([term, lists.facts(term).medical]).toEqual([term, true]);
    expect(lists.facts('Hispanic').proper).toBe(true);
  });
  test('what is in no list has no facts', () => {
    expect(lists.facts('qwertzuiopasdf')).toEqual({given: 0, surname: 0, word: 0, medical: false, proper: false});
    let hits = 0;
    for (let at = 0; at < 200_000; at++) if (lists.bits(`q${at.toString(36)}zx${at}`) !== 0) hits++;
    expect(hits).toBe(0);
  });
});

describe('places', () => {
  test('are found by name, with their size', () => {
    expect(lists.place('New York')).toEqual({kind: 'city', us: true, step: 6});
    expect(lists.place('St. Louis')).toMatchObject({kind: 'city'});
    expect(lists.place('München')).toEqual(lists.place('Munich'));
    expect(lists.place('Cook County')).toEqual({kind: 'county'});
    expect(lists.place('Ohio')).toEqual({kind: 'state'});
    expect(lists.place('Germany')).toEqual({kind: 'country'});
    expect(lists.place('Москва')).toMatchObject({kind: 'city', us: false});
    expect(lists.place('Nowheresvilleton')).toBeNull();
  });
  test('the first word tells how long a name may be', () => {
    expect(lists.placeWords('new')).toBeGreaterThanOrEqual(2);
    expect(lists.placeWords('qwertz')).toBe(0);
  });
  test('a character that means nothing is no place', () => {
    expect(placeOf('')).toBeNull();
    expect(placeOf('z')).toBeNull();
  });
});

test('folding makes writings of one name one', () => {
  expect(fold("D'Ávila")).toBe('davila');
  expect(fold('Łukasz')).toBe('lukasz');
  expect(fold('STRASSE')).toBe(fold('Straße'));
  expect(foldPhrase("St.  Mary's")).toBe('st marys');
});

test('small lists', () => {
  expect(isStateCode('N.Y.')).toBe(true);
  expect(isStateCode('XX')).toBe(false);
  expect(eponyms.has('babinski')).toBe(true);
  expect(strongFacilityHeads.has('medical center')).toBe(true);
  expect(streetSuffixes.has('blvd')).toBe(true);
});
