import type {ResultColumn, Value} from '@sluice/core';
import {visible} from './printable.ts';

/** A value as people read it, every digit of it; `null` is told by the caller. */
export function valueText(value: Exclude<Value, null>): string {
  if (value instanceof Uint8Array) return `x'${Array.from(value, byte => byte.toString(16).padStart(2, '0')).join('')}'`;
  return Object.is(value, -0) ? '-0' : String(value);
}

/** The same for one line of a terminal. */
export const cellText = (value: Value): string => (value === null ? 'NULL' : visible(valueText(value)));

/** How long a bar is, to about 15 digits; null for what is no number, or no finite one. */
export function sizeOf(value: Value, {type}: ResultColumn): number | null {
  if (typeof value === 'string' && type !== 'decimal') return null;
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'bigint') return null;
  const size = Number(value);
  return Number.isFinite(size) ? size : null;
}

/** Whether a column holds numbers, or nothing: it stands right, and can be drawn. */
export function isNumeric(column: ResultColumn, values: readonly Value[]): boolean {
  const isNumber = (value: Value) => typeof value === 'number' || typeof value === 'bigint' || (typeof value === 'string' && column.type === 'decimal');
  return values.some(value => value !== null) && values.every(value => value === null || isNumber(value));
}
