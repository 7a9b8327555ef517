import type {Column} from '@sluice/core';

/**
 * How many characters a column promises to have room for; undefined where it promises nothing. SQLite limits only what is declared with a length: of other keys
 * its connector tells the longest value there is, for databases that need one, and a new value may be longer.
 */
export const roomOf = ({maxLength, native}: Column): number | undefined => native?.dialect === 'sqlite' && !/\(\s*\d/u.test(native.sql) ? undefined : maxLength;
