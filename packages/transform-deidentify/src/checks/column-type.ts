import type {Column, ColumnType} from '@sluice/core';
import {allTypes} from '../methods/method.ts';
import type {ColumnRule} from '../policy.ts';

/** What is wrong when a column is not of the type any more that it had when somebody decided about it. */
export function typeChanged({type: declared}: ColumnRule, column: Column): string | undefined {
  if (declared === undefined || same(declared, column.type)) return undefined;
  const native = column.native?.sql;
  if (native !== undefined && same(declared, native)) return undefined;
  const written = allTypes.has(declared as ColumnType) || native === undefined ? column.type : native;
  return `the column was of type ${declared} when this was decided, and is ${written} now: look at it again`;
}

/** The type as a policy states it: as the source spells it, unless that could quote values, as an enumeration does. */
export const statedType = ({type, native}: Column): string => (native && !/['"]/u.test(native.sql) && native.sql.length <= 60 ? native.sql : type);

const same = (one: string, other: string): boolean => plain(one) === plain(other);
const plain = (type: string): string => type.toLowerCase().replace(/\s+/gu, ' ').trim();
