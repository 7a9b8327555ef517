import type {Value} from '@sluice/core';

/** Values remembered in each of two halves; longer texts and bytes are not. At most about 20 MB. */
const MOST = 20_000;
const LONGEST = 200;

/**
 * Remembers what a costly function gave for values seen lately: keys of persons come again and again. The
 * function must give the same for the same value, every time.
 */
export function memo<T>(of: (value: Exclude<Value, null>) => T): (value: Exclude<Value, null>) => T {
  let young = new Map<Value, T>();
  let old = new Map<Value, T>();
  return value => {
    if (typeof value === 'string' ? value.length > LONGEST : typeof value === 'object') return of(value);
    let found = young.get(value);
    if (found !== undefined) return found;
    found = old.get(value) ?? of(value);
    if (young.size >= MOST) {
      old = young;
      young = new Map();
    }
    young.set(value, found);
    return found;
  };
}
