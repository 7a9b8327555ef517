import type {Value} from '@sluice/core';

/** A part of a key in its one form, so that equal parts are the same key of a Map. */
export type KeyValue = string | number;

/**
 * The one form of a key part; null for NULL. As numbers, `1001`, `'01001'`, `'+1001'` and
 * `'1001.00'` are all 1001, the way SQL compares a number with a text; a text that is no number
 * equals no number. Otherwise texts are compared as they are.
 */
export function keyValue(value: Value, asNumber: boolean): KeyValue | null {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value;
  if (value === null) return null;
  if (typeof value === 'string') return asNumber ? numberValue(value) : value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value === 'object') return Buffer.from(value).toString('hex');
  return numberValue(String(value));
}

function numberValue(text: string): KeyValue {
  const parts = /^\s*([+-]?)0*(\d+?)(?:\.(\d*?)0*)?\s*$/u.exec(text);
  if (!parts) return text;
  const [, sign, digits, fraction = ''] = parts;
  const canonical = `${sign === '-' ? '-' : ''}${digits}`;
  if (fraction !== '') return `${canonical}.${fraction}`;
  const integer = Number(canonical);
  return Number.isSafeInteger(integer) ? integer + 0 : canonical;
}
