import {daysOf, writeMicroseconds} from './moments.ts';

/*
 * The same as `moments.ts` does, of texts that stand in bytes: a string for each of them would cost as much again.
 */

const DASH = 45, DOT = 46, COLON = 58, BLANK = 32;
const DAY = 10, CLOCK = 8;
/** Microseconds of one digit behind the point, by how many digits there are. */
const UNITS = [0, 100_000, 10_000, 1_000, 100, 10, 1];

/** Digits at their place; NaN where there is none, which fails every comparison. */
function digit(from: DataView, at: number): number {
  const value = from.getUint8(at) - 48;
  return value >= 0 && value <= 9 ? value : NaN;
}
const two = (from: DataView, at: number): number => digit(from, at) * 10 + digit(from, at + 1);

/** Days since 2000-01-01 of `YYYY-MM-DD`; NaN for anything else. */
function dayAt(from: DataView, at: number): number {
  if (from.getUint8(at + 4) !== DASH || from.getUint8(at + 7) !== DASH) return NaN;
  return daysOf(two(from, at) * 100 + two(from, at + 2), two(from, at + 5), two(from, at + 8));
}

/** Microseconds of `HH:MM:SS` with `.f` of so many digits; NaN for anything else. */
function clockAt(from: DataView, at: number, digits: number): number {
  const hours = two(from, at), minutes = two(from, at + 3), seconds = two(from, at + 6);
  if (!(hours < 24 && minutes < 60 && seconds < 60) || from.getUint8(at + 2) !== COLON || from.getUint8(at + 5) !== COLON) return NaN;
  let fraction = 0;
  if (digits > 0) {
    if (from.getUint8(at + CLOCK) !== DOT) return NaN;
    for (let i = 1; i <= digits; i++) fraction = fraction * 10 + digit(from, at + CLOCK + i);
  }
  return ((hours * 60 + minutes) * 60 + seconds) * 1e6 + fraction * UNITS[digits]!;
}

const clockLength = (scale: number) => scale === 0 ? CLOCK : CLOCK + 1 + scale;

/** Writes a date, 4 bytes; false for what is none, or is in another form than the column's. */
export function packDay(from: DataView, at: number, length: number, out: Buffer, end: number): boolean {
  const day = length === DAY ? dayAt(from, at) : NaN;
  if (Number.isNaN(day)) return false;
  out.writeInt32BE(day, end);
  return true;
}

/** Writes a timestamp with `scale` fraction digits, 8 bytes. */
export function packTimestamp(from: DataView, at: number, length: number, scale: number, out: Buffer, end: number): boolean {
  if (length !== DAY + 1 + clockLength(scale) || from.getUint8(at + DAY) !== BLANK) return false;
  const day = dayAt(from, at), micros = clockAt(from, at + DAY + 1, scale);
  if (Number.isNaN(day + micros)) return false;
  writeMicroseconds(out, end, day, micros);
  return true;
}

/** Writes a time of the day with `scale` fraction digits, 8 bytes. */
export function packTime(from: DataView, at: number, length: number, scale: number, out: Buffer, end: number): boolean {
  const micros = length === clockLength(scale) ? clockAt(from, at, scale) : NaN;
  if (Number.isNaN(micros)) return false;
  writeMicroseconds(out, end, 0, micros);
  return true;
}
