import type {TargetType} from './target-type.ts';

/** Types of the server itself: changing a domain to one of them would take its rules away. */
const PLAIN = /^(?:smallint|integer|bigint|numeric|character varying|character|text|timestamp|time|interval)\b/;
/** Digits that every value of an integer type fits into. */
const DIGITS = {int2: 5, int4: 10, int8: 19} as const;

const isInteger = (family: string): family is keyof typeof DIGITS => Object.hasOwn(DIGITS, family);
const atLeast = (planned: number | null, now: number | null) => planned === null || (now !== null && planned >= now);

/**
 * Whether every value of a type is one of the planned type, too, printed as it was, and the planned type has more of them. `sqlType` is how the server
 * prints the type that is there.
 */
export function widens(now: TargetType, sqlType: string, planned: TargetType): boolean {
  if (!PLAIN.test(sqlType) || planned.sql.includes(' COLLATE ') || now.sql.includes(' COLLATE ')) return false;
  if (isInteger(now.family)) {
    if (isInteger(planned.family)) return DIGITS[planned.family] > DIGITS[now.family];
    // A numeric without a scale of its own takes fractions, too: that is another type, not a wider one.
    return planned.family === 'numeric' && planned.precision !== null && planned.scale === 0 && planned.precision >= DIGITS[now.family];
  }
  if (now.family === 'numeric') {
    // Trailing zeros are printed as the type says: only with the same fraction digits nothing changes.
    return planned.family === 'numeric' && now.precision !== null && planned.scale === now.scale && planned.precision !== null && planned.precision > now.precision;
  }
  if (now.family === 'text') return planned.family === 'text' && now.length !== null && atLeast(planned.length, now.length) && planned.length !== now.length;
  return false;
}
