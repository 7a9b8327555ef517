const DAY_MS = 86_400_000;
/** The bounds of PostgreSQL's timestamptz as its manual gives them: 4713 BC to 294276 AD. */
const FIRST_DAY = daysBefore(-4712);
const DAY_AFTER_LAST = daysBefore(294_277);

const FIRST_MS = FIRST_DAY * DAY_MS;
/** More than 2^53. */
const MS_AFTER_LAST = BigInt(DAY_AFTER_LAST) * BigInt(DAY_MS);

/** Days from 1970-01-01 to the first day of a year of the proleptic Gregorian calendar, where the year before 1 is 0. */
function daysBefore(year: number): number {
  const past = year - 1;
  return past * 365 + Math.floor(past / 4) - Math.floor(past / 100) + Math.floor(past / 400) - 719_162;
}

/** `00:00:` for each minute of a day: the fewer pieces a text is put together of, the less is left of it as garbage. */
const MINUTES = Array.from({length: 24 * 60}, (_, i) => `${String(Math.floor(i / 60)).padStart(2, '0')}:${String(i % 60).padStart(2, '0')}:`);
const TWO = Array.from({length: 100}, (_, i) => String(i).padStart(2, '0'));
const FRACTIONS = Array.from({length: 1000}, (_, i) => `.${String(i).padStart(3, '0')}`);

/** Days met lately, by their last bits: dates of one document, and of documents beside it, are often the same days. */
const SLOTS = 1024;
const daysKept = new Int32Array(SLOTS).fill(-0x8000_0000);
const textsKept: string[] = Array.from({length: SLOTS}, () => '');

/**
 * Milliseconds since 1970 as `timestamptz`: `2016-02-08 19:52:23.880`, in UTC, with three digits behind
 * the point always, as a column of scale 3 has them; years of more than four
 * digits are written out, years before the first end in ` BC`. Null outside of 4713 BC to 294276 AD,
 * which no timestamptz of PostgreSQL can be.
 */
export function momentText(milliseconds: number | bigint): string | null {
  if (!isMoment(milliseconds)) return null;
  const exact = typeof milliseconds === 'number';
  const days = exact ? Math.floor(milliseconds / DAY_MS) : Number(milliseconds / BigInt(DAY_MS));
  const slot = days & (SLOTS - 1);
  if (daysKept[slot] !== days) {
    daysKept[slot] = days;
    textsKept[slot] = dayText(days);
  }
  const within = exact ? milliseconds - days * DAY_MS : Number(milliseconds % BigInt(DAY_MS));
  const seconds = Math.floor(within / 1000);
  const text = `${textsKept[slot]!}${MINUTES[Math.floor(seconds / 60)]!}${TWO[seconds % 60]!}${FRACTIONS[within % 1000]!}`;
  return days < FIRST_OF_OUR_ERA ? `${text} BC` : text;
}

/** Whether a timestamptz of PostgreSQL can be the moment. Milliseconds are a bigint only where they are no safe integer. */
export function isMoment(milliseconds: number | bigint): boolean {
  return typeof milliseconds === 'number' ? milliseconds >= FIRST_MS : milliseconds >= 0n && milliseconds < MS_AFTER_LAST;
}

const FIRST_OF_OUR_ERA = daysBefore(1);
/** Days of 400 years, after which the calendar repeats. */
const CYCLE = 146_097;

/** `2016-02-08 `; the year is counted from 1, also before the first. */
function dayText(days: number): string {
  // Within 400 years that JavaScript's own dates know surely: from 2000 on.
  const cycles = Math.floor((days - 10_957) / CYCLE);
  const date = new Date((days - cycles * CYCLE) * DAY_MS);
  const year = date.getUTCFullYear() + cycles * 400;
  return `${String(year > 0 ? year : 1 - year).padStart(4, '0')}-${TWO[date.getUTCMonth() + 1]!}-${TWO[date.getUTCDate()]!} `;
}
