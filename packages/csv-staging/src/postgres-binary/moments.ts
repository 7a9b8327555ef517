import {TWO_32, writeHalves} from './int64.ts';

/** Digits at their place; NaN where there is none, which fails every comparison. */
const digit = (text: string, at: number): number => {
  const value = text.charCodeAt(at) - 48;
  return value >= 0 && value <= 9 ? value : NaN;
};
const two = (text: string, at: number): number => digit(text, at) * 10 + digit(text, at + 1);

const DASH = 45, DOT = 46, COLON = 58, BLANK = 32;
const MONTH_DAYS = [0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
/** Days from 0000-03-01 to 2000-01-01, where the server's count begins. */
export const BEFORE_2000 = 730_425;

/** Days since 2000-01-01 of `YYYY-MM-DD` at the head of a text, years 1 to 9999; NaN for anything else, and for days that no month has. */
export function dayNumber(text: string): number {
  if (text.charCodeAt(4) !== DASH || text.charCodeAt(7) !== DASH) return NaN;
  return daysOf(two(text, 0) * 100 + two(text, 2), two(text, 5), two(text, 8));
}

/** Days since 2000-01-01 of a date of the years 1 to 9999; NaN for days that no month has, and where one of the three is NaN. */
export function daysOf(year: number, month: number, day: number): number {
  if (!(year >= 1 && month >= 1 && month <= 12 && day >= 1)) return NaN;
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  if (day > (month === 2 && isLeap ? 29 : MONTH_DAYS[month]!)) return NaN;
  // Years that begin in March end with the day that only some have.
  const y = month > 2 ? year : year - 1;
  const m = month > 2 ? month - 3 : month + 9;
  return 365 * y + Math.floor(y / 4) - Math.floor(y / 100) + Math.floor(y / 400) + Math.floor((153 * m + 2) / 5) + day - 1 - BEFORE_2000;
}

/** Microseconds of `HH:MM:SS[.ffffff]` from `at` to the end, up to 23:59:59.999999; NaN for anything else. */
export function clock(text: string, at: number): number {
  const hours = two(text, at), minutes = two(text, at + 3), seconds = two(text, at + 6);
  if (!(hours < 24 && minutes < 60 && seconds < 60) || text.charCodeAt(at + 2) !== COLON || text.charCodeAt(at + 5) !== COLON) return NaN;
  return ((hours * 60 + minutes) * 60 + seconds) * 1e6 + fraction(text, at + 8);
}

/** Microseconds of `.ffffff` from `at` to the end, 0 where the text ends; NaN for anything else. */
export function fraction(text: string, at: number): number {
  const {length} = text;
  if (length === at) return 0;
  const digits = length - at - 1;
  if (text.charCodeAt(at) !== DOT || digits < 1 || digits > 6) return NaN;
  let micros = 0;
  for (let i = at + 1; i < length; i++) micros = micros * 10 + digit(text, i);
  for (let i = digits; i < 6; i++) micros *= 10;
  return micros;
}

/** Microseconds of a day: 20 x 2^32 and these. */
export const DAY_HIGH = 20, DAY_LOW = 500_654_080;

/** Writes the microseconds since 2000-01-01 of `YYYY-MM-DD HH:MM:SS[.ffffff]` as 64 bits, big endian. False for anything else. */
export function writeMoment(buffer: Buffer, at: number, text: string): boolean {
  const day = dayNumber(text);
  const micros = text.charCodeAt(10) === BLANK ? clock(text, 11) : NaN;
  if (Number.isNaN(day + micros)) return false;
  writeMicroseconds(buffer, at, day, micros);
  return true;
}

/** Writes the microseconds of so many days and so many microseconds as 64 bits, big endian. */
export function writeMicroseconds(out: Buffer, at: number, day: number, micros: number): void {
  // The product passes 2^53, so it is computed in two halves, each of them exact.
  const low = day * DAY_LOW + micros % TWO_32;
  const carry = Math.floor(low / TWO_32);
  writeHalves(out, at, day * DAY_HIGH + Math.floor(micros / TWO_32) + carry, low - carry * TWO_32);
}
