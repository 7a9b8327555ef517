import {Refusal, type Column, type FittedColumn, type Rewrite, type Value} from '@sluice/core';
import type {Storage} from './types.ts';

/** What better-sqlite3 binds. It binds every number as a REAL; INTEGER and NUMERIC affinity make integers of whole ones. */
export type Bound = null | number | bigint | string | Uint8Array;

/** Makes a value bindable; null for columns whose values are bindable as they are. */
export type Binder = ((value: Value) => Bound) | null;

const INT64_MAX = 2n ** 63n - 1n;

export function binderOf(storage: Storage): Binder {
  switch (storage) {
    case 'boolean': return value => (value === null ? null : Number(value));
    // Without a declared type nothing makes an integer of a REAL: a bigint is bound as one.
    case 'unsigned': return value => (value === null ? null : unsigned(BigInt(value as number | bigint)));
    case 'number': return value => (value === null ? null : Number(value));
    case 'integer': case 'real': case 'text': case 'blob': case 'any': return null;
  }
}

function unsigned(value: bigint): Bound {
  return value > INT64_MAX ? value.toString().padStart(20, '0') : value;
}

/** What looks at the values of a column before they are written. */
export type Fitter = Pick<FittedColumn, 'rewrite' | 'adjusts'>;

/** A column without a rewrite holds every value of its type. */
export function fitterOf(column: Column, storage: Storage): Fitter {
  switch (storage) {
    case 'real': return {rewrite: fitFloat, adjusts: 'negative zero'};
    case 'number': return {rewrite: fitDecimal(column), adjusts: 'negative zero'};
    case 'any': return {rewrite: fitAny, adjusts: 'boolean as integer'};
    default: return {rewrite: null};
  }
}

const NOT_A_NUMBER = new Refusal('holds NaN, and SQLite has none');

const fitFloat: Rewrite = value => value === 0 ? 0 : Number.isNaN(value) ? NOT_A_NUMBER : value;

/** Only what reads back to the letter may become a number: the scale's digits, no zeros in front, no minus zero. */
function fitDecimal({precision, scale}: Column): Rewrite {
  const whole = Math.max(precision! - scale!, 1);
  const form = new RegExp(`^-?(?:0|[1-9]\\d{0,${whole - 1}})${scale === 0 ? '' : `\\.\\d{${scale}}`}$`);
  const other = new Refusal(`holds what is not a decimal of ${precision} digits, ${scale} of them behind the point`);
  return value => typeof value !== 'string' || !form.test(value) ? other : value.startsWith('-') && Number(value) === 0 ? value.slice(1) : value;
}

const fitAny: Rewrite = value => typeof value === 'boolean' ? (value ? 1n : 0n) : Number.isNaN(value) ? NOT_A_NUMBER : value;
