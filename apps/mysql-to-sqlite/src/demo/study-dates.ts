import type {Random} from './study-random.ts';

/** A calendar day as days since 1970-01-01. */
export type Day = number;

const MS_PER_DAY = 86_400_000;

export const day = (year: number, month: number, dayOfMonth: number): Day => Date.UTC(year, month - 1, dayOfMonth) / MS_PER_DAY;

/** `YYYY-MM-DD`. */
export const isoDate = (of: Day): string => new Date(of * MS_PER_DAY).toISOString().slice(0, 10);

/** `YYYY-MM-DD HH:MM:SS`, so many seconds after midnight. */
export const isoDateTime = (of: Day, seconds = 0): string =>
  new Date(of * MS_PER_DAY + seconds * 1000).toISOString().slice(0, 19).replace('T', ' ');

/** `M/D/YYYY`, as it was typed by hand. */
export function slashDate(of: Day): string {
  const iso = isoDate(of);
  return `${Number(iso.slice(5, 7))}/${Number(iso.slice(8, 10))}/${iso.slice(0, 4)}`;
}

export const yearOf = (of: Day): number => Number(isoDate(of).slice(0, 4));

/**
 * A date the way thirty years of data entry left it: mostly `M/D/YYYY`, often `YYYY-MM-DD HH:MM:SS`,
 * sometimes a missing code, an empty text, NULL or something that is no date.
 */
export function enteredDate(random: Random, of: Day | null): string | null {
  if (of === null) return random.pick([null, '', '9998', '9999']);
  const roll = random.below(1000);
  if (roll < 520) return slashDate(of);
  if (roll < 900) return isoDateTime(of);
  if (roll < 960) return slashDate(of).replace(/^(\d)\//u, '0$1/');
  if (roll < 970) return '9998';
  if (roll < 980) return '9999';
  if (roll < 987) return '';
  if (roll < 995) return null;
  if (roll < 997) return '0000-00-00 00:00:00';
  return `${slashDate(of).slice(0, -4)}${isoDate(of).slice(2, 4)}`;
}
