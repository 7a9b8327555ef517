/**
 * A day of the Gregorian calendar as the number YYYYMMDD: 1990-01-31 is 19900131. A small integer,
 * so that millions of them fit where millions of texts would not, and they compare like the days.
 */
export type CalendarDay = number;

const slashed = /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/u;
const iso = /^(\d{4})-(\d{2})-(\d{2})(?:[ T](\d{2}):(\d{2})(?::(\d{2})(?:[.,]\d{1,9})?)?(?:Z|[+-]\d{2}(?::?\d{2})?)?)?$/u;

/**
 * Reads the day out of a text, null when there is none. Understood are `M/D/YYYY` (leading zeros or
 * not) and ISO 8601: `YYYY-MM-DD`, alone or followed by a blank or `T` and a time, with or without
 * seconds, fractions and zone. The day counts as it is written: a zone does not move it. Not
 * understood, because they would be guesses: two-digit years, days before months, surrounding blanks,
 * zero dates, days and times that do not exist.
 */
export function readDay(text: string): CalendarDay | null {
  const day = iso.exec(text);
  if (day) {
    const [, year, month, date, hour = '0', minute = '0', second = '0'] = day;
    return Number(hour) < 24 && Number(minute) < 60 && Number(second) < 61 ? calendarDay(Number(year), Number(month), Number(date)) : null;
  }
  const american = slashed.exec(text);
  return american ? calendarDay(Number(american[3]), Number(american[1]), Number(american[2])) : null;
}

/** Whether it is one of the ways MySQL writes that there is no date. */
export const isZeroDate = (text: string): boolean => /^0000-00-00(?: 00:00:00(?:\.0+)?)?$/u.test(text);

export const yearOf = (day: CalendarDay): number => Math.floor(day / 10_000);
export const monthOf = (day: CalendarDay): number => Math.floor(day / 100) % 100;
export const dayOfMonth = (day: CalendarDay): number => day % 100;

/** Days since 1970-01-01, negative before. */
export function dayNumber(day: CalendarDay): number {
  // Counted from March, a year's leap day comes last; 400 years have 146,097 days.
  const month = monthOf(day);
  const year = yearOf(day) - (month <= 2 ? 1 : 0);
  const ofYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + dayOfMonth(day) - 1;
  const era = Math.floor(year / 400);
  const inEra = year - era * 400;
  return era * 146_097 + inEra * 365 + Math.floor(inEra / 4) - Math.floor(inEra / 100) + ofYear - 719_468;
}

export const isLeapYear = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);

function calendarDay(year: number, month: number, day: number): CalendarDay | null {
  if (year < 1 || month < 1 || month > 12 || day < 1 || day > lengthOf(year, month)) return null;
  return year * 10_000 + month * 100 + day;
}

const lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;
const lengthOf = (year: number, month: number): number => (month === 2 && isLeapYear(year) ? 29 : lengths[month - 1]!);
