import {z} from 'zod';

const SECOND = 1000;
const units: Readonly<Record<string, number>> = {s: SECOND, m: 60 * SECOND, h: 3600 * SECOND, d: 24 * 3600 * SECOND, w: 7 * 24 * 3600 * SECOND};
const PATTERN = /^(\d{1,9}[smhdw])+$/;
/** A hundred years: what is longer is a slip of the finger. */
const LONGEST_DAYS = 36_500;

/** Milliseconds of `15m`, `26h`, `90d` or `1d12h` (s, m, h, d, w; a day has 24 hours); null when the text is none, is nothing or is more than a hundred years. */
export function parseDuration(text: string): number | null {
  const compact = text.trim();
  if (!PATTERN.test(compact)) return null;
  let milliseconds = 0;
  for (const [, count, unit] of compact.matchAll(/(\d+)([smhdw])/g)) milliseconds += Number(count) * units[unit!]!;
  return milliseconds > 0 && milliseconds <= LONGEST_DAYS * units['d']! ? milliseconds : null;
}

/** The schema of an option that is a length of time, `26h` or `90d`; the resolved configuration holds milliseconds. */
export function duration() {
  return z.string().transform((text, context): number => {
    const milliseconds = parseDuration(text);
    if (milliseconds !== null) return milliseconds;
    context.addIssue({code: 'custom', message: 'must be a length of time such as 15m, 26h, 90d or 1d12h, at most 36500d'});
    return z.NEVER;
  });
}
