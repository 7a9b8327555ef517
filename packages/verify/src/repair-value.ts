import type {Column, Value} from '@sluice/core';
import {numberDigits} from './number-text.ts';
import type {ColumnPair} from './pair-columns.ts';

/** Makes a value of the left column one of the right column; null for values as they are. */
export type Conversion = ((value: NonNullable<Value>) => Value) | null;

/** How a repair writes a column; undefined when it would have to guess. */
export function conversionFor({left, right}: ColumnPair): Conversion | undefined {
  const a = left.type, b = right.type;
  if (a === b) return a === 'decimal' ? scaled(right) : null;
  // What may be written into a column without types is any value; integers are bigints there.
  if (b === 'any') return value => (typeof value === 'number' && a === 'int' ? BigInt(value) : typeof value === 'boolean' ? BigInt(value) : value);
  switch (`${a} ${b}`) {
    case 'bool int': return value => (typeof value === 'boolean' ? Number(value) : value);
    case 'int bool': return value => (value === 0 ? false : value === 1 ? true : value);
    case 'int decimal': return value => scaled(right)!(String(value));
    case 'decimal int': return value => wholeNumber(value);
    case 'text json': case 'json text': case 'uuid text': case 'date text': case 'time text': case 'timestamp text': case 'timestamptz text': return null;
    default: return undefined;
  }
}

function scaled({scale}: Column): Conversion {
  if (scale === undefined) return null;
  return value => {
    const digits = typeof value === 'string' ? numberDigits(value) : null;
    if (digits === null) return value;
    const [whole, fraction = ''] = digits.split('.') as [string, string?];
    // More digits than the column has are left to it to refuse.
    return scale === 0 && fraction === '' ? whole : `${whole}.${fraction.padEnd(scale, '0')}`;
  };
}

function wholeNumber(value: NonNullable<Value>): Value {
  const digits = typeof value === 'string' ? numberDigits(value) : null;
  if (digits === null || digits.includes('.')) return value;
  const number = BigInt(digits);
  return number >= -9007199254740991n && number <= 9007199254740991n ? Number(number) : number;
}
