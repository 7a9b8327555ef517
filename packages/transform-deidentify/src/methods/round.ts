import type {Value} from '@sluice/core';
import {z} from 'zod';
import {decimalText, integerValue, readDecimal, rescale, type Decimal} from './decimal.ts';
import {counted, type Method} from './method.ts';
import {codes, FAR, numeric, sameColumn} from './numbers.ts';

const roundParameters = z.strictObject({
  to: z.number().positive().max(1e15).describe('Values become the nearest multiple of this number, e.g. 10 or 0.5; what lies in the middle goes away from 0.'),
  missing: codes,
});

export const round: Method<z.output<typeof roundParameters>> = {
  name: 'round', summary: 'the nearest multiple of a number', claim: 'safe-harbor',
  derived: true, reversible: false, deterministic: true, uniqueness: 'lossy', accepts: numeric, parameters: roundParameters,
  plan(column, {to, missing}) {
    const step = readDecimal(to)!;
    const {type, scale = 0} = column;
    if (type === 'int' && step.scale > 0) return `rounds whole numbers to multiples of ${to}: give a whole number`;
    if (type === 'decimal' && step.scale > scale) return `rounds to multiples of ${to}, and the column has ${scale} digits after the point`;
    // The greatest number may be rounded to one that has a digit more.
    const out = sameColumn(column);
    const whole = Number.isInteger(to) && to <= FAR / 2 ? to : 0;
    return {
      kind: 'change', column: type === 'decimal' && column.precision !== undefined ? {...out, precision: column.precision + 1} : out,
      start: counted((value, count): Value => {
        if (value === null || (missing.length > 0 && missing.includes(Number(value)))) return value;
        // Whole numbers of a whole step, as nearly all are.
        if (typeof value === 'number' && whole > 0 && type !== 'any' && Number.isInteger(value) && Math.abs(value) <= FAR) return roundWhole(value, whole);
        if (typeof value === 'string' && value.length <= SHORT) {
          const rounded = roundShort(value, step);
          if (rounded !== undefined) return rounded;
        }
        const number = readDecimal(value);
        if (number === undefined) {
          count('is not a finite number: NULL');
          return null;
        }
        const common = Math.max(number.scale, step.scale);
        const nearest = {digits: nearestMultiple(rescale(number, common), rescale(step, common)), scale: common};
        if (typeof value === 'string') return decimalText(nearest, common);
        return common > 0 || type === 'float' ? Number(decimalText(nearest, common)) : integerValue(nearest.digits, type);
      }),
    };
  },
};

/** Characters of a decimal whose digits a float tells apart. */
const SHORT = 15;

/** A short decimal, with floats that are exact for it; undefined where they are not, or where it is no decimal. */
function roundShort(text: string, step: Decimal): string | undefined {
  const parts = /^-?\d+(?:\.(\d+))?$/u.exec(text);
  if (!parts) return undefined;
  const scale = parts[1]?.length ?? 0;
  const size = Number(step.digits) * 10 ** (scale - step.scale);
  if (scale < step.scale || size > FAR / 2) return undefined;
  const rounded = roundWhole(scale === 0 ? Number(text) : Number(text.replace('.', '')), size);
  if (scale === 0) return String(rounded);
  const digits = String(Math.abs(rounded)).padStart(scale + 1, '0');
  return `${rounded < 0 ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

function roundWhole(value: number, step: number): number {
  const size = Math.abs(value);
  const rest = size % step;
  const nearest = size - rest + (2 * rest >= step ? step : 0);
  return value < 0 && nearest !== 0 ? -nearest : nearest;
}

function nearestMultiple(value: bigint, step: bigint): bigint {
  const size = value < 0n ? -value : value;
  const below = size / step;
  const nearest = (2n * (size - below * step) >= step ? below + 1n : below) * step;
  return value < 0n ? -nearest : nearest;
}
