import type {ColumnType, Value} from '@sluice/core';
import {z} from 'zod';
import {computedColumn, counted, type Method} from './method.ts';
import {stateOfName, stateOfZip} from './states.ts';
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

export const toState: Method<None> = {
  name: 'toState', summary: 'of a ZIP code, an address or a state the two letters of the state', claim: 'safe-harbor',
  derived: true, reversible: false, deterministic: true, uniqueness: 'lossy', accepts: written, parameters: none,
  plan: column => ({
    kind: 'change', column: computedColumn(column, 'text', {nullable: true, maxLength: 2}),
    start: counted((value, count) => {
      if (value === null || value === '') return null;
      const state = readState(value);
      if (state === undefined) count('is of no state: NULL');
      return state ?? null;
    }),
  }),
};

/** 45 CFR 164.514(e)(2)(ii) lets town or city, state and ZIP code stay. */
export const city: Method<None> = {
  name: 'city', summary: 'of an address the town or city, or the town or city itself', claim: 'limited-data-set',
  derived: true, reversible: false, deterministic: true, uniqueness: 'lossy', accepts: new Set<ColumnType>(['text', 'any']), parameters: none,
  plan: column => ({
    kind: 'change', column: computedColumn(column, 'text', {nullable: true, ...(column.maxLength !== undefined && {maxLength: column.maxLength})}),
    start: counted((value, count) => {
      if (value === null || value === '') return null;
      const found = typeof value === 'string' ? readCity(value) : undefined;
      if (found === undefined) count('is no town or city: NULL');
      return found ?? null;
    }),
  }),
};

/** Characters of an address that are looked at: there is none longer. */
const LONGEST_ADDRESS = 1000;

/** A ZIP code wherever it ends the text, a state after the last comma, two capital letters at the end, or the name of a state. */
function readState(value: Value): string | undefined {
  const zip = readZip(value);
  if (zip !== undefined) return stateOfZip(zip);
  if (typeof value !== 'string' || value.length > LONGEST_ADDRESS) return undefined;
  const text = value.trim().replace(/[\s,]+(?:USA|U\.S\.A\.|US|United States(?: of America)?)\.?$/iu, '');
  const ending = /(?:^|[\s,])(\d{5})(?:-\d{4})?$/u.exec(text);
  if (ending) return stateOfZip(ending[1]!);
  const last = text.slice(text.lastIndexOf(',') + 1);
  return stateOfName(last) ?? stateOfName(/\s([A-Z]{2})$/u.exec(text)?.[1] ?? '');
}

/** A name of letters is taken as it is; of `…, Town, ST 12345` the part before the state. Whatever else has digits is no town. */
function readCity(text: string): string | undefined {
  if (text.length > LONGEST_ADDRESS) return undefined;
  const parts = text.split(',').map(part => part.trim()).filter(part => part !== '');
  const bare = (part: string | undefined) => (part !== undefined && part.length <= 60 && /^\p{L}[\p{L}\p{M} .'’-]*$/u.test(part) ? part : undefined);
  if (parts.length === 1) return bare(parts[0]!.replace(/\s+[A-Z]{2}(?:\s+\d{5}(?:-\d{4})?)?$/u, ''));
  const withoutZip = parts.at(-1)!.replace(/\s*\b\d{5}(?:-\d{4})?$/u, '');
  // Without a state at its end nobody knows which part the town is.
  return withoutZip === '' || stateOfName(withoutZip) !== undefined ? bare(parts.at(-2)) : undefined;
}

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
  if (isFiveDigits(value)) return value;
  const parts = /^\s*(?:(\d{4,5})(?:[- ]?(\d{4}))?)\s*$/u.exec(value);
  if (!parts) return undefined;
  return parts[1]!.padStart(5, '0');
}

function isFiveDigits(text: string): boolean {
  if (text.length !== 5) return false;
  for (let i = 0; i < 5; i++) {
    const code = text.charCodeAt(i);
    if (code < 48 || code > 57) return false;
  }
  return true;
}
