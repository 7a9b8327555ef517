import type {Column, Value} from '@sluice/core';
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

/** What `fit` finds: the value that can be held, the same one or another; or why there is none. */
export type Fitted =
  | {readonly value: Value; readonly adjusted: string}
  | {readonly refused: string};

/**
 * Looks at one value before it is written; null when it can be held as it is. Columns without a
 * fitter hold every value of their type.
 */
export type Fitter = (value: Value) => Fitted | null;

export function fitterOf(column: Column, storage: Storage, rowidAlias: boolean): Fitter | null {
  // SQLite would make up a number.
  if (rowidAlias) return value => (value === null ? {refused: 'null in the primary key'} : null);
  switch (storage) {
    case 'real': return fitFloat;
    case 'number': return fitDecimal(column);
    case 'any': return fitAny;
    default: return null;
  }
}

function fitFloat(value: Value): Fitted | null {
  if (value === 0) return Object.is(value, -0) ? {value: 0, adjusted: 'negative zero'} : null;
  return Number.isNaN(value) ? {refused: 'NaN: SQLite has none'} : null;
}

/** Only what reads back to the letter may become a number: the scale's digits, no zeros in front, no minus zero. */
function fitDecimal({precision, scale}: Column): Fitter {
  const whole = Math.max(precision! - scale!, 1);
  const form = new RegExp(`^-?(?:0|[1-9]\\d{0,${whole - 1}})${scale === 0 ? '' : `\\.\\d{${scale}}`}$`);
  return value => {
    if (value === null) return null;
    if (typeof value !== 'string' || !form.test(value)) return {refused: `not a decimal of ${precision} digits, ${scale} of them behind the point`};
    return value.startsWith('-') && Number(value) === 0 ? {value: value.slice(1), adjusted: 'negative zero'} : null;
  };
}

function fitAny(value: Value): Fitted | null {
  if (typeof value === 'boolean') return {value: value ? 1n : 0n, adjusted: 'boolean as integer'};
  return Number.isNaN(value) ? {refused: 'NaN: SQLite has none'} : null;
}
