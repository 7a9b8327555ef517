import {randomBytes} from 'node:crypto';
import type {Column, Value} from '@sluice/core';
import {z} from 'zod';
import {integerValue, readDecimal} from './decimal.ts';
import {counted, type Method} from './method.ts';
import {codes, numeric, sameColumn} from './numbers.ts';

const noiseParameters = z.strictObject({
  spread: z.number().positive().describe('uniform: the largest deviation; normal: the standard deviation; laplace: the scale, which is sensitivity / epsilon.'),
  distribution: z.enum(['uniform', 'normal', 'laplace']).default('laplace'),
  min: z.number().exactOptional().describe('Results below become this one.'),
  max: z.number().exactOptional().describe('Results above become this one.'),
  missing: codes,
});

export const noise: Method<z.output<typeof noiseParameters>> = {
  name: 'noise', summary: 'numbers moved by a random amount, another in each run', claim: 'limited-data-set',
  derived: true, reversible: false, deterministic: false, uniqueness: 'lossy', random: true, accepts: numeric, parameters: noiseParameters,
  plan(column, {spread, distribution, min = -Infinity, max = Infinity, missing}) {
    if (min > max) return `has a min of ${min} above its max of ${max}`;
    const draw = drawer(distribution);
    const fit = fitting(column);
    return {
      kind: 'change', column: sameColumn(column), random: true,
      start: counted((value, count) => {
        if (value === null || missing.includes(Number(value))) return value;
        if (typeof value === 'number' ? !Number.isFinite(value) : readDecimal(value) === undefined) {
          count('is not a finite number: NULL');
          return null;
        }
        const moved = Number(value) + spread * draw();
        if (moved < min || moved > max) count('was moved over a bound: the bound');
        return fit(Math.min(max, Math.max(min, moved)), value);
      }),
    };
  },
};

/** In the form of the column; digits beyond the 15 that such a number has were drawn, too, in a way: they become 0. */
function fitting({type, scale = 0, precision, unsigned64}: Column): (number: number, was: Value) => Value {
  switch (type) {
    case 'float': return number => number;
    case 'decimal': {
      const above = 10 ** ((precision ?? 300) - scale);
      const largest = Math.min(above - 10 ** -scale, above * (1 - Number.EPSILON));
      return number => clamp(number, -largest, largest).toFixed(Math.min(scale, 100));
    }
    case 'int': return number => integerValue(BigInt(Math.round(clamp(number, unsigned64 ? 0 : -LARGEST_INT, unsigned64 ? 2 * LARGEST_INT : LARGEST_INT))), type);
    default: return (number, was) => (typeof was === 'bigint' ? BigInt(Math.round(number)) : typeof was === 'string' ? String(number) : number);
  }
}

/** The greatest number below 2^63 that a float can hold. */
const LARGEST_INT = 2 ** 63 - 1024;
const clamp = (number: number, least: number, most: number): number => Math.max(least, Math.min(most, number));

type Distribution = z.output<typeof noiseParameters>['distribution'];

/** Draws from a distribution around 0 of spread 1. */
function drawer(distribution: Distribution): () => number {
  const uniform = uniforms();
  switch (distribution) {
    case 'uniform': return () => 2 * uniform() - 1;
    // Box and Muller, 1958.
    case 'normal': return () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
    case 'laplace': return () => {
      const side = uniform() - 0.5;
      return -Math.sign(side) * Math.log(Math.max(1 - 2 * Math.abs(side), Number.MIN_VALUE));
    };
  }
}

/** Random bytes of the system, drawn ahead. */
const POOL_BYTES = 8192;

/** Numbers above 0 and below 1: 52 bits each from the system's random source. */
function uniforms(): () => number {
  let pool = Buffer.alloc(0);
  let used = 0;
  return () => {
    if (used + 8 > pool.length) {
      pool = randomBytes(POOL_BYTES);
      used = 0;
    }
    const bits = (pool.readUInt32LE(used) & 0xfffff) * 0x1_0000_0000 + pool.readUInt32LE(used + 4);
    used += 8;
    return (bits + 0.5) / 2 ** 52;
  };
}
