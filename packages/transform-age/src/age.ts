import {dayNumber, dayOfMonth, isLeapYear, monthOf, yearOf, type CalendarDay} from './calendar-day.ts';

/**
 * - `months`: the difference of the calendar months; the day of the month does not count. From
 *   1990-01-31 to 1990-02-01 is one month, from 1990-02-01 to 1990-02-28 none.
 * - `years`: completed years, as people say their age. Who is born on 29 February completes a year on
 *   1 March where there is no 29 February.
 * - `decimalYears`: completed years, and the days since the last birthday divided by the days from
 *   there to the next one; cut, not rounded, to four digits, so that nobody is older than they are.
 */
export type AgeUnit = 'months' | 'years' | 'decimalYears';

/** Digits after the point of `decimalYears`: the fourth is less than an hour. */
export const DECIMAL_DIGITS = 4;
const DECIMAL_SCALE = 10 ** DECIMAL_DIGITS;

/**
 * The age in the smallest steps of its unit: months, years, or ten-thousandths of a year. Before
 * birth it is negative, and the same as the other way round.
 */
export function ageAt(event: CalendarDay, birth: CalendarDay, unit: AgeUnit): number {
  if (unit === 'months') return (yearOf(event) - yearOf(birth)) * 12 + monthOf(event) - monthOf(birth);
  if (event < birth) return 0 - ageAt(birth, event, unit);
  const sinceBirthYear = yearOf(event) - yearOf(birth);
  const years = event < anniversary(birth, sinceBirthYear) ? sinceBirthYear - 1 : sinceBirthYear;
  if (unit === 'years') return years;
  const last = dayNumber(anniversary(birth, years));
  const next = dayNumber(anniversary(birth, years + 1));
  return years * DECIMAL_SCALE + Math.floor((dayNumber(event) - last) * DECIMAL_SCALE / (next - last));
}

/** So many years in the steps of `ageAt`. */
export const yearsInSteps = (years: number, unit: AgeUnit): number => years * (unit === 'months' ? 12 : unit === 'years' ? 1 : DECIMAL_SCALE);

/** Steps of `decimalYears` as the canonical text of a decimal: 150027 is `15.0027`. */
export function decimalText(steps: number): string {
  const digits = String(Math.abs(steps)).padStart(DECIMAL_DIGITS + 1, '0');
  return `${steps < 0 ? '-' : ''}${digits.slice(0, -DECIMAL_DIGITS)}.${digits.slice(-DECIMAL_DIGITS)}`;
}

function anniversary(birth: CalendarDay, years: number): CalendarDay {
  const year = yearOf(birth) + years;
  const [month, day] = [monthOf(birth), dayOfMonth(birth)];
  return month === 2 && day === 29 && !isLeapYear(year) ? year * 10_000 + 301 : year * 10_000 + month * 100 + day;
}
