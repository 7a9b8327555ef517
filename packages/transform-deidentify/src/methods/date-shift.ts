import type {Column, ColumnType, Value} from '@sluice/core';
import {subjectOffset} from '@sluice/pseudonyms/keyed';
import {z} from 'zod';
import {civilOf, dayNumberOf, twoDigits} from './calendar.ts';
import {domainOf, domainParameter} from './domain-form.ts';
import {memo} from './memo.ts';
import {computedColumn, counter, type Method} from './method.ts';
import {subjectOf} from './subject.ts';
import {keyOf} from './tools.ts';

const shiftParameters = z.strictObject({
  days: z.int().min(1).max(36_500).default(365).describe('Dates move by 1 to this many days, back or forth.'),
  domain: domainParameter.exactOptional().describe('The identity domain of the subjects: those of one domain move alike in all tables, databases and runs; all subjects when absent.'),
});

/** Purposes of keys have names of their own: nothing else is computed with this one. */
const PURPOSE = 'date shift';
const EVERYBODY = 'subjects';

export const dateShift: Method<z.output<typeof shiftParameters>> = {
  name: 'dateShift', summary: 'dates moved by as many days for all dates of a person, never 0; what lies between them stays', claim: 'limited-data-set',
  derived: true, reversible: true, deterministic: true, uniqueness: 'not_guaranteed', needs: {key: true, subject: true},
  accepts: new Set<ColumnType>(['date', 'timestamp', 'timestamptz', 'text', 'any']), parameters: shiftParameters,
  plan(column, {days, domain}, context) {
    if (context.subject === null) return 'needs to know whose row it is: name the key of the table under `subjects`';
    const found = domain === undefined ? {name: EVERYBODY} : domainOf(context, domain);
    if (typeof found === 'string') return found;
    const range = rangeOf(column);
    return {
      kind: 'change', with: context.subject,
      column: computedColumn(column, column.type, {
        nullable: true, ...(column.native && {native: column.native}), ...(column.scale !== undefined && {scale: column.scale}), ...(column.maxLength !== undefined && {maxLength: column.maxLength}),
      }),
      start(tools) {
        const key = keyOf(tools, 'dateShift').domain(found.name, PURPOSE);
        const offsetOf = memo(subject => subjectOffset(key, subject, {days}));
        const isoTextOf = isoWriter();
        const {count, notes} = counter();
        return {
          notes,
          of(value, subjectKey) {
            if (value === null) return null;
            const subject = subjectOf(subjectKey);
            if (subject === null) {
              count('is of a row without a subject: NULL');
              return null;
            }
            const shifted = shift(value, offsetOf(subject), range, isoTextOf);
            if (typeof shifted === 'string') return shifted;
            count(shifted === UNREADABLE ? 'is not a readable date: NULL' : 'would leave the range of its column: NULL');
            return null;
          },
        };
      },
    };
  },
};

const UNREADABLE = 0;
const OUTSIDE = 1;

/** In the form in which it was; what stands after an ISO date, a time, stays. */
function shift(value: Value, days: number, [first, last]: readonly [number, number], isoTextOf: (day: number) => string): string | typeof UNREADABLE | typeof OUTSIDE {
  if (typeof value !== 'string') return UNREADABLE;
  const iso = value.charCodeAt(4) === DASH;
  const american = iso ? null : /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/u.exec(value);
  const day = iso ? isoDayOf(value) : american ? dayNumberOf(Number(american[3]), Number(american[1]), Number(american[2])) : null;
  if (day === null) return UNREADABLE;
  const moved = day + days;
  if (moved < first || moved > last) return OUTSIDE;
  if (iso) return value.length === 10 ? isoTextOf(moved) : isoTextOf(moved) + value.slice(10);
  const {year, month, day: ofMonth} = civilOf(moved);
  const yyyy = String(year).padStart(4, '0');
  const padded = american![1]!.length === 2 && american![2]!.length === 2;
  return padded ? `${two(month)}/${two(ofMonth)}/${yyyy}` : `${month}/${ofMonth}/${yyyy}`;
}

const DASH = 45;

/** The day of `YYYY-MM-DD`, a time after it or not. */
function isoDayOf(text: string): number | null {
  const after = text[10];
  return text.charCodeAt(7) === DASH && (after === undefined || after === ' ' || after === 'T') ? dayNumberOf(twoDigits(text, 0) * 100 + twoDigits(text, 2), twoDigits(text, 5), twoDigits(text, 8)) : null;
}

/** Days of a century, and one more: `YYYY-MM-DD` of days written lately. */
const MOST_TEXTS = 36_525;

/** Writes days as `YYYY-MM-DD`. */
function isoWriter(): (day: number) => string {
  const texts = new Map<number, string>();
  return number => {
    let text = texts.get(number);
    if (text === undefined) {
      const {year, month, day} = civilOf(number);
      text = `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`;
      if (texts.size >= MOST_TEXTS) texts.clear();
      texts.set(number, text);
    }
    return text;
  };
}

const two = (number: number): string => (number < 10 ? `0${number}` : String(number));

/** Day numbers that the column can hold, the first and the last: a TIMESTAMP of MySQL has 32 bits, its dates begin with the year 1000. */
function rangeOf({type, native}: Column): readonly [number, number] {
  const mysql = native?.dialect === 'mysql';
  if (mysql && type === 'timestamptz') return [dayNumberOf(1970, 1, 2)!, dayNumberOf(2038, 1, 18)!];
  return [dayNumberOf(mysql ? 1000 : 1, 1, 1)!, dayNumberOf(9999, 12, 31)!];
}
