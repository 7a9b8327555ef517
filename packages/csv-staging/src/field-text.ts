import type {Value} from '@sluice/core';

/** One field of a CSV file: its text, or null for an unquoted empty field. */
export type Field = string | null;

/**
 * The text of a value, as Frictionless Table Schema v1 spells it: `true`/`false`; integers in
 * digits; floats in the shortest text that reads back to the same bits, `NaN`, `INF`, `-INF`;
 * bytes in base64; strings as they are.
 */
export function fieldText(value: Value): Field {
  switch (typeof value) {
    case 'string': return value;
    case 'number': return floatText(value);
    case 'bigint': return value.toString();
    case 'boolean': return value ? 'true' : 'false';
    default: return value === null ? null : base64(value);
  }
}

/** The shortest decimal text that reads back to the same double; the sign of zero is kept. */
export function floatText(value: number): string {
  if (Number.isFinite(value)) return Object.is(value, -0) ? '-0' : String(value);
  return Number.isNaN(value) ? 'NaN' : value > 0 ? 'INF' : '-INF';
}

export function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}
