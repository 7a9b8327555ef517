import {csvBytes, fieldText} from '@sluice/csv-staging';
import type {QueryResult, Value} from '@sluice/core';

/** RFC 4180 with a line of names; NULL is an empty field, an empty text is `""`. */
export const csvText = ({columns, rows}: QueryResult): string => csvBytes([columns.map(({name}) => name), ...rows.map(row => row.map(fieldText))]).toString('utf8');

/** A value for JSON: numbers and booleans as such where JSON holds them exactly, anything else as the text that CSV has. */
export function jsonValue(value: Value): Value {
  if (typeof value === 'bigint') return value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : fieldText(value);
  if (typeof value === 'number') return Number.isFinite(value) && !Object.is(value, -0) ? value : fieldText(value);
  return value === null || typeof value === 'boolean' ? value : fieldText(value);
}
