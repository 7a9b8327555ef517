import type {ColumnType, Value} from '@sluice/core';
import {z} from 'zod';
import {computedColumn, counted, type Method} from './method.ts';
import {zip3Areas} from './zip3-areas.ts';

const none = z.strictObject({});
type None = z.output<typeof none>;

const written: ReadonlySet<ColumnType> = new Set(['text', 'int', 'any']);
const notZip = 'is not a US ZIP code: NULL';

/** 45 CFR 164.514(b)(2)(i)(B). What is not a US ZIP code is a geocode below the state, and goes. */
export const zip3: Method<None> = {
  name: 'zip3', summary: 'the first three digits of a US ZIP code, 000 where 20,000 people or fewer live', claim: 'safe-harbor',
  derived: true, reversible: false, deterministic: true, uniqueness: 'lossy', accepts: written, parameters: none,
  plan: column => ({
    kind: 'change', column: computedColumn(column, 'text', {nullable: true, maxLength: 3}),
    start: counted((value, count) => {
      if (value === null || value === '') return null;
      const zip = readZip(value);
      if (zip === undefined) {
        count(notZip);
        return null;
      }
      const area = zip.slice(0, 3);
      if (zip3Areas.has(area)) return area;
      count('is of an area with 20,000 people or fewer: 000');
      return '000';
    }),
  }),
};

export const zip5: Method<None> = {
  name: 'zip5', summary: 'the first five digits of a US ZIP code', claim: 'limited-data-set',
  derived: true, reversible: false, deterministic: true, uniqueness: 'lossy', accepts: written, parameters: none,
  plan: column => ({
    kind: 'change', column: computedColumn(column, 'text', {nullable: true, maxLength: 5}),
    start: counted((value, count) => {
      if (value === null || value === '') return null;
      const zip = readZip(value);
      if (zip === undefined) count(notZip);
      return zip ?? null;
    }),
  }),
};

/**
 * Five digits, with the leading zeros that were lost where the code went through a number: `53703`,
 * `53703-1234`, `537031234`, `2139` and 2139 (02139). Shorter texts are not guessed at.
 */
function readZip(value: Value): string | undefined {
  if (typeof value === 'number' || typeof value === 'bigint') {
    const digits = String(value);
    if (!/^\d{3,9}$/u.test(digits)) return undefined;
    return digits.length <= 5 ? digits.padStart(5, '0') : digits.length >= 8 ? digits.padStart(9, '0').slice(0, 5) : undefined;
  }
  if (typeof value !== 'string') return undefined;
  const parts = /^\s*(?:(\d{4,5})(?:[- ]?(\d{4}))?)\s*$/u.exec(value);
  if (!parts) return undefined;
  return parts[1]!.padStart(5, '0');
}
