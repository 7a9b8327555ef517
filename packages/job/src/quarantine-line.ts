import type {QuarantinedRow, Schema, Value} from '@sluice/core';

/**
 * A row that was set aside, as a line of JSON with its line break: `table`, `row` (its place in the run, from 1),
 * `reasons`, and `values` by column. What JSON has not the same stands in an object: `{"bigint": "…"}` for
 * integers beyond 2^53 - 1, `{"float": "NaN"}` for NaN, infinities and minus zero, `{"bytes": "…"}` in base64.
 */
export function quarantineLine({table, columns}: Schema, {row, ordinal, reasons}: QuarantinedRow): string {
  const values = columns.map(({name}, at) => `${JSON.stringify(name)}:${valueText(row[at] ?? null)}`).join(',');
  return `{"table":${JSON.stringify(table)},"row":${ordinal + 1},"reasons":${JSON.stringify(reasons.map(({column, reason}) => ({column, reason})))},"values":{${values}}}\n`;
}

function valueText(value: Value): string {
  if (typeof value === 'bigint') return `{"bigint":"${value}"}`;
  if (value instanceof Uint8Array) return `{"bytes":"${Buffer.from(value.buffer, value.byteOffset, value.length).toString('base64')}"}`;
  if (typeof value === 'number' && (!Number.isFinite(value) || Object.is(value, -0))) return `{"float":"${Object.is(value, -0) ? '-0' : value}"}`;
  return JSON.stringify(value);
}
