import {TWO_32} from './int64.ts';
import {BEFORE_2000, DAY_HIGH, DAY_LOW, dayNumber} from './moments.ts';

const DASH = 45, DOT = 46, COLON = 58, ZERO = 48;
const FIRST_DAY = dayNumber('0001-01-01'), LAST_DAY = dayNumber('9999-12-31');
const ERA_DAYS = 146_097, CENTURY_DAYS = 36_524, FOUR_YEARS_DAYS = 1_460;

/** Digits with zeros in front, at their place. The end. */
export function printDigits(out: Buffer, at: number, value: number, digits: number): number {
  for (let i = at + digits - 1; i >= at; i--) {
    const rest = Math.floor(value / 10);
    out[i] = ZERO + value - rest * 10;
    value = rest;
  }
  return at + digits;
}

/** Prints days since 2000-01-01 as `YYYY-MM-DD`. The end; -1 for years before 1 and after 9999, and for infinity. */
export function printDay(out: Buffer, at: number, day: number): number {
  if (day < FIRST_DAY || day > LAST_DAY) return -1;
  // Eras of 400 years that begin on the first of March.
  const days = day + BEFORE_2000;
  const era = Math.floor(days / ERA_DAYS);
  const ofEra = days - era * ERA_DAYS;
  const year = Math.floor((ofEra - Math.floor(ofEra / FOUR_YEARS_DAYS) + Math.floor(ofEra / CENTURY_DAYS) - Math.floor(ofEra / (ERA_DAYS - 1))) / 365);
  const ofYear = ofEra - (365 * year + Math.floor(year / 4) - Math.floor(year / 100));
  const march = Math.floor((5 * ofYear + 2) / 153);
  const month = march < 10 ? march + 3 : march - 9;
  let end = printDigits(out, at, year + era * 400 + (month <= 2 ? 1 : 0), 4);
  out[end++] = DASH;
  end = printDigits(out, end, month, 2);
  out[end++] = DASH;
  return printDigits(out, end, ofYear - Math.floor((153 * march + 2) / 5) + 1, 2);
}

/** Prints microseconds as `HH:MM:SS[.f]`, at least so many digits behind the point, and no zeros at the end beyond them. The end. */
export function printClock(out: Buffer, at: number, micros: number, digits: number): number {
  const seconds = Math.floor(micros / 1e6);
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  let end = printDigits(out, at, hours, hours < 100 ? 2 : String(hours).length);
  out[end++] = COLON;
  end = printDigits(out, end, minutes - hours * 60, 2);
  out[end++] = COLON;
  end = printDigits(out, end, seconds - minutes * 60, 2);
  let fraction = micros - seconds * 1e6;
  let length = 6;
  if (fraction === 0) length = 0;
  else for (; fraction % 10 === 0; length--) fraction /= 10;
  if (length === 0 && digits === 0) return end;
  out[end++] = DOT;
  if (length > 0) end = printDigits(out, end, fraction, length);
  for (; length < digits; length++) out[end++] = ZERO;
  return end;
}

const DAY_MICROS = DAY_HIGH * TWO_32 + DAY_LOW;

/** Prints 64 bits of microseconds since 2000-01-01 as `YYYY-MM-DD HH:MM:SS[.f]`. The end; -1 as `printDay`. */
export function printMoment(out: Buffer, at: number, high: number, low: number, digits: number): number {
  // The whole passes 2^53: the day is guessed from what is left of it, the rest computed exactly.
  let day = Math.floor((high * TWO_32 + low) / DAY_MICROS);
  let micros = (high - day * DAY_HIGH) * TWO_32 + (low - day * DAY_LOW);
  if (micros < 0) {
    day--;
    micros += DAY_MICROS;
  } else if (micros >= DAY_MICROS) {
    day++;
    micros -= DAY_MICROS;
  }
  const end = printDay(out, at, day);
  if (end < 0) return end;
  out[end] = 32;
  return printClock(out, end + 1, micros, digits);
}
