import type {ColumnType, Value} from '@sluice/core';
import {z} from 'zod';
import {twoDigits} from './calendar.ts';
import {computedColumn, counted, type Method} from './method.ts';

const none = z.strictObject({});
type None = z.output<typeof none>;

const dated: ReadonlySet<ColumnType> = new Set(['date', 'timestamp', 'timestamptz', 'text', 'any']);
const notADate = 'is not a readable date: NULL';

export const year: Method<None> = {
  name: 'year', summary: 'of a date only the year', claim: 'safe-harbor',
  derived: true, reversible: false, deterministic: true, uniqueness: 'lossy', accepts: dated, parameters: none,
  plan: column => ({
    kind: 'change', column: computedColumn(column, 'int', {nullable: true}),
    start: counted((value, count) => {
      if (value === null) return null;
      const date = readDate(value);
      if (date) return date.year;
      count(notADate);
      return null;
    }),
  }),
};

/**
 * A year so far back that it shows an age over 89 tells as much as the age: 45 CFR 164.514(b)(2)(i)(C)
 * wants all of them in one category. The oldest year left is the year of `asOf` minus 90, and means "then or before".
 */
export const yearFloor90: Method<None> = {
  name: 'yearFloor90', summary: 'of a birth date only the year, and no year before that of `asOf` minus 90', claim: 'safe-harbor',
  derived: true, reversible: false, deterministic: true, uniqueness: 'lossy', accepts: new Set([...dated, 'int']), parameters: none,
  plan(column, _, {asOf}) {
    if (asOf === null) return 'needs the day of the release: give `asOf: YYYY-MM-DD` at the top of the policy';
    const oldest = Number(asOf.slice(0, 4)) - 90;
    return {
      kind: 'change', column: computedColumn(column, 'int', {nullable: true}),
      start: counted((value, count) => {
        if (value === null) return null;
        const born = typeof value === 'string' ? readDate(value)?.year : readYear(value);
        if (born === undefined) {
          count('is not a readable date or year: NULL');
          return null;
        }
        if (born > oldest) return born;
        count(`is ${oldest} or before: one category`);
        return oldest;
      }),
    };
  },
};

export const month: Method<None> = {
  name: 'month', summary: 'of a date year and month, `YYYY-MM`', claim: 'limited-data-set',
  derived: true, reversible: false, deterministic: true, uniqueness: 'lossy', accepts: dated, parameters: none,
  plan: column => ({
    kind: 'change', column: computedColumn(column, 'text', {nullable: true, maxLength: 7}),
    start: counted((value, count) => {
      if (value === null) return null;
      const date = readDate(value);
      if (date) return `${String(date.year).padStart(4, '0')}-${String(date.month).padStart(2, '0')}`;
      count(notADate);
      return null;
    }),
  }),
};

/** `YYYY-MM-DD`, a time after it or not, or `M/D/YYYY`. No guesses: two-digit years and zero dates are none. */
function readDate(value: Value): {readonly year: number; readonly month: number} | undefined {
  if (typeof value !== 'string') return undefined;
  if (value.charCodeAt(4) === DASH) {
    const after = value.charCodeAt(10);
    const isDate = value.charCodeAt(7) === DASH && (value.length === 10 || after === BLANK || after === T);
    return isDate ? real(twoDigits(value, 0) * 100 + twoDigits(value, 2), twoDigits(value, 5), twoDigits(value, 8)) : undefined;
  }
  const american = /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/u.exec(value);
  return american ? real(Number(american[3]), Number(american[1]), Number(american[2])) : undefined;
}

const [BLANK, DASH, T] = [32, 45, 84];

function real(year: number, month: number, day: number) {
  return year >= 1 && month >= 1 && month <= 12 && day >= 1 && day <= 31 ? {year, month} : undefined;
}

function readYear(value: Value): number | undefined {
  const year = Number(value);
  return Number.isInteger(year) && year >= 1000 && year <= 9999 ? year : undefined;
}
