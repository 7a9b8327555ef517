import type {Column, ColumnType, Value} from '@sluice/core';
import {z} from 'zod';
import {integerValue} from './decimal.ts';
import {computedColumn, counted, type Method} from './method.ts';

export const numeric: ReadonlySet<ColumnType> = new Set(['int', 'decimal', 'float', 'any']);
export const codes = z.array(z.number()).default([]).describe('Codes for missing: they stay as they are.');

const topCodeParameters = z.strictObject({max: z.int().describe('Greater values become this one.'), missing: codes});

export const topCode: Method<z.output<typeof topCodeParameters>> = {
  name: 'topCode', summary: 'values above `max` become `max`', claim: 'safe-harbor',
  derived: true, reversible: false, deterministic: true, uniqueness: 'lossy', accepts: numeric, parameters: topCodeParameters,
  plan: (column, {max, missing}) => ({
    kind: 'change', column: sameColumn(column), start: capped(max, missing, column.type, column.scale ?? 0),
  }),
};

const age90Parameters = z.strictObject({
  unit: z.enum(['years', 'months']).default('years').describe('What the column counts.'),
  missing: codes,
});

/** "90 or older" is one category: 45 CFR 164.514(b)(2)(i)(C). */
export const age90: Method<z.output<typeof age90Parameters>> = {
  name: 'age90', summary: 'ages of 90 and more become 90, or 1080 where they are counted in months', claim: 'safe-harbor',
  derived: true, reversible: false, deterministic: true, uniqueness: 'lossy', accepts: numeric, parameters: age90Parameters,
  plan: (column, {unit, missing}) => ({
    kind: 'change', column: sameColumn(column), start: capped(unit === 'years' ? 90 : 1080, missing, column.type, column.scale ?? 0),
  }),
};

const bucketParameters = z.strictObject({
  width: z.int().min(2).describe('How many numbers share a bucket.'), missing: codes,
});

export const bucket: Method<z.output<typeof bucketParameters>> = {
  name: 'bucket', summary: 'the lowest number of the bucket of `width` numbers, counted from 0', claim: 'safe-harbor',
  derived: true, reversible: false, deterministic: true, uniqueness: 'lossy', accepts: numeric, parameters: bucketParameters,
  plan(column, {width, missing}) {
    const size = BigInt(width);
    return {
      kind: 'change', column: computedColumn(column, column.type === 'any' ? 'any' : 'int', {nullable: true}),
      start: counted((value, count) => {
        if (value === null) return null;
        const small = smallFloor(value);
        // Far enough from where floats end.
        if (Math.abs(small) <= FAR && width <= FAR && column.type !== 'any') {
          if (missing.length > 0 && missing.includes(Number(value))) return small;
          const rest = small % width;
          return small - (rest < 0 ? rest + width : rest);
        }
        const floor = floorOf(value);
        if (floor === undefined) {
          count('is not a number: NULL');
          return null;
        }
        if (missing.includes(Number(value))) return integerValue(floor, column.type);
        const remainder = ((floor % size) + size) % size;
        return integerValue(floor - remainder, column.type);
      }),
    };
  },
};

function capped(max: number, missing: readonly number[], type: ColumnType, scale: number) {
  const cell = type === 'decimal' ? `${max}${scale > 0 ? `.${'0'.repeat(scale)}` : ''}` : type === 'any' ? BigInt(max) : max;
  const message = `is ${max} or more: one category`;
  return counted((value, count) => {
    if (value === null || (missing.length > 0 && missing.includes(Number(value)))) return value;
    const small = smallFloor(value);
    if (small < max) return value;
    if (small >= max) {
      count(message);
      return cell;
    }
    const floor = floorOf(value);
    if (floor === undefined) {
      count('is not a number: NULL');
      return null;
    }
    if (floor < BigInt(max)) return value;
    count(message);
    return cell;
  });
}

/** Two such numbers together are still exact. */
export const FAR = 2 ** 52;
/** Digits of a text that a float tells apart from all others of as many. */
const EXACT_DIGITS = 15;

/** The greatest integer that is not above a number, where floats are enough to tell; otherwise NaN. Nearly all values are such. */
function smallFloor(value: Value): number {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? value : Math.abs(value) <= Number.MAX_SAFE_INTEGER ? Math.floor(value) : NaN;
  return typeof value === 'string' && isShortDecimal(value) ? Math.floor(Number(value)) : NaN;
}

/** `-?digits[.digits]`, with few digits. */
function isShortDecimal(text: string): boolean {
  const {length} = text;
  if (length > EXACT_DIGITS + 1) return false;
  let point = -1;
  const start = text.charCodeAt(0) === MINUS ? 1 : 0;
  for (let i = start; i < length; i++) {
    const code = text.charCodeAt(i);
    if (code === POINT && point < 0 && i > start) point = i;
    else if (code < ZERO || code > NINE) return false;
  }
  return length > start && point !== length - 1;
}

const [MINUS, POINT, ZERO, NINE] = [45, 46, 48, 57];

/** The greatest integer that is not above a number, exact for decimals of any length; infinities count as very large. */
function floorOf(value: Value): bigint | undefined {
  switch (typeof value) {
    case 'bigint': return value;
    case 'number': return Number.isNaN(value) ? undefined : BigInt(Math.floor(Math.max(-1e300, Math.min(1e300, value))));
    case 'string': {
      const parts = /^(-?)(\d+)(?:\.(\d+))?$/u.exec(value);
      if (!parts) return undefined;
      const [, sign, digits = '', fraction = ''] = parts;
      const whole = BigInt(digits);
      return sign === '' ? whole : /[1-9]/u.test(fraction) ? -whole - 1n : -whole;
    }
    default: return undefined;
  }
}

/** The column with the same type, without what its old values promised. Only what may hold no number can become NULL. */
export function sameColumn({default: _, generated: __, autoIncrement: ___, ...column}: Column): Column {
  return {...column, nullable: column.nullable || column.type === 'float' || column.type === 'any'};
}
