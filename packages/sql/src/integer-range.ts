import type {Column} from '@sluice/core';
import type {BinaryOperator} from './syntax.ts';
import type {Meaning} from './meaning.ts';

/** Between which integers a value lies, and whether MySQL computes with it as UNSIGNED: then a result below zero is an error. */
export interface IntegerRange {
  readonly low: bigint;
  readonly high: bigint;
  readonly unsigned: boolean;
}

const SMALLEST = -(2n ** 63n);
const LARGEST = 2n ** 63n - 1n;
const ANY: IntegerRange = {low: SMALLEST, high: LARGEST, unsigned: false};

export const range = (low: bigint, high: bigint, unsigned = false): IntegerRange => ({low, high, unsigned});

/** Of a column, by its type at a MySQL server (MySQL 9 manual, 13.1.2); otherwise all of 64 bits. */
export function rangeOfColumn({type, native}: Column): IntegerRange {
  if (type === 'bool') return range(0n, 1n);
  const sql = native && native.dialect !== 'sqlite' ? native.sql : '';
  const bits = /^bit\((\d+)\)/i.exec(sql)?.[1];
  if (bits !== undefined) return range(0n, 2n ** BigInt(bits) - 1n, true);
  if (/^year\b/i.test(sql)) return range(0n, 2155n, true);
  const integer = /^(tiny|small|medium|big)?int(?:eger)?\b/i.exec(sql);
  if (!integer) return ANY;
  const all = 2n ** BITS[(integer[1] ?? '').toLowerCase()]!;
  return /\b(unsigned|zerofill)\b/i.test(sql) ? range(0n, all - 1n, true) : range(-all / 2n, all / 2n - 1n);
}

const BITS: Readonly<Record<string, bigint>> = {tiny: 8n, small: 16n, medium: 24n, '': 32n, big: 64n};

/** Of any integer value. */
export function rangeOf({type, literal, integers}: Pick<Meaning, 'type' | 'literal' | 'integers'>): IntegerRange {
  if (type === 'bool') return range(0n, 1n);
  if (type === 'literal int' && literal !== undefined) return range(BigInt(literal), BigInt(literal));
  return integers ?? ANY;
}

/** Of a value that is one of several. Servers differ on when it is UNSIGNED: it is taken for that when one of them is. */
export function rangeOfOne(values: readonly Meaning[]): IntegerRange {
  const ranges = values.map(rangeOf);
  return {low: least(ranges.map(({low}) => low)), high: most(ranges.map(({high}) => high)), unsigned: ranges.some(({unsigned}) => unsigned)};
}

/** Of `left operator right`; null when it could leave 64 bits, or go below zero where MySQL has no such numbers. */
export function rangeOfResult(operator: Extract<BinaryOperator, '+' | '-' | '*' | '%'>, left: IntegerRange, right: IntegerRange): IntegerRange | null {
  switch (operator) {
    case '+': return within([left.low + right.low, left.high + right.high], left.unsigned || right.unsigned);
    case '-': return within([left.low - right.high, left.high - right.low], left.unsigned || right.unsigned);
    case '*': return within([left.low, left.high].flatMap(a => [a * right.low, a * right.high]), left.unsigned || right.unsigned);
    case '%': {
      // The sign is that of the left side, in both.
      const largest = most([-right.low, right.high, 1n]) - 1n;
      return range(left.low < 0n ? most([left.low, -largest]) : 0n, left.high > 0n ? least([left.high, largest]) : 0n, left.unsigned);
    }
  }
}

/** Of its negative: MySQL gives it a sign. Null as above. */
export function rangeOfNegative({low, high}: IntegerRange): IntegerRange | null {
  return within([-high, -low], false);
}

export function rangeOfAbsolute({low, high, unsigned}: IntegerRange): IntegerRange {
  return range(0n, least([most([-low, high]), LARGEST]), unsigned);
}

/** Of a sum of such values, a decimal at the source. No file of SQLite holds 2^47 rows (https://www.sqlite.org/limits.html, 13). */
export function rangeOfSum({low, high}: IntegerRange): IntegerRange {
  return within([least([low, 0n]) * 2n ** 47n, most([high, 0n]) * 2n ** 47n], false) ?? ANY;
}

function within(bounds: readonly bigint[], unsigned: boolean): IntegerRange | null {
  const low = least(bounds), high = most(bounds);
  return low < (unsigned ? 0n : SMALLEST) || high > LARGEST ? null : {low, high, unsigned};
}

const least = (values: readonly bigint[]) => values.reduce((a, b) => (b < a ? b : a));
const most = (values: readonly bigint[]) => values.reduce((a, b) => (b > a ? b : a));
