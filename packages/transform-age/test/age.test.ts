import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {ageAt, decimalText, readDay} from '@sluice/transform-age';
import type {AgeUnit} from '@sluice/transform-age';
import {dayNumber} from '../src/calendar-day.ts';

const age = (event: string, birth: string, unit: AgeUnit) => ageAt(readDay(event)!, readDay(birth)!, unit);

describe('months', () => {
  test.each([
    ['02/01/1995', '01/31/1990', 61], ['1995-02-01 00:00:00', '01/31/1990', 61], ['1995-02-01', '01/31/1990', 61],
    ['01/31/1995', '02/01/1990', 59], ['1/5/2000', '1/5/1990', 120], ['12/31/1999', '12/01/1999', 0], ['01/01/1980', '01/01/1990', -120],
  ])('at %s of one born on %s are %i', (event, birth, months) => {
    expect(age(event, birth, 'months')).toBe(months);
  });
});

describe('years', () => {
  test.each([
    ['1995-01-30', '1990-01-31', 4], ['1995-01-31', '1990-01-31', 5], ['1995-02-01', '1990-01-31', 5], ['1990-01-31', '1990-01-31', 0],
    ['2001-02-28', '2000-02-29', 0], ['2001-03-01', '2000-02-29', 1], ['2004-02-28', '2000-02-29', 3], ['2004-02-29', '2000-02-29', 4],
    ['1985-01-31', '1990-01-31', -5], ['1990-01-30', '1990-01-31', 0], ['2000-01-01', '1899-12-31', 100],
  ])('at %s of one born on %s are %i', (event, birth, years) => {
    expect(age(event, birth, 'years')).toBe(years);
  });
});

describe('decimal years', () => {
  test.each([
    ['2005-02-01', '1990-01-31', '15.0027'], // 1 of 365 days
    ['2004-01-30', '1990-01-31', '13.9972'], // 364 of 365 days: cut, not rounded
    ['2004-12-30', '2003-12-31', '0.9972'], // 365 of 366 days would be .99726...
    ['2000-07-01', '2000-01-01', '0.4972'], // 182 of 366
    ['1990-01-31', '1990-01-31', '0.0000'],
    ['1990-01-31', '1990-02-01', '-0.0027'],
    ['2001-02-28', '2000-02-29', '0.9972'], // 365 of the 366 days to 1 March
  ])('at %s of one born on %s are %s', (event, birth, years) => {
    expect(decimalText(age(event, birth, 'decimalYears'))).toBe(years);
  });
});

const day = fc.date({min: new Date('1850-01-01T00:00:00Z'), max: new Date('2150-12-31T00:00:00Z'), noInvalidDate: true})
  .map(date => readDay(date.toISOString())!);

test('whoever is older in days is not younger in any unit', () => {
  fc.assert(fc.property(day, day, day, fc.constantFrom<AgeUnit>('months', 'years', 'decimalYears'), (event, a, b, unit) => {
    const [elder, younger] = a <= b ? [a, b] : [b, a];
    expect(ageAt(event, elder, unit)).toBeGreaterThanOrEqual(ageAt(event, younger, unit));
  }));
});

test('event and birth exchanged give the negative age', () => {
  fc.assert(fc.property(day, day, fc.constantFrom<AgeUnit>('months', 'years', 'decimalYears'), (a, b, unit) => {
    expect(ageAt(a, b, unit) + ageAt(b, a, unit)).toBe(0);
  }));
});

test('decimal years begin with the completed years and never reach the next', () => {
  fc.assert(fc.property(day, day, (a, b) => {
    const [birth, event] = a <= b ? [a, b] : [b, a];
    expect(Math.floor(ageAt(event, birth, 'decimalYears') / 10_000)).toBe(ageAt(event, birth, 'years'));
  }));
});

test('decimal years are within a day of the days lived', () => {
  fc.assert(fc.property(day, day, (a, b) => {
    const [birth, event] = a <= b ? [a, b] : [b, a];
    const days = dayNumber(event) - dayNumber(birth);
    expect(Math.abs(ageAt(event, birth, 'decimalYears') / 10_000 - days / 365.2425)).toBeLessThan(2.5 / 365);
  }));
});

test('months differ from completed months by one at most', () => {
  fc.assert(fc.property(day, day, (a, b) => {
    const [birth, event] = a <= b ? [a, b] : [b, a];
    const months = ageAt(event, birth, 'months');
    expect(Math.floor(months / 12)).toBeGreaterThanOrEqual(ageAt(event, birth, 'years'));
    expect(Math.floor((months - 1) / 12)).toBeLessThanOrEqual(ageAt(event, birth, 'years'));
  }));
});
